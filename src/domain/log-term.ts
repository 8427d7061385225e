import { readPattern } from './bounded-pattern.ts';
import { logField } from './log-fields.ts';
import { LOG_LEVELS, levelHint, logLevelOf, logLevelRank } from './log-level.ts';
import type { LogLevel, LogLine } from './log-line.ts';
import { logSignature } from './log-signature.ts';

/** One condition of a query. */
export interface LogTerm {
  readonly test: (line: LogLine) => boolean;
  /** Global pattern of what to highlight; undefined for terms without words and for inverted ones. */
  readonly highlight: RegExp | undefined;
  /** How far into a text the highlight looks; undefined: to its end. */
  readonly reach?: number | undefined;
}

const MAX_QUERY = 1_000;

/** Splits a query (log-query.ts) into its terms. */
export function parseLogTerms(text: string): {
  readonly terms: readonly LogTerm[];
  readonly problem: string | undefined;
} {
  if (text.length > MAX_QUERY) return { terms: [], problem: `A search takes at most ${MAX_QUERY} characters.` };
  const terms: LogTerm[] = [];
  const problems: string[] = [];
  let phrase: string[] = [];
  const endPhrase = () => {
    if (phrase.length > 0) terms.push(textTerm(phrase.join(' ')));
    phrase = [];
  };
  for (const token of tokensOf(text)) {
    const inverted = token.body !== '' && token.inverted;
    const term = token.quoted ? textTerm(token.body) : specialTerm(token.body, problems);
    // Plain words side by side are one phrase: a person looks for "connection refused", not for two words.
    if (!term && !inverted) {
      phrase.push(token.inverted ? '!' : token.body);
      continue;
    }
    endPhrase();
    terms.push(inverted ? opposite(term ?? textTerm(token.body)) : (term ?? textTerm(token.body)));
  }
  endPhrase();
  return { terms, problem: problems[0] };
}

interface Token {
  readonly inverted: boolean;
  readonly quoted: boolean;
  readonly body: string;
}

/** `!`? then `"..."`, `/.../`, `name="..."` (all of which may hold spaces) or a run of other characters. */
const TOKEN =
  /(!?)(?:"([^"]*)"(?=\s|$)|(\/(?:[^/\\]|\\.)+\/)(?=\s|$)|([A-Za-z_@][\w.@-]*(?:>=|<=|!=|[><=:])"(?:[^"\\]|\\.)*")(?=\s|$)|(\S*))/gy;

function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  const trimmed = text.trim();
  while (at < trimmed.length) {
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(trimmed);
    if (!match) break;
    at = TOKEN.lastIndex;
    const body = match[2] ?? match[3] ?? match[4] ?? match[5] ?? '';
    if (body !== '' || match[1] !== '')
      tokens.push({ inverted: match[1] === '!', quoted: match[2] !== undefined, body });
    while (at < trimmed.length && /\s/.test(trimmed.charAt(at))) at += 1;
  }
  return tokens;
}

const SGR = /\u001b\[[0-9;:]*m/g;

/** What a person sees of the line: colour changes inside a word must not hide it. */
function seen(line: LogLine): string {
  return line.raw.includes('\u001b') ? line.raw.replace(SGR, '') : line.raw;
}

function textTerm(text: string): LogTerm {
  const source = text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const pattern = new RegExp(source, 'i');
  return { test: (line) => pattern.test(seen(line)), highlight: new RegExp(source, 'gi') };
}

function opposite(term: LogTerm): LogTerm {
  return { test: (line) => !term.test(line), highlight: undefined };
}

/** Undefined for a plain word. */
function specialTerm(body: string, problems: string[]): LogTerm | undefined {
  if (body.length > 2 && body.startsWith('/') && body.endsWith('/')) return regexTerm(body.slice(1, -1), problems);
  const quoted = QUOTED_VALUE.exec(body);
  if (quoted) return exactTerm(quoted[1] ?? '', quoted[2] ?? '', unquoted(quoted[3] ?? ''), problems);
  const named = /^(level|service|process|stream):(.+)$/i.exec(body);
  if (named?.[1] !== undefined && named[2] !== undefined) return namedTerm(named[1].toLowerCase(), named[2], problems);
  const compared = /^([A-Za-z_@][\w.@-]*)(>=|<=|!=|>|<|=)(.+)$/.exec(body);
  const [, name, operator, value] = compared ?? [];
  if (name === undefined || operator === undefined || value === undefined) return undefined;
  return name.toLowerCase() === 'level'
    ? levelOrder(operator, value, problems)
    : fieldTerm(body, name, operator, value);
}

const QUOTED_VALUE = /^([A-Za-z_@][\w.@-]*)(>=|<=|!=|[><=:])"((?:[^"\\]|\\.)*)"$/;

/** A value as a query takes it whole, whatever it holds: `"lamp \"big\""`. */
export function quotedValue(value: string): string {
  return `"${value.replace(/["\\]/g, '\\$&')}"`;
}

function unquoted(value: string): string {
  return value.replace(/\\(.)/g, '$1');
}

