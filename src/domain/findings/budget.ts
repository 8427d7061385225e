import type { Finding } from '../finding.ts';
import { found, line, type Scene } from './scene.ts';

/** The app's budget (>= 3.24.6): a tripped breaker makes promote, scale and run answer 409 (convox-api.md 4.2). */
export function budgetBreaker(scene: Scene): readonly Finding[] {
  const { cap, state } = scene.facts.budget ?? {};
  if (!cap || !state) return [];
  const spent = `$${state.currentMonthSpendUsd.toFixed(2)} of $${cap.monthlyCapUsd.toFixed(2)} spent this month`;
  const evidence = [
    line('budget', spent, state.asOf),
    line('budget', `at the cap: ${cap.atCapAction ?? 'alert-only'}`),
  ];
  if (state.breakerTripped) {
    const shutDown = cap.atCapAction === 'auto-shutdown';
    const blocks = shutDown || cap.atCapAction === 'block-new-deploys';
    return [
      found(scene, {
        rule: 'budget-breaker',
        severity: shutDown ? 'critical' : blocks ? 'warning' : 'info',
        summary: blocks
          ? `budget breaker tripped: ${shutDown ? 'services are shut down' : 'deploys are refused'}`
          : 'over budget',
        next: 'Raise the cap or reset the breaker (convox budget reset)',
        evidence,
      }),
    ];
  }
  const share = cap.monthlyCapUsd > 0 ? state.currentMonthSpendUsd / cap.monthlyCapUsd : 0;
  const alert = (cap.alertThresholdPercent ?? 0) / 100;
  if (alert <= 0 || share < alert) return [];
  return [
    found(scene, {
      rule: 'budget-alert',
      severity: share >= 1 ? 'warning' : 'info',
      summary: `${Math.round(share * 100)}% of the month's budget spent`,
      next: 'Look at the cost of its services',
      evidence,
    }),
  ];
}
