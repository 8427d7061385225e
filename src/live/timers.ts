/** The two timer functions this layer uses, injectable so that tests own the clock. */
export interface Timers {
  setTimeout(callback: () => void, delayMs: number): unknown;
  clearTimeout(handle: unknown): void;
}

type SystemTimer = ReturnType<typeof globalThis.setTimeout>;

/** Looked up at call time, so that fake timers installed later are honoured. */
export const SYSTEM_TIMERS: Timers = {
  setTimeout: (callback, delayMs) => globalThis.setTimeout(callback, delayMs),
  clearTimeout: (handle) => globalThis.clearTimeout(handle as SystemTimer | undefined),
};

/** One timer that is always replaced, never doubled. */
export class SingleTimer {
  readonly #timers: Timers;
  #handle: unknown;

  constructor(timers: Timers) {
    this.#timers = timers;
  }

  get pending(): boolean {
    return this.#handle !== undefined;
  }

  /** Replaces what was pending. A delay that is not finite means "never". */
  start(delayMs: number, callback: () => void): void {
    this.stop();
    if (!Number.isFinite(delayMs)) return;
    this.#handle = this.#timers.setTimeout(
      () => {
        this.#handle = undefined;
        callback();
      },
      Math.max(0, delayMs),
    );
  }

  stop(): void {
    if (this.#handle === undefined) return;
    this.#timers.clearTimeout(this.#handle);
    this.#handle = undefined;
  }
}
