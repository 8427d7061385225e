import { logLineTime } from '../domain/log-line.ts';
import { SingleTimer, type Timers } from './timers.ts';

/** The backlog has been sent once nothing came for so long; what is live comes in order anyway. */
const QUIET_MS = 250;
/** Nobody waits longer for a first line, however busy the log. */
const LONGEST_MS = 1_500;
/** More would have been pushed out of the ring before it was shown. */
const MOST_LINES = 100_000;

/**
 * A service log sends what its pods wrote one pod after the other (convox-api.md 2.4): the beginning is held back until it
 * is there, and passed on in order of time. A line without a time stays behind the one it came with.
 */
export class BacklogOrder {
  readonly #pass: (lines: readonly string[]) => void;
  readonly #quiet: SingleTimer;
  readonly #longest: SingleTimer;
  #held: string[] | undefined = [];

  constructor(timers: Timers, pass: (lines: readonly string[]) => void) {
    this.#pass = pass;
    this.#quiet = new SingleTimer(timers);
    this.#longest = new SingleTimer(timers);
  }

  take(lines: readonly string[]): void {
    if (this.#held === undefined) {
      this.#pass(lines);
      return;
    }
    for (const line of lines) this.#held.push(line);
    if (this.#held.length >= MOST_LINES) {
      this.settle();
      return;
    }
    this.#quiet.start(QUIET_MS, () => this.settle());
    if (!this.#longest.pending) this.#longest.start(LONGEST_MS, () => this.settle());
  }

  /** Passes on what is held; from now on lines go straight through. */
  settle(): void {
    const held = this.#held;
    this.dispose();
    if (held !== undefined && held.length > 0) this.#pass(inOrderOfTime(held));
  }

  /** What is held is let go. */
  dispose(): void {
    this.#quiet.stop();
    this.#longest.stop();
    this.#held = undefined;
  }
}

function inOrderOfTime(lines: readonly string[]): readonly string[] {
  let time = Number.NEGATIVE_INFINITY;
  const timed = lines.map((line) => {
    time = logLineTime(line) ?? time;
    return { line, time };
  });
  return timed.sort((a, b) => a.time - b.time).map(({ line }) => line);
}
