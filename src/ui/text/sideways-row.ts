import { cellRange } from './cells.ts';
import { drawRow } from './draw-row.ts';
import type { StyledLine, StyleSpan } from './styled-line.ts';

/** A line that is not wrapped, from the cell `left` on; `ellipsis` (one cell, painted) says that it goes on. */
export function drawSideways(
  line: StyledLine,
  left: number,
  columns: number,
  ellipsis: string,
  layers: readonly (readonly StyleSpan[])[],
): string {
  const whole = cellRange(line.text, left, columns);
  const cut = whole.to < line.text.length && columns > 1;
  const range = cut ? cellRange(line.text, left, columns - 1) : whole;
  const room = cut ? columns - 1 : columns;
  const pad = Math.min(range.pad, room);
  const drawn = ' '.repeat(pad) + drawRow(line, range, room - pad, layers);
  return cut ? drawn + ellipsis : drawn;
}
