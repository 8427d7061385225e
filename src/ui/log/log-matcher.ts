import type { LogLine } from '../../domain/log-line.ts';
import { compilePhrase, type TextRange } from '../text/phrase.ts';
import { plainText } from '../text/styled-line.ts';

/** A compiled query of search or filter. */
export interface LogMatcher {
  /** As typed. */
  readonly text: string;
  matches(line: LogLine): boolean;
  /** Where the query's words stand in a text, ascending, never overlapping: for highlighting. */
  ranges(text: string): readonly TextRange[];
}

/** `complaint`: what is wrong with the query, a whole sentence. */
export type CompiledQuery =
  | { readonly ok: true; readonly matcher: LogMatcher }
  | { readonly ok: false; readonly complaint: string };

export function compileQuery(text: string): CompiledQuery {
  const compiled = compilePhrase(text);
  if (!compiled.ok) return compiled;
  const { phrase } = compiled;
  return {
    ok: true,
    matcher: {
      text,
      matches: (line) => phrase.in(plainText(line.message)) || phrase.in(line.stream),
      ranges: (shown) => phrase.ranges(shown),
    },
  };
}
