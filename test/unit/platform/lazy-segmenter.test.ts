import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LazySegmenter } from '../../../src/platform/lazy-segmenter.ts';

const builtIn = new Intl.Segmenter();

function clusters(text: string): object[] {
  return [...new LazySegmenter().segment(text)].map(({ segment, index, input }) => ({ segment, index, input }));
}

function expected(text: string): object[] {
  return [...builtIn.segment(text)].map(({ segment, index, input }) => ({ segment, index, input }));
}

/** Every character of the Basic Multilingual Plane beside another: nothing may join what stands in for the built-in. */
const anyUnit = fc.integer({ min: 1, max: 0xffff }).map((code) => String.fromCharCode(code));
const drawn = fc.constantFrom(...'az09 ~…·•›│─┌╭█▁▆░●◆○▲→↔⇧⠋é©®ÿʰ§');

describe('lazy segmenter', () => {
  it.each([
    '',
    'plain',
    '> web  x crashed…',
    '\r\n',
    'e\u0301',
    '👍🏽 ok',
    '🇩🇪',
    '가각',
    'a\u200db',
    '©\ufe0f',
    'ก็',
    '\u00ad',
  ])('cuts %j as the built-in does', (text) => {
    expect(clusters(text)).toEqual(expected(text));
  });

  it('cuts any text as the built-in does', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(drawn, anyUnit), { maxLength: 12 }), (parts) => {
        expect(clusters(parts.join(''))).toEqual(expected(parts.join('')));
      }),
      { numRuns: 3_000 },
    );
  });

  it('cuts every character between two letters as the built-in does', () => {
    for (let code = 1; code <= 0xffff; code += 1) {
      const text = `a${String.fromCharCode(code)}b`;
      if (clusters(text).length !== expected(text).length)
        expect(clusters(text), `U+${code.toString(16)}`).toEqual(expected(text));
    }
  });

  it('finds the cluster at an index', () => {
    for (const text of ['a│b', 'a👍b']) {
      for (let index = -1; index <= text.length; index += 1) {
        expect(new LazySegmenter().segment(text).containing(index), `${text} at ${index}`).toEqual(
          builtIn.segment(text).containing(index),
        );
      }
    }
  });

  it('leaves words to the built-in', () => {
    const options = { granularity: 'word' } as const;
    const words = (segmenter: { segment(text: string): Iterable<Intl.SegmentData> }) =>
      [...segmenter.segment('two words')].map(({ segment }) => segment);
    expect(words(new LazySegmenter('en', options))).toEqual(words(new Intl.Segmenter('en', options)));
  });
});
