import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { authenticate, type Principal } from '../wire/authentication.ts';
import { FrameSocket } from '../wire/frame-socket.ts';
import type { Options } from '../wire/options.ts';
import { unauthorized } from '../wire/rack-error.ts';
import type { SimulatedRack } from '../world/simulated-rack.ts';
import type { Call, SocketRoute } from './call.ts';
import type { Relay } from './rack-server.ts';

export interface SocketAdmission {
  readonly route: SocketRoute;
  readonly params: Readonly<Record<string, string>>;
  readonly options: Options;
  readonly relay: Relay;
  readonly dropAfterFrames: number | undefined;
}

const SETTINGS = { noServer: true, perMessageDeflate: false, skipUTF8Validation: true, clientTracking: false } as const;

/** Takes upgrades: first the 101, then everything else, refusals included, in-band (convox-api.md 2.1). */
export class SocketDoor {
  readonly #rack: SimulatedRack;
  readonly #pause: (ms: number) => Promise<void>;
  readonly #answering = new WebSocketServer({ ...SETTINGS, autoPong: true });
  readonly #mute = new WebSocketServer({ ...SETTINGS, autoPong: false });
  readonly #open = new Set<WebSocket>();

  constructor(rack: SimulatedRack, pause: (ms: number) => Promise<void>) {
    this.#rack = rack;
    this.#pause = pause;
  }

  dropAll(): void {
    for (const socket of this.#open) socket.terminate();
  }

  open(request: IncomingMessage, socket: Socket, head: Buffer, admission: SocketAdmission): void {
    if (!originAllowed(request)) {
      refuseOrigin(socket);
      return;
    }
    const reads = admission.route.reads === true && request.headers['disable-stdin'] !== 'true';
    const server = reads ? this.#answering : this.#mute;
    server.handleUpgrade(request, socket, head, (ws) => {
      this.#open.add(ws);
      ws.once('close', () => this.#open.delete(ws));
      // A handler that does not read never sees the client's close frame either, so it does not answer it.
      if (!reads) ws.close = () => {};
      void this.#run(request, new FrameSocket(ws, admission.dropAfterFrames), admission);
    });
  }

  async #run(request: IncomingMessage, socket: FrameSocket, admission: SocketAdmission): Promise<void> {
    const { route, params, options, relay } = admission;
    const now = this.#rack.settle();
    try {
      const principal = relay.principal ?? authenticate(request.headers.authorization, this.#rack, now);
      this.#checkRole(principal, route);
      const call: Call = {
        rack: this.#rack,
        principal,
        options,
        headers: request.headers,
        body: Buffer.alloc(0),
        now,
        params,
        pause: this.#pause,
      };
      await route.open(call, socket);
    } catch (error) {
      socket.fail(error instanceof Error ? error.message : String(error));
    }
  }

  /** Before 3.24.6 a read token could exec. */
  #checkRole(principal: Principal, route: SocketRoute): void {
    const needed = route.writes === true && this.#rack.generation.since('3.24.6') ? 'w' : 'r';
    if (!principal.role.includes(needed)) throw unauthorized();
  }
}

function originAllowed(request: IncomingMessage): boolean {
  const { origin, host } = request.headers;
  if (origin === undefined || origin === '') return true;
  try {
    return new URL(origin).host.toLowerCase() === (host ?? '').toLowerCase();
  } catch {
    return false;
  }
}

function refuseOrigin(socket: Socket): void {
  const body = 'Forbidden\nERROR: websocket: request origin not allowed by Upgrader.CheckOrigin\n';
  socket.end(
    `HTTP/1.1 403 Forbidden\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}
