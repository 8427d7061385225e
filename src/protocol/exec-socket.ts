import { asFailure, Failure } from '../domain/failure.ts';
import { outcomeUnclear } from '../domain/outcome-unclear.ts';
import { ByteSocket } from './byte-socket.ts';
import type { ByteSocketEnd, ByteSocketLimits, ByteSocketOptions } from './byte-stream.ts';
import type { Endpoint, ProtocolDependencies } from './endpoint.ts';
import { EXEC_ROUTES, type ExecRequest, execSocketRequest, type SocketRequest } from './exec-request.ts';
import { ExitMarker } from './exit-marker.ts';
import { openGuarded } from './guarded-open.ts';
import type { MutationGuard } from './mutation-guard.ts';
import { type Pace, PacedWriter } from './paced-writer.ts';

export interface ExecOptions extends ByteSocketLimits {
  readonly prelude?: ByteSocketOptions['prelude'];
  /** After the handshake: silence for that long means that the rack has not refused, ms. Default 500. */
  readonly graceMs?: number;
}

export interface ExecSink {
  /**
   * Output, byte for byte, stdout and stderr together. **Not sanitised**: it is meant for a terminal that was handed over to
   * the remote side, or for a file; nothing else may print it. False: no more until `resume`.
   */
  output(bytes: Uint8Array): boolean;
  /** Input may go on after `write` returned false. */
  drain(): void;
}

/**
 * How it ended. The command itself may go on after `closed` and `failed`: a rack does not reliably end it with the socket
 * (convox-api.md 2.5).
 */
export type ExecEnd =
  | { readonly reason: 'exited'; readonly exitCode: number }
  /** The stream ended without a status: a resource console always does; otherwise the status is unknown. */
  | { readonly reason: 'ended'; readonly exitCode: undefined }
  /** We hung up. */
  | { readonly reason: 'closed'; readonly exitCode: undefined }
  | { readonly reason: 'failed'; readonly exitCode: undefined; readonly failure: Failure };

/** One interactive session. There is no `resize`: the protocol takes the size at the start only (convox-api.md 2.5). */
export interface ExecSession {
  /** True once there is something to look at; false when it was refused or closed before that (see `result`). Never rejects. */
  readonly opened: Promise<boolean>;
  /** Never rejects. */
  readonly result: Promise<ExecEnd>;
  /** Bytes as typed; 0x03 is Ctrl-C, 0x04 Ctrl-D. False: wait for `drain`. Before `opened` they go nowhere. */
  write(bytes: Uint8Array): boolean;
  /** No more input will come. A v3 rack does not tell the remote command (convox-api.md 2.5): send 0x04 to end a terminal's. */
  endInput(): void;
  /** After `output` returned false. */
  resume(): void;
  /** Hangs up; asks a command on a terminal to stop first (0x03, 0x04), which not every command does. Idempotent. */
  close(): void;
}

/** Opens one session (convox-api.md 2.5, gateway.md 6.8). Never throws, and never opens twice by itself. */
export function openExec(
  endpoint: Endpoint,
  dependencies: ProtocolDependencies,
  request: ExecRequest,
  sink: ExecSink,
  guard: MutationGuard,
  options: ExecOptions = {},
): ExecSession {
  const session = new ExecSocket(endpoint, dependencies, request, sink, guard, options);
  session.start();
  return session;
}

/** The resource console loses bytes of frames that arrive too fast (convox-api.md 2.5). */
const CONSOLE_PACE: Pace = { frameBytes: 512, everyMs: 10, highWater: 4_096 };
const INTERRUPT_AND_END = Buffer.from([0x03, 0x04]);
/** How long the echo of a typed "F" may wait to be told from an exit marker. */
const FLUSH_MS = 40;

class ExecSocket implements ExecSession {
  readonly #endpoint: Endpoint;
  readonly #dependencies: ProtocolDependencies;
  readonly #request: ExecRequest;
  readonly #sink: ExecSink;
  readonly #guard: MutationGuard;
  readonly #options: ExecOptions;
  readonly #opened = Promise.withResolvers<boolean>();
  readonly #result = Promise.withResolvers<ExecEnd>();
  readonly #marker = new ExitMarker();
  readonly #paced: PacedWriter | undefined;
  #socket: ByteSocket | undefined;
  /** The first bytes, until it is clear that they are output. */
  #opening: Buffer | undefined = Buffer.alloc(0);
  #shown = false;
  #done = false;
  #grace: NodeJS.Timeout | undefined;
  #flush: NodeJS.Timeout | undefined;

  constructor(
    endpoint: Endpoint,
    dependencies: ProtocolDependencies,
    request: ExecRequest,
    sink: ExecSink,
    guard: MutationGuard,
    options: ExecOptions,
  ) {
    this.#endpoint = endpoint;
    this.#dependencies = dependencies;
    this.#request = request;
    this.#sink = sink;
    this.#guard = guard;
    this.#options = options;
    this.#paced =
      request.kind === 'resource'
        ? new PacedWriter(
            CONSOLE_PACE,
            (bytes) => this.#socket?.send(bytes),
            () => sink.drain(),
          )
        : undefined;
  }

  get opened(): Promise<boolean> {
    return this.#opened.promise;
  }

  get result(): Promise<ExecEnd> {
    return this.#result.promise;
  }

  start(): void {
    void this.#connect().catch((error: unknown) => this.#fail(asFailure(error)));
  }

