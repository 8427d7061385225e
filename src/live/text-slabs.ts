const SLAB_BYTES = 256 * 1_024;
/** UTF-8 needs at most three bytes for a UTF-16 unit. */
const BYTES_PER_UNIT = 3;

/** Where a text stands. */
export interface TextPlace {
  /** Slabs are numbered in the order of their making. */
  readonly slab: number;
  readonly offset: number;
  /** Bytes. */
  readonly length: number;
}

/**
 * Texts as UTF-8 in large pieces of memory, appended at the end and forgotten from the front. A piece that is forgotten is
 * used again, so that a stream which has reached its size allocates nothing. Half a surrogate pair comes back as U+FFFD.
 */
export class TextSlabs {
  #slabs: Buffer[] = [];
  /** Number of the first slab that is kept. */
  #first = 0;
  #used = 0;
  #spare: Buffer | undefined;

  append(text: string): TextPlace {
    const most = text.length * BYTES_PER_UNIT;
    let slab = this.#slabs.at(-1);
    if (slab === undefined || slab.length - this.#used < most) slab = this.#grow(most);
    const offset = this.#used;
    const length = slab.write(text, offset, 'utf8');
    this.#used += length;
    return { slab: this.#first + this.#slabs.length - 1, offset, length };
  }

  /** Only for a place whose slab has not been forgotten. */
  read(slab: number, offset: number, length: number): string {
    return this.#slabs[slab - this.#first]?.toString('utf8', offset, offset + length) ?? '';
  }

  forgetBefore(slab: number): void {
    while (this.#first < slab && this.#slabs.length > 1) {
      const gone = this.#slabs.shift();
      this.#first += 1;
      if (gone?.length === SLAB_BYTES) this.#spare = gone;
    }
  }

  #grow(most: number): Buffer {
    const slab =
      most <= SLAB_BYTES ? (this.#spare ?? Buffer.allocUnsafeSlow(SLAB_BYTES)) : Buffer.allocUnsafeSlow(most);
    if (slab === this.#spare) this.#spare = undefined;
    this.#slabs.push(slab);
    this.#used = 0;
    return slab;
  }
}
