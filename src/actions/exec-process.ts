import type { Process } from '../domain/process.ts';
import { EXEC_ROUTES } from '../protocol/exec-request.ts';
import { type ActionContext, defineAction } from './define-action.ts';
import type { AttachEnd } from './interaction.ts';
import { endOrThrow, needTerminal, SESSION_WAIT, sessionObservation, shellObservation } from './session-end.ts';
import { consentTo, RECORD_FIELD, recordingOf, type SessionRecording } from './session-recording.ts';
import { shellWord } from './shell-word.ts';

interface Facts {
  readonly process: Process;
  readonly command: string;
  readonly recording: SessionRecording;
}

async function gather(context: ActionContext): Promise<Facts> {
  const { reads, subjects, input, signal } = context;
  const [subject] = subjects;
  const process = await reads.process(subject?.app ?? '', subject?.id ?? '', { signal });
  const recording = await recordingOf(context, process.app, process.release);
  return { process, command: commandOf(input), recording };
}

/** Its container runs; one whose health check fails is the one that people want to look into. */
const UP: ReadonlySet<string> = new Set(['running', 'unhealthy', 'starting']);

const BARE_SHELL = /^(?:\/(?:usr\/)?bin\/)?(?:ba|da|a|z|k)?sh(?: -l?i?)?$/;

const commandOf = (input: ActionContext['input']): string => input.command?.trim() || 'sh';

export const execProcess = defineAction<Facts, AttachEnd>({
  id: 'process.exec',
  title: 'Shell or command',
  about: 'opens a shell, or runs a command, in a running process',
  on: ['processes'],
  key: 's',
  tier: 1,
  tierWhenProtected: 2,
  subject: 'process',
  bulk: false,
  permissions: ['convox:process:exec'],
  routes: [EXEC_ROUTES.process],
  previewFirst: true,
  fields: [
    {
      id: 'command',
      label: 'Command',
      kind: 'text',
      required: false,
      help: "One line, run without a shell: sh -c '...' for pipes. Empty: sh.",
    },
    RECORD_FIELD,
  ],
  initial: async () => ({ command: 'sh' }),
  command: ({ subjects, input }, facts) => ({
    service: facts?.process.service ?? subjects[0]?.service,
    command: commandOf(input),
  }),
  gather,
  preview: ({ process, command, recording }, { rack }) => ({
    headline: `Run ${command} in ${process.id} of ${process.app} on ${rack.name}`,
    effects: [
      `It runs inside ${process.service}, beside what serves there. Ctrl-C goes to the command; enter, then ~. hangs up.`,
      ...consentTo(recording),
    ],
    warnings:
      process.status === 'running' ? [] : [`${process.id} is ${process.status}: it may end while you are in it.`],
    ...(UP.has(process.status)
      ? {}
      : { blocked: `${process.id} is ${process.status}: a command needs a running process. Choose another one.` }),
  }),
  changes: () => [{ route: EXEC_ROUTES.process, times: 1 }],
  run: async ({ process, command, recording }, { sockets, interaction }) => {
    needTerminal(interaction);
    const { app, id } = process;
    const end = await interaction.attach({
      title: `${command} in ${id} of ${app}`,
      open: (sink, size) =>
        sockets.exec(
          { kind: 'process', app, process: id, command, ...(size ? { size, tty: true } : { tty: false }) },
          sink,
        ),
      secrets: recording.secrets,
      record: recording.wanted,
    });
    return endOrThrow(end);
  },
  observe: async ({ command }, result) =>
    BARE_SHELL.test(command) ? shellObservation(command, result) : sessionObservation(command, result),
  wait: SESSION_WAIT,
  echo: ({ process, command }) =>
    `convox exec ${shellWord(process.id)} ${shellWord(command)} -a ${shellWord(process.app)}`,
});
