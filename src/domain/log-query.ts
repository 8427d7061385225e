import type { LogLine } from './log-line.ts';
import { type LogTerm, parseLogTerms } from './log-term.ts';

/** Where a query's words stand in a text; `to` exclusive, UTF-16 units. */
export interface QueryRange {
  readonly from: number;
  readonly to: number;
}

/**
 * A compiled search or filter. All terms must hold:
 *
 * | Term | Line passes when |
 * |---|---|
 * | `connection refused` | the words stand there like this, case ignored |
 * | `"level:error"` | as above; quotes take away special meanings |
 * | `/time(d )?out/` | the regular expression matches, case ignored (bounded-pattern.ts) |
 * | `level:error`, `level:warn,error`, `level>=warn` | it has that level |
 * | `service:web`, `process:web-6d9f`, `stream:system` | the name is this (service), or contains it |
 * | `status>=500`, `took<0.5`, `user=ab` | a JSON or logfmt field compares so |
 * | `user="ab c"`, `service:"web"`, `signature:"..."` | exactly this value; `\"` and `\\` inside it |
 * | `!` before any of them | it does not |
 */
export interface LogQuery {
  /** As typed. */
  readonly text: string;
  /** What is wrong with the text, a whole sentence; what could not be read is taken literally. */
  readonly problem: string | undefined;
  /** Everything passes. */
  readonly empty: boolean;
  readonly matches: (line: LogLine) => boolean;
  /** Ascending, never overlapping, at most 500: for highlighting. */
  readonly ranges: (text: string) => readonly QueryRange[];
}

/** Never throws: while somebody types, half a query is the normal case. */
export function compileLogQuery(text: string): LogQuery {
  const { terms, problem } = parseLogTerms(text);
  const [only] = terms;
  return {
    text,
    problem,
    empty: terms.length === 0,
    matches: terms.length === 1 && only ? only.test : (line) => terms.every((term) => term.test(line)),
    ranges: (shown) => rangesOf(terms, shown),
  };
}

/** A pattern that hits every character is no use and costs a frame. */
const MAX_RANGES = 500;

function rangesOf(terms: readonly LogTerm[], text: string): readonly QueryRange[] {
  const found: QueryRange[] = [];
  for (const { highlight, reach } of terms) {
    if (!highlight) continue;
    for (const match of text.slice(0, reach).matchAll(highlight)) {
      if (match[0] !== '') found.push({ from: match.index, to: match.index + match[0].length });
      if (found.length >= MAX_RANGES) break;
    }
  }
  return merged(found);
}

function merged(ranges: readonly QueryRange[]): readonly QueryRange[] {
  const result: QueryRange[] = [];
  for (const range of [...ranges].sort((a, b) => a.from - b.from || a.to - b.to)) {
    const last = result.at(-1);
    if (last && range.from < last.to) {
      result[result.length - 1] = { from: last.from, to: Math.max(last.to, range.to) };
    } else {
      result.push(range);
    }
  }
  return result;
}
