import type { AuditGroup } from './audit-log.ts';
import type { Call } from './call.ts';
import { failure, Refused } from './reply.ts';

const RANGES_MS: ReadonlyMap<string, number> = new Map([
  ['15m', 15 * 60_000],
  ['1h', 3_600_000],
  ['24h', 86_400_000],
  ['7d', 7 * 86_400_000],
  ['30d', 30 * 86_400_000],
]);
const DAY_MS = 86_400_000;

/** The rows that a listing asks for, by the parameters of gateway.md 7.4. */
export function filterAudit(groups: readonly AuditGroup[], query: Call['query'], now: number): AuditGroup[] {
  const { from, to } = period(query, now);
  const search = (query.get('search') ?? '').toLowerCase();
  const checks: [string | null, (group: AuditGroup) => string | undefined][] = [
    [query.get('action_type'), (group) => group.last.actionType],
    [query.get('resource_type'), (group) => group.last.resourceType],
    [query.get('status'), (group) => group.last.status],
    [query.get('user'), (group) => group.last.actor.email],
    [query.get('user_id'), (group) => String(group.last.actor.userId)],
  ];
  return groups.filter(
    (group) =>
      group.lastSeen >= from &&
      group.lastSeen <= to &&
      checks.every(([wanted, actual]) => wanted === null || wanted === '' || actual(group) === wanted) &&
      (search === '' || searchable(group).includes(search)),
  );
}

/** `start` overrides the lower bound of `range`; an unknown range means 24 hours. */
function period(query: Call['query'], now: number): { from: number; to: number } {
  const start = instant(query.get('start'), 'invalid start time');
  const end = instant(query.get('end'), 'invalid end time');
  if (start !== undefined && end !== undefined && end <= start) {
    throw new Refused(failure(400, 'end time must be after start time'));
  }
  const range = query.get('range') ?? '24h';
  const span = range === 'all' || range === 'custom' ? Number.POSITIVE_INFINITY : (RANGES_MS.get(range) ?? DAY_MS);
  return { from: start ?? now - span, to: end ?? Number.POSITIVE_INFINITY };
}

function instant(text: string | null, complaint: string): number | undefined {
  if (text === null || text === '') return undefined;
  const isInstant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(text);
  const ms = isInstant ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(ms)) throw new Refused(failure(400, complaint));
  return ms;
}

function searchable({ last }: AuditGroup): string {
  const parts = [
    last.actor.email,
    last.actor.name,
    last.action,
    last.resource,
    last.command,
    JSON.stringify(last.details),
  ];
  return parts.join('\n').toLowerCase();
}
