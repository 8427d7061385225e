import type { Observable } from '../domain/observable-value.ts';
import type { RackReads } from '../protocol/rack-api.ts';
import type { Snapshot } from './snapshot.ts';

/** How eagerly a watch polls: on screen, behind another view (10x slower), or not at all (terminal unfocused, suspended). */
export type Visibility = 'visible' | 'hidden' | 'paused';

export interface WatchRequest<T> {
  /** Identifies the query within its rack: `['processes', {app: 'shop'}]`; JSON-comparable. */
  readonly key: readonly unknown[];
  /** `reads` is the session's cached reader with the right freshness for this poll. */
  readonly read: (reads: RackReads, signal: AbortSignal) => Promise<T>;
  /** Multiplier on the target kind's base interval (gateway 5 s, direct 2 s): 1 for lists that move, 5 for slow ones. */
  readonly pace?: number;
}

export interface Watch<T> extends Observable<Snapshot<T>> {
  /** Now, past the cache; resolves when the answer (or failure) is in the snapshot. */
  refresh(): Promise<void>;
  setVisibility(visibility: Visibility): void;
  dispose(): void;
}
