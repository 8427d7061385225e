import { SingleTimer, type Timers } from './timers.ts';

/** Long enough for the screen to be painted first, and short enough that nobody finds the work undone. */
const AFTER_THE_SCREEN_MS = 60;

/**
 * Work on answers that nobody waits for, such as remembering them: done in order, after the screen had its turn. Of a rack
 * with 2,000 processes it takes as long as painting them does.
 */
export class Later {
  readonly #timer: SingleTimer;
  readonly #work: (() => void)[] = [];

  constructor(timers: Timers) {
    this.#timer = new SingleTimer(timers);
  }

  do(work: () => void): void {
    this.#work.push(work);
    if (!this.#timer.pending) this.#timer.start(AFTER_THE_SCREEN_MS, () => this.finish());
  }

  /** What is left, now. */
  finish(): void {
    this.#timer.stop();
    for (const work of this.#work.splice(0)) work();
  }
}
