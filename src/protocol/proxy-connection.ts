import type { Socket } from 'node:net';
import { asFailure, type Failure } from '../domain/failure.ts';
import type { ByteSocket } from './byte-socket.ts';
import type { ByteSocketEnd, ByteSocketSink } from './byte-stream.ts';

export interface ProxyConnectionEvents {
  /** From the cluster, bytes. */
  received(bytes: number): void;
  /** Into the cluster, bytes. */
  sent(bytes: number): void;
  failed(failure: Failure): void;
  /** Once, last. */
  closed(): void;
}

/**
 * Joins one local connection to one socket into the cluster. Each side is read only as fast as the other takes it.
 *
 * The far side has no half-close. So the end of the local client's input is kept from it: answers still come through until
 * it ends by itself or has been quiet for `lingerMs`.
 */
export class ProxyConnection {
  readonly #local: Socket;
  readonly #remote: ByteSocket;
  readonly #events: ProxyConnectionEvents;
  readonly #lingerMs: number;
  #linger: NodeJS.Timeout | undefined;
  #localEnded = false;
  #remoteEnded = false;
  #over = false;

  constructor(
    local: Socket,
    connect: (sink: ByteSocketSink) => ByteSocket,
    events: ProxyConnectionEvents,
    lingerMs: number,
  ) {
    this.#local = local;
    this.#events = events;
    this.#lingerMs = lingerMs;
    this.#remote = connect({
      data: (bytes) => this.#fromRemote(bytes),
      drain: () => this.#local.resume(),
      end: (end) => this.#remoteOver(end),
    });
  }

  /** Resolves once the far side is there or has refused. */
  async run(): Promise<void> {
    const local = this.#local;
    local.setNoDelay(true);
    local.on('error', () => this.#localOver());
    local.on('close', () => this.#localOver());
    local.on('drain', () => {
      this.#remote.resume();
      this.#watchQuiet();
    });
    try {
      await this.#remote.open();
    } catch (error) {
      this.#refused(asFailure(error));
      return;
    }
    if (this.#over) return;
    local.on('end', () => {
      this.#localEnded = true;
      this.#watchQuiet();
    });
    local.on('data', (bytes: Buffer) => this.#fromLocal(bytes));
  }

  /** Ends both sides at once. */
  destroy(): void {
    this.#remote.hangUp();
    this.#local.destroy();
    this.#localOver();
  }

  #fromLocal(bytes: Buffer): void {
    if (this.#remoteEnded) return;
    this.#events.sent(bytes.length);
    if (!this.#remote.send(bytes)) this.#local.pause();
  }

  #fromRemote(bytes: Buffer): void {
    if (this.#over) return;
    this.#events.received(bytes.length);
    this.#watchQuiet();
    if (!this.#local.write(bytes)) this.#remote.pause();
  }

  #watchQuiet(): void {
    if (!this.#localEnded || this.#remoteEnded || this.#over) return;
    clearTimeout(this.#linger);
    this.#linger = setTimeout(() => {
      // A client that takes its answer slowly is not the far side being quiet.
      if (this.#local.writableNeedDrain) return;
      this.#remote.hangUp();
      this.#remoteOver({ how: 'ended' });
    }, this.#lingerMs);
  }

  #remoteOver(end: ByteSocketEnd): void {
    if (end.how === 'failed') {
      this.#refused(end.failure);
      return;
    }
    this.#remoteEnded = true;
    clearTimeout(this.#linger);
    // What came is still written; then a client that does not close its own side is not waited for.
    this.#local.resume();
    this.#local.end(() => {
      if (!this.#over) this.#linger = setTimeout(() => this.#local.destroy(), this.#lingerMs);
    });
  }

  /** A reset says "no" to a client; an ordinary close could pass for an empty answer. */
  #refused(failure: Failure): void {
    if (this.#over) return;
    if (failure.kind !== 'cancelled') this.#events.failed(failure);
    this.#local.resetAndDestroy();
    this.#localOver();
  }

  #localOver(): void {
    if (this.#over) return;
    this.#over = true;
    clearTimeout(this.#linger);
    this.#remote.hangUp();
    this.#events.closed();
  }
}
