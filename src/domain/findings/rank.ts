import type { Finding } from '../finding.ts';
import { severityRank } from '../severity.ts';

/** Among findings of one severity: what is nearer to the cause first. A rule that is not listed comes last. */
const ORDER: ReadonlyMap<string, number> = new Map(
  [
    'sick-node',
    'rolling-back',
    'app-status',
    'out-of-memory',
    'crashed-processes',
    'flapping',
    'diagnosed-pods',
    'release-not-running',
    'node-not-ready',
    'node-pressure',
    'unplaceable',
    'stuck-pending',
    'unhealthy-processes',
    'missing-replicas',
    'stalled-service',
    'stalled-rollout',
    'promote-rolled-back',
    'budget-breaker',
    'certificate-expired',
    'certificate-expiring',
    'certificate-not-ready',
    'memory-pressure',
    'new-errors',
    'old-release-serving',
    'updating',
    'deleting',
    'nothing-runs',
    'scaled-to-zero',
    'budget-alert',
    'unpromoted-releases',
    'failed-build',
    'one-node',
    'warning-events',
    'node-leaving',
    'locked',
  ].map((rule, index) => [rule, index] as const),
);

/** Total order, worst first: severity, nearness to the cause, newest first, then names, so that a list never jumps. */
export function compareFindings(a: Finding, b: Finding): number {
  return (
    severityRank(b.severity) - severityRank(a.severity) ||
    (ORDER.get(a.rule) ?? ORDER.size) - (ORDER.get(b.rule) ?? ORDER.size) ||
    compareTimes(a.since, b.since) ||
    compareTexts(findingKey(a), findingKey(b)) ||
    compareTexts(a.summary, b.summary)
  );
}

function compareTimes(a: number | undefined, b: number | undefined): number {
  const [left, right] = [known(a), known(b)];
  return left === right ? 0 : left < right ? 1 : -1;
}

function known(time: number | undefined): number {
  return time === undefined || Number.isNaN(time) ? -Infinity : time;
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** What a finding is about; two findings of one key are one. */
export function findingKey({ app, service, subject, rule }: Finding): string {
  return [app, service ?? '', rule, subject ?? ''].join('\n');
}
