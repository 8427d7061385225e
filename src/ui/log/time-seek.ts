import type { LineRing, ShownLines } from './log-lens.ts';

/** Looks for the line nearest to an instant among those shown, a line at most once: more may come while it looks. */
export class TimeSeek {
  readonly at: number;
  readonly #ring: LineRing;
  #shown: ShownLines | undefined;
  #next = 0;
  #best: { readonly sequence: number; readonly time: number } | undefined;
  #newest: number | undefined;

  constructor(ring: LineRing, at: number) {
    this.#ring = ring;
    this.at = at;
  }

  /** Latest time of any line looked at. */
  get newest(): number | undefined {
    return this.#newest;
  }

  /** Lines need not be in order of time: pods tell their past side by side. Of several equally near the first. */
  nearest(shown: ShownLines): { readonly sequence: number; readonly time: number } | undefined {
    const lost = this.#best !== undefined && this.#best.sequence < this.#ring.first;
    if (shown !== this.#shown || lost) {
      this.#shown = shown;
      this.#next = 0;
      this.#best = undefined;
    }
    let index = shown.indexAtOrAfter(this.#next);
    for (let id = shown.idAt(index); id !== undefined; id = shown.idAt(++index)) {
      this.#next = id + 1;
      const time = this.#ring.line(id)?.time;
      if (time === undefined) continue;
      if (this.#newest === undefined || time > this.#newest) this.#newest = time;
      if (this.#best && Math.abs(time - this.at) >= Math.abs(this.#best.time - this.at)) continue;
      this.#best = { sequence: id, time };
    }
    return this.#best;
  }
}
