import fc from 'fast-check';
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { breakRows, cellRange } from '../../../src/ui/text/cells.ts';
import { drawRow } from '../../../src/ui/text/draw-row.ts';
import { MAX_DRAWN, parseStyled, plainText } from '../../../src/ui/text/styled-line.ts';
import { hostileText, rowProblem } from './hostile-text.ts';

const whole = (text: string) => ({ from: 0, to: text.length });

describe('styled lines', () => {
  it.each<[string, string, 0 | 1 | 2 | 3, readonly [string, string][]]>([
    ['plain text', 'abc', 3, []],
    ['sixteen colours', '\u001b[31ma\u001b[0mb', 1, [['a', '31']]],
    ['bright', '\u001b[97;104mab', 1, [['ab', '97;104']]],
    [
      '256 colours',
      '\u001b[1;38;5;208ma\u001b[22mb',
      2,
      [
        ['a', '1;38;5;208'],
        ['b', '38;5;208'],
      ],
    ],
    ['truecolour', '\u001b[48;2;1;2;3ma', 3, [['a', '48;2;1;2;3']]],
    ['truecolour on 256', '\u001b[38;2;255;0;0ma', 2, [['a', '38;5;196']]],
    ['truecolour on sixteen', '\u001b[38;2;255;0;0ma', 1, [['a', '91']]],
    [
      'colons',
      '\u001b[38:2::9:8:7ma\u001b[4:3mb',
      3,
      [
        ['a', '38;2;9;8;7'],
        ['b', '4;38;2;9;8;7'],
      ],
    ],
    [
      'defaults',
      '\u001b[31;42ma\u001b[39mb\u001b[49mc',
      1,
      [
        ['a', '31;42'],
        ['b', '42'],
      ],
    ],
    ['an empty sequence resets', '\u001b[31ma\u001b[mb', 1, [['a', '31']]],
    ['blink and conceal are not passed on', '\u001b[5;8;31ma', 1, [['a', '31']]],
    ['nonsense is ignored', '\u001b[38;9;1;777ma', 1, [['a', '1']]],
    ['no colour', '\u001b[1;31ma\u001b[0mb', 0, []],
  ])('%s', (_, line, depth, expected) => {
    const styled = parseStyled(line, depth);
    expect(styled.spans.map((span) => [styled.text.slice(span.from, span.to), span.style])).toEqual(expected);
    expect(styled.text).toBe(plainText(line));
  });

  it.each([
    ['an escape that is no colour', 'a\u001b[2Jb', 'a[2Jb'],
    ['controls', 'a\u0007\u009b\u0000b', 'ab'],
    ['direction marks', 'a\u202eb\u2066c', 'abc'],
    ['tabs', 'a\tb', 'a    b'],
    ['half a pair', 'a\ud800b', 'a\ufffdb'],
    ['joined emoji stay', '👩‍👩‍👧‍👦', '👩‍👩‍👧‍👦'],
  ])('prints %s safely', (_, line, text) => {
    expect(parseStyled(line, 3).text).toBe(text);
  });

  it('gives a mark without a letter one', () => {
    expect(parseStyled('\u0301x', 1).text).toBe('\u25cc\u0301x');
    expect(parseStyled('\u001b[31m\u0301x', 1).spans).toEqual([{ from: 1, to: 3, style: '31' }]);
  });

  it('bounds what it measures, and says how much is missing', () => {
    expect(parseStyled('x'.repeat(MAX_DRAWN + 7), 0).text).toMatch(/x … \(7 more characters\)$/);
  });
});

