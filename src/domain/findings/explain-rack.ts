import type { Finding } from '../finding.ts';
import type { Severity } from '../severity.ts';
import { applyRules, severityOf } from './apply-rules.ts';
import { APP_RULES } from './explain-app.ts';
import type { AppFacts, RackFacts } from './facts.ts';
import { mergeFindings } from './merge.ts';
import { ownRackFindings } from './own-rack.ts';
import { compareFindings } from './rank.ts';
import { releaseChange } from './release-change.ts';
import { sceneOf } from './scene.ts';

export interface RackExplanation {
  readonly severity: Severity;
  /** Those of the rack itself (nodes, certificates) and of all its apps, worst first. */
  readonly findings: readonly Finding[];
}

/**
 * The findings of a rack: what concerns no app alone is told once (`app` is `''`), not on every app that feels it. Never
 * throws.
 */
export function explainRack(facts: RackFacts, now: number): RackExplanation {
  const question = {
    nodes: facts.instances ?? [],
    processes: facts.apps.flatMap((app) => app.processes),
    version: facts.version,
    now,
  };
  const own = ownRackFindings(question, facts.certificates ?? []);
  const apps = facts.apps.flatMap((app) => applyRules(APP_RULES, sceneOf(within(app, facts), now), releaseChange));
  const findings = unique([...own, ...apps]).sort(compareFindings);
  return { severity: severityOf(findings), findings };
}

/** What the rack knows serves its apps as well. */
function within(app: AppFacts, { instances, version }: RackFacts): AppFacts {
  return { ...app, instances: app.instances ?? instances, version: app.version ?? version };
}

/** A rack that lists a thing twice does not get it told twice. */
function unique(findings: readonly Finding[]): Finding[] {
  return [...mergeFindings(findings)];
}
