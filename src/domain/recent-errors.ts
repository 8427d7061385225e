import type { App } from './app.ts';
import type { Evidence, Finding } from './finding.ts';
import type { NewErrors } from './findings/facts.ts';
import { line } from './findings/scene.ts';
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

/** Rules about processes that end before their time: what they wrote last is the best evidence there is. */
const CRASHES: ReadonlySet<string> = new Set(['crashed-processes', 'flapping', 'out-of-memory', 'unhealthy-processes']);
const MAX_QUOTED = 2;

/** Findings about crashes with the errors that the service wrote, those that the deploy brought first. */
export function withLogEvidence(findings: readonly Finding[], recent: RecentErrors): readonly Finding[] {
  const brought = new Set(recent.newErrors?.signatures.map(({ signature }) => signature));
  const ordered = [...recent.kinds].sort((a, b) => Number(brought.has(b.signature)) - Number(brought.has(a.signature)));
  return findings.map((finding) => {
    const { rule, service } = finding;
    if (!CRASHES.has(rule) || service === undefined) return finding;
    const quoted = ordered.filter(({ services }) => services.includes(service)).slice(0, MAX_QUOTED);
    return { ...finding, evidence: [...quoted.map(quote), ...finding.evidence] };
  });
}

function quote({ count, first, lastAt }: NewSignature): Evidence {
  return line('log', `${count} x ${first.message}`, lastAt, first.process);
}
