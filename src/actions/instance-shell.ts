import { Failure } from '../domain/failure.ts';
import { EXEC_ROUTES } from '../protocol/exec-request.ts';
import { versionOf } from './app-state.ts';
import { type ActionContext, defineAction, type RunContext } from './define-action.ts';
import type { AttachEnd } from './interaction.ts';
import { endOrThrow, needTerminal, SESSION_WAIT, sessionObservation, shellObservation } from './session-end.ts';
import { shellWord } from './shell-word.ts';

interface Facts {
  readonly instance: string;
  readonly status: string;
  readonly generation: 'v2' | 'v3';
  /** Path on this machine; empty: none. */
  readonly keyFile: string;
  readonly command: string;
}

async function gather(context: ActionContext): Promise<Facts> {
  const { reads, subjects, input, signal } = context;
  const id = subjects[0]?.id ?? '';
  const instance = (await reads.instances({ signal })).find((each) => each.id === id);
  if (!instance) throw new Failure({ kind: 'not-found', what: `There is no instance ${id}` });
  return {
    instance: id,
    status: instance.status,
    generation: versionOf(context).generation,
    keyFile: input.key?.trim() ?? '',
    command: input.command?.trim() ?? '',
  };
}

async function run({ instance, keyFile, command }: Facts, { sockets, interaction }: RunContext): Promise<AttachEnd> {
  needTerminal(interaction);
  const privateKey = keyFile === '' ? undefined : await readKey(keyFile, interaction);
  const end = await interaction.attach({
    title: `${command === '' ? 'shell' : command} on ${instance}`,
    open: (sink, size) =>
      sockets.exec(
        {
          kind: 'instance',
          instance,
          ...(command === '' ? {} : { command }),
          ...(size ? { size } : {}),
          ...(privateKey === undefined ? {} : { privateKey }),
        },
        sink,
      ),
    secrets: privateKey === undefined ? [] : [privateKey],
  });
  return endOrThrow(end);
}

async function readKey(path: string, { readFile }: RunContext['interaction']): Promise<string> {
  const text = await readFile(path);
  if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text)) return text;
  throw new Failure({
    kind: 'usage',
    what: `${path} holds no private key`,
    why: 'a PEM text with BEGIN ... PRIVATE KEY is needed',
    next: 'Name the file that the key roll saved, not its public half.',
    nothingSent: true,
  });
}

export const instanceShell = defineAction<Facts, AttachEnd>({
  id: 'instance.shell',
  title: 'Shell on the instance',
  about: 'opens a shell on a node of the rack, beside everything that runs there',
  on: ['instances'],
  tier: 2,
  subject: 'instance',
  bulk: false,
  permissions: ['convox:instance:exec'],
  routes: [EXEC_ROUTES.instance],
  fields: [
    {
      id: 'key',
      label: 'Private key',
      kind: 'text',
      required: false,
      help: 'File with the private SSH key of the instances; v3 racks need it.',
    },
    { id: 'command', label: 'Command', kind: 'text', required: false, help: 'Empty: a login shell.' },
  ],
  // A login shell is a shell: what a rule says of `sh` holds on the node, too.
  command: ({ input }) => ({ service: undefined, command: input.command?.trim() || 'sh' }),
  gather,
  preview: ({ instance, status, generation, keyFile, command }, { rack }) => ({
    headline: `Open ${command === '' ? 'a shell' : shellWord(command)} on the instance ${instance} of ${rack.name}`,
    effects: [
      'It runs on the node itself, beside the processes of every app there, with rights over them.',
      ...(keyFile === '' ? [] : [`The private key in ${keyFile} is sent to the rack for this session.`]),
    ],
    warnings: status === 'running' || status === 'active' ? [] : [`The instance is ${status}: it may not answer.`],
    ...(generation === 'v3' && keyFile === ''
      ? { blocked: 'A v3 rack needs the private SSH key of its instances: name its file. A key roll makes a new one.' }
      : {}),
  }),
  changes: () => [{ route: EXEC_ROUTES.instance, times: 1 }],
  run,
  observe: async ({ command }, result) =>
    command === '' ? shellObservation('The shell', result) : sessionObservation(command, result),
  wait: SESSION_WAIT,
  echo: ({ instance, keyFile, command }) =>
    [
      'convox instances ssh',
      shellWord(instance),
      command === '' ? '' : shellWord(command),
      keyFile && `--key ${shellWord(keyFile)}`,
    ]
      .filter((part) => part !== '')
      .join(' '),
});
