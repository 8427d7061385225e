import { isoText } from '../domain/age.ts';
import { coresText } from '../domain/cpu.ts';
import { mebibytesText } from '../domain/memory.ts';
import type { Process } from '../domain/process.ts';
import { processSeverity } from '../domain/process-health.ts';
import type { Severity } from '../domain/severity.ts';
import { age, cpu, memory, name, severityColumn, status, text } from './columns.ts';
import { defineResource, type QueryContext } from './define-resource.ts';
import { appSides } from './side-links.ts';
import { hasUsage, isPercentOnly, systemOf } from './usage.ts';

export interface ProcessRow {
  readonly process: Process;
  readonly severity: Severity;
  /** `now`: the app's active release; `old`: another one; `''`: unknown. */
  readonly standing: 'now' | 'old' | '';
  readonly cpu: number | undefined;
  readonly memory: number | undefined;
  readonly percentOnly: boolean;
}

async function query(context: QueryContext): Promise<readonly ProcessRow[]> {
  const { reads, at, signal, now } = context;
  const [all, apps, system] = await Promise.all([
    at.app === undefined
      ? reads.systemProcesses({ all: true }, { signal })
      : reads.processes(at.app, undefined, { signal }),
    reads.apps({ signal }),
    systemOf(context),
  ]);
  const active = new Map(apps.map((app) => [app.name, app.release]));
  const percentOnly = isPercentOnly(system);
  const known = hasUsage(all);
  return [...all]
    .sort(byAppServiceId)
    .filter((process) => at.service === undefined || process.service === at.service)
    .filter((process) => at.instance === undefined || process.instance === at.instance)
    .map((process) => ({
      process,
      severity: processSeverity(process, now),
      standing: standingOf(process.release, active.get(process.app)),
      cpu: known && !isSilent(process) ? process.cpu : undefined,
      memory: known && !isSilent(process) ? process.memory : undefined,
      percentOnly,
    }));
}

/** Order of the convox CLI; the worst come first before that (see `sort`). */
function byAppServiceId(a: Process, b: Process): number {
  return compare(a.app, b.app) || compare(a.service, b.service) || compare(a.id, b.id);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** A process that does not run uses nothing that could be measured: its zeros mean unknown (convox-api.md 5.3). */
function isSilent(process: Process): boolean {
  return process.status !== 'running' && process.cpu === 0 && process.memory === 0;
}

function standingOf(release: string, active: string | undefined): ProcessRow['standing'] {
  if (release === '' || active === undefined || active === '') return '';
  return release.toUpperCase() === active.toUpperCase() ? 'now' : 'old';
}

export const processes = defineResource<ProcessRow>({
  id: 'processes',
  aliases: ['ps', 'process', 'pods'],
  title: 'Processes',
  about: 'processes of an app, or of the whole rack without --app',
  scope: 'rack',
  needs: 'convox:process:list',
  route: 'GET /apps/{app}/processes',
  query,
  key: (row) => `${row.process.app}/${row.process.id}`,
  columns: [
    severityColumn((row) => row.severity),
    text('APP', (row) => row.process.app, { priority: 2 }),
    text('SERVICE', (row) => row.process.service, { priority: 1 }),
    name('ID', (row) => row.process.id, { min: 12 }),
    status(
      'STATUS',
      (row) => row.process.status,
      (row) => row.severity,
    ),
    {
      id: 'release',
      header: 'RELEASE',
      type: 'text',
      priority: 3,
      least: 9,
      value: (row) => row.process.release,
      cell: (row) => ({
        text: `${row.standing} ${row.process.release}`.trim(),
        tone: row.standing === 'old' ? 'notice' : 'plain',
      }),
    },
    cpu(
      'CPU',
      (row) => row.cpu,
      (row) => row.percentOnly,
      { priority: 4 },
    ),
    memory(
      'MEM',
      (row) => row.memory,
      (row) => row.percentOnly,
      { id: 'memory', priority: 4 },
    ),
    age('AGE', (row) => row.process.startedAt, { id: 'started', priority: 1 }),
    text('NODE', (row) => row.process.instance, { id: 'instance', priority: 6 }),
    text('COMMAND', (row) => row.process.command, { priority: 8, grow: true }),
  ],
  sort: ['severity', 'desc'],
  severity: (row) => row.severity,
  open: {
    enter: { to: 'describe', label: 'describe', place: (_row, at) => at },
    l: {
      to: 'logs',
      label: 'logs',
      place: (row) => ({ app: row.process.app, service: row.process.service, process: row.process.id }),
    },
    ...appSides<ProcessRow>({
      place: (row) => ({ app: row.process.app, service: row.process.service, process: row.process.id }),
    }),
    h: { to: 'releases', label: 'releases', place: (row) => ({ app: row.process.app }) },
    p: {
      to: 'previous-logs',
      label: 'previous life',
      place: (row) => ({ app: row.process.app, service: row.process.service, process: row.process.id }),
    },
  },
  subject: ({ process }) => ({ id: process.id, app: process.app, service: process.service }),
  describe: (row) => [
    ['Id', row.process.id],
    ['App', row.process.app],
    ['Service', row.process.service],
    ['Status', row.process.status],
    ['Release', row.standing === '' ? row.process.release : `${row.process.release} (${row.standing})`],
    ['CPU', row.percentOnly ? `${row.cpu ?? '-'}% of reservation` : coresText(row.cpu)],
    ['Memory', row.percentOnly ? `${row.memory ?? '-'}% of reservation` : mebibytesText(row.memory)],
    ['Started', isoText(row.process.startedAt)],
    ['Node', row.process.instance],
    ['Address', row.process.host],
    ['Ports', row.process.ports.join(', ')],
    ['Command', row.process.command],
    ['Image', row.process.image],
  ],
  empty: 'No processes run here. Services scaled to zero show in the services view.',
});
