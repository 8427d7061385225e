import * as z from 'zod/mini';
import type { AuditEntry } from '../../domain/audit-entry.ts';
import { withoutCredentials } from '../../domain/failure.ts';
import { hideSecrets } from '../../domain/parameter.ts';
import { safeText } from '../../domain/safe-text.ts';
import { HIDDEN, isSecretParameter } from '../../domain/secret-parameter.ts';
import { one, type Wire } from './reader.ts';
import { list, num, number, numOrNone, str, text, time } from './wire.ts';

/** The audit log of a gateway (gateway.md 7.4). */

const wireAudit = () =>
  z.object({
    logs: list(
      z.object({
        id: number,
        first_seen: text,
        last_seen: text,
        event_count: number,
        user_email: text,
        api_token_name: text,
        action_type: text,
        action: text,
        command: text,
        resource_type: text,
        resource: text,
        // A string by the reference; a server that sends the object itself must not cost us the log.
        details: z.optional(z.unknown()),
        ip_address: text,
        user_agent: text,
        status: text,
        rbac_decision: text,
        http_status: number,
        avg_response_time_ms: number,
      }),
    ),
    total: number,
  });

type WireEntry = NonNullable<Wire<typeof wireAudit>['logs']>[number];

export const readAuditLogs = one(wireAudit, (wire) => {
  const entries = (wire.logs ?? []).map(toEntry);
  return { entries, total: wire.total ?? entries.length };
});

function toEntry(row: WireEntry): AuditEntry {
  return {
    id: num(row.id),
    firstSeen: time(row.first_seen),
    lastSeen: time(row.last_seen),
    count: row.event_count ?? 1,
    user: str(row.user_email),
    token: str(row.api_token_name),
    actionType: str(row.action_type),
    action: str(row.action),
    command: withoutCredentials(str(row.command)),
    resourceType: str(row.resource_type),
    resource: str(row.resource),
    status: str(row.status),
    decision: str(row.rbac_decision),
    httpStatus: numOrNone(row.http_status),
    ip: str(row.ip_address),
    userAgent: str(row.user_agent),
    averageMs: numOrNone(row.avg_response_time_ms),
    details: detailsOf(row.details),
  };
}

/** Enough for every known event; a hostile one must not fill the screen. */
const MOST_DETAILS = 40;
const LONGEST_DETAIL = 600;

/** One line per member of whatever the string holds: an object, a list, a bare value, or no JSON at all. */
function detailsOf(details: unknown): Readonly<Record<string, string>> {
  if (details === null || details === undefined || details === '') return {};
  const parsed = typeof details === 'string' ? parsedOrText(details) : details;
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return { details: valueText(parsed) };
  const members = Object.entries(parsed).slice(0, MOST_DETAILS);
  return Object.fromEntries(
    members.map(([name, value]) => [
      safeText(name, 80),
      isSecretParameter(name) ? secretText(value) : valueText(value),
    ]),
  );
}

function parsedOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function valueText(value: unknown): string {
  const text = typeof value === 'string' ? value : hideSecrets(value);
  return withoutCredentials(safeText(text, LONGEST_DETAIL));
}

/** Names of secrets are worth knowing (`secrets: ["API_KEY"]`), their values never. */
function secretText(value: unknown): string {
  if (typeof value === 'boolean' || value === null) return String(value);
  return value === '' || value === '[REDACTED]' ? String(value) : HIDDEN;
}
