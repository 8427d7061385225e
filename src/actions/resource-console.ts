import type { BackingResource } from '../domain/backing-resource.ts';
import { clientsOfType } from '../domain/database-client.ts';
import { EXEC_ROUTES } from '../protocol/exec-request.ts';
import { type ActionContext, defineAction } from './define-action.ts';
import type { AttachEnd } from './interaction.ts';
import type { Observation } from './observation.ts';
import { endOrThrow, needTerminal, SESSION_WAIT, sessionObservation } from './session-end.ts';
import { shellWord } from './shell-word.ts';

/** Those that a rack has a client for (convox-api.md 2.5). */
const WITH_CONSOLE: ReadonlySet<string> = new Set(['mariadb', 'memcached', 'mysql', 'postgis', 'postgres', 'redis']);

interface Facts {
  readonly app: string;
  readonly resource: BackingResource;
}

async function gather({ reads, subjects, signal }: ActionContext): Promise<Facts> {
  const [subject] = subjects;
  const app = subject?.app ?? '';
  return { app, resource: await reads.backingResource(app, subject?.id ?? '', { signal }) };
}

/** The end of a console carries no status: that it came is all there is. */
function observation({ resource }: Facts, result: AttachEnd | undefined): Observation {
  if (result?.end.reason === 'ended' && !result.hungUp) {
    return { state: 'done', words: `The console of ${resource.name} was closed.` };
  }
  return sessionObservation(`the console of ${resource.name}`, result);
}

export const resourceConsole = defineAction<Facts, AttachEnd>({
  id: 'resource.console',
  title: 'Console of the resource',
  about: 'opens the database client of a resource: psql, mysql, redis-cli',
  on: ['resources'],
  tier: 2,
  subject: 'resource',
  bulk: false,
  permissions: ['convox:resource:console'],
  routes: [EXEC_ROUTES.resource],
  command: (_request, facts) => {
    const [client, ...alike] = clientsOfType(facts?.resource.type ?? '');
    // Which client it is, only the rack says; one that we know no name of is no command that a rule could mean.
    return { service: undefined, command: client ?? 'console', alike, ...(facts ? {} : { commandPending: true }) };
  },
  gather,
  preview: ({ app, resource }, { rack }) => ({
    headline: `Open the console of ${resource.name} (${resource.type}) of ${app} on ${rack.name}`,
    effects: ['Every statement counts at once, with the rights of the app itself.'],
    warnings: ['Long pastes lose characters on the way to the rack: paste in small pieces.'],
    ...(WITH_CONSOLE.has(resource.type)
      ? {}
      : {
          blocked: `There is no console for ${resource.type === '' ? 'this type' : resource.type}, only for ${[...WITH_CONSOLE].join(', ')}. Open a proxy and use a client of your own.`,
        }),
  }),
  changes: () => [{ route: EXEC_ROUTES.resource, times: 1 }],
  run: async ({ app, resource }, { sockets, interaction }) => {
    needTerminal(interaction);
    const end = await interaction.attach({
      title: `console of ${resource.name} of ${app}`,
      open: (sink, size) =>
        sockets.exec({ kind: 'resource', app, resource: resource.name, ...(size ? { size } : {}) }, sink),
      secrets: resource.url === '' ? [] : [resource.url, ...passwordOf(resource.url)],
    });
    return endOrThrow(end);
  },
  observe: async (facts, result) => observation(facts, result),
  wait: SESSION_WAIT,
  echo: ({ app, resource }) => `convox resources console ${shellWord(resource.name)} -a ${shellWord(app)}`,
});

/** Between the first colon after the scheme and the last `@`: passwords stand in such URLs as they are. */
function passwordOf(url: string): readonly string[] {
  const [, password] = /:\/\/[^:@/]*:(.*)@/s.exec(url) ?? [];
  return password === undefined || password === '' ? [] : [password];
}
