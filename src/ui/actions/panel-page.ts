import type { RunState } from '../../actions/run-state.ts';
import { type Line, spreadLine, truncateLine } from '../text/line.ts';
import type { Theme } from '../theme/theme.ts';
import { standingOf } from './outcome-words.ts';
import { echoOf } from './run-offers.ts';

export interface PageParts {
  readonly lines: readonly Line[];
  /** First line in sight. */
  readonly top: number;
  /** Stays at the bottom, below a rule. */
  readonly foot: readonly Line[];
}

/** A panel as rows of the screen, `height` of them. */
export function pageRows(
  { lines, top, foot }: PageParts,
  width: number,
  height: number,
  theme: Theme,
): readonly string[] {
  const { ellipsis, box } = theme.glyphs;
  const room = Math.max(1, height - foot.length - 1);
  const shown = lines.slice(top, top + room);
  const gap = Array.from({ length: room - shown.length }, (): Line => []);
  const rule: Line = [{ text: box.horizontal.repeat(width), role: 'border' }];
  return [...shown, ...gap, rule, ...foot]
    .slice(0, height)
    .map((line) => theme.paint(truncateLine(line, width, ellipsis)));
}

/** How the run stands, and the same with the convox CLI. */
export function runStatus(state: RunState, width: number, ellipsis: string): Line {
  const { glyph, word, tone } = standingOf(state);
  const left: Line = [{ text: ` ${glyph} ${word}`, role: tone }];
  const echo = echoOf(state);
  if (echo === undefined) return left;
  const room = Math.max(0, width - word.length - 8);
  return spreadLine(left, truncateLine([{ text: `$ ${echo}`, role: 'muted' }], room, ellipsis), width);
}
