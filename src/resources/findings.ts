import { isoText, spanText } from '../domain/age.ts';
import type { Cause, Finding } from '../domain/finding.ts';
import { explainApp } from '../domain/findings/explain-app.ts';
import { explainRack } from '../domain/findings/explain-rack.ts';
import { findingKey } from '../domain/findings/rank.ts';
import { gatherApp } from './app-facts.ts';
import { age, count, name, severityColumn, text } from './columns.ts';
import { defineResource, type Place, type QueryContext } from './define-resource.ts';
import { gatherRack } from './rack-facts.ts';

export interface FindingRow {
  readonly finding: Finding;
  /** Place in the ranking, from 1. */
  readonly rank: number;
  /** What the whole look could not see: `certificates: not proxied by the gateway`. */
  readonly missing: readonly string[];
}

async function query(context: QueryContext): Promise<readonly FindingRow[]> {
  const { at, now } = context;
  const { findings, missing } = at.app === undefined ? await ofRack(context) : await ofApp(context, at.app, now);
  return findings.map((finding, index) => ({ finding, rank: index + 1, missing }));
}

async function ofRack(context: QueryContext) {
  const { facts, missing } = await gatherRack(context);
  return { findings: explainRack(facts, context.now).findings, missing };
}

async function ofApp(context: QueryContext, app: string, now: number) {
  const { facts, missing } = await gatherApp(context, app);
  return { findings: explainApp(facts, now).findings, missing };
}

/** `RNEW by ana@example.com, 2m before: env +FLAG`; `''` where no deploy came before it. */
export function causeText(cause: Cause | undefined, since: number | undefined): string {
  if (!cause) return '';
  const who = cause.by === undefined ? '' : ` by ${cause.by}`;
  const lead = since === undefined ? 0 : since - cause.at;
  const when = lead >= 1_000 ? `, ${spanText(lead)} before` : '';
  const how = cause.basis === 'first-process' ? ' (told by its first process)' : '';
  return `${cause.release}${who}${when}${how}${cause.change === '' ? '' : `: ${cause.change}`}`;
}

/** Where the logs that concern a finding are. */
export function logPlace({ app, service, evidence }: Finding, at: Place): Place {
  if (app === '') return at.app === undefined ? {} : { app: at.app };
  const process = evidence.find((line) => line.kind === 'process' && line.id !== undefined)?.id;
  return { app, ...(service === undefined ? {} : { service }), ...(process === undefined ? {} : { process }) };
}

function appPlace({ app }: Finding, at: Place): Place {
  return app === '' ? at : { app };
}

function findingJson({ finding, rank, missing }: FindingRow): Readonly<Record<string, unknown>> {
  const { cause, evidence, since } = finding;
  return {
    rank,
    severity: finding.severity,
    rule: finding.rule,
    app: finding.app || null,
    service: finding.service ?? null,
    subject: finding.subject ?? null,
    summary: finding.summary,
    since: isoText(since) || null,
    release: finding.release ?? null,
    cause: cause
      ? {
          release: cause.release,
          at: isoText(cause.at) || null,
          basis: cause.basis,
          by: cause.by ?? null,
          before: cause.before ?? null,
          change: cause.change,
        }
      : null,
    evidence: evidence.map(({ kind, text: words, at, id }) => ({ kind, text: words, at: isoText(at) || null, id })),
    next: finding.next,
    notLookedAt: missing,
  };
}

export const findings = defineResource<FindingRow>({
  id: 'findings',
  aliases: ['finding', 'diagnosis'],
  title: 'Findings',
  about: 'what is wrong on a rack or with an app, worst first: since when, which deploy, what to do next',
  scope: 'rack',
  needs: 'convox:app:list',
  route: 'GET /apps',
  pace: 5,
  query,
  key: (row) => findingKey(row.finding).replaceAll('\n', '/'),
  columns: [
    severityColumn((row) => row.finding.severity),
    count('RANK', (row) => row.rank, { inTable: false }),
    name('APP', (row) => row.finding.app, { min: 8 }),
    text('SERVICE', (row) => row.finding.service ?? '', { priority: 5 }),
    text('FINDING', (row) => row.finding.summary, { id: 'summary', grow: true, priority: 0, min: 26 }),
    age('SINCE', (row) => row.finding.since, { priority: 1 }),
    text('RELEASE', (row) => row.finding.release ?? '', { priority: 3 }),
    text('BY', (row) => row.finding.cause?.by ?? '', { priority: 4 }),
    text('NEXT', (row) => row.finding.next, { priority: 6 }),
    text('RULE', (row) => row.finding.rule, { inTable: false }),
  ],
  sort: ['rank', 'asc'],
  severity: (row) => row.finding.severity,
  open: {
    enter: { to: 'describe', label: 'describe', place: (_row, at) => at },
    l: { to: 'logs', label: 'logs', place: (row, at) => logPlace(row.finding, at) },
    p: { to: 'processes', label: 'processes', place: (row, at) => appPlace(row.finding, at) },
  },
  describe: (row) => [
    ['Finding', row.finding.summary],
    ['Severity', row.finding.severity],
    ['App', row.finding.app],
    ['Service', row.finding.service ?? ''],
    ['About', row.finding.subject ?? ''],
    ['Since', isoText(row.finding.since)],
    ['Release', row.finding.release ?? ''],
    ['Likely deploy', causeText(row.finding.cause, row.finding.since)],
    ...row.finding.evidence.map((line, index) => [index === 0 ? 'Evidence' : '', line.text] as const),
    ['Next', row.finding.next],
    ['Rule', row.finding.rule],
    ...row.missing.map((line, index) => [index === 0 ? 'Not looked at' : '', line] as const),
  ],
  json: findingJson,
  empty: 'Nothing is wrong as far as could be looked. The board and `rackdeck triage` look at all racks.',
});
