import { isoText } from '../domain/age.ts';
import type { App } from '../domain/app.ts';
import { appHealth } from '../domain/app-health.ts';
import type { Failure } from '../domain/failure.ts';
import type { Finding } from '../domain/finding.ts';
import type { Process } from '../domain/process.ts';
import type { RecentChange } from '../domain/recent-changes.ts';
import { type Severity, worst } from '../domain/severity.ts';
import { changedColumn, changesOf } from './board-changes.ts';
import type { Column } from './column.ts';
import { age, count, cpu, memory, name, severityColumn, status, text } from './columns.ts';
import { defineResource, type Place, type QueryContext } from './define-resource.ts';
import { byApp, rackProcesses } from './rack-processes.ts';
import { rackTrouble } from './rack-trouble.ts';
import { noteOf } from './racks.ts';
import { columnsJson } from './row-json.ts';
import { appSides } from './side-links.ts';
import { hasUsage, isPercentOnly, sumUsage, systemOf } from './usage.ts';

/** One app of one rack, one rack that is itself in trouble, or one that did not answer. */
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
  /** Node that the finding of a whole rack is about. */
  readonly node?: string;
  /** Of the last hour, newest first. */
  readonly changes: readonly RecentChange[];
  /** When its newest process came up. */
  readonly startedAt: number | undefined;
  readonly cpu: number | undefined;
  readonly memory: number | undefined;
}

/** Two requests per rack, whatever the number of apps, and what moves slowly now and then (performance.md P12). */
async function query(context: QueryContext): Promise<readonly BoardRow[]> {
  const reading = context.reads.apps({ signal: context.signal });
  const [apps, rack, system] = await Promise.all([reading, rackProcesses(context, reading), systemOf(context)]);
  const groups = byApp(rack.processes);
  const usage = { known: hasUsage(rack.processes), percentOnly: isPercentOnly(system) };
  const known = { ...context, system };
  const [trouble, changes] = await Promise.all([rackTrouble(known, rack.processes), changesOf(known, apps, groups)]);
  // What earlier runs saw belongs to the last hour as well; it is not waited for.
  void context.history?.load();
  const changesTo = (app: string): readonly RecentChange[] => changes.get(app) ?? NONE;
  const rows = apps.map((app) =>
    rack.failure
      ? uncounted(context.rack.name, app, rack.failure, changesTo(app.name))
      : rowOf(context, app, groups.get(app.name) ?? [], usage, changesTo(app.name)),
  );
  return [...rows, ...ofRack(context.rack.name, trouble, changesTo(''))];
}

const NONE: readonly RecentChange[] = [];

/** One line for all that is wrong with a rack itself: its worst, and how much more there is to `w`. */
function ofRack(rack: string, findings: readonly Finding[], changes: readonly RecentChange[]): readonly BoardRow[] {
  const [first] = findings;
  if (!first) return [];
  const more = findings.length > 1 ? `, and ${findings.length - 1} more` : '';
  const isNode = first.rule === 'sick-node' || first.rule.startsWith('node-');
  return [
    {
      ...emptyRow(rack, ''),
      status: first.severity,
      severity: first.severity,
      finding: `${isNode ? withShortNode(first) : first.summary}${more}`,
      next: first.next,
      findings: findings.length,
      ...(isNode && first.subject !== undefined ? { node: first.subject } : {}),
      changes,
    },
  ];
}

/** `ip-10-1-80-12` of `ip-10-1-80-12.ec2.internal`: the domain says nothing, and what is wrong stands behind it. */
function withShortNode({ summary, subject = '' }: Finding): string {
  const [host = ''] = subject.split('.');
  return /[a-z]/i.test(host) ? summary.replaceAll(subject, host) : summary;
}

function rowOf(
  context: QueryContext,
  app: App,
  processes: readonly Process[],
  usage: { known: boolean; percentOnly: boolean },
  changes: readonly RecentChange[],
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
    changes,
    startedAt: newestStart(processes),
    ...sumUsage(processes, usage.known, usage.percentOnly),
  };
}

/** The release says which deploy brought it; the age column says since when. */
function findingText(finding: Finding): string {
  return finding.release && !finding.summary.includes(finding.release)
    ? `${finding.summary} on ${finding.release}`
    : finding.summary;
}

