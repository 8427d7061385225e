import type { Finding } from '../finding.ts';
import { type Severity, worst } from '../severity.ts';
import { appStatus, lockedApp, stalledRollout } from './app-status.ts';
import { budgetBreaker } from './budget.ts';
import { withCause } from './cause.ts';
import { ownCertificates } from './certificates.ts';
import { crashedProcesses, flappingProcesses, stuckProcesses, unhealthyProcesses } from './crashes.ts';
import { failedBuild, oldReleaseServing, rolledBackPromote, unpromoted } from './deploys.ts';
import { diagnosedPods, stalledServices, warningEvents } from './diagnosis.ts';
import type { AppFacts } from './facts.ts';
import { memoryPressure } from './memory.ts';
import { mergeFindings } from './merge.ts';
import { newErrors } from './new-errors.ts';
import { ownNodes } from './nodes.ts';
import { compareFindings } from './rank.ts';
import { missingReplicas, nothingRuns, onOneNode, scaledToZero } from './replicas.ts';
import { type Rule, type Scene, sceneOf } from './scene.ts';

/** Why an app is as it is. */
export interface Explanation {
  readonly severity: Severity;
  /** Worst first; one per thing that is wrong. */
  readonly findings: readonly Finding[];
  /** What was not read, and which questions stay open for it; whole sentences. */
  readonly gaps: readonly string[];
}

/** Rules that need no more than an app and its processes: one budget of requests for a board of all racks. */
export const BOARD_RULES: readonly Rule[] = [
  appStatus,
  crashedProcesses,
  unhealthyProcesses,
  stuckProcesses,
  oldReleaseServing,
  nothingRuns,
];

/** All that an app's own facts tell. */
export const APP_RULES: readonly Rule[] = [
  ...BOARD_RULES,
  flappingProcesses,
  diagnosedPods,
  stalledServices,
  warningEvents,
  missingReplicas,
  stalledRollout,
  rolledBackPromote,
  memoryPressure,
  newErrors,
  unpromoted,
  failedBuild,
  budgetBreaker,
  scaledToZero,
  onOneNode,
  lockedApp,
];

/** What an app shares with others, as far as it stands on it. */
const SURROUNDINGS: readonly Rule[] = [ownNodes, ownCertificates];

/** The findings of an app, ranked; never throws, whatever the facts hold. */
export function explainApp(facts: AppFacts, now: number): Explanation {
  const scene = sceneOf(facts, now);
  const findings = applyRules([...APP_RULES, ...SURROUNDINGS], scene);
  return { severity: severityOf(findings), findings, gaps: gapsOf(facts) };
}

/** Rules, then de-duplication, the deploy behind it, and rank. */
export function applyRules(rules: readonly Rule[], scene: Scene): readonly Finding[] {
  return mergeFindings(rules.flatMap((rule) => rule(scene)))
    .map((finding) => withCause(scene, finding))
    .sort(compareFindings);
}

export function severityOf(findings: readonly Finding[]): Severity {
  return worst(findings.map((finding) => finding.severity));
}

const NEEDS: readonly (readonly [keyof AppFacts, string])[] = [
  ['services', 'Services were not read: missing replicas, memory and scale are not judged.'],
  ['releases', 'Releases were not read: unpromoted releases and what a deploy changed are not known.'],
  ['instances', 'Nodes were not read: pressure on them is not judged.'],
  [
    'diagnosis',
    "The rack's own report was not read (3.24.0 and later): events and last words of processes are missing.",
  ],
];

function gapsOf(facts: AppFacts): readonly string[] {
  return NEEDS.flatMap(([part, text]) => (facts[part] === undefined ? [text] : []));
}