describe('rows of cells', () => {
  it.each<[string, string, number, 'cells' | 'words', readonly string[]]>([
    ['exact', 'abcd', 2, 'cells', ['ab', 'cd']],
    ['nothing', '', 3, 'cells', ['']],
    ['wide characters are not cut', '日本語', 3, 'cells', ['日', '本', '語']],
    ['marks stay with their letter', 'ae\u0301b', 2, 'cells', ['ae\u0301', 'b']],
    ['words', 'one two three', 8, 'words', ['one two ', 'three']],
    ['a word longer than a row', 'a bbbbbbbbbb', 5, 'words', ['a bbb', 'bbbbb', 'bb']],
    ['no width counts as one', 'ab', 0, 'cells', ['a', 'b']],
  ])('%s', (_, text, width, mode, rows) => {
    expect(breakRows(text, width, mode).map((row) => text.slice(row.from, row.to))).toEqual(rows);
  });

  it('breaks every text without a loss', () => {
    fc.assert(
      fc.property(hostileText, fc.integer({ min: 2, max: 60 }), fc.boolean(), (raw, width, words) => {
        const { text } = parseStyled(raw, 0);
        const rows = breakRows(text, width, words ? 'words' : 'cells');
        expect(rows.map((row) => text.slice(row.from, row.to)).join('')).toBe(text);
        for (const row of rows)
          expect(stringWidth(drawRow({ text, spans: [] }, row, width))).toBeLessThanOrEqual(width);
      }),
    );
  });

  it('never draws together what was measured apart: what takes no cell is gone before', () => {
    // A Hangul vowel, an unassigned code point that nothing prints, two Thai vowels: 1 + 0 + 1 cells, 3 once the middle is gone.
    const { text } = parseStyled('\u1161\ufff0\u0e33\u0e33', 0);
    const rows = breakRows(text, 2).map((row) => drawRow({ text, spans: [] }, row, 2));
    for (const row of rows) expect(stringWidth(row)).toBeLessThanOrEqual(2);
    expect(parseStyled('a\u3164b\u115fc', 0).text).toBe('abc');
    // Marks that print nothing by themselves choose how a letter or an emoji looks.
    expect(parseStyled('\u2764\ufe0f', 0).text).toBe('\u2764\ufe0f');
  });

  it('cuts out a range of cells with a blank for half a wide character', () => {
    const text = 'a日本b';
    expect(cellRange(text, 2, 3)).toEqual({ from: 2, to: 3, pad: 1 });
    expect(cellRange(text, 0, 2)).toEqual({ from: 0, to: 1, pad: 0 });
    expect(cellRange(text, 40, 3)).toEqual({ from: 4, to: 4, pad: 0 });
    expect(cellRange('abc', 1, 1)).toEqual({ from: 1, to: 2, pad: 0 });
  });
});

describe('drawing a row', () => {
  it('lays highlights over colours and closes everything', () => {
    const line = parseStyled('\u001b[31mabcdef', 1);
    expect(drawRow(line, whole(line.text), 9, [[{ from: 2, to: 4, style: '7' }]])).toBe(
      '\u001b[31mab\u001b[7mcd\u001b[27mef\u001b[39m',
    );
  });

  it('switches only what differs', () => {
    const spans = [
      { from: 0, to: 1, style: '1;31' },
      { from: 1, to: 2, style: '2;31' },
      { from: 2, to: 3, style: '38;5;9;48;2;1;2;3' },
    ];
    expect(drawRow({ text: 'abcd', spans }, whole('abcd'), 9)).toBe(
      '\u001b[1m\u001b[31ma\u001b[22m\u001b[2mb\u001b[22m\u001b[38;5;9m\u001b[48;2;1;2;3mc\u001b[49m\u001b[39md',
    );
  });

  it('never puts a style between a letter and its mark', () => {
    const text = 'ae\u0301b';
    expect(drawRow({ text, spans: [] }, whole(text), 9, [[{ from: 2, to: 4, style: '7' }]])).toBe(
      'ae\u0301\u001b[7mb\u001b[27m',
    );
  });

  it('is never too wide and never leaks, whatever the layers', () => {
    const anySpans = fc
      .array(
        fc.record({
          gap: fc.nat(5),
          length: fc.integer({ min: 1, max: 6 }),
          style: fc.constantFrom('7', '4;38;5;9', '1', '2;31'),
        }),
      )
      .map((parts) => {
        let at = 0;
        return parts.map(({ gap, length, style }) => {
          const from = at + gap;
          at = from + length;
          return { from, to: at, style };
        });
      });
    fc.assert(
      fc.property(hostileText, fc.array(anySpans, { maxLength: 3 }), fc.nat(50), (raw, layers, width) => {
        const line = parseStyled(raw, 3);
        const row = drawRow(line, whole(line.text), width, layers);
        expect(rowProblem(row, width)).toBeUndefined();
        if (stringWidth(line.text) <= width) expect(stringWidth(row)).toBe(stringWidth(line.text));
      }),
    );
  });
});
