import { fingerprint } from './fingerprint.ts';
import { type RememberedLine, RememberedLines } from './remembered-lines.ts';

/**
 * Bridges the gap between a broken log stream and its successor (convox-api.md 2.4: "re-opening with a `Since` window
 * duplicates lines"). Pure bookkeeping without clock or timers: the caller says when lines came.
 *
 * Every line that passed is remembered for as long as a re-opened stream could repeat it. After {@link SinceBridge.reopened}
 * each repeated line cancels one remembered one, as a multiset, so that equal lines that really came twice stay twice.
 * A line with a time stamp can only be equal to one of the same instant. A line without one belongs to the stamped line
 * before it (continuations of a stack trace), which tells it from an equal line elsewhere.
 */
export interface SinceBridge {
  /** Lines as they come, sanitised; what is new among them, in order. `now`: epoch ms of their arrival. */
  accept(lines: readonly string[], now: number): readonly string[];
  /** `Since` for the successor, ms back from `now`; undefined while nothing has come: ask as the first time. */
  sinceMs(now: number): number | undefined;
  /** A successor is about to send: from here on lines may be repetitions. */
  reopened(): void;
}

export interface SinceBridgeOptions {
  /**
   * How much further back than the newest line to ask, ms: log stores deliver late and out of order. Default 15,000; the
   * store behind AWS app logs lags 1-5 s. A server clock that is further ahead is learned from the first live line.
   */
  readonly marginMs?: number;
  /** The stream ignores `Since` and starts over (build logs): everything shown may come again. */
  readonly replaysAll?: boolean;
  /** Lines remembered at most; beyond it the oldest are forgotten and may appear twice, never get lost. Default 50,000. */
  readonly capacity?: number;
  /** Text remembered at most, UTF-16 units, in the same way. Default 64 Mi: lines may be 16 Ki each. */
  readonly maxUnits?: number;
}

const STAMP = /^(?:\[[^\]\s]*\] )?(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d))(?: |$)/;

/** Epoch ms of a log line's prefix in any of its three forms (convox-api.md 2.4). */
export function logLineTime(line: string): number | undefined {
  const stamp = STAMP.exec(line)?.[1];
  const time = stamp === undefined ? Number.NaN : Date.parse(stamp);
  return Number.isNaN(time) ? undefined : time;
}

export function createSinceBridge(options: SinceBridgeOptions = {}): SinceBridge {
  return new Bridge(options);
}

class Bridge implements SinceBridge {
  readonly #margin: number;
  readonly #replaysAll: boolean;
  readonly #capacity: number;
  readonly #maxUnits: number;
  readonly #memory = new RememberedLines();
  /** How often each remembered line may still be repeated; empty while no successor is catching up. */
  #repeatable = new Map<number, number>();
  /** Unstamped lines that may be repeated: forgotten as soon as one does not match, nothing else bounds them. */
  #repeatableUnstamped = new Map<number, number>();
  #context = '';
  #contextTime: number | undefined;
  /** Arrival of the last line that was no repetition. */
  #lastFresh: number | undefined;
  #lastTime: number | undefined;
  /**
   * Least time from a line's stamp to its arrival. Negative: the server's clock is ahead of ours by at least that much.
   * Positive: how far it may be behind, unless all of it is a backlog.
   */
  #leastLag: number | undefined;

  constructor(options: SinceBridgeOptions) {
    this.#margin = options.marginMs ?? 15_000;
    this.#replaysAll = options.replaysAll ?? false;
    this.#capacity = options.capacity ?? 50_000;
    this.#maxUnits = options.maxUnits ?? 64 * 1_048_576;
  }

  accept(lines: readonly string[], now: number): readonly string[] {
    const fresh: string[] = [];
    for (const line of lines) {
      const time = logLineTime(line);
      if (time !== undefined) {
        this.#context = line;
        this.#contextTime = time;
      }
      const text = time !== undefined || this.#context === '' ? line : `${this.#context}\n${line}`;
      const key = fingerprint(text);
      if (this.#isRepeated(key)) continue;
      fresh.push(line);
      this.#memory.push({ key, units: text.length, time: this.#contextTime, arrival: now });
      this.#lastFresh = now;
      if (time === undefined) continue;
      this.#lastTime = time;
      this.#leastLag = Math.min(this.#leastLag ?? Number.POSITIVE_INFINITY, now - time);
    }
    this.#forget();
    return fresh;
  }

  sinceMs(now: number): number | undefined {
    if (this.#lastFresh === undefined) return undefined;
    const newest = this.#oldestOfTheNewest(this.#lastFresh);
    const silent = now - this.#lastFresh;
    const ahead = Math.max(0, -(this.#leastLag ?? 0));
    const behind = newest === undefined ? silent : Math.max(silent, now + ahead - newest);
    return Math.max(0, behind) + this.#margin;
  }

  reopened(): void {
    this.#repeatable = new Map();
    this.#repeatableUnstamped = new Map();
    this.#context = '';
    this.#contextTime = undefined;
    const from = this.#replaysAll ? Number.NEGATIVE_INFINITY : (this.#lastFresh ?? 0) - this.#margin;
    for (let at = 0; at < this.#memory.size; at++) {
      const line = this.#memory.at(at);
      if (!line) continue;
      const unstamped = line.time === undefined;
      if (unstamped && line.arrival < from) continue;
      const counts = unstamped ? this.#repeatableUnstamped : this.#repeatable;
      counts.set(line.key, (counts.get(line.key) ?? 0) + 1);
    }
  }

  #isRepeated(key: number): boolean {
    const unstamped = this.#contextTime === undefined;
    const counts = unstamped ? this.#repeatableUnstamped : this.#repeatable;
    const count = counts.get(key);
    if (count === undefined) {
      if (unstamped && counts.size > 0) counts.clear();
      return false;
    }
    if (count === 1) counts.delete(key);
    else counts.set(key, count - 1);
    return true;
  }

  /**
   * Pods replay their backlog side by side: the stream is only complete up to the oldest stamp among the lines of the last
   * moments before it broke.
   */
  #oldestOfTheNewest(lastFresh: number): number | undefined {
    let oldest: number | undefined;
    for (let at = this.#memory.size - 1; at >= 0; at--) {
      const line = this.#memory.at(at);
      if (!line || line.arrival < lastFresh - this.#margin) break;
      if (line.time !== undefined && (oldest === undefined || line.time < oldest)) oldest = line.time;
    }
    return oldest;
  }

  /** Keeps what a successor could repeat: it is asked for at most the margin before the oldest of the newest lines. */
  #forget(): void {
    const memory = this.#memory;
    while (memory.size > this.#capacity || (memory.units > this.#maxUnits && memory.size > 0)) memory.dropOldest();
    if (!this.#replaysAll) while (this.#isForgettable(memory.at(0))) memory.dropOldest();
  }

  #isForgettable(line: RememberedLine | undefined): boolean {
    const slack = 4 * this.#margin;
    if (line === undefined || line.arrival >= (this.#lastFresh ?? 0) - slack) return false;
    return line.time === undefined || line.time < (this.#lastTime ?? 0) - Math.abs(this.#leastLag ?? 0) - slack;
  }
}
