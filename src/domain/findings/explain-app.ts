import type { Finding } from '../finding.ts';
import type { Severity } from '../severity.ts';
import { lockedApp, stalledRollout } from './app-status.ts';
import { applyRules, severityOf } from './apply-rules.ts';
import { BOARD_RULES } from './board-rules.ts';
import { budgetBreaker } from './budget.ts';
import { ownCertificates } from './certificates.ts';
import { flappingProcesses } from './crashes.ts';
import { failedBuild, rolledBackPromote, unpromoted } from './deploys.ts';
import { diagnosedPods, stalledServices, warningEvents } from './diagnosis.ts';
import type { AppFacts } from './facts.ts';
import { memoryPressure } from './memory.ts';
import { newErrors } from './new-errors.ts';
import { ownNodes } from './nodes.ts';
import { releaseChange } from './release-change.ts';
import { missingReplicas, onOneNode, scaledToZero } from './replicas.ts';
import { type Rule, sceneOf } from './scene.ts';

/** Why an app is as it is. */
export interface Explanation {
  readonly severity: Severity;
  /** Worst first; one per thing that is wrong. */
  readonly findings: readonly Finding[];
  /** What was not read, and which questions stay open for it; whole sentences. */
  readonly gaps: readonly string[];
}

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
  const findings = applyRules([...APP_RULES, ...SURROUNDINGS], scene, releaseChange);
  return { severity: severityOf(findings), findings, gaps: gapsOf(facts) };
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
