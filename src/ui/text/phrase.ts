import { readPattern } from '../../domain/bounded-pattern.ts';

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
  readonly #reach: number;

  /** `reach`: how far into a text it looks (bounded-pattern.ts). */
  constructor(text: string, source: string, reach = Number.POSITIVE_INFINITY) {
    this.text = text;
    this.#reach = reach;
    this.#test = new RegExp(source, 'i');
    this.#all = new RegExp(source, 'gi');
  }

  in(text: string): boolean {
    return this.#test.test(this.#reachable(text));
  }

  /** Ascending, never overlapping, never empty. */
  ranges(text: string): readonly TextRange[] {
    const ranges: TextRange[] = [];
    for (const match of this.#reachable(text).matchAll(this.#all)) {
      if (match[0] !== '') ranges.push({ from: match.index, to: match.index + match[0].length });
      if (ranges.length >= MAX_RANGES) break;
    }
    return ranges;
  }

  #reachable(text: string): string {
    return text.length > this.#reach ? text.slice(0, this.#reach) : text;
  }
}

export function compilePhrase(text: string): CompiledPhrase {
  const pattern = /^\/(.+)\/$/.exec(text)?.[1];
  if (pattern === undefined) {
    return { ok: true, phrase: new Phrase(text, text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')) };
  }
  const read = readPattern(pattern, 'i');
  if ('problem' in read) return { ok: false, complaint: read.problem };
  return { ok: true, phrase: new Phrase(text, pattern, read.reach) };
}
