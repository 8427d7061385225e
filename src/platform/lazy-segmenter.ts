/**
 * Characters that are a cluster each, whatever stands beside them (none extends, joins or conjoins: Unicode annex 29): ASCII
 * and control characters but CR, which joins LF, Latin letters, general punctuation, arrows, boxes, blocks, shapes, Braille.
 */
const EACH_ITS_OWN = /^[\u0000-\u000c\u000e-\u02ff\u2010-\u2027\u2030-\u205e\u2190-\u21ff\u2500-\u25ff\u2800-\u28ff]*$/;

/**
 * Stands in for `Intl.Segmenter` in the bundle (build.mjs), also in packages: the first one of a process takes 10 to 20 ms to
 * make, and every package that measures text makes one while it is loaded. Here it is made when a text needs it, which what
 * rackdeck draws itself does not. Same answers for clusters; for words and sentences it only is late.
 */
export class LazySegmenter {
  readonly #locales: Intl.LocalesArgument;
  readonly #options: Intl.SegmenterOptions | undefined;
  #real: Intl.Segmenter | undefined;

  constructor(locales?: Intl.LocalesArgument, options?: Intl.SegmenterOptions) {
    this.#locales = locales;
    this.#options = options;
  }

  segment(text: string): Iterable<Intl.SegmentData> & Pick<Intl.Segments, 'containing'> {
    const clusters = (this.#options?.granularity ?? 'grapheme') === 'grapheme';
    if (clusters && EACH_ITS_OWN.test(text)) return new SingleUnits(text);
    // Through globalThis: the bundle replaces the plain name, here as well.
    this.#real ??= new globalThis.Intl.Segmenter(this.#locales, this.#options);
    return this.#real.segment(text);
  }
}

/** Every UTF-16 unit is a cluster. */
class SingleUnits implements Iterable<Intl.SegmentData> {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  containing(index = 0): Intl.SegmentData {
    const at = Math.trunc(index) || 0;
    // As the built-in: undefined outside the text, whatever its type says.
    const unit = this.#text[at];
    return (unit === undefined ? undefined : { segment: unit, index: at, input: this.#text }) as Intl.SegmentData;
  }

  *[Symbol.iterator](): Generator<Intl.SegmentData, undefined> {
    for (let index = 0; index < this.#text.length; index += 1) {
      yield { segment: this.#text[index] ?? '', index, input: this.#text };
    }
  }
}
