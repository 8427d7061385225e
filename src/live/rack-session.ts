import type { Access } from '../access/access.ts';
import type { Observable } from '../domain/observable-value.ts';
import type { System } from '../domain/system.ts';
import type { GatewayApi } from '../protocol/gateway-api.ts';
import type { LogSource } from '../protocol/log-stream.ts';
import type { MutationGuard } from '../protocol/mutation-guard.ts';
import type { RackReads } from '../protocol/rack-api.ts';
import type { RackChanges, Target } from '../targets/target.ts';
import type { Lately } from './lately.ts';
import type { LinkState } from './link.ts';
import type { LifeFollow, LogFollow, LogFollowOptions } from './log-follow.ts';
import type { ProcessName } from './previous-life.ts';
import type { RackHistory } from './rack-history.ts';
import type { Watch, WatchRequest } from './watch.ts';

export interface SessionReadOptions {
  readonly freshMs: number;
  readonly signal?: AbortSignal;
  /** No answer whose request left before this call: what is read back after a change must be younger than the change. */
  readonly alone?: boolean;
}

/**
 * Everything alive about one rack: cached reads, link state, access, watches, log follows. One per target; screens come
 * and go, the session stays until the deck closes.
 */
export interface RackSession {
  readonly target: Target;
  readonly link: Observable<LinkState>;
  readonly access: Observable<Access>;
  readonly system: Observable<System | undefined>;
  /**
   * Reads through the shared cache: equal reads within `freshMs` share one request, under this rack's concurrency cap.
   * `signal` aborts the caller's wait; the request itself is aborted when nobody waits any more.
   */
  reads(options: SessionReadOptions): RackReads;
  /**
   * What changes something. Every request passes the guard, which counts it against what a person confirmed
   * (actions/change-budget.ts); a test holds who may call this. Throws where there is no connection.
   */
  writes(guard: MutationGuard): RackChanges;
  /** Something was changed: what is on screen is asked again, and no answer from before is given any more. */
  changed(): void;
  readonly gateway: GatewayApi | undefined;
  /** Load and changes as we saw them, from the answers that came for other reasons. */
  readonly history: RackHistory;
  /** What moves slowly, as it was told last; reads it again behind the scenes. */
  readonly lately: Lately;
  /** Keeps one query fresh for as long as it is watched; equal keys share one poll. */
  watch<T>(request: WatchRequest<T>): Watch<T>;
  /** Follows a log: reconnects with back-off, bridges gaps with `Since`, keeps lines in a bounded ring. */
  followLogs(source: LogSource, options: LogFollowOptions): LogFollow;
  /**
   * What a process wrote before it was restarted or disappeared: from the service log (`Previous`), else the app log, else
   * the last lines that a log followed here has seen of it.
   */
  followPreviousLife(process: ProcessName, options: LogFollowOptions): LifeFollow;
  /** After a login: new credentials are in place, drop the logged-out state and refresh everything watched. */
  reconnect(): void;
  dispose(): Promise<void>;
}
