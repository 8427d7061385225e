import fc from 'fast-check';
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import {
  fitLine,
  type Line,
  lineText,
  lineWidth,
  sliceLine,
  spreadLine,
  truncateLine,
} from '../../../../src/ui/text/line.ts';
import { fitText, sliceCells, textWidth } from '../../../../src/ui/text/text-width.ts';
import { wrapWords } from '../../../../src/ui/text/wrap-words.ts';

const words = fc.string({
  unit: fc.constantFrom('a', 'Z', ' ', '-', 'é', '日', '本', '🚀', '👨‍👩‍👧', 'ü'),
  maxLength: 40,
});
const lines = fc.array(
  words.map((text) => ({ text, role: 'muted' as const })),
  { maxLength: 6 },
);

describe('text width', () => {
  it.each([
    ['web', 3],
    ['', 0],
    ['日本', 4],
    ['🚀', 2],
    ['e\u0301', 1],
  ])('%j takes %i cells', (text, width) => expect(textWidth(text)).toBe(width));

  it('fits any text into exactly the cells asked for', () => {
    fc.assert(
      fc.property(
        words,
        fc.integer({ min: 0, max: 30 }),
        fc.constantFrom('left' as const, 'right' as const),
        (text, width, align) => {
          expect(stringWidth(fitText(text, width, align))).toBe(width);
        },
      ),
    );
  });

  it('puts the ellipsis where something was cut, and the padding on the free side', () => {
    expect(fitText('web-6d9f', 5)).toBe('web-…');
    expect(fitText('web', 5)).toBe('web  ');
    expect(fitText('web', 5, 'right')).toBe('  web');
    expect(fitText('日本語', 4)).toBe('日 …');
  });

  it('keeps columns when a slice cuts a wide character', () => {
    expect(sliceCells('日本', 1, 4)).toBe(' 本');
    expect(sliceCells('日本', 0, 3)).toBe('日 ');
  });
});

describe('lines', () => {
  it('slice and rest together are as wide as the whole', () => {
    fc.assert(
      fc.property(lines, fc.integer({ min: 0, max: 60 }), (line, at) => {
        const width = lineWidth(line);
        const cut = Math.min(at, width);
        expect(lineWidth(sliceLine(line, 0, cut))).toBe(cut);
        expect(lineWidth(sliceLine(line, cut, width))).toBe(width - cut);
      }),
    );
  });

  it('never exceed the width they are cut or fitted to', () => {
    fc.assert(
      fc.property(lines, fc.integer({ min: 0, max: 60 }), (line, width) => {
        expect(lineWidth(truncateLine(line, width))).toBeLessThanOrEqual(width);
        expect(lineWidth(fitLine(line, width))).toBe(width);
      }),
    );
  });

  it('spread: the right part stays whole, the left one gives way', () => {
    const left: Line = [{ text: 'acme/prod > shop' }];
    const right: Line = [{ text: 'live 2s' }];
    expect(lineText(spreadLine(left, right, 30))).toBe('acme/prod > shop       live 2s');
    expect(lineText(spreadLine(left, right, 20))).toBe('acme/prod …  live 2s');
    fc.assert(
      fc.property(lines, lines, fc.integer({ min: 0, max: 80 }), (a, b, width) => {
        expect(lineWidth(spreadLine(a, b, width))).toBe(width);
      }),
    );
  });
});

describe('wrapping a sentence', () => {
  it('breaks at spaces, and inside a word only where it must', () => {
    expect(wrapWords('one two three', 7)).toEqual(['one two', 'three']);
    expect(wrapWords('abcdefghij', 4)).toEqual(['abcd', 'efgh', 'ij']);
  });

  it('loses no character but spaces and never exceeds the width', () => {
    fc.assert(
      fc.property(words, fc.integer({ min: 2, max: 20 }), (text, width) => {
        const rows = wrapWords(text, width);
        for (const row of rows) expect(stringWidth(row)).toBeLessThanOrEqual(width);
        expect(rows.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
      }),
    );
  });
});
