import type { Role } from '../theme/role.ts';
import { sliceCells, textWidth } from './text-width.ts';

/** A run of text with one meaning; the theme decides what it looks like. */
export interface Span {
  readonly text: string;
  readonly role?: Role;
  readonly bold?: boolean;
}

/** One terminal line as data: everything on screen is built of these and painted last. */
export type Line = readonly Span[];

export function span(text: string, role?: Role, bold?: boolean): Span {
  return { text, ...(role === undefined ? {} : { role }), ...(bold ? { bold } : {}) };
}

export function lineText(line: Line): string {
  let text = '';
  for (const part of line) text += part.text;
  return text;
}

export function lineWidth(line: Line): number {
  let width = 0;
  for (const part of line) width += textWidth(part.text);
  return width;
}

/** Cells [from, to) of a line, styles kept. */
export function sliceLine(line: Line, from: number, to: number): Line {
  const result: Span[] = [];
  let column = 0;
  for (const part of line) {
    const width = textWidth(part.text);
    const start = column;
    column += width;
    if (column <= from) continue;
    if (start >= to) break;
    if (start >= from && column <= to) result.push(part);
    else result.push({ ...part, text: sliceCells(part.text, Math.max(0, from - start), Math.min(width, to - start)) });
  }
  return result;
}

/** Never wider than `width`; what does not fit ends in `ellipsis`. */
export function truncateLine(line: Line, width: number, ellipsis = '…'): Line {
  if (width <= 0) return [];
  if (lineWidth(line) <= width) return line;
  const mark = textWidth(ellipsis);
  if (width <= mark) return sliceLine(line, 0, width);
  const kept = sliceLine(line, 0, width - mark);
  const last = kept.at(-1);
  return [...kept, { ...last, text: ellipsis }];
}

/** Exactly `width` cells. */
export function fitLine(line: Line, width: number, ellipsis = '…'): Line {
  const own = lineWidth(line);
  if (own === width) return line;
  if (own > width) return fitLine(truncateLine(line, width, ellipsis), width, '');
  return [...line, { text: ' '.repeat(width - own) }];
}

/** Left part and right part at the two edges; the left one gives way when both do not fit, a gap of two stays. */
export function spreadLine(left: Line, right: Line, width: number, ellipsis = '…'): Line {
  const rightWidth = lineWidth(right);
  if (rightWidth === 0) return fitLine(left, width, ellipsis);
  if (rightWidth + 2 >= width) return fitLine(right, width, ellipsis);
  return [...fitLine(left, width - rightWidth - 2, ellipsis), { text: '  ' }, ...right];
}
