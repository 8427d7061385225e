import type { Observable } from '../domain/observable-value.ts';
import type { TargetListing } from '../targets/target.ts';
import type { RackSession } from './rack-session.ts';
import type { Visibility } from './watch.ts';

/** All racks of this run. */
export interface Deck {
  readonly sessions: Observable<readonly RackSession[]>;
  session(name: string): RackSession | undefined;
  /** After a config change or login: keeps the sessions of unchanged targets, adds and drops the rest. */
  replaceTargets(listing: TargetListing): Promise<void>;
  /** Terminal focus and suspension: applied on top of each watch's own visibility. */
  setVisibility(visibility: Visibility): void;
  dispose(): Promise<void>;
}
