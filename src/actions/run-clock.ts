import { Failure } from '../domain/failure.ts';
import type { LogLine } from '../domain/log-line.ts';
import type { LogFollow } from '../live/log-follow.ts';
import type { RackSession } from '../live/rack-session.ts';
import type { Timers } from '../live/timers.ts';

/** Who may do what is asked when a session starts; a key may be pressed before the answer is there. */
const ACCESS_MS = 10_000;
/** Reading back a log must not hold up what depends on it. */
const LOG_MS = 4_000;

export interface ClockDependencies {
  readonly now: () => number;
  readonly timers: Timers;
}

/** Everything of a run that takes time, ended by its signal. */
export class RunClock {
  readonly #deps: ClockDependencies;
  readonly #signal: AbortSignal;

  constructor(deps: ClockDependencies, signal: AbortSignal) {
    this.#deps = deps;
    this.#signal = signal;
  }

  /** Rejects (`cancelled`) when the run is given up. */
  pause(ms: number): Promise<void> {
    const { timers } = this.#deps;
    return new Promise((resolve, reject) => {
      const stop = (): void => {
        timers.clearTimeout(handle);
        reject(givenUp());
      };
      const handle = timers.setTimeout(() => {
        this.#signal.removeEventListener('abort', stop);
        resolve();
      }, ms);
      if (this.#signal.aborted) stop();
      else this.#signal.addEventListener('abort', stop, { once: true });
    });
  }

  /** Resolves when the session knows who we are and what version the rack has, or when that takes too long. */
  async known(session: RackSession): Promise<void> {
    const isKnown = () => session.system.get() !== undefined && !isLoading(session);
    await this.#until(isKnown, [session.system, session.access], ACCESS_MS);
  }

  /** The newest lines of an app's log, oldest first; empty where they cannot be had in time. */
  async recentLog(
    session: RackSession,
    app: string,
    { sinceMs, lines }: { readonly sinceMs: number; readonly lines: number },
  ): Promise<readonly LogLine[]> {
    const follow = session.followLogs({ kind: 'app', app }, { sinceMs, follow: false, tail: lines, capacity: lines });
    try {
      await this.#until(() => isOver(follow), [follow], LOG_MS);
      const found: LogLine[] = [];
      for (let at = follow.first; at < follow.end; at += 1) {
        const line = follow.line(at);
        if (line) found.push(line);
      }
      return found;
    } finally {
      follow.dispose();
    }
  }

  #until(
    holds: () => boolean,
    sources: readonly { subscribe(listener: () => void): () => void }[],
    ms: number,
  ): Promise<void> {
    if (holds()) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const stops: (() => void)[] = [];
      const finish = (settle: () => void): void => {
        for (const stop of stops.splice(0)) stop();
        settle();
      };
      const check = (): void => {
        if (holds()) finish(resolve);
      };
      const handle = this.#deps.timers.setTimeout(() => finish(resolve), ms);
      stops.push(() => this.#deps.timers.clearTimeout(handle));
      const aborted = (): void => finish(() => reject(givenUp()));
      this.#signal.addEventListener('abort', aborted, { once: true });
      stops.push(() => this.#signal.removeEventListener('abort', aborted));
      for (const source of sources) stops.push(source.subscribe(check));
      check();
    });
  }
}

function isOver(follow: LogFollow): boolean {
  const { kind } = follow.get().link;
  return kind === 'complete' || kind === 'failed';
}

/** A gateway has not told yet who we are. */
function isLoading(session: RackSession): boolean {
  return session.target.kind === 'gateway' && session.access.get().identity === undefined;
}

function givenUp(): Failure {
  return new Failure({ kind: 'cancelled', what: 'Given up' });
}
