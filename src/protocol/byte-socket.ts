import type { IncomingMessage } from 'node:http';
import type WebSocket from 'ws';
import { Failure } from '../domain/failure.ts';
import { safeText } from '../domain/safe-text.ts';
import type { ByteSocketEnd, ByteSocketOptions, ByteSocketSink } from './byte-stream.ts';
import { credentialOf } from './credential.ts';
import type { Endpoint, ProtocolDependencies } from './endpoint.ts';
import type { SocketRequest } from './exec-request.ts';
import { classifyRefusal } from './failure-classification.ts';
import { lowerCased } from './http-client.ts';
import { notOpened, readRefusal } from './log-refusal.ts';
import { networkFailure } from './network-failure.ts';
import { redirectFailure } from './redirect.ts';
import type { Asked } from './refusal.ts';
import { SentSecrets } from './sent-secrets.ts';

const ERROR_PREFIX = Buffer.from('ERROR: ');
const MAX_ERROR_FRAME = 8_192;
const MAX_FRAME = 16 * 1_048_576;
/** Bytes waiting for the network above which the writer is asked to stop. */
const HIGH_WATER = 65_536;
const EMPTY = Buffer.alloc(0);

/** One socket of raw bytes both ways (convox-api.md 2.1 to 2.3, gateway.md 6.8). Opened once, never again by itself. */
export class ByteSocket {
  readonly #endpoint: Endpoint;
  readonly #dependencies: ProtocolDependencies;
  readonly #request: SocketRequest;
  readonly #sink: ByteSocketSink;
  readonly #options: ByteSocketOptions;
  readonly #asked: Asked;
  readonly #secrets = new SentSecrets();
  readonly #startedAt: number;
  readonly #opening = Promise.withResolvers<void>();
  #socket: WebSocket | undefined;
  #state: 'new' | 'open' | 'done' = 'new';
  #paused = false;
  #full = false;
  #received = 0;
  #lost = false;
  #heldError: Buffer | undefined;
  #handshake: NodeJS.Timeout | undefined;
  #ping: NodeJS.Timeout | undefined;
  #hold: NodeJS.Timeout | undefined;

  constructor(
    endpoint: Endpoint,
    dependencies: ProtocolDependencies,
    request: SocketRequest,
    sink: ByteSocketSink,
    options: ByteSocketOptions = {},
  ) {
    this.#endpoint = endpoint;
    this.#dependencies = dependencies;
    this.#request = request;
    this.#sink = sink;
    this.#options = options;
    this.#startedAt = dependencies.now();
    this.#asked = { where: request.where, doing: request.doing, origin: new URL(endpoint.baseUrl).origin };
    // Given up before anybody asked for it to open: nobody has to hear of it.
    this.#opening.promise.catch(() => undefined);
  }

  /** Bytes received so far, frames of the protocol included. */
  get received(): number {
    return this.#received;
  }

