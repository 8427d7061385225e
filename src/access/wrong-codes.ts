/** Five wrong ones within five minutes lock the account (gateway.md 4.7). */
const MAX_WRONG = 3;
const QUIET_MS = 5 * 60_000;

/** Codes that were refused lately, counted so that nobody comes near the lock. Times are epoch ms. */
export class WrongCodes {
  readonly #now: () => number;
  #times: readonly number[] = [];
  #lastProblem = '';

  constructor(now: () => number) {
    this.#now = now;
  }

  get triesLeft(): number {
    return MAX_WRONG - this.#recent().length;
  }

  /** Why the last one was refused, as long as that matters. */
  get problem(): string | undefined {
    return this.#recent().length > 0 ? this.#lastProblem : undefined;
  }

  /** The end of the quiet that has to follow, where that was the last try. */
  add(problem: string): number | undefined {
    const now = this.#now();
    this.#times = [...this.#recent(), now];
    this.#lastProblem = problem;
    if (this.#times.length < MAX_WRONG) return undefined;
    this.clear();
    return now + QUIET_MS;
  }

  clear(): void {
    this.#times = [];
  }

  #recent(): readonly number[] {
    const now = this.#now();
    return this.#times.filter((time) => time > now - QUIET_MS);
  }
}
