import type { ScreenStyles } from './screen-styles.ts';
import { joinStyled, parseStyled, type StyledLine } from './styled-line.ts';
import { textWidth } from './text-width.ts';

/** Labels and values in two columns (describe); a value of several lines goes on under its first one. */
export function pairLines(
  pairs: readonly (readonly [label: string, value: string])[],
  styles: ScreenStyles,
): readonly StyledLine[] {
  const column = Math.min(32, Math.max(0, ...pairs.map(([label]) => textWidth(label)))) + 2;
  return pairs.flatMap(([label, value]) =>
    value.split('\n').map((line, index) => {
      const shown = index === 0 ? label : '';
      const gap = ' '.repeat(Math.max(shown === '' ? 0 : 2, column - textWidth(shown)));
      return joinStyled([[shown, styles.role('muted')], [gap], parseStyled(line, styles.depth)]);
    }),
  );
}
