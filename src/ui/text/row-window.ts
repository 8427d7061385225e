/**
 * A window of screen rows over a long list of items, each one row tall or more (wrapped lines). Items are known by an
 * ascending id (a log line's sequence number, a text line's index), so that a position survives items that come and go.
 */
export interface RowItems {
  readonly size: number;
  idAt(index: number): number | undefined;
  /** Index of the first item with this id or a greater one; `size` where there is none. */
  indexAtOrAfter(id: number): number;
  rowsOf(id: number): number;
}

/** The row of an item that stands at the top of the window. */
export interface RowPosition {
  readonly id: number;
  readonly row: number;
}

export interface WindowRow extends RowPosition {
  readonly index: number;
}

/** The rows that the window shows from `top` on: at most `height`. */
export function windowRows(items: RowItems, top: RowPosition, height: number): readonly WindowRow[] {
  const rows: WindowRow[] = [];
  let index = items.indexAtOrAfter(top.id);
  let row = items.idAt(index) === top.id ? top.row : 0;
  for (let id = items.idAt(index); id !== undefined && rows.length < height; id = items.idAt(++index)) {
    const count = items.rowsOf(id);
    for (; row < count && rows.length < height; row++) rows.push({ id, row, index });
    row = 0;
  }
  return rows;
}

/** Moves a position by rows; stops at the first and the last row. */
export function moveRows(items: RowItems, from: RowPosition, by: number): RowPosition {
  if (items.size === 0) return { id: 0, row: 0 };
  let index = Math.min(items.indexAtOrAfter(from.id), items.size - 1);
  let id = items.idAt(index) ?? 0;
  let row = (id === from.id ? Math.min(from.row, items.rowsOf(id) - 1) : 0) + by;
  while (row < 0 && index > 0) {
    id = items.idAt(--index) ?? 0;
    row += items.rowsOf(id);
  }
  while (row >= items.rowsOf(id) && index < items.size - 1) {
    row -= items.rowsOf(id);
    id = items.idAt(++index) ?? 0;
  }
  return { id, row: Math.max(0, Math.min(row, items.rowsOf(id) - 1)) };
}

/** The lowest sensible top: the last item's last row stands at the bottom of the window. */
export function lastTop(items: RowItems, height: number): RowPosition {
  const id = items.idAt(items.size - 1);
  if (id === undefined) return { id: 0, row: 0 };
  return moveRows(items, { id, row: items.rowsOf(id) - 1 }, -(Math.max(1, height) - 1));
}

/** A top that leaves no empty rows below while there are items above. */
export function clampTop(items: RowItems, top: RowPosition, height: number): RowPosition {
  const lowest = lastTop(items, height);
  const index = items.indexAtOrAfter(top.id);
  const id = items.idAt(index);
  if (id === undefined || isAfter({ id, row: top.row }, lowest)) return lowest;
  return { id, row: id === top.id ? Math.min(top.row, items.rowsOf(id) - 1) : 0 };
}

/** The top nearest to the present one that shows the whole item, or its first rows where it is taller than the window. */
export function reveal(items: RowItems, top: RowPosition, id: number, height: number): RowPosition {
  if (id < top.id || (id === top.id && top.row > 0)) return { id, row: 0 };
  const lowest = moveRows(items, { id, row: items.rowsOf(id) - 1 }, -(Math.max(1, height) - 1));
  const needed = lowest.id === id ? { id, row: 0 } : lowest;
  return isAfter(needed, top) ? needed : top;
}

/** The top that puts the item's first row in the middle, with context on both sides. */
export function center(items: RowItems, id: number, height: number): RowPosition {
  return clampTop(items, moveRows(items, { id, row: 0 }, -Math.floor((height - 1) / 2)), height);
}

export function isAfter(a: RowPosition, b: RowPosition): boolean {
  return a.id > b.id || (a.id === b.id && a.row > b.row);
}
