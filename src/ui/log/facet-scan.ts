import { FacetCounts } from '../../domain/facet-counts.ts';
import type { LogLine } from '../../domain/log-line.ts';
import type { LineRing, ShownLines } from './log-lens.ts';

/** Tells each value of a line that counts. */
export type FacetReader = (line: LogLine, visit: (name: string, value: string) => void) => void;

/** Counts over the lines that are shown, as they come and go; starts over when other lines are shown. */
export class FacetScan {
  #counts: FacetCounts;
  readonly #ring: LineRing;
  readonly #read: FacetReader;
  readonly #maxValues: number;
  #shown: ShownLines | undefined;
  #next = 0;
  #lines = 0;

  constructor(ring: LineRing, read: FacetReader, maxValues: number) {
    this.#ring = ring;
    this.#read = read;
    this.#maxValues = maxValues;
    this.#counts = new FacetCounts({ values: maxValues });
  }

  get counts(): FacetCounts {
    return this.#counts;
  }

  /** Lines looked at since it started over. */
  get lines(): number {
    return this.#lines;
  }

  /** Looks at `most` further lines at most; true when there are no more. */
  advance(shown: ShownLines, most: number): boolean {
    if (shown !== this.#shown) {
      this.#shown = shown;
      this.#counts = new FacetCounts({ values: this.#maxValues });
      this.#next = 0;
      this.#lines = 0;
    }
    const counts = this.#counts;
    counts.dropBefore(this.#ring.first);
    let index = shown.indexAtOrAfter(this.#next);
    for (let looked = 0; looked < most; looked += 1) {
      const id = shown.idAt(index);
      if (id === undefined) return true;
      index += 1;
      this.#next = id + 1;
      const line = shown.isContext(id) ? undefined : this.#ring.line(id);
      if (!line) continue;
      this.#lines += 1;
      counts.begin(id);
      this.#read(line, counts.field);
    }
    return shown.idAt(index) === undefined;
  }
}
