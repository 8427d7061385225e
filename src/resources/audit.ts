import { isoText } from '../domain/age.ts';
import type { AuditEntry } from '../domain/audit-entry.ts';
import type { Severity } from '../domain/severity.ts';
import { age, count, name, status, text } from './columns.ts';
import { defineResource, type QueryContext } from './define-resource.ts';
import { gatewayOf } from './gateway-of.ts';

/** Rows are groups of equal events: this is a day of a busy gateway. */
const LIMIT = 500;

/** One request; each writes an audit row of its own (gateway.md 7.4), which is why nothing repeats it. */
async function query(context: QueryContext): Promise<readonly AuditEntry[]> {
  const { entries } = await gatewayOf(context).auditLogs({ range: '24h', limit: LIMIT }, { signal: context.signal });
  const { app } = context.at;
  return app === undefined ? entries : entries.filter((entry) => concerns(entry, app));
}

/** `shop`, `shop/web-6d9f`: how the gateway names what belongs to an app depends on the kind of it. */
function concerns({ resource, details }: AuditEntry, app: string): boolean {
  return resource === app || resource.startsWith(`${app}/`) || details.app === app;
}

const SEVERITY: ReadonlyMap<string, Severity> = new Map([
  ['success', 'ok'],
  ['denied', 'warning'],
  ['failed', 'warning'],
  ['error', 'critical'],
  ['alert', 'critical'],
]);

function severityOf(entry: AuditEntry): Severity {
  return SEVERITY.get(entry.status) ?? 'unknown';
}

function whoOf({ user, token }: AuditEntry): string {
  return token === '' ? user : `${token} (token of ${user})`;
}

export const audit = defineResource<AuditEntry>({
  id: 'audit',
  aliases: ['audit-log', 'auditlog'],
  title: 'Audit log',
  about: "the gateway's audit log of the last day: who did what, with which result; asked once, r asks again",
  scope: 'rack',
  needs: 'gateway:audit_log:list',
  route: 'GET /api/v1/audit-logs',
  refresh: 'manual',
  query,
  key: (entry) => `${entry.id}`,
  columns: [
    age('WHEN', (entry) => entry.lastSeen, { id: 'lastSeen', priority: 0 }),
    text('USER', (entry) => entry.user, { priority: 1 }),
    name('ACTION', (entry) => entry.action, { min: 14 }),
    text('RESOURCE', (entry) => entry.resource, { grow: true, priority: 1 }),
    status('STATUS', (entry) => entry.status, severityOf),
    count('TIMES', (entry) => entry.count, { id: 'count', priority: 3 }),
    count('HTTP', (entry) => entry.httpStatus, { id: 'httpStatus', priority: 5 }),
    text('TYPE', (entry) => entry.resourceType, { id: 'resourceType', priority: 5 }),
    text('TOKEN', (entry) => entry.token, { priority: 6 }),
    text('COMMAND', (entry) => entry.command, { inTable: false }),
    text('FROM', (entry) => entry.ip, { id: 'ip', inTable: false }),
  ],
  sort: ['lastSeen', 'desc'],
  severity: severityOf,
  open: { enter: { to: 'describe', label: 'describe', place: (_entry, at) => at } },
  describe: (entry) => [
    ['Action', entry.action],
    ['Kind', entry.actionType],
    ['Resource', entry.resource],
    ['Resource type', entry.resourceType],
    ['Who', whoOf(entry)],
    ['Status', entry.status],
    ['HTTP status', entry.httpStatus?.toString() ?? ''],
    ['Decision', entry.decision],
    ['Command', entry.command],
    ['First seen', isoText(entry.firstSeen)],
    ['Last seen', isoText(entry.lastSeen)],
    ['Times', entry.count.toString()],
    ['Took on average', entry.averageMs === undefined ? '' : `${entry.averageMs} ms`],
    ['From', entry.ip],
    ['With', entry.userAgent],
    ...Object.entries(entry.details).map(([label, value]) => [`  ${label}`, value] as const),
  ],
  empty: 'Nothing was recorded in the last 24 hours.',
});
