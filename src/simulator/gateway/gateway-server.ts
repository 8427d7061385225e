import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { authenticateOwn, authenticateProxy } from './authentication.ts';
import { BROWSER_PAGES, otherAppPage } from './browser-pages.ts';
import { type AuthenticatedCall, type Call, header } from './call.ts';
import type { GatewayState } from './gateway-state.ts';
import { LOGIN_ROUTES } from './login-routes.ts';
import { refuseUnenrolledOwn, requireOwnMfa } from './mfa-gate.ts';
import { matchOwnRoute } from './own-routes.ts';
import { handleProxied } from './proxy-handler.ts';
import { empty, failure, html, json, Refused, type Reply, writeRefusedUpgrade, writeReply } from './reply.ts';
import type { SocketRelay } from './socket-relay.ts';

const API = '/api/v1';
const PROXY = `${API}/rack-proxy`;
const DOMAINS = new Set(['127.0.0.1', 'localhost']);

/** Answers one request; the order of the checks is that of gateway.md 1 and 5.3. */
export async function answer(state: GatewayState, call: Call, gone: AbortSignal): Promise<Reply> {
  refuseFromOutside(state, call);
  const pageFor = BROWSER_PAGES[`${call.method} ${call.path}`];
  if (pageFor !== undefined) return pageFor(state, call);
  if (call.method === 'GET' && call.path.startsWith('/app/')) return otherAppPage(state);
  if (call.method === 'GET' && call.path === `${API}/health`)
    return json(200, { status: 'ok', service: 'rack-gateway' });
  if (call.path.startsWith(`${PROXY}/`)) {
    const identity = authenticateProxy(state, call);
    return handleProxied(state, { ...call, identity }, proxiedPath(call), gone);
  }
  return call.path.startsWith(`${API}/`) ? answerOwn(state, call) : empty(404);
}

async function answerOwn(state: GatewayState, call: Call): Promise<Reply> {
  const path = call.path.slice(API.length);
  const login = LOGIN_ROUTES[`${call.method} ${path}`];
  if (login !== undefined) {
    limit(state, call, 'auth');
    return login(state, call);
  }
  const match = matchOwnRoute(call.method, path);
  if (match === undefined) return empty(404);
  if (match.route.limit !== undefined) limit(state, call, match.route.limit);
  const identity = authenticateOwn(state, call);
  refuseUnenrolledOwn(state, identity, path);
  requireOwnMfa(state, call, identity, match.route.mfa);
  return match.route.handle(state, { ...call, identity }, match.parameters);
}

/** An upgrade below the proxy; anything else is refused with an ordinary HTTP response. */
export async function answerUpgrade(
  state: GatewayState,
  relay: SocketRelay,
  call: Call,
  parts: { request: IncomingMessage; socket: Duplex; head: Buffer },
): Promise<void> {
  refuseFromOutside(state, call);
  if (!call.path.startsWith(`${PROXY}/`)) throw new Refused(empty(404));
  const authenticated: AuthenticatedCall = { ...call, identity: authenticateProxy(state, call) };
  await relay.relay(authenticated, proxiedPath(call), parts);
}

/** Decoded once, then appended to the rack URL (gateway.md 6.1). */
function proxiedPath(call: Call): string {
  try {
    return decodeURIComponent(call.path.slice(PROXY.length));
  } catch {
    throw new Refused(empty(400));
  }
}

function limit(state: GatewayState, call: Call, group: string): void {
  if (state.faults.rateLimited || !state.limiter.allows(group, call.ip)) throw new Refused(state.limiter.refusal());
}

