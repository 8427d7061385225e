import { Agent, type AgentOptions, type ClientRequest, type IncomingMessage, request as openRequest } from 'node:http';
import type { Socket } from 'node:net';
import type { HttpAnswer } from './http-call.ts';

export interface ConnectionSettings {
  /** Most sockets at a time; further requests wait for one. */
  readonly most: number;
  /** From the look-up of the name to the end of the TLS handshake. */
  readonly connectTimeoutMs: number;
  /** An idle socket is closed after this long, or sooner where the server's `Keep-Alive` header says so. */
  readonly keepAliveMs: number;
  /** TLS: verify the certificate. */
  readonly verified: boolean;
}

export interface OutgoingRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array | null;
}

export interface RequestControl {
  /** Ends the exchange with this error; once it has ended nothing happens. */
  abort(reason: Error): void;
}

/** Told in this order; the last one is either the end or the error, and comes once. */
export interface ExchangeHandler {
  /** A connection takes the request up: nothing of it has left before. */
  onRequestStart(control: RequestControl): void;
  onResponseStart(control: RequestControl, status: number, headers: HttpAnswer['headers']): void;
  onResponseData(control: RequestControl, chunk: Buffer): void;
  onResponseEnd(): void;
  onResponseError(control: RequestControl, error: Error): void;
}

/** `code` as the system's own. */
class ConnectTimeout extends Error {
  override readonly name = 'ConnectTimeout';
  readonly code = 'ETIMEDOUT';
}

/** Node reports most broken connections so itself. */
class ConnectionClosed extends Error {
  override readonly name = 'ConnectionClosed';
  readonly code = 'ECONNRESET';
}

/**
 * The kept-alive connections to one origin, by Node's own HTTP client. Its parser is part of Node: a command that asks three
 * things has neither a package nor WebAssembly to load first (start-up budget P3).
 */
export class HttpConnections {
  readonly #origin: URL;
  readonly #secure: boolean;
  readonly #settings: ConnectionSettings;
  readonly #underWay = new Set<ClientRequest>();
  readonly #connected = new WeakSet<Socket>();
  #agent: Agent | undefined;

  constructor(origin: string, settings: ConnectionSettings) {
    this.#origin = new URL(origin);
    this.#secure = this.#origin.protocol === 'https:';
    this.#settings = settings;
  }

  dispatch(outgoing: OutgoingRequest, handler: ExchangeHandler): void {
    const { request, control, finish } = this.#open(outgoing, handler);
    request.once('socket', (socket) => {
      this.#whenConnected(request, socket, () => handler.onRequestStart(control));
    });
    let answered = false;
    request.once('response', (response) => {
      answered = true;
      handler.onResponseStart(control, response.statusCode ?? 0, headersOf(response.rawHeaders));
      response.on('data', (chunk: Buffer) => handler.onResponseData(control, chunk));
      response.once('end', () => finish(undefined));
      response.once('error', finish);
      response.once('close', () => finish(new ConnectionClosed('closed in the middle of an answer')));
    });
    request.once('close', () => {
      if (!answered) finish(new ConnectionClosed('closed before an answer'));
    });
    request.end(outgoing.body ?? undefined);
  }

  /** Idempotent. Requests under way and waiting ones end with an error. */
  destroy(): void {
    for (const request of this.#underWay) request.destroy();
    this.#agent?.destroy();
  }

  #open({ method, path, headers, body }: OutgoingRequest, handler: ExchangeHandler) {
    const { hostname, port } = this.#origin;
    this.#agent ??= this.#createAgent();
    const request = (this.#secure ? https().request : openRequest)({
      method,
      path,
      // Node leaves out the length of a DELETE's body.
      headers: body === null ? headers : { ...headers, 'content-length': String(Buffer.byteLength(body)) },
      // An IPv6 address stands in brackets in a URL and without them in a socket's options.
      host: hostname.replace(/^\[|\]$/g, ''),
      port: port || (this.#secure ? 443 : 80),
      agent: this.#agent,
    });
    let ended = false;
    const finish = (error: Error | undefined): void => {
      if (ended) return;
      ended = true;
      this.#underWay.delete(request);
      if (error) handler.onResponseError(control, error);
      else handler.onResponseEnd();
    };
    const control: RequestControl = {
      abort: (reason) => {
        if (ended) return;
        request.destroy();
        finish(reason);
      },
    };
    this.#underWay.add(request);
    // An error may follow the one that ended the exchange, for example from a socket that was torn down.
    request.on('error', finish);
    return { request, control, finish };
  }

  #createAgent(): Agent {
    const { most, keepAliveMs, verified } = this.#settings;
    const options: AgentOptions = { keepAlive: true, maxSockets: most, timeout: keepAliveMs };
    return this.#secure ? new (https().Agent)({ ...options, rejectUnauthorized: verified }) : new Agent(options);
  }

  #whenConnected(request: ClientRequest, socket: Socket, start: () => void): void {
    if (this.#connected.has(socket)) {
      start();
      return;
    }
    const timer = setTimeout(() => request.destroy(new ConnectTimeout()), this.#settings.connectTimeoutMs);
    socket.once('close', () => clearTimeout(timer));
    socket.once(this.#secure ? 'secureConnect' : 'connect', () => {
      clearTimeout(timer);
      this.#connected.add(socket);
      start();
    });
  }
}

/** Every value of a header that came twice, where Node's own view keeps the first of some and joins others. */
function headersOf(raw: IncomingMessage['rawHeaders']): HttpAnswer['headers'] {
  const headers: Record<string, string | string[]> = Object.create(null);
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const name = (raw[at] ?? '').toLowerCase();
    const value = raw[at + 1] ?? '';
    const known = headers[name];
    headers[name] = known === undefined ? value : [...(typeof known === 'string' ? [known] : known), value];
  }
  return headers;
}

/** TLS takes long to load, and a rack on this machine does without. */
function https(): typeof import('node:https') {
  return process.getBuiltinModule('node:https');
}
