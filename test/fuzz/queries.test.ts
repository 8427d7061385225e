import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LazyLogLine } from '../../src/domain/lazy-log-line.ts';
import { parseLogLine } from '../../src/domain/log-line.ts';
import { compileLogQuery } from '../../src/domain/log-query.ts';
import { MAX_LOG_LINE, safeLogLine } from '../../src/domain/safe-text.ts';
import type { FilterColumn } from '../../src/resources/filter/filter-term.ts';
import { matchesFilter, narrows } from '../../src/resources/filter/match-filter.ts';
import { parseFilter } from '../../src/resources/filter/parse-filter.ts';
import { ownTime } from '../support/own-time.ts';
import { hostileText } from './hostile.ts';

const TYPES = ['text', 'number', 'time', 'duration', 'cpu', 'memory', 'percent', 'status', 'boolean'] as const;
const COLUMNS: readonly FilterColumn[] = [...TYPES, '__proto__', 'constructor'].map((id, at) => ({
  id,
  header: id.toUpperCase(),
  type: TYPES[at] ?? 'text',
}));

const word = fc.oneof(
  fc.constantFrom(
    '"',
    '/',
    '!',
    'level:',
    'level>=',
    'status>=500',
    'a=b',
    'memory>1Gi',
    'age<2h',
    '__proto__:x',
    '(',
    '[',
  ),
  fc.constantFrom(
    '\\',
    '*',
    '+',
    '?',
    '{',
    '}',
    ')',
    ']',
    '|',
    '^',
    '$',
    '.',
    '(?:',
    '(?=',
    '[^',
    '\\d',
    '\\1',
    '{2,}',
    ' ',
  ),
  fc.constantFrom(
    'a',
    'b',
    '0',
    '=',
    '>',
    '<',
    ':',
    '-',
    'level',
    'cpu',
    'constructor=1',
    'toString>2',
    '1e308',
    '-0',
    '9999999999y',
  ),
  hostileText,
);
const query = fc.oneof(
  fc.array(word, { maxLength: 12 }).map((words) => words.join('')),
  fc.array(word, { minLength: 1, maxLength: 9 }).map((words) => `/${words.join('').replaceAll('/', '')}/`),
);

const LINES = ['a', 'ab', '0', ' ', '"', 'a=b ', '{"a":"b"},', 'error timeout ']
  .map((text) => safeLogLine(text.repeat(MAX_LOG_LINE / text.length)))
  .concat('{"level":"error","__proto__":{"a":1},"status":500}', '2026-01-01T00:00:00Z service/web/web-1 x=1', '');

describe('a log query', () => {
  it('never throws, and is done with the longest line in bounded time', () => {
    fc.assert(
      fc.property(query, fc.constantFrom(...LINES), (text, line) => {
        const began = ownTime();
        const compiled = compileLogQuery(text);
        expect(typeof compiled.matches(new LazyLogLine(line))).toBe('boolean');
        expect(compiled.matches(parseLogLine(line))).toBe(compiled.matches(new LazyLogLine(line)));
        expect(compiled.ranges(line).length).toBeLessThanOrEqual(500);
        expect(ownTime() - began).toBeLessThan(4_000);
      }),
      { numRuns: 800 },
    );
  });

  it.each([
    '/(a+)+$/',
    '/(a|a)*b/',
    '/(.*)*x/',
    '/(\\w+\\s?)+$/',
    '/^(\\S+ ?)*$/',
    '/a*a*a*a*b/',
    `/${'a?'.repeat(40)}b/`,
  ])('%s says that it would take too long', (text) => {
    expect(compileLogQuery(text).problem).toMatch(/could take/);
    for (const line of LINES) compileLogQuery(text).matches(new LazyLogLine(line));
    const filter = parseFilter(text, COLUMNS);
    expect(filter.problem).toMatch(/could take/);
  });

  it('an endless one is a problem', () => {
    expect(compileLogQuery('"a '.repeat(400_000)).problem).toContain('at most');
    expect(parseFilter('/a '.repeat(400_000), COLUMNS).problem).toContain('at most');
  });
});

describe('a filter', () => {
  const cell = fc.oneof(hostileText, fc.double(), fc.boolean(), fc.constant(null));

  it('never throws, whatever it and the row hold', () => {
    fc.assert(
      fc.property(
        query,
        query,
        fc.array(cell, { maxLength: COLUMNS.length }),
        fc.double(),
        (text, more, values, now) => {
          const filter = parseFilter(text, COLUMNS);
          const texts = values.map((value) => String(value));
          const row = { values, texts, haystack: texts.join('\u0001').toLowerCase() };
          const began = ownTime();
          expect(typeof matchesFilter(row, filter, now)).toBe('boolean');
          expect(typeof narrows(parseFilter(`${text}${more}`, COLUMNS), filter)).toBe('boolean');
          expect(ownTime() - began).toBeLessThan(4_000);
        },
      ),
      { numRuns: 1_000 },
    );
  });
});
