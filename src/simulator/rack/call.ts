import type { IncomingHttpHeaders } from 'node:http';
import type { Principal } from '../wire/authentication.ts';
import type { FrameSocket } from '../wire/frame-socket.ts';
import type { Options } from '../wire/options.ts';
import { RackError } from '../wire/rack-error.ts';
import type { Reply } from '../wire/reply.ts';
import type { AppState } from '../world/app.ts';
import type { SimulatedRack } from '../world/simulated-rack.ts';

/** One request on its way to a handler. */
export interface Call {
  readonly rack: SimulatedRack;
  readonly principal: Principal;
  readonly options: Options;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** Milliseconds since the epoch; the rack has settled to it. */
  readonly now: number;
  readonly params: Readonly<Record<string, string>>;
  /** Lets real time pass; ends early when the simulator closes. */
  readonly pause: (ms: number) => Promise<void>;
}

export type HttpHandler = (call: Call) => Reply | Promise<Reply>;
export type SocketHandler = (call: Call, socket: FrameSocket) => void | Promise<void>;

interface RouteBase {
  /** `/apps/{app}/builds/{id}`; `{key:.*}` also spans slashes. */
  readonly pattern: string;
  /** First v3 version that has it. */
  readonly since?: string;
  /** Absent on v2 racks. */
  readonly v3Only?: boolean;
}

export interface HttpRoute extends RouteBase {
  /** `ANY` takes every method. */
  readonly method: string;
  /** `none`: no credentials at all; `any`: credentials but no role; default: `r` for GET, `w` for the rest. */
  readonly access?: 'none' | 'any';
  /** Answers that may be served from the cache until the state changes or a second has passed. */
  readonly cached?: boolean;
  readonly handle: HttpHandler;
}

export interface SocketRoute extends RouteBase {
  /** Needs `w` on racks >= 3.24.6. */
  readonly writes?: boolean;
  /** Reads what the client sends, and therefore answers pings; log sockets do not. */
  readonly reads?: boolean;
  readonly open: SocketHandler;
}

/** A path variable. */
export function variable(call: Call, name: string): string {
  const value = call.params[name];
  if (value === undefined) throw new Error(`the route has no variable {${name}}`);
  return value;
}

/** The app of the path, or 404. */
export function appOf(call: Call): AppState {
  const name = variable(call, 'app');
  const app = call.rack.apps.get(name);
  if (app === undefined) throw new RackError(404, `app not found: ${name}`);
  return app;
}
