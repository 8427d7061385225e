import type { LogLine } from '../../domain/log-line.ts';
import { plainText } from '../text/styled-line.ts';

/** Where a query's words stand in a text; `to` exclusive, UTF-16 units. */
export interface TextRange {
  readonly from: number;
  readonly to: number;
}

/** A compiled query of search or filter. */
export interface LogMatcher {
  /** As typed. */
  readonly text: string;
  matches(line: LogLine): boolean;
  /** Ascending, never overlapping: for highlighting. */
  ranges(text: string): readonly TextRange[];
}

/** `complaint`: what is wrong with the query, a whole sentence. */
export type CompiledQuery =
  | { readonly ok: true; readonly matcher: LogMatcher }
  | { readonly ok: false; readonly complaint: string };

export type CompileQuery = (text: string) => CompiledQuery;

/** A phrase, or `/regex/`; ignores case unless the query has a capital letter. */
export const compilePhrase: CompileQuery = (text) => {
  const regex = /^\/(.+)\/$/.exec(text)?.[1];
  try {
    const pattern = new RegExp(regex ?? escaped(text), /\p{Lu}/u.test(text) ? 'gv' : 'giv');
    return { ok: true, matcher: patternMatcher(text, pattern) };
  } catch (error) {
    return { ok: false, complaint: error instanceof Error ? error.message : 'Not a regular expression' };
  }
};

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/&\-!#%,:;<=>@`~"']/g, '\\$&').replace(/\\([%,:;<=>@`~"'!#&])/g, '[$1]');
}

function patternMatcher(text: string, pattern: RegExp): LogMatcher {
  const test = new RegExp(pattern.source, pattern.flags.replace('g', ''));
  return {
    text,
    matches: (line) => test.test(plainText(line.message)) || test.test(line.stream),
    ranges: (shown) => rangesOf(pattern, shown),
  };
}

/** At most this many highlights per text: a pattern that hits every character is no use and costs a frame. */
const MAX_RANGES = 500;

export function rangesOf(pattern: RegExp, text: string): readonly TextRange[] {
  const ranges: TextRange[] = [];
  for (const match of text.matchAll(pattern)) {
    if (match[0] !== '') ranges.push({ from: match.index, to: match.index + match[0].length });
    if (ranges.length >= MAX_RANGES) break;
  }
  return ranges;
}
