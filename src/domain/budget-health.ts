import type { Budget } from './budget.ts';
import type { Severity } from './severity.ts';

export interface BudgetHealth {
  /** `tripped`, `over the cap`, `near the cap`, `within the cap`, `spend unknown`. */
  readonly status: string;
  readonly severity: Severity;
  /** Spend of the month as a share of the cap; undefined where either is unknown. */
  readonly used: number | undefined;
}

/** How an app stands against its monthly cap. A tripped breaker may refuse promotes, scaling and runs (convox-api.md 4.2). */
export function budgetHealth({ cap, state }: Budget): BudgetHealth {
  const used =
    cap === undefined || state === undefined || cap.monthlyCapUsd <= 0
      ? undefined
      : state.currentMonthSpendUsd / cap.monthlyCapUsd;
  if (state?.breakerTripped) return { status: 'tripped', severity: 'critical', used };
  if (used === undefined) return { status: 'spend unknown', severity: 'unknown', used };
  if (used >= 1) return { status: 'over the cap', severity: 'critical', used };
  const alert = (cap?.alertThresholdPercent ?? 100) / 100;
  if (used >= alert) return { status: 'near the cap', severity: 'warning', used };
  return { status: 'within the cap', severity: 'ok', used };
}
