import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Outage } from '../faults.ts';
import { readBody } from '../rack/exchange.ts';
import { oneAnswer, type RackServer, target } from '../rack/rack-server.ts';
import { type RecordedRequest, recordedBody, redactHeaders } from '../recorded-request.ts';
import { basicCredentials } from '../wire/authentication.ts';
import { Options } from '../wire/options.ts';
import { RackError } from '../wire/rack-error.ts';
import { badGateway, empty, errorReply, json, type Reply, rawJson } from '../wire/reply.ts';
import { generationOf } from '../wire/version.ts';
import { hexText } from '../world/names.ts';
import { rackDomain } from '../world/shape.ts';
import { consoleRoutes } from './console-routes.ts';
import type { ConsoleRack, ConsoleWorld } from './console-world.ts';

export interface ConsoleServerOptions {
  readonly record: (request: RecordedRequest) => void;
  readonly now: () => number;
}

const SESSION_PATH = '/session';
const NEWEST = generationOf('dev');
const RELAYED = { principal: { user: 'console', role: 'rwa' }, via: 'console' } as const;

/** A console: its own list of racks, and a relay to each of them by `Rack` header (convox-api.md 7.5). */
export class ConsoleServer implements Outage {
  readonly world: ConsoleWorld;
  readonly #racks: ReadonlyMap<string, RackServer>;
  readonly #options: ConsoleServerOptions;
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;
  #port = 0;

  constructor(world: ConsoleWorld, racks: readonly RackServer[], options: ConsoleServerOptions) {
    this.world = world;
    this.#racks = new Map(racks.map((server) => [server.rack.name, server]));
    this.#options = options;
  }

  /** `http://127.0.0.1:<port>` */
  get host(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  async comeUp(): Promise<void> {
    if (this.#server !== undefined) return;
    const server = createServer();
    server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
    server.on('request', (request, response) => void this.#serve(request, response));
    server.on('upgrade', (request, socket, head) => void this.#upgrade(request, socket as Socket, head));
    this.#server = server;
    server.listen(this.#port, '127.0.0.1');
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
    await closed;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const refusal = this.#refusal(request);
      const relay = refusal === undefined ? this.#relayOf(request) : undefined;
      if (relay?.isUp) return await relay.serve(request, response, RELAYED);
      const body = await readBody(request);
      const { path, query } = target(request);
      this.#record(request, 'http', path, query, body);
      const reply = refusal ?? (relay !== undefined ? badGateway() : await this.#own(request, path, query, body));
      send(response, reply);
    } catch {
      request.socket.destroy();
    }
  }

  async #upgrade(request: IncomingMessage, socket: Socket, head: Buffer): Promise<void> {
    socket.on('error', () => socket.destroy());
    const refusal = this.#refusal(request);
    const relay = this.#relayOf(request);
    if (refusal === undefined && relay !== undefined && relay.isUp)
      return relay.upgrade(request, socket, head, RELAYED);
    const { path, query } = target(request);
    this.#record(request, 'ws', path, query, Buffer.alloc(0));
    send(oneAnswer(request, socket), refusal ?? (relay === undefined ? empty(404) : badGateway()));
  }

  /** What stands before every route: credentials, expiry, the session challenge. */
  #refusal(request: IncomingMessage): Reply | undefined {
    const { accept } = request.headers;
    const { path } = target(request);
    if (this.world.tokenExpired) return errorReply(new RackError(401, 'cli token is expired'), NEWEST, accept);
    if (basicCredentials(request.headers.authorization)?.password !== this.world.token) {
      return errorReply(new RackError(401, 'invalid authentication'), NEWEST, accept);
    }
    if (this.world.challenge === 'none' || path === '/auth' || path === SESSION_PATH) return undefined;
    if (this.world.sessions.has(String(request.headers.session ?? ''))) return undefined;
    const challenge = `Session path="${SESSION_PATH}" token="${this.world.challenge === 'u2f'}"`;
    return errorReply(new RackError(401, 'session required', { 'WWW-Authenticate': challenge }), NEWEST, accept);
  }

  /** The rack that a request is for; undefined for the console's own routes. */
  #relayOf(request: IncomingMessage): RackServer | undefined {
    const name = request.headers.rack;
    const { path } = target(request);
    if (typeof name !== 'string' || name === '' || path === SESSION_PATH) return undefined;
    const entry = this.world.racks.get(name);
    return entry && (this.#racks.get(name) ?? this.#movedHere(entry));
  }

  /** One that was handed over with its state: reached at the address in it. */
  #movedHere({ state }: ConsoleRack): RackServer | undefined {
    const host = hostIn(Buffer.from(state ?? '', 'base64').toString('utf8'));
    return [...this.#racks.values()].find(
      ({ rack, url }) => host === `api.${rackDomain(rack)}` || host === new URL(url).host,
    );
  }

  async #own(request: IncomingMessage, path: string, query: string, body: Buffer): Promise<Reply> {
    const method = request.method ?? 'GET';
    try {
      const rack = request.headers.rack;
      if (typeof rack === 'string' && rack !== '' && path !== SESSION_PATH) {
        throw new RackError(404, `rack not found: ${rack}`);
      }
      if (path === SESSION_PATH) return this.#session(method, request, body);
      const options = await Options.read({ method, query, body, headers: request.headers });
      const onPath = consoleRoutes.filter((route) => route.path.test(path));
      const route = onPath.find((candidate) => candidate.method === method);
      if (route === undefined) return empty(onPath.length === 0 ? 404 : 405);
      const params = { ...route.path.exec(path)?.groups };
      return route.handle({ world: this.world, options, params });
    } catch (error) {
      return errorReply(error, NEWEST, request.headers.accept);
    }
  }

  /** GET hands out a second-factor request, POST answers it; without one an empty POST is enough. */
  #session(method: string, request: IncomingMessage, body: Buffer): Reply {
    const { world } = this;
    if (method === 'GET') {
      world.expectedChallenge = hexText(world.random, 16);
      const reply = rawJson(Buffer.from(JSON.stringify({ appId: this.host, challenge: world.expectedChallenge })));
      return { ...reply, headers: { ...reply.headers, Challenge: world.expectedChallenge } };
    }
    if (method !== 'POST') return empty(405);
    if (world.challenge === 'u2f' && (request.headers.challenge !== world.expectedChallenge || body.length === 0)) {
      throw new RackError(401, 'invalid challenge response');
    }
    return json({ id: world.newSession() });
  }

  #record(request: IncomingMessage, kind: 'http' | 'ws', path: string, query: string, body: Buffer): void {
    this.#options.record({
      server: 'console',
      rack: String(request.headers.rack ?? ''),
      kind,
      method: request.method ?? 'GET',
      path,
      query,
      headers: redactHeaders(request.headers),
      body: recordedBody(body),
      at: this.#options.now(),
    });
  }
}

function hostIn(state: string): string | undefined {
  try {
    const { outputs } = JSON.parse(state) as { outputs?: { api?: { value?: string } } };
    return new URL(outputs?.api?.value ?? '').host;
  } catch {
    return undefined;
  }
}

function send(response: ServerResponse, reply: Reply): void {
  response.writeHead(reply.status, { ...reply.headers, 'Content-Length': String(reply.body.length) });
  response.end(reply.body);
}
