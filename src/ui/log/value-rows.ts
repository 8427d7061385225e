import type { FacetValue } from '../../domain/facet-counts.ts';
import type { ScreenStyles } from '../text/screen-styles.ts';
import { joinStyled, plainText, type StyledLine } from '../text/styled-line.ts';
import { fitText } from '../text/text-width.ts';
import { count } from './log-meter-line.ts';

const BAR = 10;

/** `   9,120  76%  #######     /orders`: how often, how much of all, and which. */
export function valueLine(value: FacetValue, total: number, width: number, styles: ScreenStyles): StyledLine {
  const share = total > 0 ? value.count / total : 0;
  const percent = `${share > 0 && share < 0.005 ? '<1' : Math.round(share * 100)}%`;
  const bar = '#'.repeat(Math.max(1, Math.round(share * BAR))).padEnd(BAR);
  const figures = `${count(value.count).padStart(8)} ${percent.padStart(4)}  `;
  const text = plainText(value.text);
  const room = Math.max(4, width - figures.length - BAR - 2);
  return joinStyled([
    [figures],
    [`${bar}  `, styles.role('accent')],
    [
      text === '' ? '(empty)' : fitText(text, room, 'left', styles.ellipsis).trimEnd(),
      text === '' ? styles.role('muted') : '',
    ],
  ]);
}