function uncounted(rack: string, app: App, failure: Failure, changes: readonly RecentChange[]): BoardRow {
  return {
    ...emptyRow(rack, app.name),
    status: app.status,
    severity: worst([app.status === 'running' ? 'unknown' : 'info']),
    finding: `processes unknown: ${failure.why ?? failure.what}`,
    release: app.release,
    changes,
  };
}

function failed(rack: QueryContext['rack'], failure: Failure): BoardRow {
  return {
    ...emptyRow(rack.name, ''),
    status: failure.kind === 'not-logged-in' ? 'log in' : 'no answer',
    severity: failure.kind === 'not-logged-in' ? 'info' : 'critical',
    finding: noteOf(failure),
    next: failure.next ?? '',
  };
}

/** A row of which no more is known than whose it is. */
function emptyRow(rack: string, app: string): BoardRow {
  return {
    rack,
    app,
    status: '',
    severity: 'unknown',
    finding: '',
    next: '',
    findings: 0,
    up: undefined,
    total: undefined,
    release: '',
    changes: NONE,
    startedAt: undefined,
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

const COLUMNS: readonly Column<BoardRow>[] = [
  severityColumn((row) => row.severity),
  text('RACK', (row) => row.rack, { priority: 1 }),
  {
    ...name<BoardRow>('APP', (row) => row.app, { min: 8 }),
    // Beside the apps, a line about the rack itself must not look like one that lost its name.
    cell: (row) => (isTrouble(row) ? { text: '(rack)', tone: 'muted' } : { text: row.app, tone: 'accent' }),
  },
  status(
    'STATUS',
    (row) => (row.severity === 'ok' ? row.status : statusWord(row)),
    (row) => row.severity,
  ),
  text('FINDING', (row) => row.finding, { grow: true, priority: 0, min: 26, max: 90 }),
  text('NEXT', (row) => row.next, { inTable: false }),
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
  changedColumn((row) => row.changes),
  age('STARTED', (row) => row.startedAt, { inTable: false }),
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
];

export const board = defineResource<BoardRow>({
  id: 'board',
  aliases: ['home'],
  title: 'Board',
  about: 'every app of every rack, worst first, each with what is wrong in words and what changed in the last hour',
  scope: 'deck',
  needs: 'convox:app:list',
  route: 'GET /apps',
  usesHistory: true,
  query,
  failed,
  // Among rows that are equally bad an app comes before its rack: which app is unhealthy is what the board is asked first.
  key: (row) => `${row.rack}/${isTrouble(row) ? '~rack' : row.app}`,
  columns: COLUMNS,
  sort: ['severity', 'desc'],
  severity: (row) => row.severity,
  open: {
    enter: { to: 'processes', label: 'processes', place: (row) => processPlace(row), rack: (row) => row.rack },
    v: { to: 'services', label: 'services', place: (row) => appPlace(row), rack: (row) => row.rack },
    h: { to: 'releases', label: 'releases', place: (row) => appPlace(row), rack: (row) => row.rack },
    b: { to: 'builds', label: 'builds', place: (row) => appPlace(row), rack: (row) => row.rack },
    l: { to: 'logs', label: 'logs', place: (row) => appPlace(row), rack: (row) => row.rack },
    o: { to: 'approvals', label: 'approvals', place: () => ({}), rack: (row) => row.rack },
    ...appSides<BoardRow>({ place: appPlace, rack: (row) => row.rack }),
  },
  subject: ({ app }) => (app === '' ? undefined : { id: app, app }),
  json: (row) => ({
    ...columnsJson(COLUMNS, row),
    changes: row.changes.map(({ at, kind, what, by }) => ({ at: isoText(at) || null, kind, what, by: by ?? null })),
  }),
  empty: 'No apps on any rack.',
});

function appPlace(row: BoardRow): { readonly app?: string } {
  return row.app === '' ? {} : { app: row.app };
}

/** The rack as a whole, narrowed to the node that the line is about. */
function processPlace(row: BoardRow): Place {
  return row.node === undefined ? appPlace(row) : { instance: row.node };
}

/** A line about the rack itself, which answered. */
function isTrouble({ app, findings }: BoardRow): boolean {
  return app === '' && findings > 0;
}

/** `running` beside a crash would mislead: the word then says how bad it is, the finding says why. */
function statusWord(row: BoardRow): string {
  return row.app !== '' && row.status === 'running' && row.severity !== 'unknown' ? row.severity : row.status;
}
