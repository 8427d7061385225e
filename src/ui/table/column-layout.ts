import { textWidth } from '../text/text-width.ts';
import type { TableColumn } from './table-column.ts';

export interface LaidColumn {
  readonly column: TableColumn;
  /** Position in the table's columns, for a row's texts. */
  readonly index: number;
  readonly width: number;
}

export interface ColumnLayout {
  readonly columns: readonly LaidColumn[];
  /** Cells between columns. */
  readonly gap: number;
  /** Headers that found no room, for the status line. */
  readonly dropped: readonly string[];
}

const NARROW_GAP = 2;
/** Wide terminals set columns further apart, but not so far that the eye loses its row. */
const WIDEST_GAP = 4;
const GROW_LEAST = 10;
const NOTHING_TOLD: ReadonlySet<string> = new Set();

interface Wish {
  readonly column: TableColumn;
  readonly index: number;
  readonly want: number;
  readonly least: number;
}

/**
 * Shares `width` cells out: every column its natural width while that fits; columns that may be cut give way first, then
 * columns are dropped (highest priority number first, the right one among equals; the sorted one stays), then what must
 * stay is cut. What is left over stays at the right: stretched columns only pull a row apart. Columns of `told` are not drawn: the
 * place on screen says what stands in them.
 */
export function layoutColumns(
  columns: readonly TableColumn[],
  natural: readonly number[],
  width: number,
  sortColumn: string,
  told: ReadonlySet<string> = NOTHING_TOLD,
): ColumnLayout {
  let wishes = columns
    .map((column, index) => wishFor(column, index, natural[index] ?? 0, column.id === sortColumn))
    .filter(({ column }) => column.inTable && !told.has(column.id));
  const dropped: string[] = [];
  while (sum(wishes, (wish) => wish.least) + gaps(wishes.length, NARROW_GAP) > width) {
    const victim = firstToGo(wishes, sortColumn);
    if (victim === undefined) break;
    dropped.push(victim.column.header);
    wishes = wishes.filter((wish) => wish !== victim);
  }
  const room = width - gaps(wishes.length, NARROW_GAP);
  const widths = share(wishes, room);
  const spare = room - widths.reduce((total, each) => total + each, 0);
  const between = Math.max(1, wishes.length - 1);
  const gap = NARROW_GAP + Math.min(WIDEST_GAP - NARROW_GAP, Math.max(0, Math.floor(spare / between)));
  return {
    columns: wishes.map(({ column, index }, at) => ({ column, index, width: widths[at] ?? 0 })),
    gap,
    dropped,
  };
}

function wishFor(column: TableColumn, index: number, natural: number, sorted: boolean): Wish {
  const header = textWidth(column.header) + (sorted ? 1 : 0);
  const want = Math.max(header, column.min, Math.min(natural, column.max));
  const cut = column.least ?? (column.grow ? GROW_LEAST : undefined);
  const least = cut === undefined ? want : Math.min(want, Math.max(header, column.min, cut));
  return { column, index, want, least };
}

function firstToGo(wishes: readonly Wish[], sortColumn: string): Wish | undefined {
  let victim: Wish | undefined;
  for (const wish of wishes) {
    if (wish.column.priority === 0 || wish.column.id === sortColumn) continue;
    if (victim === undefined || wish.column.priority >= victim.column.priority) victim = wish;
  }
  return victim;
}

function share(wishes: readonly Wish[], room: number): number[] {
  const widths = wishes.map((wish) => wish.least);
  let spare = room - widths.reduce((total, each) => total + each, 0);
  if (spare < 0) return shrink(widths, room);
  wishes.forEach((wish, at) => {
    const more = Math.min(spare, wish.want - wish.least);
    widths[at] = (widths[at] ?? 0) + more;
    spare -= more;
  });
  return widths;
}

/** Nothing may be dropped any more: the widest gives one cell at a time. */
function shrink(widths: number[], room: number): number[] {
  let total = widths.reduce((all, each) => all + each, 0);
  while (total > room && widths.length > 0) {
    const widest = widths.indexOf(Math.max(...widths));
    const width = widths[widest] ?? 0;
    if (width <= 1) break;
    widths[widest] = width - 1;
    total -= 1;
  }
  return widths;
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}

function gaps(columns: number, gap: number): number {
  return Math.max(0, columns - 1) * gap;
}

/** Widest text per column over all rows: measured on all rather than on the visible ones, so that scrolling moves nothing. */
export function naturalWidths(
  columns: readonly TableColumn[],
  rows: readonly { widths: readonly number[] }[],
): number[] {
  const natural: number[] = columns.map((column) => (column.type === 'time' ? 4 : 0));
  for (const row of rows) {
    for (let at = 0; at < natural.length; at += 1) {
      const width = row.widths[at] ?? 0;
      if (width > (natural[at] ?? 0)) natural[at] = width;
    }
  }
  return natural;
}
