/** Ascending sequence numbers: grows at the end, loses at the front, both in constant time on average. */
export class SequenceList {
  #items: number[] = [];
  #head = 0;

  get size(): number {
    return this.#items.length - this.#head;
  }

  get last(): number | undefined {
    return this.size > 0 ? this.#items.at(-1) : undefined;
  }

  at(index: number): number | undefined {
    return index < 0 ? undefined : this.#items[this.#head + index];
  }

  /** `sequence` must be greater than every one before. */
  push(sequence: number): void {
    this.#items.push(sequence);
  }

  /** Forgets what is smaller than `sequence`. */
  dropBefore(sequence: number): void {
    this.#head += this.indexAtOrAfter(sequence);
    if (this.#head > 1_024 && this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
  }

  /** Index of the first one that is `sequence` or greater; `size` where there is none. */
  indexAtOrAfter(sequence: number): number {
    let low = this.#head;
    let high = this.#items.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#items[middle] ?? 0) < sequence) low = middle + 1;
      else high = middle;
    }
    return low - this.#head;
  }

  has(sequence: number): boolean {
    return this.at(this.indexAtOrAfter(sequence)) === sequence;
  }
}
