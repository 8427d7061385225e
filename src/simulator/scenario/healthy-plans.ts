import type { AppPlan, HistoryStep } from './app-plan.ts';

/** The same apps without anything that went wrong: no bad build, no failed one, nothing left unpromoted, no lock. */
export function healthyPlans(plans: readonly AppPlan[]): readonly AppPlan[] {
  return plans.map(({ locked: _locked, ...plan }) => ({ ...plan, history: plan.history.filter(isSound) }));
}

function isSound(step: HistoryStep): boolean {
  return step.promoted !== false && !('build' in step && (step.fails === true || step.defect !== undefined));
}
