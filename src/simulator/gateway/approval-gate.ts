import type { Approval } from './approval-store.ts';
import { type AuthenticatedCall, header, isRecord } from './call.ts';
import type { GatewayState } from './gateway-state.ts';
import type { MatchedRoute } from './proxied-routes.ts';
import { failure, Refused, text } from './reply.ts';
import { anyGrants, DEPLOY_WITH_APPROVAL } from './role-catalog.ts';

/**
 * What a `deploy_with_approval` token may do under its approved request (gateway.md 6.7): the request it acts under,
 * `'unrestricted'` while approvals are globally off, undefined when it may not. Conflicts are thrown as `Refused`.
 */
export function checkTokenApproval(
  state: GatewayState,
  call: AuthenticatedCall,
  match: MatchedRoute,
): Approval | 'unrestricted' | undefined {
  const { identity } = call;
  if (identity.kind !== 'token' || match.route.approval === undefined) return undefined;
  if (!anyGrants(identity.token.permissions, DEPLOY_WITH_APPROVAL)) return undefined;
  if (!state.settings.flag('deploy_approvals_enabled')) return 'unrestricted';
  const approval = state.approvals.usable(identity.token, match.parameters.app ?? '');
  if (approval === undefined) return undefined;
  return fits(state, call, match, approval) ? approval : undefined;
}

function fits(state: GatewayState, call: AuthenticatedCall, match: MatchedRoute, approval: Approval): boolean {
  const { id = '', pid = '' } = match.parameters;
  switch (match.route.permission) {
    case 'object:create':
      refuseConflict(
        approval,
        approval.objectUrl,
        'an archive has already been uploaded for this deploy approval request',
      );
      return true;
    case 'build:create':
      refuseConflict(approval, approval.buildId, 'a build has already been created for this deploy approval request');
      return true;
    case 'build:read':
    case 'log:read':
      return sameId(id, approval.buildId);
    case 'release:read':
      return sameId(id, approval.releaseId);
    case 'release:promote':
      refuseConflict(approval, undefined, '');
      return sameId(id, approval.releaseId);
    case 'process:start':
      refuseConflict(approval, undefined, '');
      return mayStart(state, call, approval);
    case 'process:exec':
      return approval.processIds.includes(pid) && mayExec(state, call, approval.app);
    case 'process:terminate':
      return approval.processIds.includes(pid);
    default:
      return false;
  }
}

function refuseConflict(approval: Approval, taken: string | undefined, message: string): void {
  if (approval.status === 'deployed') {
    throw new Refused(text(409, 'this deploy approval request has already been deployed'));
  }
  if (taken !== undefined) throw new Refused(text(409, message));
}

function mayStart(state: GatewayState, call: AuthenticatedCall, approval: Approval): boolean {
  if (!sameId(header(call, 'release') ?? '', approval.releaseId)) return false;
  const command = (header(call, 'command') ?? '').trim();
  if (command === 'sleep 3600' || isApprovedCommand(state, approval.app, command)) return true;
  throw new Refused(failure(500, `command not approved: ${command}`));
}

function mayExec(state: GatewayState, call: AuthenticatedCall, app: string): boolean {
  return isApprovedCommand(state, app, (header(call, 'command') ?? '').trim());
}

/** An empty list approves everything. */
function isApprovedCommand(state: GatewayState, app: string, command: string): boolean {
  const approved = state.settings.appNames(app, 'approved_deploy_commands').map((entry) => entry.trim());
  return approved.length === 0 || approved.includes(command);
}

function sameId(id: string, known: string | undefined): boolean {
  return known !== undefined && id.replace(/\.tgz$/, '').toLowerCase() === known.toLowerCase();
}

/** Notes on the request what the rack just did under it. */
export function trackApproval(
  state: GatewayState,
  approval: Approval,
  match: MatchedRoute,
  headers: AuthenticatedCall['headers'],
  answer: unknown,
): void {
  const value = isRecord(answer) ? answer : {};
  const text = (key: string): string | undefined =>
    typeof value[key] === 'string' && value[key] !== '' ? value[key] : undefined;
  state.approvals.change(approval, (row) => {
    switch (match.route.permission) {
      case 'object:create':
        row.objectUrl = text('Url') ?? text('url') ?? 'object://unknown';
        return;
      case 'build:create':
      case 'build:read': {
        const buildId = text('id');
        const releaseId = text('release');
        if (buildId !== undefined) row.buildId = buildId;
        if (releaseId !== undefined) row.releaseId = releaseId;
        return;
      }
      case 'process:start': {
        const pid = text('id');
        if (pid !== undefined) row.processIds.push(pid);
        return;
      }
      case 'process:exec': {
        const pid = match.parameters.pid ?? '';
        const command = header({ headers }, 'command') ?? '';
        row.execCommands[pid] = [...(row.execCommands[pid] ?? []), command];
        return;
      }
      case 'release:promote':
        row.status = 'deployed';
    }
  });
}
