import { describe, expect, it } from 'vitest';
import { glyphsFor } from '../../../../src/ui/theme/glyphs.ts';
import { paletteFor } from '../../../../src/ui/theme/palette.ts';
import { sparkline } from '../../../../src/ui/theme/sparkline.ts';
import { createTheme } from '../../../../src/ui/theme/theme.ts';

const ESCAPE = '\u001b[';
const line = [{ text: 'web ' }, { text: 'x crashed', role: 'critical' as const }, { text: ' 4m' }];

describe('theme', () => {
  it('paints nothing but text without colour', () => {
    const theme = createTheme({ colorDepth: 0, unicode: true });
    expect(theme.paint(line, { selected: true })).toBe('web x crashed 4m');
    expect(theme.paint([{ text: 'a', bold: true, role: 'title' }])).toBe('a');
  });

  it.each([1, 2, 3] as const)('depth %i: marks what is critical and closes every style', (colorDepth) => {
    const painted = createTheme({ colorDepth, unicode: true }).paint(line);
    expect(painted).toContain(ESCAPE);
    expect(painted.startsWith('web ')).toBe(true);
    expect(painted.endsWith(' 4m')).toBe(true);
    const open = painted.slice(0, painted.indexOf('x crashed'));
    expect(open).toMatch(/\[1m/);
    const after = painted.slice(painted.indexOf('crashed') + 7);
    expect(after).toMatch(/39m/);
    expect(after).toMatch(/22m/);
  });

  it('uses only the colours that the depth has', () => {
    const codes = (depth: 1 | 2 | 3): string => Object.values(paletteFor(depth).roles).join(' ');
    expect(codes(1)).not.toMatch(/38;/);
    expect(codes(2)).not.toMatch(/38;2;/);
    expect(codes(3)).toMatch(/38;2;/);
  });

  it('keeps the selection over the whole line', () => {
    const painted = createTheme({ colorDepth: 3, unicode: true }).paint(line, { selected: true });
    expect(painted.startsWith(`${ESCAPE}38;2;255;255;255m${ESCAPE}48;2;30;66;110mweb `)).toBe(true);
    expect(painted.match(/48;2;30;66;110/g)?.length).toBe(1);
    expect(painted.endsWith('m')).toBe(true);
  });

  it('tells good, warning and critical apart by more than red and green', () => {
    for (const depth of [1, 2, 3] as const) {
      const { good, warning, critical } = paletteFor(depth).roles;
      expect(new Set([good, warning, critical]).size).toBe(3);
      expect(critical).toMatch(/^1;/);
    }
  });
});

describe('glyphs', () => {
  it('the ASCII set is ASCII throughout', () => {
    const all = JSON.stringify(glyphsFor(false));
    expect(all).toMatch(/^[\u0020-\u007e]*$/);
  });
});

describe('sparkline', () => {
  const glyphs = glyphsFor(true);
  it.each([
    [[0, 0.5, 1], 1, '▁▅█'],
    [[0.61], 1, '▅'],
    [[2, 4, 8], undefined, '▃▅█'],
    [[], 1, ''],
    [[0, 0], undefined, '▁▁'],
    [[Number.NaN, 1], 1, ' █'],
  ])('%j of %s', (values, ceiling, expected) => {
    expect(sparkline(values, 10, glyphs, ceiling)).toBe(expected);
  });

  it('shows the newest values', () => expect(sparkline([1, 1, 0, 0], 2, glyphs, 1)).toBe('▁▁'));
});
