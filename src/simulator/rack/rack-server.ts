import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FaultEffect, Faults, Outage } from '../faults.ts';
import { type RecordedRequest, recordedBody, redactHeaders } from '../recorded-request.ts';
import { authenticate, type Principal } from '../wire/authentication.ts';
import { Options } from '../wire/options.ts';
import { unauthorized } from '../wire/rack-error.ts';
import { badGateway, empty, errorReply, type Reply } from '../wire/reply.ts';
import type { SimulatedRack } from '../world/simulated-rack.ts';
import { AnswerCache } from './answer-cache.ts';
import type { Call, HttpRoute } from './call.ts';
import { readBody, sendReply } from './exchange.ts';
import { rackRouter } from './routes.ts';
import { SocketDoor } from './socket-door.ts';

export interface RackServerOptions {
  readonly faults: Faults;
  readonly record: (request: RecordedRequest) => void;
  readonly host?: string;
  readonly port?: number;
}

/** How a request got here: directly, or relayed by a console that has checked its own credentials. */
export interface Relay {
  readonly principal?: Principal;
  /** Name of the relaying server, for the record. */
  readonly via?: string;
}

/** A real HTTP/1.1 server on loopback in front of one rack's world. */
export class RackServer implements Outage {
  readonly rack: SimulatedRack;
  readonly #options: RackServerOptions;
  readonly #host: string;
  readonly #stop = new AbortController();
  readonly #sockets = new Set<Socket>();
  readonly #cache: AnswerCache;
  readonly #door: SocketDoor;
  #server: Server | undefined;
  #port: number;

  constructor(rack: SimulatedRack, options: RackServerOptions) {
    this.rack = rack;
    this.#options = options;
    this.#host = options.host ?? '127.0.0.1';
    this.#port = options.port ?? 0;
    this.#cache = new AnswerCache(rack);
    this.#door = new SocketDoor(rack, (ms) => this.#pause(ms));
  }

  get port(): number {
    return this.#port;
  }

  get isUp(): boolean {
    return this.#server !== undefined;
  }

  /** `http://convox:<password>@127.0.0.1:<port>` */
  get url(): string {
    return `http://convox:${this.rack.password}@${this.#host}:${this.#port}`;
  }

  async comeUp(): Promise<void> {
    if (this.#server !== undefined) return;
    const server = createServer({ keepAliveTimeout: 120_000, noDelay: true });
    server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
    server.on('request', (request, response) => void this.serve(request, response));
    server.on('upgrade', (request, socket, head) => void this.upgrade(request, socket as Socket, head));
    this.#server = server;
    server.listen(this.#port, this.#host);
    await once(server, 'listening');
    this.#port = (server.address() as AddressInfo).port;
  }

  async goDown(): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    this.#server = undefined;
    const closed = once(server, 'close');
    server.close();
    for (const socket of this.#sockets) socket.destroy();
    this.#door.dropAll();
    await closed;
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await this.goDown();
    this.#door.dropAll();
  }

  /** Answers one plain request. */
  async serve(request: IncomingMessage, response: ServerResponse, relay: Relay = {}): Promise<void> {
    try {
      const body = await readBody(request);
      const { path, query } = target(request);
      const effects = this.#admit(request, path, query, 'http', body, relay);
      const last = await this.#delay(effects);
      if (last?.kind === 'silence') return;
      if (last?.kind === 'reset') return void request.socket.resetAndDestroy();
      const reply = await this.#answer(request, path, query, body, relay);
      sendReply(response, reply, last, this.rack);
    } catch {
      // A client that went away mid-request, or a closing simulator: nobody is left to answer.
      request.socket.destroy();
    }
  }

  /** Answers one upgrade request: sockets on socket routes, the plain answer on all others. */
  async upgrade(request: IncomingMessage, socket: Socket, head: Buffer, relay: Relay = {}): Promise<void> {
    socket.on('error', () => socket.destroy());
    try {
      await this.#upgraded(request, socket, head, relay);
    } catch {
      socket.destroy();
    }
  }

  async #upgraded(request: IncomingMessage, socket: Socket, head: Buffer, relay: Relay): Promise<void> {
    const { path, query } = target(request);
    const match = this.#socketMatch(request, path);
    if (match === undefined) return this.#plain(request, socket, relay);
    const effects = this.#admit(request, path, query, 'ws', Buffer.alloc(0), relay);
    const last = await this.#delay(effects);
    if (last?.kind === 'silence') return;
    if (last?.kind === 'reset') return void socket.resetAndDestroy();
    if (last?.kind === 'status') {
      return sendReply(oneAnswer(request, socket), badGateway(last.code), last, this.rack);
    }
    const options = await Options.read({ method: 'GET', query, body: Buffer.alloc(0), headers: request.headers });
    const frames = last?.kind === 'drop-after-frames' ? last.frames : undefined;
    this.#door.open(request, socket, head, { ...match, options, relay, dropAfterFrames: frames });
  }

  #socketMatch(request: IncomingMessage, path: string) {
    const decoded = decodePath(path);
    const upgrades = request.method === 'GET' && request.headers.upgrade === 'websocket';
    return upgrades && decoded !== undefined ? rackRouter.socket(decoded, this.rack.generation) : undefined;
  }

