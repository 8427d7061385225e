import { center, clampTop, moveRows, type RowItems, type RowPosition, reveal, windowRows } from './row-window.ts';

/** A window of rows with a cursor on one of its items; the cursor is always in view. */
export interface CursorWindow {
  readonly top: RowPosition;
  readonly cursor: number;
  /** Height of the window. */
  readonly rows: number;
}

type Moved = Pick<CursorWindow, 'top' | 'cursor'>;

/** The nearest window that is true of the items as they are now: filled, its cursor on an item in view. */
export function settled(items: RowItems, window: CursorWindow): Moved {
  const cursor = items.idAt(Math.min(items.indexAtOrAfter(window.cursor), items.size - 1)) ?? window.cursor;
  const top = clampTop(items, window.top, window.rows);
  const inView = windowRows(items, top, window.rows).some((row) => row.id === cursor);
  return { cursor, top: inView ? top : reveal(items, top, cursor, window.rows) };
}

/** One item down or up; inside one that is taller than the window it scrolls by a row instead of jumping over the rest. */
export function stepped(items: RowItems, window: CursorWindow, by: 1 | -1): Moved {
  const rows = windowRows(items, window.top, window.rows);
  const edge = by > 0 ? rows.at(-1) : rows[0];
  if (edge && edge.id === window.cursor && (by > 0 ? edge.row < items.rowsOf(edge.id) - 1 : edge.row > 0)) {
    return { cursor: window.cursor, top: moveRows(items, window.top, by) };
  }
  const index = Math.max(0, Math.min(items.indexAtOrAfter(window.cursor) + by, items.size - 1));
  const cursor = items.idAt(index);
  if (cursor === undefined) return window;
  if (items.rowsOf(cursor) <= window.rows) return { cursor, top: reveal(items, window.top, cursor, window.rows) };
  if (rows.some((row) => row.id === cursor)) return { cursor, top: window.top };
  // Taller than the window: entered at the end that the cursor comes from, and read from there.
  const entered = { id: cursor, row: by > 0 ? 0 : items.rowsOf(cursor) - 1 };
  return { cursor, top: by > 0 ? moveRows(items, entered, 1 - window.rows) : entered };
}

/** Scrolls by rows and keeps the cursor where it was on the screen, as vim does; at the end the cursor goes on alone. */
export function scrolled(items: RowItems, window: CursorWindow, by: number): Moved {
  const before = windowRows(items, window.top, window.rows);
  const held = Math.max(
    0,
    before.findIndex((row) => row.id === window.cursor),
  );
  const top = clampTop(items, moveRows(items, window.top, by), window.rows);
  const after = windowRows(items, top, window.rows);
  const stuck = top.id === window.top.id && top.row === window.top.row;
  const target = stuck ? (by > 0 ? after.at(-1) : after[0]) : after[Math.min(held, after.length - 1)];
  return target ? { top, cursor: target.id } : window;
}

export function atFirst(items: RowItems, window: CursorWindow): Moved {
  const first = items.idAt(0);
  return first === undefined ? window : { cursor: first, top: { id: first, row: 0 } };
}

export function atLast(items: RowItems, window: CursorWindow): Moved {
  const last = items.idAt(items.size - 1);
  return last === undefined ? window : { cursor: last, top: reveal(items, window.top, last, window.rows) };
}

/** The cursor on an item and the item in the middle, with context on both sides. */
export function centered(items: RowItems, window: CursorWindow, id: number): Moved {
  return { cursor: id, top: center(items, id, window.rows) };
}
