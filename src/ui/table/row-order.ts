import type { Tone } from '../../resources/column.ts';
import type { TableColumn } from './table-column.ts';
import type { TableRow } from './table-row.ts';

export interface SortOrder {
  /** Column id; an id that the view does not have leaves the rack's own order. */
  readonly column: string;
  readonly descending: boolean;
}

const TONE_RANK: Readonly<Record<Tone, number>> = {
  good: 0,
  plain: 1,
  accent: 2,
  muted: 3,
  notice: 4,
  warning: 5,
  critical: 6,
};

/**
 * A text that compares as people order names: case aside, numbers by value (`web-2` before `web-10`). Comparing such keys
 * with `<` is ten times faster than a collator, which counts when 5,000 rows are sorted on a key press.
 */
export function orderKey(text: string): string {
  const lower = text.toLowerCase();
  return DIGIT.test(lower) ? lower.replace(/\d+/g, (digits) => digits.padStart(DIGITS, '0')) : lower;
}

const DIGIT = /\d/;
const DIGITS = 14;

/** The direction a first press of the sort key takes: worst, newest and largest first, words from A. */
export function startsDescending(column: Pick<TableColumn, 'type'>): boolean {
  return column.type !== 'text';
}

/**
 * Sorted copy. Unknown values come last either way; equal values keep the order of their keys, so that rows do not
 * dance when the rack answers in another order. Handing in the previous order makes re-sorting nearly free (V8's sort
 * is adaptive).
 */
export function sortRows(rows: readonly TableRow[], columns: readonly TableColumn[], sort: SortOrder): TableRow[] {
  const index = columns.findIndex((column) => column.id === sort.column);
  const column = columns[index];
  if (column === undefined) return [...rows];
  const sign = sort.descending ? -1 : 1;
  const items = rows.map((row) => sortItem(row, column, index));
  items.sort((a, b) => {
    const unknown = Number(a.value === undefined) - Number(b.value === undefined);
    return unknown || sign * (a.rank - b.rank || compare(a.value, b.value)) || compare(a.row.order, b.row.order);
  });
  return items.map((item) => item.row);
}

interface SortItem {
  readonly row: TableRow;
  readonly rank: number;
  readonly value: string | number | undefined;
}

function sortItem(row: TableRow, column: TableColumn, index: number): SortItem {
  const raw = row.values[index];
  const unknown = raw === null || raw === undefined || raw === '' || Number.isNaN(raw);
  const value = unknown ? undefined : typeof raw === 'number' ? raw : orderKey(String(raw));
  return { row, value, rank: column.type === 'status' ? TONE_RANK[row.tones[index] ?? 'plain'] : 0 };
}

function compare(a: string | number | undefined, b: string | number | undefined): number {
  if (a === b || a === undefined || b === undefined) return 0;
  return a < b ? -1 : 1;
}

/** Rows in the order they had before, new ones at the end: the cheapest start for {@link sortRows}. */
export function inPreviousOrder(rows: readonly TableRow[], previous: readonly TableRow[]): readonly TableRow[] {
  if (previous.length === 0) return rows;
  const byKey = new Map(rows.map((row) => [row.key, row]));
  const result: TableRow[] = [];
  for (const old of previous) {
    const row = byKey.get(old.key);
    if (row === undefined) continue;
    result.push(row);
    byKey.delete(old.key);
  }
  for (const row of byKey.values()) result.push(row);
  return result;
}