  write(bytes: Uint8Array): boolean {
    if (this.#done) return true;
    if (this.#paced) return this.#paced.write(bytes);
    return this.#socket?.send(bytes) ?? true;
  }

  endInput(): void {
    if (this.#done) return;
    if (this.#paced) this.#paced.finish(() => this.#socket?.sendEnd());
    else this.#socket?.sendEnd();
  }

  resume(): void {
    this.#socket?.resume();
  }

  close(): void {
    if (this.#done) return;
    if (this.#interruptible()) this.#socket?.send(INTERRUPT_AND_END);
    const socket = this.#socket;
    this.#settle({ reason: 'closed', exitCode: undefined });
    socket?.hangUp();
  }

  #interruptible(): boolean {
    return this.#request.kind !== 'process' || (this.#request.tty !== false && this.#request.disableStdin !== true);
  }

  async #connect(): Promise<void> {
    const request = execSocketRequest(this.#request);
    const change = { route: EXEC_ROUTES[this.#request.kind] };
    const { dialect } = this.#endpoint;
    await openGuarded(this.#guard, change, dialect, (headers) => this.#attempt(request, headers));
    if (this.#done) return;
    this.#grace = setTimeout(() => this.#opened.resolve(true), this.#options.graceMs ?? 500);
  }

  #attempt(request: SocketRequest, headers: Readonly<Record<string, string>>): Promise<void> {
    if (this.#done) return Promise.resolve();
    const sink = {
      data: (bytes: Buffer) => this.#data(bytes),
      drain: () => this.#sink.drain(),
      end: (end: ByteSocketEnd) => this.#ended(end),
    };
    this.#socket = new ByteSocket(this.#endpoint, this.#dependencies, request, sink, this.#options);
    return this.#socket.open(headers);
  }

  #data(bytes: Buffer): void {
    if (this.#done) return;
    const known = this.#opening === undefined ? bytes : this.#look(Buffer.concat([this.#opening, bytes]));
    if (known !== undefined) this.#show(this.#marker.push(known));
    clearTimeout(this.#flush);
    if (this.#marker.flushable) this.#flush = setTimeout(() => this.#show(this.#marker.flush()), FLUSH_MS);
  }

  /** A v2 rack with ECS Exec answers with the address and the token of an AWS session instead of output. */
  #look(first: Buffer): Buffer | undefined {
    this.#opening = first;
    if (first[0] === 0x00 && first.length < 2) return undefined;
    this.#opening = undefined;
    if (first[0] !== 0x00 || first[1] !== 0x7b) return first;
    this.#fail(
      new Failure({
        kind: 'unsupported',
        what: `Could not ${this.#words().doing}`,
        why: 'this rack hands the session over to AWS Session Manager, which needs a program of AWS on this machine',
        next: 'Use the convox command with the session-manager-plugin of AWS for this process.',
        where: this.#words().where,
      }),
    );
    return undefined;
  }

  #show(output: Buffer): void {
    if (output.length === 0 || this.#done) return;
    this.#shown = true;
    this.#opened.resolve(true);
    if (!this.#sink.output(output)) this.#socket?.pause();
  }

  #ended(end: ByteSocketEnd): void {
    if (this.#done) return;
    if (this.#opening !== undefined) this.#show(this.#marker.push(this.#opening));
    const { rest, exitCode } = this.#marker.finish();
    this.#show(rest);
    if (end.how === 'failed') this.#refusedOrBroken(end.failure);
    else if (exitCode !== undefined) this.#settle({ reason: 'exited', exitCode });
    else if (end.how === 'ended' || this.#isOrdinaryEnd(end)) this.#settle({ reason: 'ended', exitCode: undefined });
    else this.#settle({ reason: 'failed', exitCode: undefined, failure: this.#brokenOff(end.code) });
  }

  /** A rack also says no after the handshake: before anything was shown, nothing was started there. */
  #refusedOrBroken(failure: Failure): void {
    if (!this.#shown && !outcomeUnclear(failure)) this.#guard.refused({ route: EXEC_ROUTES[this.#request.kind] });
    this.#settle({ reason: 'failed', exitCode: undefined, failure });
  }

  /** A gateway drops the connection without a close frame when the rack side ends (gateway.md 6.8); a rack does not. */
  #isOrdinaryEnd({ code, lost }: { readonly code: number; readonly lost: boolean }): boolean {
    if (code === 1000) return true;
    return this.#endpoint.dialect === 'gateway-proxy' && !lost && (this.#socket?.received ?? 0) > 0;
  }

  #brokenOff(code: number): Failure {
    return new Failure({
      kind: 'unreachable',
      what: 'The session broke off',
      why: `the connection closed without an end (${code})`,
      next:
        this.#request.kind === 'resource'
          ? 'What was typed last may or may not have been carried out: look before you repeat it.'
          : 'The command may still be running there: look before you start it again.',
      where: this.#words().where,
    });
  }

  #words(): SocketRequest {
    return execSocketRequest(this.#request);
  }

  #fail(failure: Failure): void {
    const socket = this.#socket;
    this.#settle({ reason: 'failed', exitCode: undefined, failure });
    socket?.hangUp();
  }

  #settle(end: ExecEnd): void {
    if (this.#done) return;
    this.#done = true;
    clearTimeout(this.#grace);
    clearTimeout(this.#flush);
    this.#paced?.stop();
    // What was shown before counts: a short command may have come and gone.
    this.#opened.resolve(end.reason === 'exited' || end.reason === 'ended');
    this.#result.resolve(end);
  }
}
