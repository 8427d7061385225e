import type { IncomingMessage } from 'node:http';
import type WebSocket from 'ws';
import { concernsLink, Failure } from '../domain/failure.ts';
import { safeText } from '../domain/safe-text.ts';
import { credentialOf } from './credential.ts';
import type { Endpoint, ProtocolDependencies } from './endpoint.ts';
import { classifyRefusal } from './failure-classification.ts';
import { lowerCased } from './http-client.ts';
import { LogErrorFrame } from './log-error-frame.ts';
import { LogFrames } from './log-frames.ts';
import { brokenOff, notOpened, readRefusal } from './log-refusal.ts';
import type { LogRequest } from './log-request.ts';
import type { LogStream, LogStreamEnd, LogStreamSink } from './log-stream.ts';
import { networkFailure } from './network-failure.ts';
import { redirectFailure } from './redirect.ts';
import type { Asked } from './refusal.ts';
import { SentSecrets } from './sent-secrets.ts';

export interface LogSocketLimits {
  /** From the call to the first sign of success, ms. Default 20,000: a gateway dials the rack for up to 10 s. */
  readonly handshakeMs?: number;
  /** Keeps load balancers from cutting an idle stream. Default 5,000. */
  readonly pingMs?: number;
  /** Silence that ends a log which the server would follow against our wish. Default 3,000. */
  readonly silenceMs?: number;
  /** How long an `ERROR: ` frame waits for the end marker before it passes for a log line. Default 1,000. */
  readonly errorHoldMs?: number;
}

export interface LogSocketOptions extends LogSocketLimits {
  /** Awaited before the handshake; its headers are added. */
  readonly prelude?: (() => Promise<Readonly<Record<string, string>>>) | undefined;
}

const MAX_FRAME = 16 * 1_048_576;

/** Opens one log socket (convox-api.md 2, gateway.md 6.8). Never throws; everything is said through the sink. */
export function openLogSocket(
  endpoint: Endpoint,
  dependencies: ProtocolDependencies,
  request: LogRequest,
  sink: LogStreamSink,
  options: LogSocketOptions = {},
): LogStream {
  const stream = new LogSocket(endpoint, dependencies, request, sink, options);
  void stream.open();
  return stream;
}

class LogSocket implements LogStream {
  readonly #endpoint: Endpoint;
  readonly #dependencies: ProtocolDependencies;
  readonly #request: LogRequest;
  readonly #sink: LogStreamSink;
  readonly #options: LogSocketOptions;
  readonly #asked: Asked;
  readonly #frames = new LogFrames();
  readonly #secrets = new SentSecrets();
  readonly #error: LogErrorFrame;
  readonly #startedAt: number;
  #socket: WebSocket | undefined;
  #bytes = 0;
  #paused = false;
  #open = false;
  #done = false;
  #handshake: NodeJS.Timeout | undefined;
  #ping: NodeJS.Timeout | undefined;
  #silence: NodeJS.Timeout | undefined;

  constructor(
    endpoint: Endpoint,
    dependencies: ProtocolDependencies,
    request: LogRequest,
    sink: LogStreamSink,
    options: LogSocketOptions,
  ) {
    this.#endpoint = endpoint;
    this.#dependencies = dependencies;
    this.#request = request;
    this.#sink = sink;
    this.#options = options;
    this.#error = new LogErrorFrame(options.errorHoldMs ?? 1_000, (line) => this.#deliver(this.#frames.push(line)));
    this.#startedAt = dependencies.now();
    this.#asked = { where: request.where, doing: request.doing, origin: new URL(endpoint.baseUrl).origin };
  }

  get bytes(): number {
    return this.#bytes;
  }

  pause(): void {
    this.#paused = true;
    this.#socket?.pause();
  }

