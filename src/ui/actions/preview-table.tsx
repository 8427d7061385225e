import type { PreviewTable } from '../../actions/preview.ts';
import { smallTable } from '../text/small-table.tsx';
import { fitText, textWidth } from '../text/text-width.ts';

/** More rows than this are counted: every cell of such a table is mounted. */
const MOST_ROWS = 40;
const GAP = 2;
const LEAST_CELL = 6;

/** Tables of a preview as lines of at most `width` cells. */
export function drawPreviewTables(
  tables: readonly PreviewTable[],
  width: number,
  look: { readonly unicode: boolean; readonly ellipsis: string },
): readonly (readonly string[])[] {
  return tables.map((table) => drawOne(table, width, look));
}

function drawOne(
  { columns, rows }: PreviewTable,
  width: number,
  { unicode, ellipsis }: { readonly unicode: boolean; readonly ellipsis: string },
): readonly string[] {
  if (rows.length === 0) return ['(none)'];
  const shown = rows.slice(0, MOST_ROWS);
  const widths = columnWidths(columns, shown, width);
  const cut = (text: string, at: number): string => {
    const room = widths[at] ?? LEAST_CELL;
    return textWidth(text) > room ? fitText(text, room, 'left', ellipsis) : text;
  };
  // Columns are told apart by their heading: two that are cut to the same one must stay two.
  const names = distinct(columns.map(cut));
  const data = shown.map((row) => Object.fromEntries(names.map((name, at) => [name, cut(row[at] ?? '', at)])));
  const more = rows.length - shown.length;
  return [...smallTable(data, unicode), ...(more > 0 ? [`and ${more} more`] : [])];
}

/** As wide as they want to be; where that is too much, the widest give way. */
function columnWidths(
  columns: readonly string[],
  rows: readonly (readonly string[])[],
  width: number,
): readonly number[] {
  const widths = columns.map((name, at) => Math.max(textWidth(name), ...rows.map((row) => textWidth(row[at] ?? ''))));
  const room = width - GAP * (columns.length - 1);
  for (;;) {
    const widest = Math.max(...widths);
    if (widths.reduce((sum, own) => sum + own, 0) <= room || widest <= LEAST_CELL) return widths;
    widths[widths.indexOf(widest)] = widest - 1;
  }
}

function distinct(names: readonly string[]): readonly string[] {
  return names.map((name, at) => (names.indexOf(name) === at ? name : `${name} ${at + 1}`));
}
