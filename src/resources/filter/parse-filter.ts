import { readPattern } from '../../domain/bounded-pattern.ts';
import { parseCores } from '../../domain/cpu.ts';
import { parseMebibytes } from '../../domain/memory.ts';
import type { Comparison, Filter, FilterColumn, FilterTerm } from './filter-term.ts';
import { NO_FILTER } from './filter-term.ts';
import { parseTimeSpan } from './time-span.ts';

const MAX_FILTER = 500;
const TYPED = /^([A-Za-z][\w%.-]*)(!=|<=|>=|[:=<>])(.*)$/s;

type Outcome = { readonly term: FilterTerm } | { readonly problem: string };

/**
 * Reads a filter (screens.md 3): words, `!inverse`, `/regex/`, `"with spaces"` and typed conditions such as `cpu>500m`,
 * `memory>1Gi`, `age<2h`, `status:crashed`; all must hold. Never throws: what cannot be read becomes `problem`.
 */
export function parseFilter(source: string, columns: readonly FilterColumn[]): Filter {
  if (source.trim() === '') return NO_FILTER;
  if (source.length > MAX_FILTER) {
    return { source, terms: [], problem: `A filter takes at most ${MAX_FILTER} characters.` };
  }
  const terms: FilterTerm[] = [];
  let problem: string | undefined;
  for (const word of splitWords(source)) {
    const outcome = readWord(word, columns);
    if (outcome === undefined) continue;
    if ('term' in outcome) terms.push(outcome.term);
    else problem ??= outcome.problem;
  }
  return { source, terms, problem };
}

interface Word {
  readonly inverse: boolean;
  readonly quote: '"' | '/' | undefined;
  readonly closed: boolean;
  readonly text: string;
}

function splitWords(source: string): Word[] {
  const words: Word[] = [];
  let at = 0;
  while (at < source.length) {
    if (/\s/.test(source[at] ?? '')) {
      at += 1;
      continue;
    }
    const inverse = source[at] === '!';
    const start = inverse ? at + 1 : at;
    const opening = source[start];
    const quote = opening === '"' || opening === '/' ? opening : undefined;
    const end = quote ? closing(source, start + 1, quote) : wordEnd(source, start);
    const closed = quote === undefined || end < source.length;
    words.push({ inverse, quote, closed, text: source.slice(quote ? start + 1 : start, end) });
    at = quote ? end + 1 : end;
  }
  return words;
}

function wordEnd(source: string, from: number): number {
  const rest = source.slice(from).search(/\s/);
  return rest < 0 ? source.length : from + rest;
}

/** Index of the closing quote: one that is not escaped and, for a regex, followed by a space or the end. */
function closing(source: string, from: number, quote: string): number {
  for (let at = from; at < source.length; at += 1) {
    if (source[at] === '\\') at += 1;
    else if (source[at] === quote && (quote === '"' || at + 1 === source.length || /\s/.test(source[at + 1] ?? '')))
      return at;
  }
  return source.length;
}

function readWord(word: Word, columns: readonly FilterColumn[]): Outcome | undefined {
  if (word.quote === '/') return readRegex(word);
  if (word.text === '') return undefined;
  if (word.quote === undefined) {
    const typed = TYPED.exec(word.text);
    if (typed) {
      const outcome = readTyped(typed[1] ?? '', typed[2] ?? '', typed[3] ?? '', word.inverse, columns);
      if (outcome !== 'plain text') return outcome;
    }
  }
  return { term: { kind: 'text', inverse: word.inverse, text: word.text.toLowerCase() } };
}

function readRegex(word: Word): Outcome | undefined {
  if (word.text === '') return undefined;
  const read = readPattern(word.text, 'iu');
  if ('problem' in read) return { problem: read.problem };
  return { term: { kind: 'regex', inverse: word.inverse, ...read } };
}

function readTyped(
  name: string,
  operator: string,
  text: string,
  inverse: boolean,
  columns: readonly FilterColumn[],
): Outcome | undefined | 'plain text' {
  const column = findColumn(name, columns);
  if (column === undefined) {
    // `nginx:1.27` and `a=b` are ordinary things to look for; `<` and `>` can only mean a comparison.
    if (operator === ':' || operator === '=' || operator === '!=') return 'plain text';
    return { problem: `There is no column '${name}' here; columns: ${columnNames(columns)}` };
  }
  if (text === '') return undefined;
  if (operator === ':') return { term: { kind: 'contains', inverse, column, text: text.toLowerCase() } };
  const type = columns[column]?.type ?? 'text';
  const value = readValue(type, text);
  if (value !== undefined) {
    const comparison = operator as Comparison;
    return { term: { kind: 'compare', inverse, column, comparison, value, age: type === 'time' } };
  }
  if (operator === '=' || operator === '!=') {
    return { term: { kind: 'equals', inverse: inverse !== (operator === '!='), column, text: text.toLowerCase() } };
  }
  return { problem: `'${text}' cannot be compared with ${name}; ${EXAMPLES[type] ?? `write ${name}:${text}`}` };
}

const EXAMPLES: Readonly<Record<string, string>> = {
  cpu: 'write for example 500m or 1.5',
  memory: 'write for example 512Mi or 1Gi',
  time: 'write for example 90s, 2h or 3d',
  duration: 'write for example 90s, 2h or 3d',
  percent: 'write for example 80%',
  number: 'write a number',
};

function readValue(type: FilterColumn['type'], text: string): number | undefined {
  switch (type) {
    case 'cpu':
      return parseCores(text);
    case 'memory':
      return parseMebibytes(text);
    case 'time':
    case 'duration':
      return parseTimeSpan(text);
    case 'percent':
      return percent(text);
    case 'number':
      return text.trim() === '' || !Number.isFinite(Number(text)) ? undefined : Number(text);
    default:
      return undefined;
  }
}

/** Shares are kept as 0 to 1; `80`, `80%` and `0.8` mean the same. */
function percent(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(%)?$/.exec(text);
  if (!match) return undefined;
  const value = Number(match[1]);
  return match[2] === '%' || value > 1 ? value / 100 : value;
}

/** By id or header, whole or from the start, whatever the case: `mem`, `memory`, `MEM`. */
export function findColumn(name: string, columns: readonly FilterColumn[]): number | undefined {
  const wanted = plainName(name);
  const names = columns.map((column) => [plainName(column.id), plainName(column.header)]);
  const exact = names.findIndex((own) => own.includes(wanted));
  if (exact >= 0) return exact;
  if (wanted.length < 2) return undefined;
  const near = names.findIndex((own) => own.some((each) => each.startsWith(wanted)));
  return near >= 0 ? near : undefined;
}

function plainName(name: string): string {
  const lower = name.toLowerCase();
  const plain = lower.replace(/[^a-z0-9%]/g, '');
  return plain === '' ? lower : plain;
}

function columnNames(columns: readonly FilterColumn[]): string {
  return columns.map((column) => column.header.toLowerCase() || column.id).join(', ');
}
