import type { Line, Span } from '../text/line.ts';
import { fitText } from '../text/text-width.ts';
import type { Glyphs } from '../theme/glyphs.ts';
import type { ColumnLayout } from './column-layout.ts';
import type { SortOrder } from './row-order.ts';
import type { TableRow } from './table-row.ts';

/** Cells before the first column: mark, cursor, space. */
export const GUTTER = 3;

export interface RowLook {
  readonly cursor: boolean;
  readonly marked: boolean;
  readonly now: number;
  readonly glyphs: Glyphs;
}

/** One row as one line with few spans: neighbours without a tone of their own become one. */
export function rowLine(row: TableRow, layout: ColumnLayout, look: RowLook): Line {
  const { glyphs } = look;
  const spans: Span[] = [];
  if (look.marked) spans.push({ text: glyphs.mark, role: 'accent', bold: true });
  let pending = `${look.marked ? '' : ' '}${look.cursor ? glyphs.cursor : ' '} `;
  layout.columns.forEach(({ column, index, width }, at) => {
    const ticks = column.type === 'time' || column.type === 'duration';
    const cell = ticks ? column.cell(row.source, look.now) : undefined;
    const tone = cell ? (cell.tone ?? 'plain') : (row.tones[index] ?? 'plain');
    const text = fitText(cell ? cell.text : (row.texts[index] ?? ''), width, column.align, glyphs.ellipsis);
    if (at > 0) pending += ' '.repeat(layout.gap);
    if (tone === 'plain') {
      pending += text;
      return;
    }
    if (pending !== '') spans.push({ text: pending });
    pending = '';
    spans.push({ text, role: tone });
  });
  if (pending !== '') spans.push({ text: pending });
  return spans;
}

/** Column titles with the arrow of the sort; `column` is the one that `c` copies. */
export function headerLine(layout: ColumnLayout, sort: SortOrder, glyphs: Glyphs, column: string | undefined): Line {
  const spans: Span[] = [{ text: ' '.repeat(GUTTER) }];
  layout.columns.forEach((laid, at) => {
    if (at > 0) spans.push({ text: ' '.repeat(layout.gap), role: 'column-header' });
    const sorted = laid.column.id === sort.column;
    const arrow = sorted ? (sort.descending ? glyphs.descending : glyphs.ascending) : '';
    const text = fitText(`${laid.column.header}${arrow}`, laid.width, laid.column.align, glyphs.ellipsis);
    spans.push({ text, role: laid.column.id === column ? 'key' : 'column-header' });
  });
  return spans;
}
