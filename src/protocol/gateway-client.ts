import { Failure } from '../domain/failure.ts';
import { type ApiCaller, createApiCaller } from './api-caller.ts';
import type { Endpoint, ProtocolDependencies } from './endpoint.ts';
import type { GatewayApi } from './gateway-api.ts';
import { gatewayLogin } from './gateway-login.ts';
import type { HttpLimits } from './http-call.ts';
import type { ReadOptions } from './rack-api.ts';
import { readAuditLogs } from './schemas/audit-log.ts';
import {
  readApproval,
  readApprovals,
  readCreators,
  readEnv,
  readHealth,
  readIdentity,
  readMfaStatus,
  readPermissionGrant,
  readStepUp,
} from './schemas/gateway.ts';
import { readGatewayRoles, readGatewayUsers, readUserSessions } from './schemas/gateway-people.ts';
import { anyJson } from './schemas/reader.ts';

const ROUTES = {
  health: { method: 'GET', pattern: '/health', doing: 'reach the gateway' },
  oldHealth: { method: 'GET', pattern: '/.gateway/api/health', doing: 'reach the gateway' },
  info: { method: 'GET', pattern: '/info', doing: 'read who you are' },
  permissions: { method: 'GET', pattern: '/api-tokens/permissions', doing: 'read your permissions' },
  mfaStatus: { method: 'GET', pattern: '/auth/mfa/status', doing: 'read your second factors' },
  mfaVerify: { method: 'POST', pattern: '/auth/mfa/verify', doing: 'check the one-time code' },
  env: { method: 'GET', pattern: '/apps/{app}/env', doing: 'read the environment of {app}' },
  auditLogs: { method: 'GET', pattern: '/audit-logs', doing: 'read the audit log' },
  approvals: { method: 'GET', pattern: '/deploy-approval-requests', doing: 'list the deploy approvals' },
  approval: { method: 'GET', pattern: '/deploy-approval-requests/{approval}', doing: 'read the deploy approval' },
  users: { method: 'GET', pattern: '/users', doing: 'list the people of the gateway' },
  roles: { method: 'GET', pattern: '/roles', doing: 'list the roles of the gateway' },
  sessions: { method: 'GET', pattern: '/users/{email}/sessions', doing: 'list the sessions of {email}' },
  createdBy: { method: 'GET', pattern: '/created-by', doing: 'read who created what' },
} as const;

/**
 * The gateway's own API (gateway.md 2, 4.5, 6.5, 7). `endpoint.baseUrl` may be the gateway's URL as people type it, or end in
 * `/api/v1` or `/api/v1/rack-proxy`: the same target serves both clients.
 */
export function createGatewayApi(
  endpoint: Endpoint,
  dependencies: ProtocolDependencies,
  limits?: HttpLimits,
): GatewayApi {
  const own: Endpoint = { ...endpoint, baseUrl: gatewayBase(endpoint.baseUrl), dialect: 'gateway' };
  const caller = createApiCaller(own, dependencies, limits);
  return {
    ...identity(caller),
    ...gatewayLogin(caller),
    ...mfa(caller),
    ...records(caller, dependencies.now),
    ...people(caller),
    close: caller.close,
  };
}

/** `https://host[/prefix]/api/v1`, from any of the forms in which a gateway is configured. */
export function gatewayBase(url: string): string {
  return `${url.replace(/\/+$/, '').replace(/\/api\/v1(?:\/rack-proxy)?$/, '')}/api/v1`;
}

function identity(caller: ApiCaller): Pick<GatewayApi, 'health' | 'info' | 'permissions'> {
  return {
    health: (options) => health(caller, options),
    info: (options) => caller.call(ROUTES.info, readIdentity, { signal: options?.signal }),
    permissions: (options) => caller.call(ROUTES.permissions, readPermissionGrant, { signal: options?.signal }),
  };
}

/** Not being a gateway is an answer here, not an error; only what stops us from asking is one. */
async function health(caller: ApiCaller, options?: ReadOptions): Promise<{ isGateway: boolean; tooOld: boolean }> {
  const input = { anonymous: true, kind: 'probe', signal: options?.signal } as const;
  const found = await probe(() => caller.call(ROUTES.health, readHealth, input));
  if (found === true) return { isGateway: true, tooOld: false };
  // Gateways of before October 2025 answer here (gateway.md 10).
  const old = await probe(() => caller.call(ROUTES.oldHealth, anyJson, { ...input, fromOrigin: true }));
  return { isGateway: false, tooOld: old !== 'no' };
}

async function probe<T>(ask: () => Promise<T>): Promise<T | 'no'> {
  try {
    return await ask();
  } catch (error) {
    const answered = error instanceof Failure && error.status !== undefined && error.status < 500;
    if (answered && error.kind !== 'rate-limited' && error.kind !== 'invalid') return 'no';
    throw error;
  }
}

function mfa(caller: ApiCaller): Pick<GatewayApi, 'mfaStatus' | 'verifyMfa'> {
  return {
    mfaStatus: (options) => caller.call(ROUTES.mfaStatus, readMfaStatus, { signal: options?.signal }),
    verifyMfa: (code, options) =>
      caller.call(ROUTES.mfaVerify, readStepUp, {
        json: { code, trust_device: false },
        kind: 'change',
        signal: options?.signal,
      }),
  };
}

type Records = Pick<GatewayApi, 'env' | 'auditLogs' | 'approvals' | 'approval' | 'createdBy'>;

function records(caller: ApiCaller, now: () => number): Records {
  return {
    env: (app, options) => caller.call(ROUTES.env, readEnv, { variables: { app }, signal: options?.signal }),
    auditLogs: (query, options) =>
      caller.call(ROUTES.auditLogs, readAuditLogs, { query: { ...query }, signal: options?.signal }),
    approvals: (query, options) =>
      caller.call(ROUTES.approvals, readApprovals(now()), {
        query: { status: query?.status, only_open: query?.onlyOpen },
        signal: options?.signal,
      }),
    approval: (id, options) =>
      caller.call(ROUTES.approval, readApproval(now()), { variables: { approval: id }, signal: options?.signal }),
    createdBy: async (type, ids, options) => {
      if (ids.length === 0) return new Map();
      const query = { type, ids: { csv: ids } };
      return caller.call(ROUTES.createdBy, readCreators, { query, signal: options?.signal });
    },
  };
}

function people(caller: ApiCaller): Pick<GatewayApi, 'users' | 'roles' | 'sessions'> {
  return {
    users: (options) => caller.call(ROUTES.users, readGatewayUsers, { signal: options?.signal }),
    roles: (options) => caller.call(ROUTES.roles, readGatewayRoles, { signal: options?.signal }),
    sessions: (email, options) =>
      caller.call(ROUTES.sessions, readUserSessions, { variables: { email }, signal: options?.signal }),
  };
}
