import type { Evidence, Finding } from '../finding.ts';
import { severityRank } from '../severity.ts';
import { findingKey } from './rank.ts';
import { line } from './scene.ts';

const PROCESS_TROUBLE = [
  'out-of-memory',
  'crashed-processes',
  'flapping',
  'unplaceable',
  'stuck-pending',
  'unhealthy-processes',
];

/**
 * Rules that say less -> rules that say the same better, best first; of one app, and of one service unless it names none.
 * In the order in which they are folded: what tells most comes first among the evidence.
 */
const TOLD_BETTER: ReadonlyMap<string, readonly string[]> = new Map([
  ['crashed-processes', ['out-of-memory']],
  ['flapping', ['out-of-memory', 'crashed-processes']],
  ['diagnosed-pods', PROCESS_TROUBLE],
  ['missing-replicas', [...PROCESS_TROUBLE, 'diagnosed-pods']],
  ['stalled-service', [...PROCESS_TROUBLE, 'diagnosed-pods', 'missing-replicas']],
  ['updating', ['stalled-rollout']],
  ['nothing-runs', ['missing-replicas', 'scaled-to-zero', 'crashed-processes']],
]);

/** Most lines of evidence on one finding. */
const MAX_EVIDENCE = 14;

/**
 * One finding per thing that is wrong: symptoms are folded into the finding that tells the cause, which takes over the
 * worst severity and their evidence. Nothing that was found is lost.
 */
export function mergeFindings(findings: readonly Finding[]): readonly Finding[] {
  const kept = new Map<string, Finding>();
  for (const finding of findings) {
    const key = findingKey(finding);
    const same = kept.get(key);
    kept.set(key, same ? fold(same, finding) : finding);
  }
  for (const rule of TOLD_BETTER.keys()) {
    for (const [key, finding] of [...kept]) {
      if (finding.rule !== rule) continue;
      const better = betterFor(finding, kept);
      if (!better) continue;
      kept.delete(key);
      kept.set(findingKey(better), fold(better, finding));
    }
  }
  return [...kept.values()];
}

function betterFor(finding: Finding, kept: ReadonlyMap<string, Finding>): Finding | undefined {
  for (const rule of TOLD_BETTER.get(finding.rule) ?? []) {
    for (const other of kept.values()) if (other.rule === rule && isAboutSame(other, finding)) return other;
  }
  return undefined;
}

function isAboutSame(other: Finding, finding: Finding): boolean {
  return other.app === finding.app && (finding.service === undefined || other.service === finding.service);
}

function fold(into: Finding, finding: Finding): Finding {
  const said = into.summary.includes(finding.summary) ? [] : [line('note', finding.summary, finding.since)];
  return {
    ...into,
    severity: severityRank(finding.severity) > severityRank(into.severity) ? finding.severity : into.severity,
    since: into.since ?? finding.since,
    release: into.release ?? finding.release,
    evidence: distinct([...into.evidence, ...said, ...finding.evidence]).slice(0, MAX_EVIDENCE),
  };
}

function distinct(evidence: readonly Evidence[]): readonly Evidence[] {
  return [...new Map(evidence.map((item) => [`${item.kind} ${item.text}`, item] as const)).values()];
}
