import type { Location } from './location.ts';
import { samePlace } from './location.ts';

/** Visited locations, oldest first; never empty. */
export interface History {
  readonly entries: readonly Location[];
  readonly at: number;
}

/** Older steps fall off; nobody walks back further. */
export const MAX_HISTORY = 100;

export function startHistory(first: Location): History {
  return { entries: [first], at: 0 };
}

export function currentLocation(history: History): Location {
  const location = history.entries[history.at];
  if (location === undefined) throw new Error('A history has no current location');
  return location;
}

/** Goes to `next`; what lay ahead is forgotten. Opening the place one stands in changes nothing but its filter. */
export function openLocation(history: History, next: Location): History {
  const current = currentLocation(history);
  if (samePlace(current, next)) {
    return replaceLocation(history, { ...current, filter: next.filter, givenFilter: next.givenFilter });
  }
  const entries = [...history.entries.slice(0, history.at + 1), next].slice(-MAX_HISTORY);
  return { entries, at: entries.length - 1 };
}

/** Undefined at the first location. */
export function goBack(history: History): History | undefined {
  return history.at > 0 ? { ...history, at: history.at - 1 } : undefined;
}

/** Undefined at the newest location. */
export function goForward(history: History): History | undefined {
  return history.at < history.entries.length - 1 ? { ...history, at: history.at + 1 } : undefined;
}

/** The same step of the history with other details (filter, cursor, marks ...). */
export function replaceLocation(history: History, location: Location): History {
  const entries = history.entries.map((entry, index) => (index === history.at ? location : entry));
  return { ...history, entries };
}
