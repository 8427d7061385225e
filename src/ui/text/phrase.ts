/** Where a phrase stands in a text; UTF-16 units, `to` exclusive. */
export interface TextRange {
  readonly from: number;
  readonly to: number;
}

/** A search text made ready. `complaint`: what is wrong with it, a whole sentence. */
export type CompiledPhrase =
  | { readonly ok: true; readonly phrase: Phrase }
  | { readonly ok: false; readonly complaint: string };

/** At most this many per text: a pattern that hits every character is of no use and costs a frame. */
const MAX_RANGES = 500;

/** A phrase, or `/regex/`; case is ignored, as everywhere in the program. */
export class Phrase {
  readonly text: string;
  readonly #test: RegExp;
  readonly #all: RegExp;

  constructor(text: string, source: string) {
    this.text = text;
    this.#test = new RegExp(source, 'i');
    this.#all = new RegExp(source, 'gi');
  }

  in(text: string): boolean {
    return this.#test.test(text);
  }

  /** Ascending, never overlapping, never empty. */
  ranges(text: string): readonly TextRange[] {
    const ranges: TextRange[] = [];
    for (const match of text.matchAll(this.#all)) {
      if (match[0] !== '') ranges.push({ from: match.index, to: match.index + match[0].length });
      if (ranges.length >= MAX_RANGES) break;
    }
    return ranges;
  }
}

export function compilePhrase(text: string): CompiledPhrase {
  const pattern = /^\/(.+)\/$/.exec(text)?.[1];
  try {
    return { ok: true, phrase: new Phrase(text, pattern ?? text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')) };
  } catch {
    return { ok: false, complaint: `${text} is no regular expression that can be used` };
  }
}
