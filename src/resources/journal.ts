import { isoText } from '../domain/age.ts';
import type { AuditEntry } from '../domain/audit-entry.ts';
import { auditMatch, auditWindow } from '../domain/journal-audit-match.ts';
import type { JournalVerification } from '../domain/journal-entry.ts';
import { appOfRun, concernsApp, isOpen, type RecordedRun, requestIdsOf, subjectText } from '../domain/journal-run.ts';
import type { Severity } from '../domain/severity.ts';
import { refused, type Verdict } from '../domain/verdict.ts';
import { age, count, name, status, statusCell, text } from './columns.ts';
import { defineResource, type QueryContext } from './define-resource.ts';
import { gatewayOf } from './gateway-of.ts';

/** The runs of one rack (target ids are `<kind>:<name>`), from this machine's disk: nobody is asked. */
async function query({ journal, rack, at }: QueryContext): Promise<readonly RecordedRun[]> {
  if (!journal) return [];
  const { runs } = await journal.read();
  const own = runs.filter(({ intent }) => intent.rack.id === `${rack.kind}:${rack.name}`);
  const { app } = at;
  return app === undefined ? own : own.filter((run) => concernsApp(run, app));
}

const RESULT: Readonly<Record<string, Severity>> = {
  ok: 'ok',
  refused: 'info',
  failed: 'warning',
  unclear: 'warning',
  done: 'ok',
  absent: 'info',
  pending: 'info',
};

/** What is known of the end; `open` where a program ended (or still runs) in between. */
function resultWord(run: RecordedRun): string {
  const { result, verification, recovered } = run;
  const isUnproven = result === undefined || result.outcome === 'unclear' || verification === undefined;
  if (recovered !== undefined && isUnproven) return recovered.state;
  return result?.outcome ?? 'open';
}

function resultSeverity(run: RecordedRun): Severity {
  const word = resultWord(run);
  return Object.hasOwn(RESULT, word) ? (RESULT[word] ?? 'unknown') : 'unknown';
}

const VERIFICATION: Readonly<Record<JournalVerification['state'], Severity>> = {
  verified: 'ok',
  failed: 'critical',
  unknown: 'unknown',
};

function severityOf(run: RecordedRun): Severity {
  if (run.verification?.state === 'failed') return 'critical';
  return isOpen(run) ? 'warning' : resultSeverity(run);
}

function whoOf({ intent }: RecordedRun): string {
  return intent.user === '' ? (intent.machineUser ?? '') : intent.user;
}

/** A day of a busy gateway; what is older is searched in more rows. */
const AUDIT_ROWS = 500;
const OLD_AUDIT_ROWS = 2_000;

/** One request for rows that may hold the run's own; it leaves a row itself (gateway.md 7.4). */
async function askAudit(run: RecordedRun, context: QueryContext): Promise<readonly (readonly [string, string])[]> {
  const back = context.now - auditWindow(run).from;
  const range = back < 3_600_000 ? '1h' : back < 86_400_000 ? '24h' : back < 7 * 86_400_000 ? '7d' : 'all';
  const limit = range === '1h' || range === '24h' ? AUDIT_ROWS : OLD_AUDIT_ROWS;
  const { entries, total } = await gatewayOf(context).auditLogs({ range, limit }, { signal: context.signal });
  const match = auditMatch(run, entries);
  if (match) return auditPairs(match.entry, match.by);
  const searched = total > entries.length ? `none in the newest ${entries.length} of ${total} rows` : 'none';
  return [['Audit entry', `${searched} fits person, action, subject and time`]];
}

function auditPairs(entry: AuditEntry, by: 'request' | 'circumstances'): readonly (readonly [string, string])[] {
  const times = entry.count > 1 ? ` (${entry.count} equal events)` : '';
  return [
    ['Audit entry', `${entry.id}${times}`],
    ['  found by', by === 'request' ? 'the request id' : 'person, action, subject and time'],
    ['  action', entry.action],
    ['  resource', entry.resource],
    ['  who', entry.token === '' ? entry.user : `${entry.token} (token of ${entry.user})`],
    ['  status', [entry.status, entry.decision, entry.httpStatus?.toString() ?? ''].filter(Boolean).join(', ')],
    ['  seen', isoText(entry.lastSeen ?? entry.firstSeen)],
    ['  from', entry.ip],
  ];
}

function mayAskAudit(_run: RecordedRun, { gateway, access }: Pick<QueryContext, 'gateway' | 'access'>): Verdict {
  return gateway ? access.can('gateway:audit_log:list') : refused('target', 'only through a rack gateway');
}

