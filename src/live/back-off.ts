/** Growing delays between attempts: doubling from `baseMs` up to `maxMs`, spread so that many clients do not march in step. */
export class BackOff {
  readonly #baseMs: number;
  readonly #maxMs: number;
  readonly #random: () => number;
  #attempts = 0;

  constructor(options: { readonly baseMs: number; readonly maxMs: number; readonly random: () => number }) {
    this.#baseMs = options.baseMs;
    this.#maxMs = options.maxMs;
    this.#random = options.random;
  }

  get attempts(): number {
    return this.#attempts;
  }

  /** Delay before the next attempt, within [baseMs, maxMs]. */
  next(): number {
    const ideal = Math.min(this.#maxMs, this.#baseMs * 2 ** Math.min(this.#attempts, 30));
    this.#attempts += 1;
    const spread = ideal * (0.75 + 0.5 * this.#random());
    return Math.min(this.#maxMs, Math.max(this.#baseMs, Math.round(spread)));
  }

  reset(): void {
    this.#attempts = 0;
  }
}
