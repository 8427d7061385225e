/** Lines per second over the last few seconds. */
const WINDOW_S = 5;

/** Counts lines in one-second buckets; cheap enough for thousands of lines a second. */
export class LineRate {
  readonly #now: () => number;
  readonly #buckets = new Array<number>(WINDOW_S).fill(0);
  #second: number;
  #began: number;

  constructor(now: () => number) {
    this.#now = now;
    this.#second = Math.floor(now() / 1000);
    this.#began = now();
  }

  add(lines: number): void {
    this.#advance();
    const at = this.#second % WINDOW_S;
    this.#buckets[at] = (this.#buckets[at] ?? 0) + lines;
  }

  /** Mean of the window; of the time since the start while that is shorter. */
  get perSecond(): number {
    this.#advance();
    let sum = 0;
    for (const lines of this.#buckets) sum += lines;
    const elapsed = Math.min(WINDOW_S, Math.max(1, (this.#now() - this.#began) / 1000));
    return sum / elapsed;
  }

  reset(): void {
    this.#buckets.fill(0);
    this.#began = this.#now();
  }

  #advance(): void {
    const second = Math.floor(this.#now() / 1000);
    if (second < this.#second) {
      // The clock was set back.
      this.reset();
      this.#second = second;
    }
    const steps = Math.min(WINDOW_S, Math.max(0, second - this.#second));
    for (let step = 1; step <= steps; step += 1) this.#buckets[(this.#second + step) % WINDOW_S] = 0;
    if (second > this.#second) this.#second = second;
  }
}