export const journal = defineResource<RecordedRun>({
  id: 'journal',
  aliases: ['my-actions'],
  title: 'Journal',
  about: 'what was done with rackdeck on this machine: who, why, with which result; `journal verify` checks the files',
  scope: 'rack',
  isLocal: true,
  needs: 'convox:rack:read',
  route: 'GET /system',
  pace: 2,
  query,
  key: (run) => run.intent.run,
  columns: [
    age('WHEN', (run) => run.intent.at, { id: 'at', priority: 0 }),
    text('RACK', (run) => run.intent.rack.name, { inTable: false }),
    text('WHO', whoOf, { priority: 3 }),
    name('ACTION', (run) => run.intent.actionId, { min: 14 }),
    text('SUBJECT', subjectText, { grow: true, min: 12, priority: 1 }),
    status('RESULT', resultWord, resultSeverity),
    {
      id: 'verification',
      header: 'VERIFIED',
      type: 'status',
      priority: 2,
      value: (run) => run.verification?.state ?? null,
      cell: ({ verification }) =>
        verification ? statusCell(verification.state, VERIFICATION[verification.state]) : { text: '-', tone: 'muted' },
    },
    text('REASON', (run) => run.intent.reason ?? '', { priority: 4 }),
    text('APP', (run) => appOfRun(run) ?? '', { inTable: false }),
    text('HEADLINE', (run) => run.intent.headline, { inTable: false }),
    count('NUMBER', (run) => run.seq, { id: 'seq', inTable: false }),
  ],
  sort: ['at', 'desc'],
  severity: severityOf,
  open: { enter: { to: 'describe', label: 'describe', place: (_run, at) => at } },
  describe: describeRun,
  onRequest: {
    key: 'o',
    label: 'audit entry',
    about: "the gateway's own record of it",
    offered: mayAskAudit,
    ask: askAudit,
  },
  json: runJson,
  empty: 'Nothing was done here with rackdeck yet.',
});

function describeRun(run: RecordedRun): readonly (readonly [label: string, value: string])[] {
  const { intent, result, verification, recovered } = run;
  const failure = result?.failure;
  const rows: readonly (readonly [string, string | undefined])[] = [
    ['What', intent.headline],
    ['Action', intent.actionId],
    ['Rack', `${intent.rack.name} (${intent.rack.id})`],
    ['Subjects', subjectText(run)],
    ['When', isoText(intent.at)],
    ['Who', whoOf(run)],
    ['On this machine', intent.machineUser],
    ['Reason', intent.reason],
    ['Confirmed by', CONFIRMED[intent.confirmation]],
    ['Preview', intent.preview],
    ['With the convox CLI', intent.echo],
    ['Result', resultWord(run)],
    ['  at', isoText(result?.at)],
    ['  words', result?.words ?? (recovered ? undefined : 'its program ended, or still runs, without a word of it')],
    ['  failure', failure && [failure.kind, failure.status?.toString() ?? ''].filter(Boolean).join(', status ')],
    ['  request id', requestIdsOf(run).join(', ')],
    ['Verification', verification && `${verification.state}: ${verification.words}`],
    ['  at', isoText(verification?.at)],
    ['Read back later', recovered && `${recovered.state}: ${recovered.words}`],
    ['  at', isoText(recovered?.at)],
    ['Run', intent.run],
    ['Process', `${intent.process.pid} on ${intent.process.host}`],
    ['Line', `${run.seq}`],
    ['Hash', run.hash],
  ];
  return rows.flatMap(([label, value]) => (value === undefined || value === '' ? [] : [[label, value] as const]));
}

const CONFIRMED = {
  key: 'one key',
  enter: 'enter',
  type: 'typing what it is about',
  hash: 'naming the digest of the preview (a script)',
} as const;

/** Times as RFC 3339, unknown as null; richer than the table. */
function runJson(run: RecordedRun): Readonly<Record<string, unknown>> {
  const { intent, result, verification, recovered } = run;
  return {
    at: isoText(intent.at),
    rack: intent.rack.name,
    rackId: intent.rack.id,
    who: whoOf(run),
    machineUser: intent.machineUser ?? null,
    action: intent.actionId,
    app: appOfRun(run) ?? null,
    subject: subjectText(run),
    subjects: intent.subjects.map(({ id, app, service }) => ({ id, app: app ?? null, service: service ?? null })),
    headline: intent.headline,
    reason: intent.reason ?? null,
    confirmation: intent.confirmation,
    preview: intent.preview,
    echo: intent.echo,
    result: resultWord(run),
    resultAt: result ? isoText(result.at) : null,
    resultWords: result?.words ?? null,
    failure: result?.failure ?? null,
    requestIds: requestIdsOf(run),
    verification: verification?.state ?? null,
    verificationAt: verification ? isoText(verification.at) : null,
    verificationWords: verification?.words ?? null,
    recovered: recovered ? { state: recovered.state, words: recovered.words, at: isoText(recovered.at) } : null,
    run: intent.run,
    seq: run.seq,
    hash: run.hash,
  };
}
