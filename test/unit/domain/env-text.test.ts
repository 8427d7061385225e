import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { envDelta, envDeltaText, envKeyText, parseEnv } from '../../../src/domain/env-text.ts';

describe('parseEnv', () => {
  it.each([
    ['', []],
    ['A=1', [['A', '1']]],
    [
      'A=1\nB=2=3',
      [
        ['A', '1'],
        ['B', '2=3'],
      ],
    ],
    [' A = 1 ', [['A', ' 1 ']]],
    ['# no comment\n#A=1', [['#A', '1']]],
    [
      'A="x"\r\nB=',
      [
        ['A', '"x"'],
        ['B', ''],
      ],
    ],
    ['=x\nno equals', []],
    ['A=1\nA=2', [['A', '2']]],
  ] as const)('%j', (text, wanted) => {
    expect([...parseEnv(text)]).toEqual(wanted);
  });

  it('reads back whatever keys and values a rack can hold', () => {
    const key = fc.stringMatching(/^[A-Z_][A-Z0-9_]{0,20}$/);
    const value = fc.string().map((text) => text.replace(/[\r\n]/g, ''));
    fc.assert(
      fc.property(fc.dictionary(key, value), (env) => {
        const text = Object.entries(env)
          .map(([name, content]) => `${name}=${content}`)
          .join('\n');
        expect(Object.fromEntries(parseEnv(text))).toEqual({ ...env });
      }),
    );
  });
});

describe('envDelta', () => {
  it('names keys, never values', () => {
    const delta = envDelta('A=1\nB=secret\nC=3', 'B=other\nC=3\nD=4');
    expect(delta).toEqual({ added: ['D'], changed: ['B'], removed: ['A'] });
    expect(JSON.stringify(delta)).not.toMatch(/secret|other/);
    expect(envDeltaText(delta)).toBe('+1 ~1 -1');
  });

  it('is empty for equal environments, whatever the order', () => {
    expect(envDeltaText(envDelta('A=1\nB=2', 'B=2\nA=1'))).toBe('');
  });
});

describe('envKeyText', () => {
  it.each([
    ['DATABASE_URL', 'DATABASE_URL'],
    ['app.config-x', 'app.config-x'],
    ['MIIEowIBAAKCAQEA+3/k', '(no name)'],
    ['\u001b[2JKEY', '(no name)'],
    ['KEY\u202e', '(no name)'],
    ['A'.repeat(300), '(no name)'],
    ['', '(no name)'],
  ])('%j', (key, shown) => {
    expect(envKeyText(key)).toBe(shown);
  });
});
