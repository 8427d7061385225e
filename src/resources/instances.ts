import type { Instance } from '../domain/instance.ts';
import { type Severity, worst } from '../domain/severity.ts';
import { age, count, cpu, loadSeverity, memory, name, share, status, text } from './columns.ts';
import { defineResource, type QueryContext } from './define-resource.ts';
import { rackSides } from './side-links.ts';
import { isPercentOnly, systemOf } from './usage.ts';

export interface InstanceRow {
  readonly instance: Instance;
  readonly severity: Severity;
  readonly cpuShare: number | undefined;
  readonly memoryShare: number | undefined;
  /** Cores and MiB in use; unknown on v2, which reports reservations as fractions. */
  readonly cpu: number | undefined;
  readonly memory: number | undefined;
}

async function query(context: QueryContext): Promise<readonly InstanceRow[]> {
  const [instances, system] = await Promise.all([
    context.reads.instances({ signal: context.signal }),
    systemOf(context),
  ]);
  const fractions = isPercentOnly(system);
  // No node that uses anything: metrics are off, not idle (convox-api.md 5.3).
  const known = instances.some((instance) => instance.cpu > 0 || instance.memory > 0);
  return instances.map((instance) => {
    const cpuShare = known ? shareOf(instance.cpu, instance.cpuAllocatable, fractions) : undefined;
    const memoryShare = known ? shareOf(instance.memory, instance.memoryAllocatable, fractions) : undefined;
    return {
      instance,
      cpuShare,
      memoryShare,
      cpu: fractions || !known ? undefined : instance.cpu,
      memory: fractions || !known ? undefined : instance.memory,
      severity: worst([statusOf(instance), loadSeverity(cpuShare ?? 0), loadSeverity(memoryShare ?? 0)]),
    };
  });
}

/** As the convox CLI shows it: used of allocatable; where the node reports no allocatable, the value is a fraction (5.1). */
export function shareOf(used: number, allocatable: number | undefined, fractions: boolean): number | undefined {
  if (fractions) return used;
  return allocatable === undefined || allocatable <= 0 ? undefined : used / allocatable;
}

function statusOf(instance: Instance): Severity {
  switch (instance.status) {
    case 'running':
    case 'active':
    case 'ready':
    case '':
      return 'ok';
    case 'pending':
    case 'draining':
      return 'warning';
    default:
      return 'unknown';
  }
}

export const instances = defineResource<InstanceRow>({
  id: 'instances',
  aliases: ['nodes', 'instance', 'node', 'i'],
  title: 'Instances',
  about: 'nodes of the rack: load, processes, addresses',
  scope: 'rack',
  needs: 'convox:instance:list',
  route: 'GET /instances',
  pace: 5,
  query,
  key: (row) => row.instance.id,
  columns: [
    name('ID', (row) => row.instance.id, { min: 12 }),
    status(
      'STATUS',
      (row) => row.instance.status,
      (row) => row.severity,
    ),
    cpu(
      'CPU',
      (row) => row.cpu,
      () => false,
      { priority: 5 },
    ),
    share('CPU%', (row) => row.cpuShare, { id: 'cpuShare', priority: 1 }),
    memory(
      'MEM',
      (row) => row.memory,
      () => false,
      { id: 'memory', priority: 5 },
    ),
    share('MEM%', (row) => row.memoryShare, { id: 'memoryShare', priority: 1 }),
    count('PROCS', (row) => row.instance.processes, { id: 'processes', priority: 2 }),
    text('PRIVATE', (row) => row.instance.privateIp, { id: 'privateIp', priority: 6 }),
    text('PUBLIC', (row) => row.instance.publicIp, { id: 'publicIp', priority: 7 }),
    age('AGE', (row) => row.instance.startedAt, { id: 'started', priority: 2 }),
  ],
  sort: ['id', 'asc'],
  severity: (row) => row.severity,
  open: {
    enter: { to: 'processes', label: 'processes on it', place: (row) => ({ instance: row.instance.id }) },
    ...rackSides<InstanceRow>({ place: (row) => ({ instance: row.instance.id }) }),
  },
  subject: ({ instance }) => ({ id: instance.id }),
  empty: 'The rack reports no instances.',
});
