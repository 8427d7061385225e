/** Shorter than anybody reads a sentence, longer than a finger bounces or a key repeats. */
const QUIET_MS = 300;

/**
 * Keys that were on their way before a question appeared do not answer it: none counts until there was quiet for a moment,
 * and each that came too early begins that moment anew, so that a key held down never answers.
 */
export class TypeAheadGuard {
  readonly #now: () => number;
  #since: number;

  constructor(now: () => number) {
    this.#now = now;
    this.#since = now();
  }

  /** A question has appeared, or has changed. */
  rearm(): void {
    this.#since = this.#now();
  }

  /** Does a key count that is pressed now? */
  admits(): boolean {
    const now = this.#now();
    // A clock that was set back must not lock anybody out.
    if (now - this.#since >= QUIET_MS || now < this.#since) return true;
    this.#since = now;
    return false;
  }
}
