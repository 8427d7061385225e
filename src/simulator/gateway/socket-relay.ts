import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type RawData, WebSocket, WebSocketServer } from 'ws';
import { trackApproval } from './approval-gate.ts';
import type { AuthenticatedCall } from './call.ts';
import { fromRack, toRackSocket } from './forwarded-headers.ts';
import type { GatewayState } from './gateway-state.ts';
import { admit, enforcePolicy, type ProxiedCall } from './proxied-call.ts';
import { auditProxied } from './proxy-handler.ts';
import { failure, Refused, type Reply } from './reply.ts';

const DIAL_LIMIT_MS = 10_000;
const DIAL_REDIRECTS = 3;
/** Bytes waiting for one side before the other is paused, and until it goes on. */
const PAUSE_ABOVE = 1024 * 1024;
const RESUME_BELOW = 256 * 1024;

export interface UpgradeParts {
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  readonly head: Buffer;
}

/** Joins a client's WebSocket to one on the rack, frame by frame (gateway.md 6.8). */
export class SocketRelay {
  readonly #state: GatewayState;
  readonly #open = new Set<WebSocket>();

  constructor(state: GatewayState) {
    this.#state = state;
  }

  /** Dials the rack before it answers the client; throws `Refused` with the ordinary HTTP answer otherwise. */
  async relay(call: AuthenticatedCall, path: string, parts: UpgradeParts): Promise<void> {
    const state = this.#state;
    const admitted = admit(state, call, 'SOCKET', path);
    try {
      enforcePolicy(state, admitted);
    } catch (error) {
      auditProxied(state, admitted, error instanceof Refused ? error.reply.status : 500);
      throw error;
    }
    if (state.faults.certificateMismatch) throw new Refused(failure(502, 'rack certificate verification failed'));
    const offered = parts.request.headers['sec-websocket-protocol'];
    await this.#dial(admitted, offered === undefined ? [] : offered.split(',').map((name) => name.trim()), (rack) => {
      auditProxied(state, admitted, 101);
      if (admitted.approval !== undefined) {
        trackApproval(state, admitted.approval, admitted.match, admitted.headers, undefined);
      }
      this.#join(rack, parts, call.requestId);
    });
  }

  close(): void {
    for (const socket of this.#open) socket.terminate();
    this.#open.clear();
  }

  #dial(call: ProxiedCall, protocols: string[], opened: (rack: WebSocket) => void): Promise<void> {
    const state = this.#state;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const rack = new WebSocket(state.rack.socketUrl(call.path, call.search), protocols, {
      headers: toRackSocket(call.headers, {
        authorization: state.rack.authorization,
        'x-user-email': call.identity.user.email,
        'x-request-id': call.requestId,
      }),
      followRedirects: true,
      maxRedirects: DIAL_REDIRECTS,
      handshakeTimeout: DIAL_LIMIT_MS,
      perMessageDeflate: false,
      rejectUnauthorized: false,
      skipUTF8Validation: true,
    });
    this.#track(rack);
    rack.on('error', (error) =>
      reject(new Refused(failure(500, `failed to dial upstream websocket: ${error.message}`))),
    );
    rack.on('unexpected-response', (_request, response) => {
      reject(new Refused(relayedRefusal(response)));
      response.on('close', () => rack.terminate());
    });
    // Joined in the same tick: the rack's first frames may follow its handshake at once.
    rack.on('open', () => {
      opened(rack);
      resolve();
    });
    return promise;
  }

  #join(rack: WebSocket, { request, socket, head }: UpgradeParts, requestId: string): void {
    if (socket.destroyed) {
      rack.terminate();
      return;
    }
    const server = new WebSocketServer({
      noServer: true,
      perMessageDeflate: false,
      skipUTF8Validation: true,
      clientTracking: false,
      handleProtocols: () => (rack.protocol === '' ? false : rack.protocol),
    });
    server.on('headers', (lines) => lines.push(`X-Request-ID: ${requestId}`));
    server.handleUpgrade(request, socket, head, (client) => {
      this.#track(client);
      rack.on('message', (data, isBinary) => pass(rack, client, data, isBinary));
      client.on('message', (data, isBinary) => pass(client, rack, data, isBinary));
      // No close frame: the client sees 1006 however the rack ended (gateway.md 6.8).
      rack.on('close', () => drainThenDrop(client, socket));
      client.on('close', () => rack.terminate());
      client.on('error', () => client.terminate());
    });
  }

  #track(socket: WebSocket): void {
    this.#open.add(socket);
    socket.on('close', () => this.#open.delete(socket));
  }
}

/** Ends the connection after what was already relayed, without a WebSocket close. */
function drainThenDrop(client: WebSocket, socket: Duplex): void {
  if (client.readyState !== WebSocket.OPEN) return;
  socket.end();
}

/** Relays one frame; a target that reads too slowly stops its source for a while. */
function pass(source: WebSocket, target: WebSocket, data: RawData, binary: boolean): void {
  if (target.readyState !== WebSocket.OPEN) return;
  const bytes = Array.isArray(data) ? Buffer.concat(data) : data;
  target.send(bytes, { binary }, () => {
    if (source.isPaused && target.bufferedAmount <= RESUME_BELOW) source.resume();
  });
  if (target.bufferedAmount > PAUSE_ABOVE) source.pause();
}

function relayedRefusal(response: IncomingMessage): Reply {
  return { status: response.statusCode ?? 502, headers: fromRack(response.headers), body: response };
}
