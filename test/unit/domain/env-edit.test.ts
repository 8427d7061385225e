import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import {
  applyEdit,
  compareWith,
  editBetween,
  effectOf,
  envLines,
  isGatewaySecret,
  masksIn,
  readEnvKeys,
  readEnvLines,
  suspectValues,
} from '../../../src/domain/env-edit.ts';
import { MASK, parseEnv } from '../../../src/domain/env-text.ts';

const map = (values: Readonly<Record<string, string>>) => new Map(Object.entries(values));

describe('readEnvLines', () => {
  it('takes everything behind the first "=" as the value, byte for byte', () => {
    expect(readEnvLines('A=1\r\n\n  B  =x=y "z" \nC=\n')).toEqual({ env: map({ A: '1', B: 'x=y "z" ', C: '' }) });
  });

  test.each([
    ['A', 'Line 1 has no "=": write KEY=VALUE; a value cannot have several lines'],
    ['A=1\n  #B=2', 'Line 2 starts with #, which is no comment here: take it out'],
    ['=1', 'Line 1 does not begin with the name of a variable; a value cannot have several lines'],
    ['A B=1', 'Line 1 does not begin with the name of a variable; a value cannot have several lines'],
    ['A=1\nA=1', 'Line 2 sets A a second time'],
    [`A=${'x'.repeat(70_000)}`, 'Line 1 is longer than 64 KiB, where a rack cuts it'],
    ['A=\u0000', 'Line 1 holds a control character'],
  ])('refuses %j and never quotes a value', (text, problem) => {
    expect(readEnvLines(text)).toEqual({ problem });
  });

  it('never quotes a value, whatever it is given', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z0-9]{12,20}$/), fc.string(), (secret, rest) => {
        const read = readEnvLines(`${rest}\nA=1\nKEY=${secret}\nA=${secret}`);
        // The second A is always too much, if nothing before it was.
        expect('problem' in read && !read.problem.includes(secret)).toBe(true);
      }),
    );
  });
});

const key = fc.stringMatching(/^[A-Z_][A-Z0-9_]{0,8}$/);
const value = fc.stringMatching(/^[^\r\n\u0000-\u001f\u007f]{0,20}$/).filter((text) => text !== MASK);
const env = fc.array(fc.tuple(key, value), { maxLength: 8 }).map((pairs) => new Map(pairs));

describe('an edit', () => {
  it('from one environment to another leads there, and what it does is what differs', () => {
    fc.assert(
      fc.property(env, env, (before, after) => {
        const edit = editBetween(before, after);
        expect(applyEdit(before, edit)).toEqual(after);
        const { added, changed, removed, same, missing, hidden } = effectOf(before, edit);
        expect([same, missing, hidden]).toEqual([[], [], []]);
        expect(added).toEqual([...after.keys()].filter((name) => !before.has(name)).sort());
        expect(removed).toEqual([...before.keys()].filter((name) => !after.has(name)).sort());
        expect(changed).toEqual(
          [...after]
            .filter(([name, text]) => before.has(name) && before.get(name) !== text)
            .map(([name]) => name)
            .sort(),
        );
      }),
    );
  });

  it('survives being written and read by a rack', () => {
    fc.assert(
      fc.property(env, (one) => {
        expect(parseEnv(envLines(one))).toEqual(one);
        expect(compareWith(one, parseEnv(envLines(one)))).toBe('same');
      }),
    );
  });

  it('touches nothing but what it names', () => {
    fc.assert(
      fc.property(env, env, fc.array(key, { maxLength: 3 }), (before, set, remove) => {
        const after = applyEdit(before, { set, remove });
        for (const [name, text] of before) {
          if (!set.has(name) && !remove.includes(name)) expect(after.get(name)).toBe(text);
        }
        for (const [name, text] of set) expect(after.get(name)).toBe(text);
      }),
    );
  });

  it('tells what is hidden, what is missing and what is so already', () => {
    const effect = effectOf(map({ A: MASK, B: '2', C: '3' }), {
      set: map({ A: 'x', B: '2' }),
      remove: ['C', 'D', 'A'],
    });
    expect(effect).toEqual({ added: [], changed: ['A'], same: ['B'], hidden: ['A'], removed: ['C'], missing: ['D'] });
  });
});

test('a mask that stays is no change; one that is new is caught', () => {
  const before = map({ HIDDEN_KEY: MASK, A: '1' });
  expect(editBetween(before, before)).toEqual({ set: new Map(), remove: [] });
  expect(masksIn({ set: map({ B: MASK, C: 'x' }), remove: [] })).toEqual(['B']);
});

test.each([
  [{ A: '1' }, { A: '1' }, 'same'],
  [{ A: '1' }, { A: '2' }, 'different'],
  [{ A: '1' }, { A: '1', B: '2' }, 'different'],
  [{ A: '1', B: '2' }, { A: '1' }, 'different'],
  [{ A: 'secret' }, { A: MASK }, 'unseen'],
  [{ A: MASK }, { A: 'secret' }, 'unseen'],
  [{ A: MASK }, { A: MASK }, 'unseen'],
  [{ A: MASK, B: '1' }, { A: MASK, B: '2' }, 'different'],
])('%j against %j is %s', (expected, found, result) => {
  expect(compareWith(map(expected), map(found))).toBe(result);
});

test.each([
  ['"quoted"', true],
  ["'quoted'", true],
  [' blank', true],
  ['blank ', true],
  ['"one', false],
  ['plain', false],
  ['', false],
])('%j looks odd: %s', (text, odd) => {
  expect(suspectValues({ set: map({ A: text }), remove: [] })).toEqual(odd ? ['A'] : []);
});

test.each([
  ['A B,C\nD', { keys: ['A', 'B', 'C', 'D'] }],
  [' A  A ', { keys: ['A'] }],
  ['', { keys: [] }],
  ['A=1', { problem: 'Give the names alone, without "=" and value' }],
])('names in %j', (text, result) => {
  expect(readEnvKeys(text)).toEqual(result);
});

test.each([
  ['API_KEY', true],
  ['AWS_ACCESS_KEY_ID', true],
  ['MY_TOKEN_X', true],
  ['SECRETS', true],
  ['KEYBOARD', false],
  ['DATABASE_URL', false],
])('%s is secret to a gateway: %s', (name, secret) => {
  expect(isGatewaySecret(name)).toBe(secret);
});
