import { atFirst, centered, scrolled, settled, stepped } from '../text/cursor-window.ts';
import { lastTop } from '../text/row-window.ts';
import type { LogViewState, LogWorld } from './log-view-state.ts';

/** Makes the state true of the ring as it is now: called after every event, also when only lines came. */
export function settle(state: LogViewState, world: LogWorld): LogViewState {
  const items = world.items(state);
  const last = items.idAt(items.size - 1);
  if (last === undefined) return { ...state, cursor: world.end, top: { id: world.end, row: 0 } };
  if (state.follow) return { ...state, cursor: last, top: lastTop(items, state.rows) };
  return { ...state, ...settled(items, state) };
}

/** Stops following where it stands and remembers where "new" begins. */
export function pause(state: LogViewState, world: LogWorld): LogViewState {
  return state.follow ? { ...state, follow: false, pausedAt: world.end } : state;
}

export function resume(state: LogViewState): LogViewState {
  return { ...state, follow: true };
}

export function moveCursor(state: LogViewState, world: LogWorld, by: 1 | -1): LogViewState {
  return { ...state, ...stepped(world.items(state), state, by) };
}

export function scroll(state: LogViewState, world: LogWorld, by: number): LogViewState {
  return { ...state, ...scrolled(world.items(state), state, by) };
}

export function toFirst(state: LogViewState, world: LogWorld): LogViewState {
  return { ...state, ...atFirst(world.items(state), state) };
}

/** Puts the cursor on a line and the line in the middle; following stops. */
export function goTo(state: LogViewState, world: LogWorld, sequence: number): LogViewState {
  const paused = pause(state, world);
  return { ...paused, ...centered(world.items(paused), paused, sequence) };
}
