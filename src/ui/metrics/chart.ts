import type { Line, Span } from '../text/line.ts';
import type { Glyphs } from '../theme/glyphs.ts';
import type { Role } from '../theme/role.ts';

export interface Chart {
  /** One per column; undefined: not known. */
  readonly values: readonly (number | undefined)[];
  /** Value at the upper edge; the lower edge is zero. */
  readonly top: number;
  readonly height: number;
  /** Column to stand out; undefined: none. */
  readonly cursor: number | undefined;
  readonly role: Role;
}

/** An area chart of block cells, top row first, each row exactly as many cells as there are values. */
export function chartLines({ values, top, height, cursor, role }: Chart, glyphs: Glyphs): readonly Line[] {
  const steps = glyphs.spark.length;
  return Array.from({ length: height }, (_, row) => {
    const below = (height - 1 - row) * steps;
    const cells = values.map((value) => cellOf(value, { top, height, below, isLast: row === height - 1 }, glyphs));
    return withCursor(cells, cursor, role, glyphs);
  });
}

interface RowOfCells {
  readonly top: number;
  readonly height: number;
  /** Steps of the rows below this one. */
  readonly below: number;
  readonly isLast: boolean;
}

function cellOf(value: number | undefined, row: RowOfCells, glyphs: Glyphs): string {
  // What is not known is marked at the ground, so that it does not look like nothing being used.
  if (value === undefined || !Number.isFinite(value)) return row.isLast ? glyphs.noSpark : ' ';
  const steps = glyphs.spark.length;
  const share = row.top > 0 ? Math.min(1, Math.max(0, value / row.top)) : 0;
  const level = Math.round(share * row.height * steps) - row.below;
  if (level <= 0) return row.isLast ? (glyphs.spark[0] ?? ' ') : ' ';
  return glyphs.spark[Math.min(steps, level) - 1] ?? ' ';
}

function withCursor(cells: readonly string[], cursor: number | undefined, role: Role, glyphs: Glyphs): Line {
  if (cursor === undefined) return [{ text: cells.join(''), role }];
  // Also seen where there is no colour: the value itself is written above the chart.
  const mark: Span = { text: glyphs.box.vertical, role: 'cursor' };
  return [{ text: cells.slice(0, cursor).join(''), role }, mark, { text: cells.slice(cursor + 1).join(''), role }];
}

/** A round number at or above `most`: 1, 2, 2.5 or 5 times a power of ten. */
export function niceTop(most: number | undefined): number {
  if (most === undefined || !(most > 0) || !Number.isFinite(most)) return 1;
  const power = 10 ** Math.floor(Math.log10(most));
  const step = [1, 2, 2.5, 5, 10].find((each) => each * power >= most * 0.999_999) ?? 10;
  return step * power;
}
