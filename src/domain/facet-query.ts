import { compileLogQuery, type LogQuery } from './log-query.ts';

/** `top 5 path where status>=500`: the most frequent values of a field over the lines that pass. */
export interface FacetQuery {
  /** As typed. */
  readonly text: string;
  readonly count: number;
  /** A JSON or logfmt field, or `level`, `service`, `process`, `stream`, `signature`. */
  readonly field: string;
  /** Undefined: all lines. */
  readonly where: LogQuery | undefined;
}

export type ReadFacetQuery = { readonly query: FacetQuery } | { readonly problem: string };

/** What every line has besides its fields. */
export const LINE_FACETS: readonly string[] = ['level', 'service', 'process', 'stream', 'signature'];

export const FACET_QUERY_HELP = 'Write for example: top 5 path where status>=500';
export const MAX_TOP = 50;
const DEFAULT_TOP = 10;
const FIELD = /^[A-Za-z_@][\w.@-]*$/;
const SHAPE = /^\s*(?:top\b\s*)?(?:(\d{1,6})\s+)?(\S+)(?:\s+where\s+(.*))?$/i;

/** `top [n] <field> [where <terms>]`; `top` may be left out, terms are those of a filter, `and` between them is optional. */
export function parseFacetQuery(text: string): ReadFacetQuery {
  const shape = SHAPE.exec(text.trim());
  const [, amount, field = '', condition] = shape ?? [];
  if (!shape || !FIELD.test(field) || /^(?:top|where)$/i.test(field)) return { problem: FACET_QUERY_HELP };
  const count = amount === undefined ? DEFAULT_TOP : Number(amount);
  if (count < 1 || count > MAX_TOP) return { problem: `Between 1 and ${MAX_TOP} values can be listed.` };
  if (condition === undefined) return { query: { text, count, field, where: undefined } };
  const where = compileLogQuery(joined(condition));
  if (where.problem !== undefined) return { problem: where.problem };
  return { query: { text, count, field, where: where.empty ? undefined : where } };
}

const PART = /"(?:[^"\\]|\\.)*"|\/(?:[^/\\\s]|\\.)+\/|\s*(?:>=|<=|!=|[><=])\s*|\s+and\s+|[\s\S]/gi;

/** Blanks around operators and `and` between terms are how people write it; the filter language has neither. */
function joined(condition: string): string {
  return condition.trim().replace(PART, (part) => {
    const first = part.charAt(0);
    if (first === '"' || first === '/') return part;
    if (/^\s+and\s+$/i.test(part)) return ' ';
    return /[><=]/.test(part) ? part.trim() : part;
  });
}
