import type { App } from '../domain/app.ts';
import { appHealth } from '../domain/app-health.ts';
import type { Failure } from '../domain/failure.ts';
import type { Finding } from '../domain/finding.ts';
import type { Process } from '../domain/process.ts';
import { type Severity, worst } from '../domain/severity.ts';
import { age, count, cpu, memory, name, severityColumn, status, text } from './columns.ts';
import { defineResource, type QueryContext } from './define-resource.ts';
import { byApp, rackProcesses } from './rack-processes.ts';
import { noteOf } from './racks.ts';
import { appSides } from './side-links.ts';
import { hasUsage, isPercentOnly, sumUsage, systemOf } from './usage.ts';

/** One app of one rack, or one rack that did not answer. */
export interface BoardRow {
  readonly rack: string;
  /** `''` on the line that stands for a whole rack. */
  readonly app: string;
  readonly status: string;
  readonly severity: Severity;
  readonly finding: string;
  readonly next: string;
  readonly findings: number;
  readonly up: number | undefined;
  readonly total: number | undefined;
  readonly release: string;
  /** When its newest process came up: the last visible change. */
  readonly changedAt: number | undefined;
  readonly cpu: number | undefined;
  readonly memory: number | undefined;
}

/** Two requests per rack, whatever the number of apps (performance.md P12). */
async function query(context: QueryContext): Promise<readonly BoardRow[]> {
  const reading = context.reads.apps({ signal: context.signal });
  const [apps, rack, system] = await Promise.all([reading, rackProcesses(context, reading), systemOf(context)]);
  const groups = byApp(rack.processes);
  const usage = { known: hasUsage(rack.processes), percentOnly: isPercentOnly(system) };
  return apps.map((app) =>
    rack.failure
      ? uncounted(context.rack.name, app, rack.failure)
      : rowOf(context, app, groups.get(app.name) ?? [], usage),
  );
}

function rowOf(
  context: QueryContext,
  app: App,
  processes: readonly Process[],
  usage: { known: boolean; percentOnly: boolean },
): BoardRow {
  const health = appHealth(app, processes, context.now);
  const [first] = health.findings;
  return {
    rack: context.rack.name,
    app: app.name,
    status: app.status,
    severity: health.severity,
    finding: first ? findingText(first) : '',
    next: first?.next ?? '',
    findings: health.findings.length,
    up: health.up,
    total: health.total,
    release: app.release,
    changedAt: newestStart(processes),
    ...sumUsage(processes, usage.known, usage.percentOnly),
  };
}

/** The release says which deploy brought it; the age column says since when. */
function findingText(finding: Finding): string {
  return finding.release && !finding.summary.includes(finding.release)
    ? `${finding.summary} on ${finding.release}`
    : finding.summary;
}

function uncounted(rack: string, app: App, failure: Failure): BoardRow {
  return {
    rack,
    app: app.name,
    status: app.status,
    severity: worst([app.status === 'running' ? 'unknown' : 'info']),
    finding: `processes unknown: ${failure.why ?? failure.what}`,
    next: '',
    findings: 0,
    up: undefined,
    total: undefined,
    release: app.release,
    changedAt: undefined,
    cpu: undefined,
    memory: undefined,
  };
}

function failed(rack: QueryContext['rack'], failure: Failure): BoardRow {
  return {
    rack: rack.name,
    app: '',
    status: failure.kind === 'not-logged-in' ? 'log in' : 'no answer',
    severity: failure.kind === 'not-logged-in' ? 'info' : 'critical',
    finding: noteOf(failure),
    next: failure.next ?? '',
    findings: 0,
    up: undefined,
    total: undefined,
    release: '',
    changedAt: undefined,
    cpu: undefined,
    memory: undefined,
  };
}

function newestStart(processes: readonly Process[]): number | undefined {
  let newest: number | undefined;
  for (const { startedAt } of processes) {
    if (startedAt !== undefined && (newest === undefined || startedAt > newest)) newest = startedAt;
  }
  return newest;
}

export const board = defineResource<BoardRow>({
  id: 'board',
  aliases: ['home'],
  title: 'Board',
  about: 'every app of every rack, worst first, each with what is wrong in words',
  scope: 'deck',
  needs: 'convox:app:list',
  route: 'GET /apps',
  query,
  failed,
  key: (row) => `${row.rack}/${row.app}`,
  columns: [
    severityColumn((row) => row.severity),
    text('RACK', (row) => row.rack, { priority: 1 }),
    name('APP', (row) => row.app, { min: 8 }),
    status(
      'STATUS',
      (row) => (row.severity === 'ok' ? row.status : statusWord(row)),
      (row) => row.severity,
    ),
    text('FINDING', (row) => row.finding, { grow: true, priority: 0, min: 26 }),
    {
      id: 'up',
      header: 'UP',
      type: 'number',
      align: 'right',
      priority: 3,
      value: (row) => row.up ?? null,
      cell: (row) =>
        row.up === undefined
          ? { text: '-', tone: 'muted' }
          : { text: `${row.up}/${row.total}`, tone: row.up < (row.total ?? 0) ? 'warning' : 'plain' },
    },
    count('PROCESSES', (row) => row.total, { inTable: false }),
    text('RELEASE', (row) => row.release, { priority: 6 }),
    age('CHANGED', (row) => row.changedAt, { priority: 2 }),
    cpu(
      'CPU',
      (row) => row.cpu,
      () => false,
      { priority: 5 },
    ),
    memory(
      'MEM',
      (row) => row.memory,
      () => false,
      { id: 'memory', priority: 5 },
    ),
  ],
  sort: ['severity', 'desc'],
  severity: (row) => row.severity,
  open: {
    enter: { to: 'processes', label: 'processes', place: (row) => appPlace(row), rack: (row) => row.rack },
    v: { to: 'services', label: 'services', place: (row) => appPlace(row), rack: (row) => row.rack },
    h: { to: 'releases', label: 'releases', place: (row) => appPlace(row), rack: (row) => row.rack },
    b: { to: 'builds', label: 'builds', place: (row) => appPlace(row), rack: (row) => row.rack },
    l: { to: 'logs', label: 'logs', place: (row) => appPlace(row), rack: (row) => row.rack },
    o: { to: 'approvals', label: 'approvals', place: () => ({}), rack: (row) => row.rack },
    ...appSides<BoardRow>({ place: appPlace, rack: (row) => row.rack }),
  },
  subject: ({ app }) => (app === '' ? undefined : { id: app, app }),
  empty: 'No apps on any rack.',
});

function appPlace(row: BoardRow): { readonly app?: string } {
  return row.app === '' ? {} : { app: row.app };
}

/** `running` beside a crash would mislead: the word then says how bad it is, the finding says why. */
function statusWord(row: BoardRow): string {
  return row.app !== '' && row.status === 'running' && row.severity !== 'unknown' ? row.severity : row.status;
}
