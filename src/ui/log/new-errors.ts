import type { LastDeploy } from '../../domain/last-deploy.ts';
import { firstNewSignatures } from '../../domain/log-errors.ts';
import type { LogLine } from '../../domain/log-line.ts';
import type { LineRing } from './log-lens.ts';

/** A kind of error that did not occur before the deploy, and where it stands first. */
export interface NewError {
  readonly sequence: number;
  readonly signature: string;
  readonly count: number;
  readonly processes: number;
}

export interface NewErrors {
  readonly deploy: LastDeploy;
  /** In the order in which they first occurred. */
  readonly errors: readonly NewError[];
  /** False: no line from before the deploy is kept; what is new cannot be told from what is old then. */
  readonly hasBefore: boolean;
}

/** New kinds of errors among the kept lines; lines of any order of time, those without one belong to the line above. */
export function newErrors(ring: LineRing, deploy: LastDeploy): NewErrors {
  const before = new OneSide(ring, deploy.at, false);
  const after = new OneSide(ring, deploy.at, true);
  const errors = firstNewSignatures(before, after)
    .map(({ signature, count, processes, firstIndex }) => {
      return { signature, count, processes, sequence: after.sequences[firstIndex] ?? ring.end - 1 };
    })
    .sort((a, b) => a.sequence - b.sequence);
  return { deploy, errors, hasBefore: before.hasTime };
}

/** Lines to one side of an instant, one after the other: a hundred thousand at once would be tens of megabytes. */
class OneSide implements Iterable<LogLine> {
  /** Of the lines given out so far. */
  readonly sequences: number[] = [];
  hasTime = false;
  readonly #ring: LineRing;
  readonly #instant: number;
  readonly #after: boolean;

  constructor(ring: LineRing, instant: number, after: boolean) {
    this.#ring = ring;
    this.#instant = instant;
    this.#after = after;
  }

  *[Symbol.iterator](): Generator<LogLine> {
    let isAfter = false;
    for (let at = this.#ring.first; at < this.#ring.end; at += 1) {
      const line = this.#ring.line(at);
      if (!line) continue;
      if (line.time !== undefined) isAfter = line.time >= this.#instant;
      if (isAfter !== this.#after) continue;
      this.hasTime ||= line.time !== undefined;
      if (this.#after) this.sequences.push(at);
      yield line;
    }
  }
}