  resume(): void {
    this.#paused = false;
    this.#socket?.resume();
    if (this.#request.endsBySilence && this.#socket?.readyState === 1) this.#watchSilence();
  }

  close(): void {
    if (this.#done) return;
    this.#settle('cancelled', undefined);
  }

  async open(): Promise<void> {
    this.#handshake = setTimeout(() => this.#refuse(notOpened(this.#asked)), this.#options.handshakeMs ?? 20_000);
    try {
      const headers = await this.#headers();
      // Loaded here and not above: most commands never open a socket, and ws brings Node's whole HTTP and TLS along.
      const { default: Socket } = await import('ws');
      if (this.#done) return;
      this.#attach(new Socket(this.#url(), this.#socketOptions(headers)));
    } catch (error) {
      this.#refuse(error instanceof Failure ? error : networkFailure(error, this.#asked, 'before-answer'));
    }
  }

  #url(): string {
    const base = this.#endpoint.baseUrl.replace(/\/+$/, '').replace(/^http/, 'ws');
    return `${base}${this.#request.path}`;
  }

  #socketOptions(headers: Record<string, string>): WebSocket.ClientOptions {
    return {
      headers,
      skipUTF8Validation: true,
      perMessageDeflate: false,
      followRedirects: false,
      maxPayload: MAX_FRAME,
      rejectUnauthorized: this.#endpoint.insecure !== true,
    };
  }

  async #headers(): Promise<Record<string, string>> {
    const added = await this.#options.prelude?.();
    const authorization = await credentialOf(this.#endpoint, this.#asked);
    const headers = {
      accept: 'application/json',
      'user-agent': this.#dependencies.userAgent,
      ...lowerCased(this.#endpoint.headers?.()),
      ...lowerCased(added),
      ...this.#request.headers,
      ...(authorization === undefined ? {} : { authorization }),
    };
    this.#secrets.rememberHeaders(headers);
    return headers;
  }

  #attach(socket: WebSocket): void {
    this.#socket = socket;
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
    clearTimeout(this.#handshake);
    this.#open = true;
    if (this.#paused) this.#socket?.pause();
    this.#trace(101, undefined);
    this.#ping = setInterval(() => {
      if (this.#socket?.readyState === 1) this.#socket.ping();
    }, this.#options.pingMs ?? 5_000);
    if (this.#request.endsBySilence) this.#watchSilence();
    this.#sink.open();
  }

  #frame(data: Buffer, isBinary: boolean): void {
    if (this.#done) return;
    this.#bytes += data.length;
    if (isBinary) {
      this.#ended();
      return;
    }
    const held = this.#error.holds(data, () => this.#frames.atLineStart);
    if (this.#request.endsBySilence) this.#watchSilence();
    if (held) return;
    this.#deliver(this.#frames.push(data));
  }

  #deliver(lines: readonly string[]): void {
    if (lines.length > 0 && !this.#done) this.#sink.lines(lines);
  }

  #ended(): void {
    const error = this.#error.text;
    this.#settle(
      'ended',
      error !== undefined ? { outcome: 'failed', failure: this.#inBand(error) } : { outcome: 'complete' },
    );
  }

  #closed(code: number): void {
    if (this.#done) return;
    const error = this.#error.text;
    if (error !== undefined) this.#settle('ended', { outcome: 'failed', failure: this.#inBand(error) });
    else this.#settle('ended', this.#isOrdinaryEnd(code) ? { outcome: 'complete' } : brokenOff(code, this.#asked));
  }

  /**
   * A gateway drops the connection without a close frame when the rack side ends, so 1006 after output is how a finite log
   * ends there. Straight from a rack, an end without the marker is always a broken link.
   */
  #isOrdinaryEnd(code: number): boolean {
    if (code === 1000) return true;
    const proxied = this.#endpoint.dialect === 'gateway-proxy' && (code === 1005 || code === 1006);
    return proxied && this.#bytes > 0 && (!this.#request.follow || this.#request.finite);
  }

  #broken(error: Error): void {
    if (this.#done) return;
    if (!this.#open) {
      this.#refuse(networkFailure(error, this.#asked, 'before-answer'));
      return;
    }
    // An open socket closes right after its error; only what ws itself refuses (frame too large) must be said here.
    if ('code' in error && String(error.code).startsWith('WS_ERR_')) {
      const why = safeText(error.message, 200);
      const what = 'The log stream sent something unexpected';
      this.#settle('ended', {
        outcome: 'failed',
        failure: new Failure({ kind: 'malformed', what, why, where: this.#asked.where, cause: error }),
      });
    }
  }

  #inBand(text: string): Failure {
    const body = this.#secrets.scrub(text);
    return classifyRefusal(
      { dialect: this.#endpoint.dialect, status: undefined, headers: {}, body, requestId: undefined },
      this.#asked,
      this.#dependencies,
    );
  }

  /** The handshake failed. While following, trouble with the link is worth another try; a refusal is not. */
  #refuse(failure: Failure): void {
    if (this.#done) return;
    this.#trace(failure.status, failure);
    const transient = concernsLink(failure) && failure.kind !== 'tls' && failure.kind !== 'malformed';
    this.#settle('ended', { outcome: this.#request.follow && transient ? 'interrupted' : 'failed', failure });
  }

  #watchSilence(): void {
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => {
      // Paused by us: the silence is our own.
      if (!this.#paused) this.#settle('ended', { outcome: 'complete' });
    }, this.#options.silenceMs ?? 3_000);
  }

  #settle(how: 'ended' | 'cancelled', end: LogStreamEnd | undefined): void {
    if (this.#done) return;
    // The rest of an unfinished line still belongs to the log; a held error does not.
    if (how === 'ended') this.#deliver(this.#frames.finish());
    this.#done = true;
    clearTimeout(this.#handshake);
    clearTimeout(this.#silence);
    this.#error.stop();
    clearInterval(this.#ping);
    this.#hangUp();
    if (!end) return;
    this.#sink.end(end.outcome === 'complete' ? end : { ...end, failure: this.#secrets.scrubbed(end.failure) });
  }

  /** The server leaves a finished socket open (convox-api.md 2.1): say goodbye, and do not wait for an answer. */
  #hangUp(): void {
    const socket = this.#socket;
    if (!socket || socket.readyState === 3) return;
    if (socket.readyState === 1) {
      if (this.#paused) socket.resume();
      socket.close(1000);
    }
    if (socket.readyState === 0) socket.terminate();
    else setTimeout(() => socket.terminate(), 500).unref();
  }

  #trace(status: number | undefined, failure: Failure | undefined): void {
    const { now, trace } = this.#dependencies;
    const { path } = this.#request;
    const durationMs = now() - this.#startedAt;
    trace?.({ method: 'GET', origin: this.#asked.origin, path, status, durationMs, failure: failure?.kind });
  }
}
