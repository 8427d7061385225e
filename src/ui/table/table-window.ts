/** The part of a list that is on screen, and where the cursor stands in it. */
export interface TableWindow {
  /** Index of the cursor's row; -1 in an empty list. */
  readonly cursor: number;
  /** First index on screen. */
  readonly top: number;
}

export interface WindowRequest {
  readonly length: number;
  readonly height: number;
  /** Where the cursor's row is now; undefined when that row is gone. */
  readonly found: number | undefined;
  readonly previous: TableWindow;
}

/**
 * The cursor follows its row through sorts, filters and refreshes and stays on the same screen line where it can; when
 * the row is gone, the row that moved up into its place gets the cursor.
 */
export function placeWindow({ length, height, found, previous }: WindowRequest): TableWindow {
  if (length === 0 || height <= 0) return { cursor: length === 0 ? -1 : 0, top: 0 };
  const cursor = clamp(found ?? Math.max(0, previous.cursor), 0, length - 1);
  const screenLine = clamp(Math.max(0, previous.cursor) - previous.top, 0, height - 1);
  const moved = cursor !== previous.cursor;
  const wanted = moved ? cursor - screenLine : previous.top;
  return { cursor, top: keepVisible(wanted, cursor, length, height) };
}

/** Moves the cursor by hand: the window scrolls only as far as it must. */
export function moveCursor(window: TableWindow, to: number, length: number, height: number): TableWindow {
  if (length === 0) return { cursor: -1, top: 0 };
  const cursor = clamp(to, 0, length - 1);
  return { cursor, top: keepVisible(window.top, cursor, length, height) };
}

function keepVisible(top: number, cursor: number, length: number, height: number): number {
  const least = Math.max(0, cursor - height + 1);
  return clamp(clamp(top, least, cursor), 0, Math.max(0, length - height));
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), Math.max(low, high));
}
