import type { Approval } from '../domain/approval.ts';
import { createApiCaller, readAnswer } from './api-caller.ts';
import type { Endpoint, ProtocolDependencies } from './endpoint.ts';
import { gatewayBase } from './gateway-client.ts';
import type { GatewayWrites, NewApproval } from './gateway-writes.ts';
import { type GuardedCalls, guardedCalls } from './guarded-calls.ts';
import type { HttpAnswer, HttpLimits } from './http-call.ts';
import type { WriteOptions, Writer } from './rack-writes.ts';
import { readApproval, readEnvChanged } from './schemas/gateway.ts';

const APPROVALS = '/deploy-approval-requests';

/** Relative to `/api/v1`, which their names in a `Change` begin with. */
export const GATEWAY_WRITE_ROUTES = {
  changeEnv: { method: 'PUT', pattern: '/apps/{app}/env', doing: 'change the environment of {app}' },
  requestApproval: { method: 'POST', pattern: APPROVALS, doing: 'request the deploy approval' },
  approve: { method: 'POST', pattern: `${APPROVALS}/{id}/approve`, doing: 'approve the deploy' },
  reject: { method: 'POST', pattern: `${APPROVALS}/{id}/reject`, doing: 'reject the deploy' },
  extendApproval: { method: 'POST', pattern: `${APPROVALS}/{id}/extend`, doing: 'extend the deploy approval' },
} as const;

const R = GATEWAY_WRITE_ROUTES;

/** `PUT /api/v1/apps/{app}/env`. */
export function gatewayWriteName({ method, pattern }: { readonly method: string; readonly pattern: string }): string {
  return `${method} /api/v1${pattern}`;
}

/** The gateway's own writes; `endpoint.baseUrl` in any form that `createGatewayApi` takes. */
export function createGatewayWriter(
  endpoint: Endpoint,
  dependencies: ProtocolDependencies,
  limits?: HttpLimits,
): Writer<GatewayWrites> {
  const own: Endpoint = { ...endpoint, baseUrl: gatewayBase(endpoint.baseUrl), dialect: 'gateway' };
  const caller = createApiCaller(own, dependencies, limits);
  return {
    under: (guard) =>
      gatewayWrites(guardedCalls({ caller, dialect: 'gateway', guard, nameOf: gatewayWriteName }), dependencies.now),
    close: caller.close,
  };
}

function gatewayWrites(calls: GuardedCalls, now: () => number): GatewayWrites {
  const decide =
    (route: (typeof R)['approve' | 'reject' | 'extendApproval']) =>
    (id: string, notes?: string, options?: WriteOptions): Promise<Approval> => {
      const json = notes === undefined ? {} : { notes };
      return calls.call(route, readApproval(now()), { variables: { id }, json }, options);
    };
  return {
    changeEnv: (app, { set = {}, remove = [] }, options) =>
      calls.call(
        R.changeEnv,
        readEnvChanged,
        { variables: { app }, json: { set, remove }, secrets: Object.values(set) },
        options,
      ),
    requestApproval: (request, options) => requestApproval(calls, request, now, options),
    approve: decide(R.approve),
    reject: decide(R.reject),
    extendApproval: decide(R.extendApproval),
  };
}

function isOpenRequest({ status, body }: HttpAnswer): boolean {
  return status === 409 && /"public_id"\s*:/.test(body.toString('utf8'));
}

/** 409 brings the request that is open already, where other conflicts bring an error (gateway.md 7.5). */
async function requestApproval(
  { answer }: GuardedCalls,
  request: NewApproval,
  now: () => number,
  options?: WriteOptions,
): Promise<{ readonly approval: Approval; readonly created: boolean }> {
  const json = {
    message: request.message,
    app: request.app,
    git_commit_hash: request.gitCommit,
    git_branch: request.gitBranch,
    ci_metadata: request.ciMetadata,
    target_api_token: request.targetToken,
    target_api_token_id: request.targetTokenId,
  };
  const received = await answer(R.requestApproval, { json, accepts: isOpenRequest }, options);
  const where = `${R.requestApproval.method} ${R.requestApproval.pattern}`;
  return { approval: readAnswer(readApproval(now()), received, where), created: received.status !== 409 };
}
