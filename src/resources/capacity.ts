import { type CapacityLine, capacityLines, capacityText } from '../domain/rack-capacity.ts';
import type { Severity } from '../domain/severity.ts';
import { parseVersion } from '../domain/version.ts';
import type { Column } from './column.ts';
import { loadSeverity, name, share, text } from './columns.ts';
import { defineResource, type QueryContext } from './define-resource.ts';
import { systemOf } from './usage.ts';

async function query(context: QueryContext): Promise<readonly CapacityLine[]> {
  const [capacity, system] = await Promise.all([context.reads.capacity({ signal: context.signal }), systemOf(context)]);
  return capacityLines(capacity, parseVersion(system.version).generation);
}

function shareOf({ total, requested }: CapacityLine): number | undefined {
  return total === undefined || requested === undefined || total <= 0 ? undefined : requested / total;
}

function freeOf({ total, requested }: CapacityLine): number | undefined {
  return total === undefined || requested === undefined ? undefined : total - requested;
}

function severityOf(line: CapacityLine): Severity {
  return loadSeverity(shareOf(line) ?? 0);
}

function amount(id: string, priority: number, value: (line: CapacityLine) => number | undefined): Column<CapacityLine> {
  return {
    id,
    header: id.toUpperCase(),
    type: 'number',
    align: 'right',
    priority,
    value: (line) => value(line) ?? null,
    cell: (line) => ({ text: capacityText(value(line), line.unit) }),
  };
}

export const capacity = defineResource<CapacityLine>({
  id: 'capacity',
  aliases: ['cap'],
  title: 'Capacity',
  about: 'what the nodes of the rack have and what processes have reserved of it',
  scope: 'rack',
  needs: 'convox:rack:read',
  route: 'GET /system/capacity',
  pace: 5,
  query,
  key: (line) => line.resource,
  columns: [
    name('RESOURCE', (line) => line.resource, { min: 12 }),
    amount('total', 0, (line) => line.total),
    amount('requested', 0, (line) => line.requested),
    amount('free', 1, freeOf),
    share('REQUESTED%', shareOf, { id: 'share', priority: 1 }),
    text('UNIT', (line) => line.unit, { inTable: false }),
  ],
  sort: ['resource', 'asc'],
  severity: severityOf,
  open: { enter: { to: 'instances', label: 'instances', place: () => ({}) } },
  empty: 'The rack tells nothing about its capacity.',
});
