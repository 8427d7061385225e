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
  const before: LogLine[] = [];
  const after: LogLine[] = [];
  const sequences: number[] = [];
  let isAfter = false;
  for (let at = ring.first; at < ring.end; at += 1) {
    const line = ring.line(at);
    if (!line) continue;
    if (line.time !== undefined) isAfter = line.time >= deploy.at;
    if (isAfter) {
      after.push(line);
      sequences.push(at);
    } else before.push(line);
  }
  const errors = firstNewSignatures(before, after)
    .map(({ signature, count, processes, firstIndex }) => {
      return { signature, count, processes, sequence: sequences[firstIndex] ?? ring.end - 1 };
    })
    .sort((a, b) => a.sequence - b.sequence);
  return { deploy, errors, hasBefore: before.some((line) => line.time !== undefined) };
}
