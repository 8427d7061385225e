import type { App } from './app.ts';
import type { Finding } from './finding.ts';
import { applyRules, severityOf } from './findings/apply-rules.ts';
import { BOARD_RULES } from './findings/board-rules.ts';
import { sceneOf } from './findings/scene.ts';
import type { Process } from './process.ts';
import type { Severity } from './severity.ts';

export interface AppHealth {
  readonly severity: Severity;
  /** Worst first. */
  readonly findings: readonly Finding[];
  /** Processes that run, of all that should: one-offs and finished ones do not count. */
  readonly up: number;
  readonly total: number;
}

/**
 * What an app and its processes say by themselves: no further request is needed, so that a board of all racks stays
 * within one request budget per rack (performance.md P12). The full answer is `explainApp`.
 */
export function appHealth(app: App, processes: readonly Process[], now: number): AppHealth {
  const scene = sceneOf({ app, processes }, now);
  const findings = applyRules(BOARD_RULES, scene);
  return {
    severity: severityOf(findings),
    findings,
    up: scene.serving.filter((process) => process.status === 'running').length,
    total: scene.serving.length,
  };
}