  async #plain(request: IncomingMessage, socket: Socket, relay: Relay): Promise<void> {
    await this.serve(request, oneAnswer(request, socket), relay);
  }

  #admit(
    request: IncomingMessage,
    path: string,
    query: string,
    kind: 'http' | 'ws',
    body: Buffer,
    relay: Relay,
  ): FaultEffect[] {
    const method = request.method ?? 'GET';
    this.#options.record({
      server: relay.via ?? this.rack.name,
      rack: this.rack.name,
      kind,
      method,
      path,
      query,
      headers: redactHeaders(request.headers),
      body: recordedBody(body),
      at: this.rack.now(),
    });
    return this.#options.faults.take({ rack: this.rack.name, method, path, kind });
  }

  /** Waits out the latencies and returns the effect that remains. */
  async #delay(effects: readonly FaultEffect[]): Promise<FaultEffect | undefined> {
    for (const effect of effects) if (effect.kind === 'latency') await this.#pause(effect.ms);
    return effects.find((effect) => effect.kind !== 'latency');
  }

  async #answer(request: IncomingMessage, path: string, query: string, body: Buffer, relay: Relay): Promise<Reply> {
    const decoded = decodePath(path);
    if (decoded === undefined) return empty(400);
    const method = request.method ?? 'GET';
    const match = rackRouter.http(method, decoded, this.rack.generation);
    if (match.kind !== 'found') return empty(match.kind === 'unknown' ? 404 : 405);
    const now = this.rack.settle();
    try {
      const principal = this.#principal(match.route, method, request, relay, now);
      const options = await Options.read({ method, query, body, headers: request.headers });
      const call: Call = {
        rack: this.rack,
        principal,
        options,
        headers: request.headers,
        body,
        now,
        params: match.params,
        pause: (ms) => this.#pause(ms),
      };
      const run = (): Reply | Promise<Reply> => match.route.handle(call);
      return match.route.cached === true ? await this.#cache.get(`${decoded}?${query}`, now, run) : await run();
    } catch (error) {
      return errorReply(error, this.rack.generation, request.headers.accept);
    }
  }

  #principal(route: HttpRoute, method: string, request: IncomingMessage, relay: Relay, now: number): Principal {
    if (route.access === 'none') return { user: '', role: '' };
    const principal = relay.principal ?? authenticate(request.headers.authorization, this.rack, now);
    if (route.access !== 'any' && !principal.role.includes(method === 'GET' ? 'r' : 'w')) throw unauthorized();
    return principal;
  }

  async #pause(ms: number): Promise<void> {
    if (ms > 0) await sleep(ms, undefined, { signal: this.#stop.signal });
  }
}

/** A plain answer on a connection that asked for an upgrade; the connection ends with it. */
export function oneAnswer(request: IncomingMessage, socket: Socket): ServerResponse {
  const response = new ServerResponse(request);
  response.shouldKeepAlive = false;
  response.assignSocket(socket);
  response.on('finish', () => socket.end());
  return response;
}

/** Path and raw query; a bare trailing `?` is no query. */
export function target(request: IncomingMessage): { path: string; query: string } {
  const url = request.url ?? '/';
  const mark = url.indexOf('?');
  return mark < 0 ? { path: url, query: '' } : { path: url.slice(0, mark), query: url.slice(mark + 1) };
}

function decodePath(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}
