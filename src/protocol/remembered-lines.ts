/** A line that passed. Times are epoch ms. */
export interface RememberedLine {
  /** Of the line's text (fingerprint.ts). */
  readonly key: number;
  /** UTF-16 units of that text. */
  readonly units: number;
  /** The server's time of the line, or of the line it continues. */
  readonly time: number | undefined;
  readonly arrival: number;
}

const COMPACT_FROM = 1_024;

/** Lines in order of their arrival, taken off at the front. Four numbers a line in plain arrays: there may be 100,000. */
export class RememberedLines {
  #keys: number[] = [];
  #units: number[] = [];
  #times: number[] = [];
  #arrivals: number[] = [];
  #head = 0;
  #totalUnits = 0;

  get size(): number {
    return this.#keys.length - this.#head;
  }

  /** Of the texts of all lines. */
  get units(): number {
    return this.#totalUnits;
  }

  /** 0 is the oldest. */
  at(index: number): RememberedLine | undefined {
    const at = this.#head + index;
    const key = this.#keys[at];
    const arrival = this.#arrivals[at];
    if (index < 0 || key === undefined || arrival === undefined) return undefined;
    const time = this.#times[at] ?? Number.NaN;
    return { key, units: this.#units[at] ?? 0, time: Number.isNaN(time) ? undefined : time, arrival };
  }

  push(line: RememberedLine): void {
    this.#keys.push(line.key);
    this.#units.push(line.units);
    this.#times.push(line.time ?? Number.NaN);
    this.#arrivals.push(line.arrival);
    this.#totalUnits += line.units;
  }

  dropOldest(): void {
    if (this.size === 0) return;
    this.#totalUnits -= this.#units[this.#head] ?? 0;
    this.#head += 1;
    // Let go once a quarter of the list is forgotten: it never holds much more than it remembers.
    if (this.#head > COMPACT_FROM && this.#head * 4 > this.#keys.length) this.#compact();
  }

  #compact(): void {
    this.#keys = this.#keys.slice(this.#head);
    this.#units = this.#units.slice(this.#head);
    this.#times = this.#times.slice(this.#head);
    this.#arrivals = this.#arrivals.slice(this.#head);
    this.#head = 0;
  }
}
