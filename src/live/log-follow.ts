import type { Failure } from '../domain/failure.ts';
import type { LogLine } from '../domain/log-line.ts';
import type { Observable } from '../domain/observable-value.ts';
import type { LifeOrigin } from './previous-life.ts';

export interface LogFollowOptions {
  /** How far back to begin, ms. */
  readonly sinceMs: number;
  readonly follow: boolean;
  readonly tail?: number;
  readonly filter?: string;
  readonly previous?: boolean;
  /** Lines kept; older ones fall off and are counted. Default 100,000. */
  readonly capacity?: number;
}

export type LogLinkState =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'live' }
  | { readonly kind: 'reconnecting'; readonly retryAt: number; readonly failure: Failure }
  | { readonly kind: 'complete' }
  | { readonly kind: 'failed'; readonly failure: Failure };

/** What the meter shows; every line that is not on screen is accounted for. */
export interface LogMeter {
  readonly link: LogLinkState;
  /** Lines received since the start. */
  readonly received: number;
  /** Lines that fell off the ring (capacity). */
  readonly dropped: number;
  readonly linesPerSecond: number;
  /**
   * How late the newest line came: its arrival minus its own timestamp, ms; undefined without timestamps, and for lines that
   * are older than the follow itself.
   */
  readonly lagMs: number | undefined;
  /** Bumped (coalesced, at most 20 times a second) when lines or state changed. */
  readonly version: number;
}

export interface LogFollow extends Observable<LogMeter> {
  /** First sequence number still kept, and one past the last. Sequence numbers only grow. */
  readonly first: number;
  readonly end: number;
  /** Line by sequence number; undefined outside [first, end). */
  line(sequence: number): LogLine | undefined;
  /** The same without the cost of parsing, for search and saving; a fake may leave it out. */
  raw?(sequence: number): string | undefined;
  /** Re-open from another point: clears the ring. */
  restart(options: LogFollowOptions): void;
  dispose(): void;
}

/** The log of a process's earlier life: finite, from wherever it could be found. */
export interface LifeFollow extends LogFollow {
  /** Undefined until its first line came. */
  origin(): LifeOrigin | undefined;
}
