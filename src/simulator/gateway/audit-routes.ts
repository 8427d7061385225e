import { filterAudit } from './audit-filter.ts';
import { describeGroup } from './audit-view.ts';
import { auditCall } from './audited-call.ts';
import type { AuthenticatedCall } from './call.ts';
import type { GatewayState } from './gateway-state.ts';
import type { OwnRoute } from './own-route.ts';
import { json, type Reply } from './reply.ts';

const DEFAULT_LIMIT = 100;
const EXPORT_MAX = 10_000;

/** gateway.md 7.4. */
export const AUDIT_ROUTES: readonly OwnRoute[] = [
  { method: 'GET', path: '/audit-logs', mfa: 'none', handle: (state, call) => listAudit(state, call) },
  { method: 'GET', path: '/audit-logs/export', mfa: 'none', handle: (state, call) => exportAudit(state, call) },
];

async function listAudit(state: GatewayState, call: AuthenticatedCall): Promise<Reply> {
  await state.history();
  const rows = filterAudit(state.audit.groups(), call.query, state.now());
  const limit = positive(call.query.get('limit')) ?? DEFAULT_LIMIT;
  const page = positive(call.query.get('page')) ?? 1;
  const shown = rows.slice((page - 1) * limit, page * limit).map(describeGroup);
  // Reading the log is itself an event.
  auditCall(state, call, {
    actionType: 'admin',
    action: 'audit.list',
    resource: 'audit_logs',
    resourceType: 'audit',
    status: 'success',
    httpStatus: 200,
  });
  return json(200, { logs: shown.length === 0 ? null : shown, total: rows.length, page, limit });
}

const COLUMNS = ['last_seen', 'user_email', 'action_type', 'action', 'resource', 'status', 'event_count'] as const;

async function exportAudit(state: GatewayState, call: AuthenticatedCall): Promise<Reply> {
  await state.history();
  const limit = Math.min(EXPORT_MAX, positive(call.query.get('limit')) ?? DEFAULT_LIMIT);
  const rows = filterAudit(state.audit.groups(), call.query, state.now()).slice(0, limit).map(describeGroup);
  const lines = rows.map((row) => COLUMNS.map((column) => csvCell(String(row[column] ?? ''))).join(','));
  return {
    status: 200,
    headers: { 'content-type': 'text/csv', 'content-disposition': 'attachment; filename=audit_logs.csv' },
    body: `${[COLUMNS.join(','), ...lines].join('\n')}\n`,
  };
}

function csvCell(text: string): string {
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function positive(text: string | null): number | undefined {
  const value = text === null ? Number.NaN : Number(text);
  return Number.isInteger(value) && value > 0 ? value : undefined;
}
