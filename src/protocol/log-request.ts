import type { LogSource, LogStreamOptions } from './log-stream.ts';
import { encodeHeaders, fillPath, type Options } from './option-encoding.ts';
import { RACK_ROUTES, type RackRoute } from './rack-routes.ts';

/** One log socket to open: where, with which header options, and what its ends mean. */
export interface LogRequest {
  /** Percent-encoded, relative to the base URL. */
  readonly path: string;
  /** `GET /apps/shop/logs`. */
  readonly where: string;
  readonly doing: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly follow: boolean;
  /** A finite log: its end is ordinary even while following. */
  readonly finite: boolean;
  /** The server follows whatever we ask (convox-api.md 2.4): without `follow`, silence has to end it. */
  readonly endsBySilence: boolean;
}

const DEFAULT_SINCE_MS = 120_000;
/** Per pod: the server's own default of 10 would tear holes into every reconnect. */
const DEFAULT_TAIL = 5_000;
/** The server refuses to follow more pods than this; its own default is 20. */
const MAX_LOG_REQUESTS = 100;

/** Since, Tail and Prefix are always sent: their server defaults lose lines or leave them without a time. */
export function logRequest(source: LogSource, options: LogStreamOptions): LogRequest {
  const { route, variables } = routeOf(source);
  const always: Options = { Follow: options.follow, Prefix: source.kind !== 'build' };
  return {
    path: fillPath(route.pattern, variables),
    where: `GET ${fillPath(route.pattern, variables)}`,
    doing: route.doing.replace(/\{(\w+)\}/g, (_, name: string) => variables[name] ?? ''),
    headers: encodeHeaders({ ...always, ...optionsOf(source, options) }),
    follow: options.follow,
    finite: source.kind === 'build',
    endsBySilence: !options.follow && (source.kind === 'build' || source.kind === 'process'),
  };
}

function optionsOf(source: LogSource, options: LogStreamOptions): Options {
  const since = options.sinceMs ?? DEFAULT_SINCE_MS;
  const tail = options.tail ?? DEFAULT_TAIL;
  const filter = options.filter === undefined || options.filter === '' ? undefined : options.filter;
  switch (source.kind) {
    case 'service':
      return {
        Since: { duration: since },
        Tail: tail,
        Previous: options.previous ? true : undefined,
        Maxlogrequests: MAX_LOG_REQUESTS,
      };
    case 'process':
      // The rack adds Since to now instead of subtracting it; a negative value undoes that (convox-api.md 2.4).
      return { Since: { duration: -since }, Tail: tail, Previous: options.previous ? true : undefined };
    default:
      return { Since: { duration: since }, Tail: tail, Filter: filter };
  }
}

function routeOf(source: LogSource): { readonly route: RackRoute; readonly variables: Record<string, string> } {
  switch (source.kind) {
    case 'app':
      return { route: RACK_ROUTES.appLogs, variables: { app: source.app } };
    case 'service':
      return { route: RACK_ROUTES.serviceLogs, variables: { app: source.app, service: source.service } };
    case 'process':
      return { route: RACK_ROUTES.processLogs, variables: { app: source.app, process: source.process } };
    case 'build':
      return { route: RACK_ROUTES.buildLogs, variables: { app: source.app, build: source.build } };
    case 'rack':
      return { route: RACK_ROUTES.rackLogs, variables: {} };
  }
}
