import { createApproval } from './approval-creation.ts';
import type { Approval } from './approval-store.ts';
import { describeApproval } from './approval-view.ts';
import { describeEvent } from './audit-view.ts';
import { auditCall } from './audited-call.ts';
import { type AuthenticatedCall, jsonObject, textField } from './call.ts';
import type { GatewayState } from './gateway-state.ts';
import type { OwnHandler, OwnRoute } from './own-route.ts';
import { failure, json, Refused, type Reply } from './reply.ts';
import { userMay } from './role-catalog.ts';
import { isUuid } from './uuid.ts';

const APPROVE = 'gateway:deploy_approval_request:approve';
const PAGE_MAX = 200;

/** gateway.md 7.5. */
export const APPROVAL_ROUTES: readonly OwnRoute[] = [
  {
    method: 'GET',
    path: '/deploy-approval-requests',
    mfa: 'none',
    handle: (state, call) => listApprovals(state, call),
  },
  {
    method: 'POST',
    path: '/deploy-approval-requests',
    mfa: 'none',
    handle: (state, call) => createApproval(state, call),
  },
  {
    method: 'GET',
    path: '/deploy-approval-requests/{id}',
    mfa: 'none',
    handle: async (state, call, { id }) => {
      const row = await existing(state, id);
      const isCreator = row.createdBy === call.identity.user;
      if (!isCreator && !userMay(call.identity.user, APPROVE)) return failure(403, 'insufficient permissions');
      return json(200, describeApproval(row));
    },
  },
  {
    method: 'GET',
    path: '/deploy-approval-requests/{id}/audit-logs',
    mfa: 'none',
    handle: async (state, call, { id }) => {
      requireApprover(call);
      const row = await existing(state, id);
      const limit = nonNegative(call, 'limit') || 100;
      const events = state.audit.events().filter((event) => event.approvalId === row.id);
      const shown = events.slice(-limit).toReversed().map(describeEvent);
      return json(200, { logs: shown.length === 0 ? null : shown, total: events.length, page: 1, limit });
    },
  },
  { method: 'POST', path: '/deploy-approval-requests/{id}/approve', mfa: 'always', handle: decide('approved') },
  { method: 'POST', path: '/deploy-approval-requests/{id}/reject', mfa: 'always', handle: decide('rejected') },
  {
    method: 'POST',
    path: '/deploy-approval-requests/{id}/extend',
    mfa: 'always',
    handle: async (state, call, { id }) => {
      requireApprover(call);
      const row = await existing(state, id);
      if (!state.approvals.extend(row, windowMs(state))) {
        return failure(404, 'deploy approval request not found or not approved');
      }
      return done(state, call, row, 'extend');
    },
  },
];

function decide(verdict: 'approved' | 'rejected'): OwnHandler {
  return async (state, call, { id }) => {
    requireApprover(call);
    const row = await existing(state, id);
    const notes = textField(jsonObject(call) ?? {}, 'notes');
    if (!state.approvals.decide(row, verdict, call.identity.user, notes, windowMs(state))) {
      return failure(404, 'deploy approval request not found');
    }
    return done(state, call, row, verdict === 'approved' ? 'approve' : 'reject');
  };
}

function done(state: GatewayState, call: AuthenticatedCall, row: Approval, verb: string): Reply {
  auditCall(state, call, {
    actionType: 'gateway',
    action: `deploy_approval_request.${verb}`,
    resource: row.publicId,
    resourceType: 'deploy_approval_request',
    status: 'success',
    httpStatus: 200,
    details: { app: row.app, git_commit: row.gitCommit },
    approvalId: row.id,
  });
  return json(200, describeApproval(row));
}

async function listApprovals(state: GatewayState, call: AuthenticatedCall): Promise<Reply> {
  requireApprover(call);
  await state.history();
  const { query } = call;
  const limit = Math.min(PAGE_MAX, nonNegative(call, 'limit') || PAGE_MAX);
  const offset = nonNegative(call, 'offset');
  const openOnly = query.get('only_open') === 'true';
  const status = query.get('status') ?? '';
  const rows = state.approvals.list().filter((row) => {
    // `only_open` makes the server ignore `status`.
    if (
      openOnly
        ? row.status !== 'pending' && !state.approvals.isOpenApproved(row)
        : status !== '' && row.status !== status
    ) {
      return false;
    }
    return (
      (query.get('app') ?? row.app) === row.app &&
      (query.get('git_branch') ?? row.gitBranch) === row.gitBranch &&
      row.gitCommit.startsWith(query.get('git_commit') ?? '')
    );
  });
  return json(200, { deploy_approval_requests: rows.slice(offset, offset + limit).map(describeApproval) });
}

function nonNegative(call: AuthenticatedCall, key: 'limit' | 'offset'): number {
  const value = Number(call.query.get(key) ?? '0');
  if (!Number.isInteger(value) || value < 0) throw new Refused(failure(400, `${key} must be non-negative`));
  return value;
}

function requireApprover(call: AuthenticatedCall): void {
  if (!userMay(call.identity.user, APPROVE)) throw new Refused(failure(403, 'insufficient permissions'));
}

async function existing(state: GatewayState, id = ''): Promise<Approval> {
  if (!isUuid(id)) throw new Refused(failure(500, 'failed to load deploy approval request'));
  await state.history();
  const row = state.approvals.find(id);
  if (row === undefined) throw new Refused(failure(404, 'deploy approval request not found'));
  return row;
}

function windowMs(state: GatewayState): number {
  return state.settings.minutes('deploy_approval_window_minutes') * 60_000;
}