function refuseFromOutside(state: GatewayState, call: Call): void {
  if (state.faults.outage) {
    throw new Refused(html(503, '<html><head><title>503 Service Temporarily Unavailable</title></head></html>'));
  }
  if (!DOMAINS.has(hostName(header(call, 'host') ?? ''))) throw new Refused(failure(400, 'invalid host'));
  const origin = header(call, 'origin');
  if (origin === undefined || origin === '') return;
  if (!DOMAINS.has(hostName(origin.replace(/^https?:\/\//, '')))) throw new Refused(failure(400, 'invalid origin'));
}

function hostName(authority: string): string {
  return authority.toLowerCase().replace(/:\d*$/, '');
}

const SECURITY_HEADERS = {
  'content-security-policy': "default-src 'self'; style-src 'self' 'unsafe-inline'; frame-ancestors 'none'",
  'strict-transport-security': 'max-age=63072000; includeSubDomains',
  'x-frame-options': 'DENY',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'strict-origin-when-cross-origin',
};

/** The listening side: reads requests, hands them over, writes answers. */
export class GatewayServer {
  readonly #server: Server;
  #state: GatewayState | undefined;
  #relay: SocketRelay | undefined;
  #record: ((call: Call, kind: 'http' | 'ws') => void) | undefined;

  constructor() {
    this.#server = createServer((request, response) => {
      this.#serve(request, response).catch(() => response.destroy());
    });
    this.#server.on('upgrade', (request, socket, head) => {
      this.#upgrade(request, socket, head).catch(() => socket.destroy());
    });
    this.#server.requestTimeout = 60_000;
    this.#server.headersTimeout = 30_000;
    this.#server.keepAliveTimeout = 120_000;
  }

  async listen(port: number): Promise<string> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#server.once('error', reject);
    this.#server.listen(port, '127.0.0.1', resolve);
    await promise;
    this.#server.off('error', reject);
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Until then requests wait; nobody knows the address earlier. */
  open(state: GatewayState, relay: SocketRelay, record: ((call: Call, kind: 'http' | 'ws') => void) | undefined): void {
    this.#state = state;
    this.#relay = relay;
    this.#record = record;
  }

  /** Drops every connection and stops listening; `listen` with the same port brings it back. */
  async close(): Promise<void> {
    this.#relay?.close();
    if (!this.#server.listening) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#server.close(() => resolve());
    this.#server.closeAllConnections();
    await promise;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const state = this.#state;
    const gone = new AbortController();
    response.on('close', () => gone.abort());
    request.on('error', () => gone.abort());
    response.on('error', () => gone.abort());
    const body = await readBody(request);
    if (state === undefined || body === undefined) {
      response.destroy();
      return;
    }
    const call = readCall(state, request, body);
    this.#record?.(call, 'http');
    const reply = await guarded(() => answer(state, call, gone.signal));
    if (!response.destroyed) await writeReply(withCommonHeaders(reply, call.requestId), request, response);
  }

  async #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const state = this.#state;
    const relay = this.#relay;
    socket.on('error', () => socket.destroy());
    if (state === undefined || relay === undefined) {
      socket.destroy();
      return;
    }
    const call = readCall(state, request, Buffer.alloc(0));
    this.#record?.(call, 'ws');
    try {
      await answerUpgrade(state, relay, call, { request, socket, head });
    } catch (error) {
      const reply = error instanceof Refused ? error.reply : empty(500);
      await writeRefusedUpgrade(withCommonHeaders(reply, call.requestId), socket).catch(() => socket.destroy());
    }
  }
}

/** A panic answers 500 without a body (gateway.md 8.1). */
async function guarded(run: () => Promise<Reply>): Promise<Reply> {
  try {
    return await run();
  } catch (error) {
    return error instanceof Refused ? error.reply : empty(500);
  }
}

function withCommonHeaders(reply: Reply, requestId: string): Reply {
  return { ...reply, headers: { ...reply.headers, ...SECURITY_HEADERS, 'x-request-id': requestId } };
}

function readCall(state: GatewayState, request: IncomingMessage, body: Buffer): Call {
  const target = request.url ?? '/';
  const mark = target.indexOf('?');
  const search = mark < 0 ? '' : target.slice(mark);
  return {
    method: request.method ?? 'GET',
    path: mark < 0 ? target : target.slice(0, mark),
    query: new URLSearchParams(search),
    search,
    headers: request.headers,
    body,
    requestId: state.random.uuid(),
    ip: request.socket.remoteAddress ?? '127.0.0.1',
    startedAt: state.now(),
  };
}

async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Uint8Array[] = [];
  try {
    for await (const chunk of request) chunks.push(chunk);
    return Buffer.concat(chunks);
  } catch {
    return undefined;
  }
}