/** A value in quotes means exactly this value, letter case included; of a field, or of what every line has. */
function exactTerm(name: string, operator: string, value: string, problems: string[]): LogTerm | undefined {
  const lower = name.toLowerCase();
  if (lower === 'level') return operator === ':' ? levelSet(value, problems) : levelOrder(operator, value, problems);
  if (operator === ':') {
    if (lower === 'service') return { test: (line) => line.service === value, highlight: undefined };
    if (lower === 'process') return { test: (line) => line.process === value, highlight: undefined };
    if (lower === 'stream') return { test: (line) => line.stream === value, highlight: undefined };
    if (lower === 'signature') return { test: (line) => logSignature(line.message) === value, highlight: undefined };
    return undefined;
  }
  const leaf = name.slice(name.lastIndexOf('.') + 1);
  const number = numberOf(value);
  const test = (line: LogLine): boolean => {
    if (!line.raw.includes(leaf)) return false;
    const field = logField(line.message, name);
    if (field === undefined) return false;
    const found = number === undefined ? undefined : numberOf(field);
    if (number !== undefined && found !== undefined) return holds(operator, found, number);
    return operator === '=' ? field === value : operator === '!=' && field !== value;
  };
  return { test, highlight: undefined };
}

function regexTerm(source: string, problems: string[]): LogTerm | undefined {
  const read = readPattern(source, 'i');
  if ('problem' in read) {
    problems.push(read.problem);
    return undefined;
  }
  const { pattern, reach } = read;
  return {
    test: (line) => {
      const text = seen(line);
      return pattern.test(text.length > reach ? text.slice(0, reach) : text);
    },
    highlight: new RegExp(source, 'gi'),
    reach,
  };
}

function namedTerm(name: string, value: string, problems: string[]): LogTerm | undefined {
  if (name === 'level') return levelSet(value, problems);
  const wanted = value.toLowerCase();
  if (name === 'service') return { test: (line) => line.service?.toLowerCase() === wanted, highlight: undefined };
  if (name === 'process')
    return { test: (line) => line.process?.toLowerCase().includes(wanted) === true, highlight: undefined };
  return { test: (line) => line.stream.toLowerCase().includes(wanted), highlight: undefined };
}

function levelSet(value: string, problems: string[]): LogTerm | undefined {
  const levels = value.split(',').map(logLevelOf);
  const known = levels.filter((level) => level !== undefined);
  return known.length < levels.length ? noLevel(value, problems) : levelTerm(known);
}

function levelOrder(operator: string, value: string, problems: string[]): LogTerm | undefined {
  const wanted = logLevelOf(value);
  if (wanted === undefined) return noLevel(value, problems);
  const rank = logLevelRank(wanted);
  return levelTerm(LOG_LEVELS.filter((level) => holds(operator, logLevelRank(level), rank)));
}

function noLevel(value: string, problems: string[]): undefined {
  problems.push(`"${value}" is no level; there are ${LOG_LEVELS.join(', ')}.`);
  return undefined;
}

function levelTerm(levels: readonly LogLevel[]): LogTerm {
  const wanted = new Set(levels);
  const hint = levelHint(wanted);
  const test = (line: LogLine): boolean => {
    if (!line.raw.includes('\u001b') && !hint.test(line.raw)) return false;
    return line.level !== undefined && wanted.has(line.level);
  };
  return { test, highlight: undefined };
}

/** Compares as numbers where both sides are numbers. `a=b` also finds the plain text `a=b`. */
function fieldTerm(body: string, name: string, operator: string, value: string): LogTerm {
  const literal = operator === '=' ? textTerm(body) : undefined;
  const number = numberOf(value);
  const wanted = value.toLowerCase();
  const leaf = name.slice(name.lastIndexOf('.') + 1);
  const test = (line: LogLine): boolean => {
    // Most lines do not have the field at all: no need to take them apart.
    if (!line.raw.includes(leaf)) return literal?.test(line) === true;
    if (literal?.test(line)) return true;
    // Equal without standing there literally: only as JSON or in quotes.
    if (literal && !line.raw.includes('{') && !line.raw.includes(`${name}="`)) return false;
    const field = logField(line.message, name);
    if (field === undefined) return false;
    const found = number === undefined ? undefined : numberOf(field);
    if (number !== undefined && found !== undefined) return holds(operator, found, number);
    if (operator === '=') return field.toLowerCase() === wanted;
    return operator === '!=' && field.toLowerCase() !== wanted;
  };
  return { test, highlight: literal?.highlight };
}

/** `12`, `0.5`, `12ms`, `1.5s`: a unit is left out, times in ms and s count in ms. */
function numberOf(text: string): number | undefined {
  const match = /^(-?\d+(?:\.\d+)?)(ms|s)?$/.exec(text);
  if (!match) return undefined;
  return Number(match[1]) * (match[2] === 's' ? 1_000 : 1);
}

function holds(operator: string, left: number, right: number): boolean {
  switch (operator) {
    case '>=':
      return left >= right;
    case '<=':
      return left <= right;
    case '>':
      return left > right;
    case '<':
      return left < right;
    case '!=':
      return left !== right;
    default:
      return left === right;
  }
}
