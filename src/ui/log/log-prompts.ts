import { type FacetQuery, parseFacetQuery } from '../../domain/facet-query.ts';
import { compileLogQuery, type LogQuery } from '../../domain/log-query.ts';
import { parseTimeJump } from '../../domain/time-jump.ts';
import { parseTimeSpan } from '../../resources/filter/time-span.ts';
import { type ExportRequest, parseExport } from './export-request.ts';
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

function problemOf(read: object): string | undefined {
  return 'problem' in read ? String(read.problem) : undefined;
}

/** What a finished text sets off. */
export interface PromptActions {
  since(sinceMs: number): void;
  jump(at: number): void;
  top(query: FacetQuery): void;
  export(request: ExportRequest): void;
  /** Undefined: an empty one, which switches search or filter off. */
  query(kind: 'search' | 'filter', query: LogQuery | undefined): void;
}

/** Reads a finished text and acts on it; the result is what is wrong with it, and nothing has happened then. */
export function submitPrompt(what: Asked, text: string, now: number, act: PromptActions): string | undefined {
  switch (what) {
    case 'since': {
      const sinceMs = readSince(text);
      if (sinceMs === undefined) return SINCE_HELP;
      act.since(Math.max(1_000, sinceMs));
      return undefined;
    }
    case 'jump': {
      const read = parseTimeJump(text, now);
      if ('at' in read) act.jump(read.at);
      return problemOf(read);
    }
    case 'top': {
      const read = parseFacetQuery(text);
      if ('query' in read) act.top(read.query);
      return problemOf(read);
    }
    case 'export': {
      const read = parseExport(text);
      if ('request' in read) act.export(read.request);
      return problemOf(read);
    }
    default: {
      const query = compileLogQuery(text);
      if (query.problem === undefined) act.query(what, query.empty ? undefined : query);
      return query.problem;
    }
  }
}

function readSince(text: string): number | undefined {
  const ms = parseTimeSpan(text);
  return ms !== undefined && ms > 0 && ms <= LONGEST_SINCE ? ms : undefined;
}
