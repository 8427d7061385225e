import { isoText } from '../domain/age.ts';
import { impliedDeploys } from '../domain/deploy-marks.ts';
import { standingCrashes } from '../domain/reported-events.ts';
import { severityRank } from '../domain/severity.ts';
import { mergeTimeline } from '../domain/timeline.ts';
import type { TimelineEvent } from '../domain/timeline-event.ts';
import { age, count, name, severityColumn, statusCell, text } from './columns.ts';
import { defineResource, type QueryContext } from './define-resource.ts';
import { auditTimeline, processesAt, reportedTimeline } from './timeline-sources.ts';

/** As far back as a gateway's audit log is asked. */
const REACH_MS = 24 * 3_600_000;

/** Everything that is known of the last day: from the rack, from the gateway's audit log, and from what we saw ourselves. */
async function query(context: QueryContext): Promise<readonly TimelineEvent[]> {
  const { at, now, history } = context;
  const [reported, processes, audit] = await Promise.all([
    reportedTimeline(context),
    processesAt(context),
    auditTimeline(context),
  ]);
  const seen = history?.events(now - REACH_MS, now) ?? [];
  const crashed = new Set(seen.filter(({ kind }) => kind === 'crashed').map(({ process }) => process));
  const standing = standingCrashes(processes, now).filter(({ process }) => !crashed.has(process));
  const implied = impliedDeploys([...reported, ...audit.events, ...seen]);
  return mergeTimeline([reported, audit.events, seen, standing, implied], {
    app: at.app,
    service: at.service,
    from: now - REACH_MS,
    to: now,
  });
}

/** What is worth a look stands out; what is routine stays plain. */
function toldSeverity(event: TimelineEvent) {
  return severityRank(event.severity) === 0 ? 'unknown' : event.severity;
}

export const timeline = defineResource<TimelineEvent>({
  id: 'timeline',
  aliases: ['tl', 'events', 'changes'],
  title: 'Timeline',
  about:
    'what happened in the last day, newest last: deploys, builds, crashes, scaling, and who did it where a gateway knows',
  scope: 'rack',
  needs: 'convox:process:list',
  route: 'GET /apps/{app}/processes',
  refresh: 'manual',
  usesHistory: true,
  query,
  key: (event) => event.id,
  columns: [
    severityColumn((event) => event.severity),
    age('AGE', (event) => event.at, { id: 'at', priority: 0 }),
    {
      id: 'kind',
      header: 'KIND',
      type: 'status',
      priority: 1,
      value: (event) => event.kind,
      cell: (event) =>
        event.severity === 'ok' ? { text: `  ${event.kind}` } : statusCell(event.kind, toldSeverity(event)),
    },
    text('APP', (event) => event.app, { priority: 2 }),
    name('WHAT', (event) => event.what, { id: 'what', grow: true, min: 20 }),
    text('BY', (event) => event.by ?? '', { priority: 3 }),
    text('SOURCE', (event) => event.source, { priority: 5 }),
    text('SERVICE', (event) => event.service ?? '', { inTable: false }),
    text('PROCESS', (event) => event.process ?? '', { inTable: false }),
    text('RELEASE', (event) => event.release ?? '', { inTable: false }),
    text('BUILD', (event) => event.build ?? '', { inTable: false }),
    text('NODE', (event) => event.instance ?? '', { id: 'instance', inTable: false }),
    count('COUNT', (event) => event.count ?? 1, { inTable: false }),
  ],
  sort: ['at', 'asc'],
  severity: (event) => event.severity,
  open: {
    enter: { to: 'describe', label: 'describe', place: (_event, at) => at },
    h: { to: 'releases', label: 'releases', place: (event, at) => (event.app === '' ? at : { app: event.app }) },
    l: {
      to: 'logs',
      label: 'logs',
      place: (event) => ({
        ...(event.app === '' ? {} : { app: event.app }),
        ...(event.service === undefined ? {} : { service: event.service }),
        ...(event.process === undefined ? {} : { process: event.process }),
      }),
    },
  },
  describe: describeEvent,
  empty: 'Nothing is known of the last day: no deploys, and nobody watched.',
});

const SOURCE: Readonly<Record<TimelineEvent['source'], string>> = {
  rack: 'the rack tells it',
  seen: 'rackdeck saw it change',
  audit: "the gateway's audit log",
};

/** Label and value of one event. */
function describeEvent(event: TimelineEvent): readonly (readonly [label: string, value: string])[] {
  const rows: (readonly [string, string])[] = [
    ['What', event.what],
    ['When', isoText(event.at)],
    ['Kind', event.kind],
    ['Severity', event.severity],
    ['By', event.by ?? ''],
    ['App', event.app],
    ['Service', event.service ?? ''],
    ['Process', event.process ?? ''],
    ['Release', event.release ?? ''],
    ['Build', event.build ?? ''],
    ['Node', event.instance ?? ''],
    ['Known from', SOURCE[event.source]],
  ];
  return rows.filter(([, value]) => value !== '');
}