  /** Rejects with the Failure of a refused or broken handshake; then no call of the sink follows. Call it once. */
  open(extraHeaders: Readonly<Record<string, string>> = {}): Promise<void> {
    this.#handshake = setTimeout(() => this.#refuse(notOpened(this.#asked)), this.#options.handshakeMs ?? 20_000);
    void this.#dial(extraHeaders).catch((error: unknown) =>
      this.#refuse(error instanceof Failure ? error : networkFailure(error, this.#asked, 'before-answer')),
    );
    return this.#opening.promise;
  }

  /** False: wait for `drain`. Bytes for a socket that is not open go nowhere. */
  send(bytes: Uint8Array): boolean {
    const socket = this.#socket;
    if (this.#state !== 'open' || socket?.readyState !== 1) return true;
    const step = this.#options.frameBytes ?? 1_024;
    for (let from = 0; from < bytes.length; from += step) {
      socket.send(bytes.subarray(from, from + step), { binary: false }, () => this.#sent());
    }
    this.#full = socket.bufferedAmount > HIGH_WATER;
    return !this.#full;
  }

  /** No more input: one empty binary frame. */
  sendEnd(): void {
    if (this.#state === 'open' && this.#socket?.readyState === 1) this.#socket.send(EMPTY, { binary: true });
  }

  pause(): void {
    this.#paused = true;
    if (this.#state === 'open') this.#socket?.pause();
  }

  resume(): void {
    this.#paused = false;
    if (this.#state === 'open') this.#socket?.resume();
  }

  /** Idempotent. Before the handshake has ended, `open` rejects as `cancelled`. */
  hangUp(): void {
    if (this.#state === 'done') return;
    const wasNew = this.#state === 'new';
    this.#finish();
    if (wasNew) this.#opening.reject(new Failure({ kind: 'cancelled', what: 'Cancelled', where: this.#asked.where }));
  }

  async #dial(extraHeaders: Readonly<Record<string, string>>): Promise<void> {
    const headers = await this.#headers(extraHeaders);
    // Loaded here and not above: most commands never open a socket, and ws brings Node's whole HTTP and TLS along.
    const { default: Socket } = await import('ws');
    if (this.#state !== 'new') return;
    const base = this.#endpoint.baseUrl.replace(/\/+$/, '').replace(/^http/, 'ws');
    const socket = new Socket(`${base}${this.#request.path}`, {
      headers,
      // Racks send arbitrary bytes in text frames (convox-api.md 2.2).
      skipUTF8Validation: true,
      perMessageDeflate: false,
      followRedirects: false,
      maxPayload: MAX_FRAME,
      rejectUnauthorized: this.#endpoint.insecure !== true,
    });
    this.#attach(socket);
  }

  async #headers(extra: Readonly<Record<string, string>>): Promise<Record<string, string>> {
    const added = await this.#options.prelude?.();
    const authorization = await credentialOf(this.#endpoint, this.#asked);
    const headers = {
      accept: 'application/json',
      'user-agent': this.#dependencies.userAgent,
      ...lowerCased(this.#endpoint.headers?.()),
      ...lowerCased(added),
      ...lowerCased(this.#request.headers),
      ...lowerCased(extra),
      ...(authorization === undefined ? {} : { authorization }),
    };
    this.#secrets.rememberHeaders(headers);
    for (const secret of [...this.#request.secrets, ...Object.values(extra)]) {
      this.#secrets.rememberBody({ token: secret });
    }
    return headers;
  }

  #attach(socket: WebSocket): void {
    this.#socket = socket;
    // ws keeps the errors of an open connection to itself: they are what tells a loss from an end.
    socket.on('upgrade', (response: IncomingMessage) => {
      response.socket.once('error', () => {
        this.#lost = true;
      });
    });
    socket.on('open', () => this.#opened());
    socket.on('message', (data: Buffer, isBinary: boolean) => this.#frame(data, isBinary));
    socket.on('close', (code: number) => this.#closed(code));
    socket.on('error', (error: Error) => this.#broken(error));
    socket.on('unexpected-response', (request: { destroy(): void }, response: IncomingMessage) => {
      void readRefusal(response, this.#endpoint.dialect).then((answer) => {
        const redirected = redirectFailure(answer, this.#asked);
        this.#refuse(redirected ?? classifyRefusal(answer, this.#asked, this.#dependencies));
        request.destroy();
      });
    });
  }

  #opened(): void {
    if (this.#state !== 'new') return;
    clearTimeout(this.#handshake);
    this.#state = 'open';
    if (this.#paused) this.#socket?.pause();
    this.#trace(101, undefined);
    // Missing pongs mean nothing: some handlers do not read (convox-api.md 2.3).
    this.#ping = setInterval(() => {
      if (this.#socket?.readyState === 1) this.#socket.ping();
    }, this.#options.pingMs ?? 5_000);
    this.#opening.resolve();
  }

  #frame(data: Buffer, isBinary: boolean): void {
    if (this.#state !== 'open') return;
    const first = this.#received === 0;
    this.#received += data.length;
    if (isBinary) {
      this.#settle({ how: 'ended' });
      return;
    }
    this.#releaseError();
    if ((first || !this.#options.errorsOnlyFirst) && looksLikeError(data)) {
      this.#heldError = data;
      this.#hold = setTimeout(() => this.#releaseError(), this.#options.errorHoldMs ?? 1_000);
      return;
    }
    if (data.length > 0) this.#sink.data(data);
  }

  /** More came, or nothing for a while: it was data after all. */
  #releaseError(): void {
    clearTimeout(this.#hold);
    const held = this.#heldError;
    this.#heldError = undefined;
    if (held) this.#sink.data(held);
  }

  #sent(): void {
    if (!this.#full || (this.#socket?.bufferedAmount ?? 0) > 0) return;
    this.#full = false;
    if (this.#state === 'open') this.#sink.drain();
  }

  #closed(code: number): void {
    if (this.#state === 'open') this.#settle({ how: 'closed', code, lost: this.#lost });
  }

  #broken(error: Error): void {
    if (this.#state === 'new') {
      this.#refuse(networkFailure(error, this.#asked, 'before-answer'));
      return;
    }
    // An open socket closes right after its error; only what ws itself refuses (frame too large) must be said here.
    if ('code' in error && String(error.code).startsWith('WS_ERR_')) {
      const why = safeText(error.message, 200);
      const what = 'The stream sent something unexpected';
      const { where } = this.#asked;
      this.#settle({ how: 'failed', failure: new Failure({ kind: 'malformed', what, why, where, cause: error }) });
    }
  }

  #refuse(failure: Failure): void {
    if (this.#state !== 'new') return;
    this.#trace(failure.status, failure);
    this.#finish();
    this.#opening.reject(this.#secrets.scrubbed(failure));
  }

  #settle(end: ByteSocketEnd): void {
    if (this.#state !== 'open') return;
    const error = this.#heldError;
    this.#finish();
    if (end.how === 'failed' || error === undefined) this.#sink.end(end);
    else this.#sink.end({ how: 'failed', failure: this.#secrets.scrubbed(this.#inBand(error)) });
  }

  #inBand(frame: Buffer): Failure {
    const body = this.#secrets.scrub(frame.subarray(ERROR_PREFIX.length).toString('utf8').trim());
    return classifyRefusal(
      { dialect: this.#endpoint.dialect, status: undefined, headers: {}, body, requestId: undefined },
      this.#asked,
      this.#dependencies,
    );
  }

  #finish(): void {
    this.#state = 'done';
    clearTimeout(this.#handshake);
    clearTimeout(this.#hold);
    clearInterval(this.#ping);
    this.#leave();
  }

  /** The server leaves a finished socket open (convox-api.md 2.1): say goodbye, and do not wait long for an answer. */
  #leave(): void {
    const socket = this.#socket;
    if (!socket || socket.readyState === 3) return;
    if (socket.readyState === 1) {
      socket.resume();
      socket.close(1000);
    }
    if (socket.readyState === 0) socket.terminate();
    else setTimeout(() => socket.terminate(), 500).unref();
  }

  #trace(status: number | undefined, failure: Failure | undefined): void {
    const { now, trace } = this.#dependencies;
    const durationMs = now() - this.#startedAt;
    const { path } = this.#request;
    trace?.({ method: 'GET', origin: this.#asked.origin, path, status, durationMs, failure: failure?.kind });
  }
}

/** A rack says what went wrong in one text frame of its own. What a program prints on a terminal ends in `\r\n`. */
function looksLikeError(data: Buffer): boolean {
  return (
    data.length <= MAX_ERROR_FRAME &&
    data.subarray(0, ERROR_PREFIX.length).equals(ERROR_PREFIX) &&
    data.at(-1) === 0x0a &&
    data.at(-2) !== 0x0d
  );
}
