import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { diffEnv, envDiffText } from '../../../src/domain/env-diff.ts';
import { MASK } from '../../../src/domain/env-text.ts';

const NONE = { added: [], removed: [], changed: [], unseen: [] };

describe('diffEnv', () => {
  test.each([
    ['equal', 'A=1\nB=2', 'B=2\nA=1', NONE],
    ['added', 'A=1', 'A=1\nB=2', { ...NONE, added: ['B'] }],
    ['removed', 'A=1\nB=2', 'A=1', { ...NONE, removed: ['B'] }],
    ['changed', 'A=1', 'A=2', { ...NONE, changed: ['A'] }],
    ['masked on both sides', `A=${MASK}`, `A=${MASK}`, { ...NONE, unseen: ['A'] }],
    ['masked on one side', `A=${MASK}`, 'A=1', { ...NONE, unseen: ['A'] }],
    ['a masked one that came', '', `A=${MASK}`, { ...NONE, added: ['A'] }],
    ['sorted', '', 'B=\nA=', { ...NONE, added: ['A', 'B'] }],
    ['keys of JavaScript', '__proto__=1', 'constructor=1', { ...NONE, added: ['constructor'], removed: ['__proto__'] }],
  ])('%s', (_name, before, after, expected) => expect(diffEnv(before, after)).toEqual(expected));

  it('never holds a value', () => {
    const env = fc.dictionary(fc.stringMatching(/^[A-C]$/), fc.constantFrom('s3cret1', 's3cret2', MASK)).map((keys) =>
      Object.entries(keys)
        .map(([key, value]) => `${key}=${value}`)
        .join('\n'),
    );
    fc.assert(
      fc.property(env, env, (before, after) => {
        const diff = diffEnv(before, after);
        expect(JSON.stringify(diff)).not.toMatch(/s3cret|\*/);
        expect(diffEnv(after, before)).toEqual({ ...diff, added: diff.removed, removed: diff.added });
      }),
    );
  });

  test('in words', () => {
    expect(envDiffText(diffEnv('A=1\nB=2', 'A=2\nC=3'))).toBe('+C ~A -B');
    expect(envDiffText(diffEnv('', 'A=\nB=\nC=\nD=\nE=\nF='))).toBe('+A +B +C +D and 2 more');
    expect(envDiffText(NONE)).toBe('');
  });
});
