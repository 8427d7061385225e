import { coresText, millicoresText } from '../domain/cpu.ts';
import { mebibytesText } from '../domain/memory.ts';
import type { Service } from '../domain/service.ts';
import type { Severity } from '../domain/severity.ts';
import { count, cpu, memory, name, share, text, toneOf } from './columns.ts';
import { defineResource, type QueryContext } from './define-resource.ts';
import { appSides } from './side-links.ts';
import { hasUsage, isPercentOnly, sumUsage, systemOf } from './usage.ts';

export interface ServiceRow {
  readonly service: Service;
  readonly running: number;
  readonly total: number;
  readonly severity: Severity;
  readonly cpu: number | undefined;
  readonly memory: number | undefined;
  /** Usage as a share of what all replicas together request. */
  readonly cpuShare: number | undefined;
  readonly memoryShare: number | undefined;
  readonly releases: readonly string[];
}

async function query(context: QueryContext): Promise<readonly ServiceRow[]> {
  const app = context.at.app ?? '';
  const [services, processes, system] = await Promise.all([
    context.reads.services(app, { signal: context.signal }),
    context.reads.processes(app, undefined, { signal: context.signal }),
    systemOf(context),
  ]);
  const known = hasUsage(processes);
  const percentOnly = isPercentOnly(system);
  return services.map((service) => {
    const own = processes.filter((process) => process.service === service.name);
    const running = own.filter((process) => process.status === 'running').length;
    const used = sumUsage(own, known, percentOnly);
    return {
      service,
      running,
      total: own.length,
      severity: severityOf(service, running),
      ...used,
      cpuShare: shareOf(used.cpu, (service.cpu / 1_000) * own.length),
      memoryShare: shareOf(used.memory, service.memory * own.length),
      releases: [...new Set(own.map((process) => process.release))].filter((release) => release !== ''),
    };
  });
}

function severityOf(service: Service, running: number): Severity {
  if (service.agent || running >= service.count) return 'ok';
  return running === 0 && !service.coldStart ? 'critical' : 'warning';
}

function shareOf(used: number | undefined, requested: number): number | undefined {
  return used === undefined || requested <= 0 ? undefined : used / requested;
}

function portsText(service: Service): string {
  return service.ports
    .map((port) => (port.balancer > 0 ? `${port.balancer}:${port.container}` : `${port.container}`))
    .join(' ');
}

function scaleText(service: Service): string {
  if (service.min === undefined && service.max === undefined) return '';
  return `${service.min ?? '-'}..${service.max ?? '-'}${service.autoscale?.enabled ? ' auto' : ''}`;
}

export const services = defineResource<ServiceRow>({
  id: 'services',
  aliases: ['svc', 'service'],
  title: 'Services',
  about: 'services of an app: wanted and running replicas, usage of what they request',
  scope: 'app',
  needs: 'convox:app:read',
  route: 'GET /apps/{app}/services',
  query,
  key: (row) => row.service.name,
  columns: [
    name('NAME', (row) => row.service.name, { min: 8 }),
    {
      id: 'running',
      header: 'RUNNING',
      type: 'number',
      align: 'right',
      priority: 0,
      value: (row) => row.running,
      cell: (row) => ({ text: `${row.running}/${row.service.count}`, tone: toneOf(row.severity) }),
    },
    count('WANTED', (row) => row.service.count, { inTable: false }),
    cpu(
      'CPU',
      (row) => row.cpu,
      () => false,
      { priority: 3 },
    ),
    share('CPU%', (row) => row.cpuShare, { id: 'cpuShare', priority: 4 }),
    memory(
      'MEM',
      (row) => row.memory,
      () => false,
      { id: 'memory', priority: 3 },
    ),
    share('MEM%', (row) => row.memoryShare, { id: 'memoryShare', priority: 4 }),
    text('SCALE', (row) => scaleText(row.service), { priority: 6 }),
    text('PORTS', (row) => portsText(row.service), { priority: 5 }),
    text('RELEASE', (row) => row.releases.join(' '), { priority: 5 }),
    text('DOMAIN', (row) => row.service.domain, { grow: true, priority: 2 }),
  ],
  sort: ['name', 'asc'],
  severity: (row) => row.severity,
  open: {
    enter: {
      to: 'processes',
      label: 'processes',
      place: (row, at) => ({ ...at, service: row.service.name }),
    },
    l: { to: 'logs', label: 'logs', place: (row, at) => ({ ...at, service: row.service.name }) },
    ...appSides<ServiceRow>({ place: (row, at) => ({ ...at, service: row.service.name }) }),
  },
  subject: ({ service }, at) => ({ id: service.name, app: at.app, service: service.name }),
  describe: (row) => [
    ['Name', row.service.name],
    ['Running', `${row.running} of ${row.service.count} wanted`],
    ['Scale', scaleText(row.service) || 'fixed'],
    ['Requests each', `${millicoresText(row.service.cpu)} CPU, ${mebibytesText(row.service.memory)}`],
    ['Uses together', `${coresText(row.cpu)} CPU, ${mebibytesText(row.memory)}`],
    ['Releases', row.releases.join(', ')],
    ['Ports', portsText(row.service)],
    ['Domain', row.service.domain],
  ],
  empty: 'No services: the app has no active release yet. Promote one with `convox releases promote`.',
});
