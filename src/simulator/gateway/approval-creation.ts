import type { ApiToken } from './api-token-store.ts';
import { describeApproval } from './approval-view.ts';
import { auditCall } from './audited-call.ts';
import { type AuthenticatedCall, isRecord, jsonObject, textField } from './call.ts';
import type { GatewayState } from './gateway-state.ts';
import { failure, json, Refused, type Reply } from './reply.ts';
import { userMay } from './role-catalog.ts';
import { isUuid } from './uuid.ts';

interface Asked {
  readonly message: string;
  readonly app: string;
  readonly gitCommit: string;
  readonly gitBranch: string;
  readonly ciMetadata: Record<string, unknown> | undefined;
}

/** `POST /deploy-approval-requests` with its refusals (gateway.md 7.5). */
export async function createApproval(state: GatewayState, call: AuthenticatedCall): Promise<Reply> {
  const { identity } = call;
  if (!state.settings.flag('deploy_approvals_enabled')) return failure(404, 'deploy approvals feature is disabled');
  if (!userMay(identity.user, 'gateway:deploy_approval_request:create')) {
    return failure(403, 'you do not have permission to request a deploy approval');
  }
  const body = jsonObject(call);
  if (body === undefined) return failure(400, 'invalid payload');
  const asked = readAsked(body);
  const target = resolveTarget(state, call, body);
  checkBranch(state, asked);
  await checkApp(state, asked.app);
  await state.history();
  // A conflict answers the existing object, without an `error` key.
  const blocking = state.approvals.blocking(target, asked.gitCommit);
  if (blocking !== undefined) return json(409, describeApproval(blocking));
  const row = state.approvals.create({
    message: asked.message,
    app: asked.app,
    gitCommit: asked.gitCommit,
    createdBy: identity.user,
    target,
    ...(asked.gitBranch === '' ? {} : { gitBranch: asked.gitBranch }),
    ...(asked.ciMetadata === undefined ? {} : { ciMetadata: asked.ciMetadata }),
    ...(identity.kind === 'token' ? { createdByToken: identity.token } : {}),
  });
  auditCall(state, call, {
    actionType: 'gateway',
    action: 'deploy_approval_request.create',
    resource: row.publicId,
    resourceType: 'deploy-approval-request',
    status: 'success',
    httpStatus: 201,
    details: { app: row.app, message: row.message },
    approvalId: row.id,
  });
  return json(201, describeApproval(row));
}

function readAsked(body: Record<string, unknown>): Asked {
  const required = (key: string): string => {
    const value = textField(body, key).trim();
    if (value === '') throw new Refused(failure(400, `${key} is required`));
    return value;
  };
  const asked = { message: required('message'), app: required('app'), gitCommit: required('git_commit_hash') };
  if (asked.gitCommit.length > 40) throw new Refused(failure(400, 'invalid payload'));
  const metadata = body.ci_metadata ?? undefined;
  if (metadata !== undefined && !isRecord(metadata)) throw new Refused(failure(400, 'invalid ci_metadata'));
  return { ...asked, gitBranch: textField(body, 'git_branch').trim(), ciMetadata: metadata };
}

/** People name a target; a token stands for itself unless it names another, which it may not. */
function resolveTarget(state: GatewayState, call: AuthenticatedCall, body: Record<string, unknown>): ApiToken {
  const { identity } = call;
  const id = textField(body, 'target_api_token_id').trim();
  const named = body.target_api_token;
  const name = typeof named === 'number' ? String(named) : textField(body, 'target_api_token').trim();
  if (id === '' && name === '') {
    if (identity.kind === 'token') return identity.token;
    throw new Refused(failure(400, 'target_api_token_id or target_api_token is required'));
  }
  const found = id === '' ? byNameOrNumber(state, name) : isUuid(id) ? state.tokens.byPublicId(id) : undefined;
  if (found === undefined) throw new Refused(failure(404, 'api token not found'));
  if (identity.kind === 'token' && found !== identity.token) {
    throw new Refused(failure(403, 'not authorized for target token'));
  }
  return found;
}

function byNameOrNumber(state: GatewayState, name: string): ApiToken | undefined {
  return state.tokens.byName(name) ?? (/^\d+$/.test(name) ? state.tokens.byId(Number(name)) : undefined);
}

/** Verification against GitHub applies to apps with a repository; the repository itself is not simulated. */
function checkBranch(state: GatewayState, { app, gitBranch }: Asked): void {
  const value = (key: string): unknown => state.settings.app(app, key).value;
  if (value('github_verification') !== true || typeof value('vcs_repo') !== 'string') return;
  if (gitBranch === '') throw new Refused(failure(400, 'git_branch is required for GitHub verification'));
  if (gitBranch === value('default_branch') && value('allow_deploy_from_default_branch') !== true) {
    throw new Refused(failure(400, `deploying from default branch '${gitBranch}' is not allowed`));
  }
}

async function checkApp(state: GatewayState, app: string): Promise<void> {
  const answer = await state.rack
    .json({ method: 'GET', path: `/apps/${encodeURIComponent(app)}` })
    .catch(() => ({ status: 0 }));
  if (answer.status === 404) throw new Refused(failure(404, `app '${app}' not found`));
  if (answer.status !== 200) throw new Refused(failure(500, 'failed to validate app'));
}
