import { describe, expect, it } from 'vitest';
import { readPattern } from '../../../src/domain/bounded-pattern.ts';
import { ownTime } from '../../support/own-time.ts';

const HARD_TEXTS = ['a', 'ab', ' ', '1', '1.', 'a-', 'a@.c', 'abc ', '"', '=x'].map((text) =>
  text.repeat(16_384 / text.length),
);

function read(source: string): { readonly pattern: RegExp; readonly reach: number } {
  const result = readPattern(source, 'i');
  if ('problem' in result) throw new Error(result.problem);
  return result;
}

describe('ordinary patterns', () => {
  it.each([
    ['timeout', 16_384],
    ['time(d )?out', 16_384],
    ['^GET /(a|b|c)', 16_384],
    ['status=(4|5)\\d\\d', 16_384],
    ['(?:\\d{1,3}\\.){3}\\d{1,3}', 16_384],
    ['error.*timeout.*retry', 16_384],
    ['foo.*bar', 16_384],
    ['"([^"]*)"', 4_000],
    ['\\d+\\.\\d+\\.\\d+\\.\\d+', 4_000],
    ['(\\w+\\s)+', 4_000],
    ['(foo|bar|baz)+', 4_000],
    ['.*x', 4_000],
    ['\\[[^\\]]+\\] \\w+: .*', 4_000],
    ['a.*b.*c', 900],
  ])('/%s/ looks at %i characters or more', (source, least) => {
    expect(read(source).reach).toBeGreaterThanOrEqual(least);
  });

  it.each(HARD_TEXTS)('none of them is slow on the text %.4s...', (text) => {
    for (const source of ['.*x', 'a.*b.*c', '\\w+-\\w+-\\w+-\\w+', '(\\S+)@(\\S+)\\.com', '(a|b|c|d)+e', '(.+)\\1']) {
      const { pattern, reach } = read(source);
      const began = ownTime();
      pattern.test(text.slice(0, reach));
      expect(ownTime() - began, source).toBeLessThan(2_000);
    }
  });
});

describe('patterns that could hang the terminal', () => {
  it.each([
    '(a+)+b',
    '(a*)*b',
    '(a|a)*b',
    '(a|ab)*c',
    '(x+x+)+y',
    '(.*)*x',
    '(a?){30}a{30}',
    '(?:a{1,20}){1,20}b',
    '^(([a-z])+.)+[A-Z]([a-z])+$',
    '(\\s*,\\s*)+',
    '((a|b)+)+c',
    '(?<word>\\w+)*!',
    '(?:\\w+\\d+)*!',
    '(a{2,})*b',
    '((a{1,8}){1,8}){1,8}b',
    '(\\1a|a)*b',
    '.*.*.*=x',
    'a*a*a*a*a*b',
    `${'a?'.repeat(30)}${'a'.repeat(30)}`,
  ])('/%s/ is refused in a sentence', (source) => {
    expect(readPattern(source, 'i')).toEqual({ problem: expect.stringMatching(/^\/.*\/ could take .*\.$/) });
  });

  it('an endless one is refused without being looked at', () => {
    expect(readPattern('a'.repeat(100_000), 'i')).toEqual({ problem: expect.stringContaining('at most 500') });
  });

  it('one that is not finished is a problem, not an exception', () => {
    expect(readPattern('(', 'i')).toEqual({ problem: '/(/ is no regular expression yet: unterminated group' });
  });
});
