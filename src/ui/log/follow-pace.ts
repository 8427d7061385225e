import type { LogMeter } from '../../live/log-follow.ts';
import { SingleTimer, type Timers } from '../../live/timers.ts';

/**
 * Above this rate (lines a second) nobody reads along, and every frame is a wholly different screen, the dearest kind:
 * half the frames are enough then (performance.md P9).
 */
const READABLE_RATE = 100;
const SLOW_FRAME_MS = 100;

/** When a view takes in what its follow has received: once per meter version, ten times a second where nobody can read along. */
export class FollowPace {
  readonly #timer: SingleTimer;
  readonly #now: () => number;
  readonly #take: () => void;
  #version = -1;
  #takenAt = 0;

  constructor(timers: Timers, now: () => number, take: () => void) {
    this.#timer = new SingleTimer(timers);
    this.#now = now;
    this.#take = take;
  }

  followed({ version, linesPerSecond }: Pick<LogMeter, 'version' | 'linesPerSecond'>): void {
    if (version === this.#version) return;
    this.#version = version;
    if (this.#timer.pending) return;
    const wait = linesPerSecond > READABLE_RATE ? this.#takenAt + SLOW_FRAME_MS - this.#now() : 0;
    // A clock that jumps back must not hold frames for longer than a frame.
    if (wait > 0) this.#timer.start(Math.min(wait, SLOW_FRAME_MS), () => this.#took());
    else this.#took();
  }

  stop(): void {
    this.#timer.stop();
  }

  #took(): void {
    this.#takenAt = this.#now();
    this.#take();
  }
}
