import type { Failure } from '../domain/failure.ts';
import type { Severity } from '../domain/severity.ts';
import type { System } from '../domain/system.ts';
import { count, name, share, status, text } from './columns.ts';
import { defineResource, type QueryContext } from './define-resource.ts';
import { shareOf } from './instances.ts';
import { rackSides } from './side-links.ts';
import { isPercentOnly } from './usage.ts';

export interface RackRow {
  readonly rack: QueryContext['rack'];
  readonly system: System | undefined;
  readonly role: string;
  readonly apps: number | undefined;
  readonly nodes: number | undefined;
  readonly cpuShare: number | undefined;
  readonly memoryShare: number | undefined;
  readonly failure: Failure | undefined;
}

async function query(context: QueryContext): Promise<readonly RackRow[]> {
  const { reads, signal, access, rack } = context;
  const [system, apps, instances] = await Promise.all([
    reads.system({ signal }),
    reads.apps({ signal }),
    reads.instances({ signal }),
  ]);
  const fractions = isPercentOnly(system);
  return [
    {
      rack,
      system,
      role: access.roleLabel ?? '',
      apps: apps.length,
      nodes: instances.length,
      cpuShare: average(instances.map((node) => shareOf(node.cpu, node.cpuAllocatable, fractions))),
      memoryShare: average(instances.map((node) => shareOf(node.memory, node.memoryAllocatable, fractions))),
      failure: undefined,
    },
  ];
}

function failed(rack: QueryContext['rack'], failure: Failure): RackRow {
  return {
    rack,
    failure,
    system: undefined,
    role: '',
    apps: undefined,
    nodes: undefined,
    cpuShare: undefined,
    memoryShare: undefined,
  };
}

function average(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value): value is number => value !== undefined);
  return known.length === 0 ? undefined : known.reduce((sum, value) => sum + value, 0) / known.length;
}

function statusOf(row: RackRow): string {
  if (!row.failure) return row.system?.status ?? 'unknown';
  switch (row.failure.kind) {
    case 'not-logged-in':
    case 'mfa-enrollment':
      return 'log in';
    case 'account-blocked':
      return 'blocked';
    case 'unreachable':
    case 'timeout':
    case 'tls':
      return 'unreachable';
    default:
      return 'failed';
  }
}

function severityOf(row: RackRow): Severity {
  if (row.failure) return row.failure.kind === 'not-logged-in' ? 'info' : 'critical';
  return row.system?.status === 'running' ? 'ok' : 'warning';
}

export const racks = defineResource<RackRow>({
  id: 'racks',
  aliases: ['rack', 'r'],
  title: 'Racks',
  about: 'all racks that were found, how each is reached and how it does',
  scope: 'deck',
  needs: 'convox:rack:read',
  route: 'GET /system',
  pace: 5,
  showsIdentity: true,
  query,
  failed,
  key: (row) => row.rack.name,
  columns: [
    name('NAME', (row) => row.rack.name, { min: 8 }),
    status('STATUS', statusOf, severityOf),
    text('VIA', (row) => row.rack.kind, { id: 'kind', priority: 3 }),
    text('PROVIDER', (row) => row.system?.provider ?? '', { priority: 5 }),
    text('VERSION', (row) => row.system?.version ?? '', { priority: 2 }),
    text('ROLE', (row) => row.role, { priority: 4 }),
    count('APPS', (row) => row.apps, { priority: 3 }),
    count('NODES', (row) => row.nodes, { priority: 3 }),
    share('CPU%', (row) => row.cpuShare, { id: 'cpuShare', priority: 4 }),
    share('MEM%', (row) => row.memoryShare, { id: 'memoryShare', priority: 4 }),
    text('ORIGIN', (row) => row.rack.origin, { priority: 7 }),
    text('NOTE', (row) => (row.failure ? noteOf(row.failure) : ''), { grow: true, priority: 1 }),
  ],
  sort: ['name', 'asc'],
  severity: severityOf,
  open: {
    enter: { to: 'apps', label: 'apps', place: () => ({}), rack: (row) => row.rack.name },
    i: { to: 'instances', label: 'instances', place: () => ({}), rack: (row) => row.rack.name },
    l: { to: 'logs', label: 'rack logs', place: () => ({}), rack: (row) => row.rack.name },
    o: { to: 'approvals', label: 'approvals', place: () => ({}), rack: (row) => row.rack.name },
    ...rackSides<RackRow>({ place: () => ({}), rack: (row) => row.rack.name }),
  },
  subject: ({ rack }) => ({ id: rack.name }),
  empty: 'No rack is configured. `rackdeck doctor` says where it looked.',
});

/** One line for a rack that did not answer: what, why and the next step. */
export function noteOf(failure: Failure): string {
  const why = failure.why ? `: ${failure.why}` : '';
  return `${failure.what}${why}${failure.next ? `. ${failure.next}` : ''}`;
}
