import { isoText } from '../domain/age.ts';
import type { Budget } from '../domain/budget.ts';
import { type BudgetHealth, budgetHealth } from '../domain/budget-health.ts';
import { percentText } from '../domain/cpu.ts';
import { usdText } from '../domain/usd.ts';
import { age, name, share, status, text } from './columns.ts';
import { defineResource, type QueryContext } from './define-resource.ts';
import { usd } from './usd-column.ts';

export interface BudgetRow extends BudgetHealth {
  readonly app: string;
  readonly budget: Budget;
}

async function query({ reads, at, signal }: QueryContext): Promise<readonly BudgetRow[]> {
  const app = at.app ?? '';
  const budget = await reads.budget(app, { signal });
  return budget.cap === undefined && !budget.state?.breakerTripped ? [] : [{ app, budget, ...budgetHealth(budget) }];
}

function thresholdText({ cap }: Budget): string {
  return cap?.alertThresholdPercent === undefined ? '' : `${cap.alertThresholdPercent}%`;
}

export const budget = defineResource<BudgetRow>({
  id: 'budget',
  aliases: ['budgets'],
  title: 'Budget',
  about: 'monthly cap of an app, what it has spent of it and whether the breaker has tripped',
  scope: 'app',
  needs: 'convox:budget:read',
  route: 'GET /apps/{app}/budget',
  pace: 10,
  query,
  key: (row) => row.app,
  columns: [
    name('APP', (row) => row.app, { min: 8 }),
    status(
      'STATUS',
      (row) => row.status,
      (row) => row.severity,
    ),
    usd('SPENT', (row) => row.budget.state?.currentMonthSpendUsd, { priority: 1 }),
    usd('CAP', (row) => row.budget.cap?.monthlyCapUsd, { priority: 1 }),
    share('USED%', (row) => row.used, { id: 'used', priority: 2 }),
    text('ALERT', (row) => thresholdText(row.budget), { id: 'alertAt', priority: 4 }),
    text('AT CAP', (row) => row.budget.cap?.atCapAction ?? '', { priority: 3 }),
    age('AS OF', (row) => row.budget.state?.asOf, { id: 'asOf', priority: 5 }),
  ],
  sort: ['app', 'asc'],
  severity: (row) => row.severity,
  open: { enter: { to: 'cost', label: 'cost', place: (_row, at) => at } },
  describe: (row) => [
    ['App', row.app],
    ['Status', row.status],
    ['Monthly cap', usdText(row.budget.cap?.monthlyCapUsd)],
    ['Spent this month', usdText(row.budget.state?.currentMonthSpendUsd)],
    ['Used', percentText(row.used)],
    ['Alert at', thresholdText(row.budget) || 'no alert'],
    ['At the cap', row.budget.cap?.atCapAction ?? 'nothing said'],
    ['Breaker', row.budget.state?.breakerTripped ? 'tripped' : 'closed'],
    ['As of', isoText(row.budget.state?.asOf)],
  ],
  empty: 'No budget is set for this app.',
});
