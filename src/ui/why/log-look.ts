import type { LogLine } from '../../domain/log-line.ts';
import type { LogFollow } from '../../live/log-follow.ts';
import type { RackSession } from '../../live/rack-session.ts';

/** How far back errors are looked for. */
export const LOG_WINDOW_MS = 15 * 60_000;
/** More would not change what is wrong, only what it costs to read. */
const MAX_LINES = 5_000;

/** One bounded look at the log of an app: the last minutes, then the stream is closed. */
export class LogLook {
  readonly #session: RackSession;
  readonly #app: string;
  readonly #changed: () => void;
  #follow: LogFollow | undefined;
  #stop: (() => void) | undefined;
  #lines: readonly LogLine[] | undefined;
  #problem: string | undefined;

  constructor(session: RackSession, app: string, changed: () => void) {
    this.#session = session;
    this.#app = app;
    this.#changed = changed;
  }

  /** Undefined until it was read as far as it will be. The same array until it is read anew. */
  get lines(): readonly LogLine[] | undefined {
    return this.#lines;
  }

  /** Why there are none. */
  get problem(): string | undefined {
    return this.#problem;
  }

  /** Reads it, anew where that was done before; a look that is under way goes on. */
  start(): void {
    if (this.#follow) return;
    const allowed = this.#session.access.get().can('convox:log:read');
    if (!allowed.allowed && allowed.because !== 'unknown') {
      this.#problem = allowed.reason;
      return;
    }
    const options = { sinceMs: LOG_WINDOW_MS, follow: false, tail: MAX_LINES, capacity: MAX_LINES };
    this.#follow = this.#session.followLogs({ kind: 'app', app: this.#app }, options);
    this.#stop = this.#follow.subscribe(() => this.#look());
    this.#look();
  }

  dispose(): void {
    this.#stop?.();
    this.#stop = undefined;
    this.#follow?.dispose();
    this.#follow = undefined;
  }

  #look(): void {
    const follow = this.#follow;
    if (!follow) return;
    const { link, received } = follow.get();
    const over = link.kind === 'complete' || link.kind === 'failed';
    if (!over && received < MAX_LINES) return;
    const lines: LogLine[] = [];
    for (let at = follow.first; at < follow.end; at += 1) {
      const line = follow.line(at);
      if (line) lines.push(line);
    }
    this.#problem = link.kind === 'failed' && lines.length === 0 ? (link.failure.why ?? link.failure.what) : undefined;
    this.#lines = this.#problem === undefined ? lines : undefined;
    this.dispose();
    this.#changed();
  }
}
