import { describe, expect, it } from 'vitest';
import { jsonLines } from '../../../src/ui/text/json-lines.ts';
import { lineText } from '../../../src/ui/text/line.ts';
import { pairLines } from '../../../src/ui/text/pair-lines.ts';
import { screenStyles } from '../../../src/ui/text/screen-styles.ts';
import { TEXT_BINDINGS } from '../../../src/ui/text/text-bindings.ts';
import { TextView } from '../../../src/ui/text/text-view.ts';
import { handlesTextCommand, initialTextState } from '../../../src/ui/text/text-view-state.ts';

const look = { colorDepth: 0, unicode: true } as const;

function open(lines: readonly string[], width = 40, height = 5) {
  const view = new TextView({ lines, look });
  const copied: string[] = [];
  let asked = 0;
  view.attach({ ask: () => asked++, copy: (text, what) => void copied.push(`${what}: ${text}`) });
  const shown = () => view.rows(width, height).map((row) => row.trimEnd());
  shown();
  return {
    view,
    shown,
    copied,
    press: (...ids: string[]) => ids.forEach((id) => void view.command(`text.${id}`)),
    asked: () => asked,
  };
}

const numbered = (count: number) => Array.from({ length: count }, (_, index) => `line ${index}`);

describe('text view', () => {
  it.each<[string, readonly string[], readonly string[]]>([
    ['begins at the top', [], ['> line 0', '  line 1', '  line 2', '  line 3', '  line 4']],
    ['down', ['down', 'down'], ['  line 0', '  line 1', '> line 2', '  line 3', '  line 4']],
    ['down over the edge scrolls', Array(5).fill('down'), ['  line 1', '  line 2', '  line 3', '  line 4', '> line 5']],
    ['half a page', ['half-down'], ['> line 2', '  line 3', '  line 4', '  line 5', '  line 6']],
    ['a page and back', ['page-down', 'page-up'], ['> line 0', '  line 1', '  line 2', '  line 3', '  line 4']],
    ['the end', ['bottom'], ['  line 15', '  line 16', '  line 17', '  line 18', '> line 19']],
    ['and the top', ['bottom', 'top'], ['> line 0', '  line 1', '  line 2', '  line 3', '  line 4']],
  ])('%s', (_, keys, rows) => {
    const { press, shown } = open(numbered(20));
    press(...keys);
    expect(shown()).toEqual(rows);
  });

  it('wraps at words, or scrolls sideways', () => {
    const { press, shown } = open(['the quick brown fox jumps over the lazy dog', 'x'.repeat(30)], 22, 5);
    expect(shown()).toEqual([
      '> the quick brown fox',
      '  jumps over the lazy',
      '  dog',
      `  ${'x'.repeat(20)}`,
      `  ${'x'.repeat(10)}`,
    ]);
    press('wrap');
    expect(shown().slice(0, 3)).toEqual(['> the quick brown fox…', `  ${'x'.repeat(19)}…`, '']);
    press('right', 'right');
    expect(shown()[0]).toBe('> brown fox jumps ove…');
    expect(shown()[1]).toBe(`  ${'x'.repeat(20)}`);
  });

  it('searches, counts, goes round, and gives the search up before the screen', () => {
    const { view, press, shown } = open(numbered(40));
    expect(view.submit('/line \\d*7$/')).toBeUndefined();
    expect(shown()[2]).toBe(' /line 7'.replace(' /', '>/'));
    expect(lineText(view.status())).toBe('8/40  //line \\d*7$/ 1/4');
    press('next', 'next', 'next', 'next');
    expect(shown()[2]).toBe('>/line 7');
    expect(view.message()?.text).toBe('Last hit passed; this is the first');
    press('previous');
    expect(lineText(view.status())).toContain('4/4');
    expect(view.command('app.back')).toBe(true);
    expect(view.command('app.back')).toBe(false);
    expect(view.submit('/(/')).toContain('no regular expression');
    view.submit('absent');
    expect(view.message()?.text).toBe("No line has 'absent'");
  });

  it('copies the line or all of it, without colours', () => {
    const { press, copied } = open(['one', '\u001b[31mtwo\u001b[0m']);
    press('down', 'copy', 'copy-all');
    expect(copied).toEqual(['line: two', '2 lines: one\ntwo']);
  });

  it('keeps place and search when the text changes under it', () => {
    const { view, press, shown } = open(numbered(20));
    view.submit('line 1');
    press('next', 'next');
    view.setLines(numbered(12));
    expect(shown().find((row) => row.startsWith('>'))).toBe('>/line 11');
    expect(lineText(view.status())).toBe('12/12  /line 1 3/3');
    view.setLines([]);
    expect(shown()).toEqual(['', '', '', '', '']);
    press('down', 'bottom', 'copy', 'half-up', 'next');
    expect(lineText(view.status())).toContain('0/0');
  });

  it('has a meaning for every key of its table, and no key twice', () => {
    const keys = TEXT_BINDINGS.flatMap((binding) => binding.keys);
    expect(new Set(keys).size).toBe(keys.length);
    for (const { id } of TEXT_BINDINGS) expect(handlesTextCommand(initialTextState([]), id), id).toBe(true);
  });
});

describe('lines for the text view', () => {
  it('aligns pairs, several lines under the first', () => {
    const lines = pairLines(
      [
        ['id', 'web-1'],
        ['日本', 'a\nb'],
        ['status', ''],
      ],
      screenStyles(look),
    );
    expect(lines.map((line) => line.text)).toEqual(['id      web-1', '日本    a', '        b', 'status  ']);
  });

  it('colours keys, strings, numbers and words of JSON, and changes no character of it', () => {
    const value = { a: 'x: "y"', b: [1.5, -2e3, true, null], 'k:"': { c: 'true 12' } };
    const styles = screenStyles({ colorDepth: 1, unicode: true });
    const lines = jsonLines(value, styles);
    expect(JSON.parse(lines.map((line) => line.text).join('\n'))).toEqual(value);
    const styled = lines.flatMap((line) => line.spans.map((span) => [line.text.slice(span.from, span.to), span.style]));
    expect(styled).toContainEqual(['"k:\\""', styles.role('accent')]);
    expect(styled).toContainEqual(['"true 12"', styles.role('good')]);
    expect(styled).toContainEqual(['-2000', styles.role('notice')]);
    expect(styled).toContainEqual(['null', styles.role('warning')]);
  });
});
