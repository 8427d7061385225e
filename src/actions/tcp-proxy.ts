import { clientsOfPort, clientsOfType } from '../domain/database-client.ts';
import { Failure } from '../domain/failure.ts';
import { PROXY_ROUTE } from '../protocol/proxy-socket.ts';
import { checkProxyTarget, isPort, type ProxyTarget, proxyTargetOf } from '../protocol/proxy-target.ts';
import type { ActionField } from './action-field.ts';
import { type Action, type ActionContext, defineAction, type PlannedCommand } from './define-action.ts';
import { shellWord } from './shell-word.ts';

interface Facts {
  readonly target: ProxyTarget;
  /** `database of shop`. */
  readonly name: string;
  /** Absent: any free one. */
  readonly localPort: number | undefined;
  /** Clients of what it leads to. */
  readonly clients: readonly string[];
  readonly echo: string;
}

interface Result {
  readonly address: string;
}

const LOCAL_PORT: ActionField = {
  id: 'port',
  label: 'Local port',
  kind: 'number',
  required: false,
  help: 'Port on this machine. Empty: any free one.',
  check: (value) => (isPort(Number(value)) ? undefined : 'Local port must be between 1 and 65535'),
};

const TO: ActionField = {
  id: 'to',
  label: 'To',
  kind: 'text',
  required: true,
  help: 'host:port as seen from inside the cluster.',
  check: (value) => (targetIn(value) ? undefined : 'To must be host:port'),
};

/** `db.internal:5432`, `[fd00::1]:80`. */
function targetIn(text: string): ProxyTarget | undefined {
  const [, host, port] = /^(\[[0-9a-f:.]+\]|[\w.-]+):(\d{1,5})$/i.exec(text.trim()) ?? [];
  return host !== undefined && isPort(Number(port)) ? { host, port: Number(port) } : undefined;
}

function localPort({ input }: ActionContext): number | undefined {
  return input.port ? Number(input.port) : undefined;
}

function givenTarget({ input }: ActionContext): ProxyTarget {
  const target = targetIn(input.to ?? '');
  if (target) return target;
  throw new Failure({ kind: 'usage', what: 'There is nothing to lead to', next: 'Give it as host:port.' });
}

/** Its name, and where that is: once where both are the same. */
function whereTo(name: string, { host, port }: ProxyTarget): string {
  const address = `${host}:${port}`;
  return name === address ? address : `${name} (${address})`;
}

function portPart({ localPort: port }: Pick<Facts, 'localPort'>): string {
  return port === undefined ? '' : ` --port ${port}`;
}

/**
 * Whoever may not run `psql` must not come to the same place through a port. By its own name (`proxy db.internal:5433`) a rule
 * can also mean ports that tell nothing.
 */
function judgedAs(target: ProxyTarget | undefined, clients: readonly string[] | undefined): PlannedCommand {
  if (!target) return { service: undefined, command: 'proxy', commandPending: true };
  const alike = new Set([...(clients ?? []), ...clientsOfPort(target.port)]);
  return { service: undefined, command: `proxy ${target.host}:${target.port}`, alike: [...alike] };
}

type ProxyKind = Pick<Action<Facts, Result>, 'id' | 'title' | 'about' | 'on' | 'subject' | 'gather'> & {
  readonly fields: readonly ActionField[];
  readonly initial?: (context: ActionContext) => Promise<Readonly<Record<string, string>>>;
};

/** A listener on this machine whose connections go through the rack to one place (convox-api.md 2.6); no gateway passes it on. */
function tcpProxy(kind: ProxyKind): Action<Facts, Result> {
  return defineAction<Facts, Result>({
    ...kind,
    tier: 1,
    bulk: false,
    permissions: ['convox:proxy:connect'],
    routes: [PROXY_ROUTE],
    preview: ({ name, target, localPort: port }, { rack }) => ({
      headline: `Lead ${port === undefined ? 'a free port' : `port ${port}`} of this machine to ${name} on ${rack.name}`,
      effects: [
        `127.0.0.1${port === undefined ? '' : `:${port}`} leads to ${target.host}:${target.port} through the rack until it is stopped or rackdeck ends.`,
      ],
      warnings: ['Whoever may use this machine may use the port, too.'],
    }),
    command: ({ input }, facts) => judgedAs(facts?.target ?? targetIn(input.to ?? ''), facts?.clients),
    changes: () => [{ route: PROXY_ROUTE, times: 1 }],
    run: async ({ target, name, localPort: port }, { sockets, interaction, rack, note }) => {
      checkProxyTarget(target);
      const proxy = await sockets.proxy({ target, ...(port === undefined ? {} : { localPort: port }) });
      const address = interaction.keepProxy(`${rack.name} > ${name}`, proxy);
      note(`${address} listens`);
      return { address };
    },
    observe: async ({ target, name }, result) =>
      result
        ? {
            state: 'done',
            words: `${result.address} leads to ${whereTo(name, target)}; the first connection shows whether the rack reaches it.`,
          }
        : { state: 'unknown', words: 'Whether something listens is not known.' },
    wait: { firstMs: 0, everyMs: 1_000, deadlineMs: 0, steady: 1 },
    echo: ({ echo }) => echo,
  });
}

export const resourceProxy = tcpProxy({
  id: 'resource.proxy',
  title: 'Proxy to the resource',
  about: 'opens a port on this machine that leads to a database or cache of an app',
  on: ['resources'],
  subject: 'resource',
  fields: [LOCAL_PORT],
  gather: async (context) => {
    const { reads, subjects, signal } = context;
    const [subject] = subjects;
    const app = subject?.app ?? '';
    const resource = await reads.backingResource(app, subject?.id ?? '', { signal });
    const port = localPort(context);
    return {
      target: proxyTargetOf(resource.url),
      name: `${resource.name} of ${app}`,
      localPort: port,
      clients: clientsOfType(resource.type),
      echo: `convox resources proxy ${shellWord(resource.name)} -a ${shellWord(app)}${portPart({ localPort: port })}`,
    };
  },
});

function generalEcho({ host, port }: ProxyTarget, local: number | undefined): string {
  return `convox proxy ${local === undefined ? '' : `${local}:`}${shellWord(host)}:${port}`;
}

export const processProxy = tcpProxy({
  id: 'process.proxy',
  title: 'Proxy to the process',
  about: 'opens a port on this machine that leads to a port of one process',
  on: ['processes'],
  subject: 'process',
  fields: [TO, LOCAL_PORT],
  initial: async ({ reads, subjects, signal }): Promise<Readonly<Record<string, string>>> => {
    const [subject] = subjects;
    const { host, ports } = await reads.process(subject?.app ?? '', subject?.id ?? '', { signal });
    const port = ports[0]?.split(':').at(-1) ?? '';
    return host === '' ? {} : { to: `${host}:${port}` };
  },
  gather: async (context) => {
    const target = givenTarget(context);
    const port = localPort(context);
    const [subject] = context.subjects;
    return {
      target,
      name: `${subject?.id} of ${subject?.app}`,
      localPort: port,
      clients: [],
      echo: generalEcho(target, port),
    };
  },
});

export const rackProxy = tcpProxy({
  id: 'rack.proxy',
  title: 'Proxy into the cluster',
  about: 'opens a port on this machine that leads to any host and port inside the cluster',
  on: [],
  subject: 'none',
  fields: [TO, LOCAL_PORT],
  gather: async (context) => {
    const target = givenTarget(context);
    const port = localPort(context);
    return {
      target,
      name: `${target.host}:${target.port}`,
      localPort: port,
      clients: [],
      echo: generalEcho(target, port),
    };
  },
});
