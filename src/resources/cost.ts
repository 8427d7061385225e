import { isoText } from '../domain/age.ts';
import type { Cost, CostLine } from '../domain/cost.ts';
import { percentText } from '../domain/cpu.ts';
import { usdText } from '../domain/usd.ts';
import type { Column } from './column.ts';
import { age, name, text } from './columns.ts';
import { defineResource, type QueryContext } from './define-resource.ts';
import { usd } from './usd-column.ts';

/** One service, or the sum of them all. */
export interface CostRow extends CostLine {
  readonly kind: 'total' | 'service';
  readonly share: number | undefined;
  readonly monthStart: number | undefined;
  readonly asOf: number | undefined;
}

async function query({ reads, at, signal }: QueryContext): Promise<readonly CostRow[]> {
  const cost = await reads.cost(at.app ?? '', { signal });
  if (!cost.trackingEnabled && cost.breakdown.length === 0) return [];
  const { monthStart, asOf } = cost;
  const lines = cost.breakdown.map((line) => ({
    ...line,
    kind: 'service' as const,
    share: cost.spendUsd > 0 ? line.spendUsd / cost.spendUsd : undefined,
    monthStart,
    asOf,
  }));
  return [totalOf(cost), ...lines];
}

function totalOf({ breakdown, spendUsd, monthStart, asOf }: Cost): CostRow {
  const sum = (of: (line: CostLine) => number): number => breakdown.reduce((total, line) => total + of(line), 0);
  return {
    kind: 'total',
    service: 'all services',
    cpuHours: sum((line) => line.cpuHours),
    memGbHours: sum((line) => line.memGbHours),
    gpuHours: sum((line) => line.gpuHours),
    instanceType: undefined,
    // The rack's own sum: it may hold more than the services it still knows.
    spendUsd,
    share: spendUsd > 0 ? 1 : undefined,
    monthStart,
    asOf,
  };
}

function hours(id: string, header: string, priority: number, value: (row: CostRow) => number): Column<CostRow> {
  return {
    id,
    header,
    type: 'number',
    align: 'right',
    priority,
    value,
    cell: (row) => ({ text: value(row) === 0 ? '-' : value(row).toFixed(1) }),
  };
}

export const cost = defineResource<CostRow>({
  id: 'cost',
  aliases: ['costs', 'spend'],
  title: 'Cost',
  about: 'what an app has cost this month, by service',
  scope: 'app',
  needs: 'convox:cost:read',
  route: 'GET /apps/{app}/cost',
  pace: 10,
  query,
  key: (row) => `${row.kind}/${row.service}`,
  columns: [
    name('SERVICE', (row) => row.service, { min: 12 }),
    text('KIND', (row) => row.kind, { inTable: false }),
    usd('SPENT', (row) => row.spendUsd, { priority: 0 }),
    {
      id: 'share',
      header: 'SHARE',
      type: 'percent',
      align: 'right',
      priority: 1,
      value: (row) => row.share ?? null,
      cell: (row) => ({ text: percentText(row.share) }),
    },
    hours('cpuHours', 'CPU-H', 2, (row) => row.cpuHours),
    hours('memGbHours', 'GB-H', 2, (row) => row.memGbHours),
    hours('gpuHours', 'GPU-H', 4, (row) => row.gpuHours),
    text('INSTANCE', (row) => row.instanceType ?? '', { id: 'instanceType', priority: 3 }),
    age('AS OF', (row) => row.asOf, { id: 'asOf', priority: 5 }),
  ],
  sort: ['spent', 'desc'],
  severity: () => 'ok',
  open: {
    enter: {
      to: 'processes',
      label: 'processes',
      place: (row, at) => (row.kind === 'total' ? at : { ...at, service: row.service }),
    },
    b: { to: 'budget', label: 'budget', place: (_row, at) => at },
  },
  describe: (row) => [
    ['Service', row.service],
    ['Spent', usdText(row.spendUsd)],
    ['Share of the app', percentText(row.share)],
    ['CPU hours', row.cpuHours.toFixed(1)],
    ['Memory GB hours', row.memGbHours.toFixed(1)],
    ['GPU hours', row.gpuHours.toFixed(1)],
    ['Instance type', row.instanceType ?? ''],
    ['Since', isoText(row.monthStart)],
    ['As of', isoText(row.asOf)],
  ],
  empty: 'No cost is known: the rack does not track it (rack parameter cost_tracking_enable).',
});
