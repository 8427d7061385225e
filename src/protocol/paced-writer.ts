export interface Pace {
  readonly frameBytes: number;
  readonly everyMs: number;
  /** Bytes in the queue above which `write` asks to wait. */
  readonly highWater: number;
}

/** Sends small frames with a pause between them, for a receiver that loses what comes faster. */
export class PacedWriter {
  readonly #pace: Pace;
  readonly #send: (bytes: Buffer) => void;
  readonly #drained: () => void;
  #queue: Buffer = Buffer.alloc(0);
  #timer: NodeJS.Timeout | undefined;
  #full = false;
  #stopped = false;
  #finish: (() => void) | undefined;

  constructor(pace: Pace, send: (bytes: Buffer) => void, drained: () => void) {
    this.#pace = pace;
    this.#send = send;
    this.#drained = drained;
  }

  /** False: wait until told that the queue has drained. */
  write(bytes: Uint8Array): boolean {
    if (this.#stopped) return true;
    this.#queue = Buffer.concat([this.#queue, bytes]);
    if (this.#timer === undefined) this.#next();
    this.#full = this.#queue.length > this.#pace.highWater;
    return !this.#full;
  }

  /** Calls back once everything has been sent. */
  finish(callback: () => void): void {
    if (this.#stopped) return;
    this.#finish = callback;
    if (this.#timer === undefined) this.#next();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#queue = Buffer.alloc(0);
  }

  #next(): void {
    this.#timer = undefined;
    if (this.#queue.length === 0) {
      this.#emptied();
      return;
    }
    const frame = this.#queue.subarray(0, this.#pace.frameBytes);
    this.#queue = this.#queue.subarray(frame.length);
    this.#timer = setTimeout(() => this.#next(), this.#pace.everyMs);
    this.#send(frame);
  }

  #emptied(): void {
    const finish = this.#finish;
    this.#finish = undefined;
    if (this.#full) {
      this.#full = false;
      this.#drained();
    }
    finish?.();
  }
}
