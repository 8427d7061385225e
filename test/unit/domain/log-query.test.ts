import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseLogLine } from '../../../src/domain/log-line.ts';
import { compileLogQuery } from '../../../src/domain/log-query.ts';

const PREFIX = '2026-05-01T10:00:00Z service/web/web-6d9f-x2x4q ';
const matches = (query: string, message: string) => compileLogQuery(query).matches(parseLogLine(PREFIX + message));

describe('terms', () => {
  test.each<[query: string, message: string, expected: boolean]>([
    ['', 'anything', true],
    ['   ', 'anything', true],
    ['refused', 'Connection REFUSED', true],
    ['connection refused', 'the connection refused us', true],
    ['connection refused', 'refused: connection', false],
    ['!refused', 'connection refused', false],
    ['!refused', 'fine', true],
    ['!"connection refused"', 'connection was refused', true],
    ['a.c', 'abc', false],
    ['/a.c/', 'xAbCx', true],
    ['/^abc/', 'abc', false],
    ['/abc$/', 'abc', true],
    ['!/a.c/', 'abc', false],
    ['/time out/', 'a time out b', true],
    ['/a\\/b/', 'x a/b y', true],
    ['http://example.com/a', 'GET http://example.com/a', true],
    ['level:error', 'level=error msg=x', true],
    ['level:error', 'level=warn msg=x', false],
    ['level:warn,error', 'level=warn msg=x', true],
    ['level:WARNING', 'level=warn msg=x', true],
    ['level>=warn', 'FATAL gone', true],
    ['level>=warn', 'INFO fine', false],
    ['level>=warn', 'says nothing', false],
    ['!level:info', 'INFO fine', false],
    ['"level:error"', 'level=error', false],
    ['"level:error"', 'the text level:error', true],
    ['service:web', 'x', true],
    ['service:WEB', 'x', true],
    ['service:we', 'x', false],
    ['process:6d9f', 'x', true],
    ['process:other', 'x', false],
    ['stream:service/', 'x', true],
    ['level:error connection refused', 'ERROR connection refused', true],
    ['connection level:error refused', 'ERROR connection refused', true],
    ['connection level:error refused', 'ERROR connection lost', false],
    ['status>=500', '{"status":503,"path":"/"}', true],
    ['status>=500', '{"status":200}', false],
    ['status>=500', '{"code":503}', false],
    ['status>=500', 'status=502 path=/', true],
    ['status!=200', 'status=200', false],
    ['status!=200', 'status=404', true],
    ['status!=200', 'nothing', false],
    ['http.status=500', '{"http":{"status":500}}', true],
    ['took<50', 'took=12ms', true],
    ['took<50', 'took=1.5s', false],
    ['user=AB', '{"user":"ab"}', true],
    ['user=ab', 'plain text user=ab here', true],
    ['user=a', 'user=ab', true],
    ['msg="', 'msg="x"', true],
    ['!', 'a ! b', true],
    ['a!b', 'xa!by', true],
  ])('%s on %s: %s', (query, message, expected) => {
    expect(matches(query, message)).toBe(expected);
    expect(compileLogQuery(query).problem).toBeUndefined();
  });

  test('colour inside a word does not hide it', () => {
    expect(matches('error 500', '\u001b[31mERR\u001b[1mOR\u001b[0m 500\u001b[0m')).toBe(true);
  });

  test.each([
    ['/(/', '/(/ is no regular expression yet: unterminated group'],
    ['level:loud', '"loud" is no level; there are trace, debug, info, warn, error, fatal.'],
    ['level>=loud', '"loud" is no level; there are trace, debug, info, warn, error, fatal.'],
  ])('%s: says what is wrong and takes it literally', (query, problem) => {
    expect(compileLogQuery(query).problem).toBe(problem);
    expect(matches(query, `before ${query} after`)).toBe(true);
    expect(matches(query, 'other')).toBe(false);
  });
});

describe('highlights', () => {
  test.each<[query: string, text: string, parts: string[]]>([
    ['an', 'Banana', ['an', 'an']],
    ['/b.n/', 'banana', ['ban']],
    ['!an', 'banana', []],
    ['level:error', 'ERROR', []],
    ['/ana/ "nan"', 'banana', ['anan']],
    ['/x*/', 'banana', []],
  ])('%s in %s', (query, text, parts) => {
    const { ranges } = compileLogQuery(query);
    expect(ranges(text).map(({ from, to }) => text.slice(from, to))).toEqual(parts);
  });
});

test('any text compiles, and a line that holds quoted words is found by them', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), fc.string(), (before, words, after) => {
      compileLogQuery(words).matches(parseLogLine(before));
      compileLogQuery(words).ranges(after);
      const phrase = words.replaceAll('"', '');
      fc.pre(phrase.trim() !== '' && phrase === phrase.trim());
      expect(compileLogQuery(`"${phrase}"`).matches(parseLogLine(before + phrase + after))).toBe(true);
      expect(compileLogQuery(`!"${phrase}"`).matches(parseLogLine(before + phrase + after))).toBe(false);
    }),
    { numRuns: 1_000 },
  );
});
