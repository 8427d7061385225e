import type { Failure } from '../domain/failure.ts';

/** Whose log (convox-api.md 2.4, gateway.md 6.8). */
export type LogSource =
  | { readonly kind: 'app'; readonly app: string }
  | { readonly kind: 'service'; readonly app: string; readonly service: string }
  | { readonly kind: 'process'; readonly app: string; readonly process: string }
  | { readonly kind: 'build'; readonly app: string; readonly build: string }
  | { readonly kind: 'rack' };

export interface LogStreamOptions {
  readonly follow: boolean;
  /** Milliseconds back from now; always sent, because the server's default is two minutes. */
  readonly sinceMs?: number;
  /** Lines per pod, service logs only. */
  readonly tail?: number;
  /** Server-side filter pattern; AWS app and rack logs only. */
  readonly filter?: string;
  readonly previous?: boolean;
}

export interface LogStreamSink {
  /** The handshake succeeded; the first frame has not come yet. */
  open(): void;
  /** Whole lines, already sanitised (`safeLogLine`), in order, batched per frame; never empty. */
  lines(lines: readonly string[]): void;
  /**
   * Exactly once, last. `complete`: the server's end marker came (or an ordinary 1006 of a stream that does not follow).
   * `interrupted`: the link broke while following, reconnecting makes sense. `failed`: an in-band `ERROR:` frame or a
   * refused handshake, with the reason.
   */
  end(end: LogStreamEnd): void;
}

export type LogStreamEnd =
  | { readonly outcome: 'complete' }
  | { readonly outcome: 'interrupted'; readonly failure: Failure }
  | { readonly outcome: 'failed'; readonly failure: Failure };

export interface LogStream {
  /** Bytes received so far, for the lag and rate meter. */
  readonly bytes: number;
  /** Stops reading (back-pressure on the socket) until `resume`. */
  pause(): void;
  resume(): void;
  /** Idempotent; no sink call follows. */
  close(): void;
}
