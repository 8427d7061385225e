import type { App } from '../domain/app.ts';
import { type AppHealth, appHealth } from '../domain/app-health.ts';
import { type Severity, worst } from '../domain/severity.ts';
import { count, cpu, memory, name, status, text } from './columns.ts';
import { defineResource, type QueryContext } from './define-resource.ts';
import { byApp, rackProcessesAtAnyPrice } from './rack-processes.ts';
import { appSides } from './side-links.ts';
import { hasUsage, isPercentOnly, sumUsage, systemOf } from './usage.ts';

export interface AppRow {
  readonly app: App;
  readonly health: AppHealth;
  readonly severity: Severity;
  /** False where processes could not be listed: counts are unknown then. */
  readonly counted: boolean;
  readonly cpu: number | undefined;
  readonly memory: number | undefined;
}

async function query(context: QueryContext): Promise<readonly AppRow[]> {
  const reading = context.reads.apps({ signal: context.signal });
  const [apps, rack, system] = await Promise.all([
    reading,
    rackProcessesAtAnyPrice(context, reading),
    systemOf(context),
  ]);
  const groups = byApp(rack.processes);
  const known = hasUsage(rack.processes);
  const percentOnly = isPercentOnly(system);
  return apps.map((app) => {
    const processes = groups.get(app.name) ?? [];
    const counted = rack.failure === undefined;
    const health = counted
      ? appHealth(app, processes, context.now)
      : appHealth({ ...app, release: '' }, [], context.now);
    return {
      app,
      health,
      counted,
      severity: counted ? health.severity : worst([health.severity, 'unknown']),
      ...sumUsage(processes, known && counted, percentOnly),
    };
  });
}

export const apps = defineResource<AppRow>({
  id: 'apps',
  aliases: ['app', 'a'],
  title: 'Apps',
  about: 'apps of a rack: status, release, processes up, usage and what is wrong',
  scope: 'rack',
  needs: 'convox:app:list',
  route: 'GET /apps',
  query,
  key: (row) => row.app.name,
  columns: [
    name('NAME', (row) => row.app.name, { min: 8 }),
    status(
      'STATUS',
      (row) => row.app.status,
      (row) => row.severity,
    ),
    text('RELEASE', (row) => row.app.release, { priority: 3 }),
    {
      id: 'up',
      header: 'UP',
      type: 'number',
      align: 'right',
      priority: 1,
      value: (row) => (row.counted ? row.health.up : null),
      cell: (row) =>
        row.counted
          ? {
              text: `${row.health.up}/${row.health.total}`,
              tone: row.health.up < row.health.total ? 'warning' : 'plain',
            }
          : { text: '-', tone: 'muted' },
    },
    count('PROCESSES', (row) => (row.counted ? row.health.total : undefined), { inTable: false }),
    cpu(
      'CPU',
      (row) => row.cpu,
      () => false,
      { priority: 4 },
    ),
    memory(
      'MEM',
      (row) => row.memory,
      () => false,
      { id: 'memory', priority: 4 },
    ),
    text('LOCK', (row) => (row.app.locked ? 'locked' : ''), { id: 'lock', priority: 6 }),
    text('FINDING', (row) => row.health.findings[0]?.summary ?? '', { grow: true, priority: 2, min: 16 }),
  ],
  sort: ['name', 'asc'],
  severity: (row) => row.severity,
  open: {
    enter: { to: 'processes', label: 'processes', place: (row) => ({ app: row.app.name }) },
    v: { to: 'services', label: 'services', place: (row) => ({ app: row.app.name }) },
    h: { to: 'releases', label: 'releases', place: (row) => ({ app: row.app.name }) },
    b: { to: 'builds', label: 'builds', place: (row) => ({ app: row.app.name }) },
    l: { to: 'logs', label: 'logs', place: (row) => ({ app: row.app.name }) },
    o: { to: 'approvals', label: 'approvals', place: () => ({}) },
    ...appSides<AppRow>({ place: (row) => ({ app: row.app.name }) }),
  },
  subject: ({ app }) => ({ id: app.name, app: app.name }),
  empty: 'This rack has no apps yet. Create one with `convox apps create <name>`.',
});
