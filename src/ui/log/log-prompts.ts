import { parseFacetQuery } from '../../domain/facet-query.ts';
import { compileLogQuery } from '../../domain/log-query.ts';
import { parseTimeJump } from '../../domain/time-jump.ts';
import { parseTimeSpan } from '../../resources/filter/time-span.ts';
import { parseExport } from './export-request.ts';
import type { Asked } from './log-view-state.ts';

const SINCE_HELP = 'Write how far back, for example 5m, 1h, 2h30m or 24h';
const LONGEST_SINCE = 366 * 86_400_000;

/** What is wrong with a prompt's text while it is typed: an empty one is no mistake yet. */
export function typingProblem(what: Asked, text: string, now: number): string | undefined {
  if (text.trim() === '') return undefined;
  switch (what) {
    case 'since':
      return readSince(text) === undefined ? SINCE_HELP : undefined;
    case 'jump':
      return problemOf(parseTimeJump(text, now));
    case 'top':
      return problemOf(parseFacetQuery(text));
    case 'export':
      return problemOf(parseExport(text));
    default:
      return compileLogQuery(text).problem;
  }
}

export function problemOf(read: object): string | undefined {
  return 'problem' in read ? String(read.problem) : undefined;
}

/** Milliseconds; a problem for anything else. */
export function sinceOf(text: string): { readonly sinceMs: number } | { readonly problem: string } {
  const ms = readSince(text);
  return ms === undefined ? { problem: SINCE_HELP } : { sinceMs: Math.max(1_000, ms) };
}

function readSince(text: string): number | undefined {
  const ms = parseTimeSpan(text);
  return ms !== undefined && ms > 0 && ms <= LONGEST_SINCE ? ms : undefined;
}
