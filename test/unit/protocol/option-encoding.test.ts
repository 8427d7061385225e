import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  encodeForm,
  encodeHeaders,
  fillPath,
  type OptionValue,
  optionText,
} from '../../../src/protocol/option-encoding.ts';

/** A decoder of our own, after Go's `url.ParseQuery`: the encoder is not checked by the code that it is made of. */
function decodeForm(text: string): [string, string][] {
  if (text === '') return [];
  return text.split('&').map((pair) => {
    const at = pair.indexOf('=');
    return [unescapeGo(pair.slice(0, at)), unescapeGo(pair.slice(at + 1))];
  });
}

function unescapeGo(text: string): string {
  const bytes: number[] = [];
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at);
    if (character === '%') {
      bytes.push(Number.parseInt(text.slice(at + 1, at + 3), 16));
      at += 2;
    } else bytes.push(character === '+' ? 0x20 : character.charCodeAt(0));
  }
  expect(bytes.every((byte) => byte >= 0 && byte <= 0xff)).toBe(true);
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(new Uint8Array(bytes));
}

const anyText = fc.string({ unit: 'grapheme', maxLength: 20 });
const name = fc.stringMatching(/^[a-z][a-z-]{0,12}$/);

describe('optionText', () => {
  test.each<[string, OptionValue, string]>([
    ['true', true, 'true'],
    ['false', false, 'false'],
    ['int', 10, '10'],
    ['negative int', -3, '-3'],
    ['text', 'web', 'web'],
    ['duration', { duration: 5_400_000 }, '1h30m0s'],
    ['time', { time: Date.UTC(2026, 0, 2, 3, 4, 5, 678) }, '20260102.030405.678000000'],
    ['csv', { csv: ['a', 'b'] }, 'a,b'],
    ['map: keys sorted', { map: { B: '2 3', A: '1&' } }, 'A=1%26&B=2+3'],
  ])('%s', (_, value, expected) => {
    expect(optionText('x', value)).toBe(expected);
  });

  test.each<[string, OptionValue]>([
    ['fraction', 1.5],
    ['NaN', Number.NaN],
    ['csv element with a comma', { csv: ['a,b'] }],
  ])('refuses %s', (_, value) => {
    expect(() => optionText('limit', value)).toThrowError(expect.objectContaining({ kind: 'usage' }));
  });
});

describe('encodeForm', () => {
  test('a map is encoded twice, as the reference shows', () => {
    expect(encodeForm({ parameters: { map: { A: '1&', B: '2 3' } } })).toBe('parameters=A%3D1%2526%26B%3D2%2B3');
  });

  test('leaves out what is undefined', () => {
    expect(encodeForm({ limit: undefined, all: true })).toBe('all=true');
    expect(encodeForm({})).toBe('');
  });

  test('round trip through an independent decoder', () => {
    fc.assert(
      fc.property(fc.dictionary(name, fc.oneof(anyText, fc.boolean(), fc.maxSafeInteger())), (options) => {
        const expected = Object.entries(options).map(([key, value]) => [key, String(value)]);
        expect(decodeForm(encodeForm(options))).toEqual(expected);
      }),
    );
  });

  test('maps survive both encodings', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }), anyText), (map) => {
        const [pair] = decodeForm(encodeForm({ parameters: { map } }));
        expect(Object.fromEntries(decodeForm(pair?.[1] ?? ''))).toEqual({ ...map });
      }),
    );
  });
});

describe('encodeHeaders', () => {
  test('text beyond ASCII travels as UTF-8 bytes', () => {
    fc.assert(
      fc.property(
        anyText.filter((text) => !/[\r\n\0]/.test(text)),
        (text) => {
          const value = encodeHeaders({ Filter: text }).Filter ?? '';
          expect([...value].every((character) => character.charCodeAt(0) <= 0xff)).toBe(true);
          expect(Buffer.from(value, 'latin1').toString('utf8')).toBe(text);
        },
      ),
    );
  });

  test.each(['a\nb', 'a\r\nX-Evil: 1', 'a\0b'])('refuses %j', (text) => {
    expect(() => encodeHeaders({ Filter: text })).toThrowError(expect.objectContaining({ kind: 'usage' }));
  });
});

describe('fillPath', () => {
  test.each([
    ['/apps/{app}/processes', { app: 'shop' }, '/apps/shop/processes'],
    ['/apps/{app}', { app: 'a/b?c#d e' }, '/apps/a%2Fb%3Fc%23d%20e'],
    ['/apps/{app}/objects/{key:.*}', { app: 'a', key: 'tmp/x y.tgz' }, '/apps/a/objects/tmp/x%20y.tgz'],
    ['/system', {}, '/system'],
    ['/apps/{app}', { app: '\ud800' }, '/apps/%EF%BF%BD'],
  ])('%s %j', (pattern, variables, expected) => {
    expect(fillPath(pattern, variables)).toBe(expected);
  });

  test.each(['', '.', '..'])('%j would be another route', (app) => {
    expect(() => fillPath('/apps/{app}/processes', { app })).toThrowError(expect.objectContaining({ kind: 'usage' }));
  });

  test('a deep variable cannot climb either', () => {
    expect(() => fillPath('/o/{key:.*}', { key: 'a/../../system' })).toThrow();
  });

  test('never leaves its segment', () => {
    fc.assert(
      fc.property(
        anyText.filter((text) => !['', '.', '..'].includes(text)),
        (app) => {
          expect(new URL(fillPath('/apps/{app}/end', { app }), 'http://x').pathname.split('/')).toHaveLength(4);
        },
      ),
    );
  });
});
