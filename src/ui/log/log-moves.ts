import { center, clampTop, lastTop, moveRows, type RowItems, reveal, windowRows } from '../text/row-window.ts';
import type { LogViewState, LogWorld } from './log-view-state.ts';

/** Makes the state true of the ring as it is now: called after every event, also when only lines came. */
export function settle(state: LogViewState, world: LogWorld): LogViewState {
  const items = world.items(state);
  const last = items.idAt(items.size - 1);
  if (last === undefined) return { ...state, cursor: world.end, top: { id: world.end, row: 0 } };
  if (state.follow) return { ...state, cursor: last, top: lastTop(items, state.rows) };
  const cursor = items.idAt(items.indexAtOrAfter(state.cursor)) ?? last;
  const top = clampTop(items, state.top, state.rows);
  const visible = windowRows(items, top, state.rows).some((row) => row.id === cursor);
  return { ...state, cursor, top: visible ? top : reveal(items, top, cursor, state.rows) };
}

/** Stops following where it stands and remembers where "new" begins. */
export function pause(state: LogViewState, world: LogWorld): LogViewState {
  return state.follow ? { ...state, follow: false, pausedAt: world.end } : state;
}

export function resume(state: LogViewState): LogViewState {
  return { ...state, follow: true };
}

/** One line down or up; inside a line taller than the window it scrolls by a row instead of jumping over the rest. */
export function moveCursor(state: LogViewState, world: LogWorld, by: 1 | -1): LogViewState {
  const items = world.items(state);
  const rows = windowRows(items, state.top, state.rows);
  const edge = by > 0 ? rows.at(-1) : rows[0];
  if (edge && edge.id === state.cursor && isCut(items, edge, by)) {
    return { ...state, top: moveRows(items, state.top, by) };
  }
  const index = Math.max(0, Math.min(items.indexAtOrAfter(state.cursor) + by, items.size - 1));
  const cursor = items.idAt(index);
  return cursor === undefined ? state : { ...state, cursor, top: reveal(items, state.top, cursor, state.rows) };
}

function isCut(items: RowItems, edge: { id: number; row: number }, by: 1 | -1): boolean {
  return by > 0 ? edge.row < items.rowsOf(edge.id) - 1 : edge.row > 0;
}

/** Scrolls by rows and keeps the cursor where it was on the screen, as vim does. */
export function scroll(state: LogViewState, world: LogWorld, by: number): LogViewState {
  const items = world.items(state);
  const before = windowRows(items, state.top, state.rows);
  const held = Math.max(
    0,
    before.findIndex((row) => row.id === state.cursor),
  );
  const top = clampTop(items, moveRows(items, state.top, by), state.rows);
  const after = windowRows(items, top, state.rows);
  const stuck = top.id === state.top.id && top.row === state.top.row;
  const target = stuck ? (by > 0 ? after.at(-1) : after[0]) : after[Math.min(held, after.length - 1)];
  return target ? { ...state, top, cursor: target.id } : state;
}

export function toFirst(state: LogViewState, world: LogWorld): LogViewState {
  const first = world.items(state).idAt(0);
  return first === undefined ? state : { ...state, cursor: first, top: { id: first, row: 0 } };
}

/** Puts the cursor on a line and the line in the middle. */
export function goTo(state: LogViewState, world: LogWorld, sequence: number): LogViewState {
  const paused = pause(state, world);
  return { ...paused, cursor: sequence, top: center(world.items(paused), sequence, state.rows) };
}
