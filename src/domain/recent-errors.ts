import type { App } from './app.ts';
import type { NewErrors } from './findings/facts.ts';
import { lastDeploy } from './last-deploy.ts';
import { firstNewSignatures, type NewSignature, splitAt } from './log-errors.ts';
import type { LogLine } from './log-line.ts';
import type { Process } from './process.ts';
import type { Release } from './release.ts';

export interface RecentErrors {
  /** Every kind of error in the log, worst first. */
  readonly kinds: readonly NewSignature[];
  /** Those that did not occur before the deploy; undefined where the log does not reach back beyond it. */
  readonly newErrors: NewErrors | undefined;
}

/** Errors of a stretch of an app's log, lines in order of time, held against the instant of its last deploy. */
export function recentErrors(
  lines: readonly LogLine[],
  facts: {
    readonly app: App;
    readonly processes: readonly Process[];
    readonly releases?: readonly Release[] | undefined;
  },
): RecentErrors {
  const kinds = firstNewSignatures([], lines);
  const deploy = lastDeploy(facts.app.release, facts.processes, facts.releases ?? []);
  if (!deploy) return { kinds, newErrors: undefined };
  const { before, after } = splitAt(lines, deploy.at);
  // Without a line from before it everything would look new.
  if (!before.some((line) => line.time !== undefined)) return { kinds, newErrors: undefined };
  return { kinds, newErrors: { release: deploy.release, signatures: firstNewSignatures(before, after) } };
}
