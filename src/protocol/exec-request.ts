import { encodeHeaders, fillPath, type Options } from './option-encoding.ts';

/** Cells. Only the size at the start counts: the protocol has no message for a later one (convox-api.md 2.5). */
export interface TerminalSize {
  readonly rows: number;
  readonly columns: number;
}

/** Something to talk to on a rack (convox-api.md 2.5). */
export type ExecRequest = ProcessExec | InstanceShell | ResourceConsole;

export interface ProcessExec {
  readonly kind: 'process';
  readonly app: string;
  /** Process id, or a service name for any running process of it. */
  readonly process: string;
  /** One line, split into words by the rack without a shell: `sh -c '...'` for pipes. */
  readonly command: string;
  /** Default true. For captured commands: false, together with `disableStdin`. */
  readonly tty?: boolean;
  readonly size?: TerminalSize;
  /** Since 3.19.7; older racks ignore it. */
  readonly disableStdin?: boolean;
  /** Prepends the entry point of the build, as `run` does. Default false. */
  readonly entrypoint?: boolean;
}

export interface InstanceShell {
  readonly kind: 'instance';
  readonly instance: string;
  /** Absent: a login shell. */
  readonly command?: string;
  readonly size?: TerminalSize;
  /** PEM; required on v3 racks. Sent once, never shown. */
  readonly privateKey?: string;
}

export interface ResourceConsole {
  readonly kind: 'resource';
  readonly app: string;
  readonly resource: string;
  readonly size?: TerminalSize;
}

/** The routes as a confirmation names them; the braces are part of the name. */
export const EXEC_ROUTES = {
  process: 'SOCKET /apps/{app}/processes/{pid}/exec',
  instance: 'SOCKET /instances/{id}/shell',
  resource: 'SOCKET /apps/{app}/resources/{name}/console',
} as const satisfies Readonly<Record<ExecRequest['kind'], string>>;

/** One socket to open: where, with which header options, and in which words it fails. */
export interface SocketRequest {
  /** Percent-encoded, relative to the base URL. */
  readonly path: string;
  /** `SOCKET /apps/shop/processes/web-1/exec`. */
  readonly where: string;
  /** Continues "Could not ...". */
  readonly doing: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Values of `headers` that no error text may quote. */
  readonly secrets: readonly string[];
}

/** Throws a `usage` Failure for a name or command that cannot be sent. */
export function execSocketRequest(request: ExecRequest): SocketRequest {
  const [path, doing] = placeOf(request);
  const headers = encodeHeaders({ ...sizeOptions(request.size), ...optionsOf(request) });
  const key = headers['Private-Key'];
  return { path, where: `SOCKET ${path}`, doing, headers, secrets: key === undefined ? [] : [key] };
}

function placeOf(request: ExecRequest): readonly [path: string, doing: string] {
  switch (request.kind) {
    case 'process': {
      const { app, process: pid } = request;
      return [fillRoute('process', { app, pid }), `run a command in ${pid} of ${app}`];
    }
    case 'instance':
      return [fillRoute('instance', { id: request.instance }), `open a shell on ${request.instance}`];
    case 'resource': {
      const { app, resource: name } = request;
      return [fillRoute('resource', { app, name }), `open the console of ${name} in ${app}`];
    }
  }
}

function fillRoute(kind: ExecRequest['kind'], variables: Readonly<Record<string, string>>): string {
  return fillPath(EXEC_ROUTES[kind].slice('SOCKET '.length), variables);
}

function optionsOf(request: ExecRequest): Options {
  switch (request.kind) {
    case 'process':
      return {
        Command: request.command,
        Tty: request.tty ?? true,
        Entrypoint: request.entrypoint ? true : undefined,
        'Disable-Stdin': request.disableStdin ? true : undefined,
      };
    case 'instance':
      return {
        Command: request.command,
        'Private-Key':
          request.privateKey === undefined ? undefined : Buffer.from(request.privateKey, 'utf8').toString('base64'),
      };
    case 'resource':
      return {};
  }
}

/** Both or none: the rack ignores one without the other. */
function sizeOptions(size: TerminalSize | undefined): Options {
  if (size === undefined || size.rows < 1 || size.columns < 1) return {};
  return { Height: Math.floor(size.rows), Width: Math.floor(size.columns) };
}
