import type { ApiToken } from './api-token-store.ts';
import { auditCall } from './audited-call.ts';
import { type AuthenticatedCall, jsonObject, textField, textList } from './call.ts';
import type { GatewayState } from './gateway-state.ts';
import { goTime } from './go-time.ts';
import type { OwnRoute } from './own-route.ts';
import { empty, failure, json, Refused, type Reply } from './reply.ts';
import { ALL_PERMISSIONS, isRole, permissionsOf, ROLES } from './role-catalog.ts';
import { isUuid } from './uuid.ts';

/** gateway.md 7.3. */
export const TOKEN_ROUTES: readonly OwnRoute[] = [
  {
    method: 'GET',
    path: '/api-tokens',
    mfa: 'none',
    handle: (state) => {
      const tokens = state.tokens.all().map(describeToken);
      return json(200, tokens.length === 0 ? null : tokens);
    },
  },
  {
    method: 'GET',
    path: '/api-tokens/permissions',
    mfa: 'none',
    handle: (_state, { identity }) =>
      json(200, {
        permissions: ALL_PERMISSIONS,
        roles: Object.values(ROLES),
        user_roles: identity.user.roles,
        user_permissions: permissionsOf(identity.user),
        default_permissions: ROLES.cicd.permissions,
      }),
  },
  {
    method: 'GET',
    path: '/api-tokens/{id}',
    mfa: 'none',
    handle: (state, _call, { id = '' }) => {
      if (!isUuid(id)) return failure(404, 'token not found');
      const token = state.tokens.byPublicId(id);
      return json(200, token === undefined ? null : describeToken(token));
    },
  },
  { method: 'POST', path: '/api-tokens', mfa: 'always', limit: 'api-tokens', handle: createToken },
  {
    method: 'PUT',
    path: '/api-tokens/{id}',
    mfa: 'always',
    handle: (state, call, { id }) => changeToken(state, call, id),
  },
  {
    method: 'DELETE',
    path: '/api-tokens/{id}',
    mfa: 'always',
    handle: (state, call, { id }) => {
      const token = existingToken(state, id);
      state.tokens.remove(token);
      auditToken(state, call, 'api_token.delete', token, 204);
      return empty(204);
    },
  },
];

function createToken(state: GatewayState, call: AuthenticatedCall): Reply {
  const body = jsonObject(call) ?? {};
  const name = textField(body, 'name').trim();
  if (name === '') return failure(400, 'token name is required');
  const permissions = requestedPermissions(body);
  if (state.tokens.byName(name) !== undefined) return failure(400, 'token name already exists');
  const ownerEmail = textField(body, 'user_email');
  const owner = ownerEmail === '' ? call.identity.user : state.users.find(ownerEmail);
  // An unknown owner is a 500 without a body upstream (gateway.md 7.3).
  if (owner === undefined) return empty(500);
  const token = state.tokens.create(name, owner, call.identity.user, permissions);
  auditToken(state, call, 'api_token.create', token, 200);
  return json(200, {
    token: token.secret,
    id: token.publicId,
    name: token.name,
    permissions: token.permissions,
    api_token: describeToken(token),
  });
}

/** `permissions` wins over `role`. */
function requestedPermissions(body: Record<string, unknown>): readonly string[] {
  const listed = textList(body.permissions) ?? [];
  if (listed.length > 0) return listed;
  const role = textField(body, 'role');
  if (role === '') throw new Refused(failure(400, 'permissions required - specify --role or --permission'));
  if (isRole(role)) return ROLES[role].permissions;
  throw new Refused(failure(400, `invalid role: ${role} (valid roles: viewer, ops, deployer, cicd, admin)`));
}

function changeToken(state: GatewayState, call: AuthenticatedCall, id: string | undefined): Reply {
  const token = existingToken(state, id);
  const body = jsonObject(call) ?? {};
  const name = textField(body, 'name').trim();
  const sameName = name === '' ? undefined : state.tokens.byName(name);
  if (sameName !== undefined && sameName !== token) return failure(400, 'token name already exists');
  if (name !== '') token.name = name;
  token.permissions = textList(body.permissions) ?? token.permissions;
  auditToken(state, call, 'api_token.update', token, 200);
  return json(200, describeToken(token));
}

function existingToken(state: GatewayState, id = ''): ApiToken {
  if (!isUuid(id)) throw new Refused(failure(500, 'failed to load token'));
  const token = state.tokens.byPublicId(id);
  if (token === undefined) throw new Refused(failure(404, 'token not found'));
  return token;
}

function auditToken(
  state: GatewayState,
  call: AuthenticatedCall,
  action: string,
  token: ApiToken,
  httpStatus: number,
): void {
  auditCall(state, call, {
    actionType: 'tokens',
    action,
    resource: token.publicId,
    resourceType: 'api_token',
    status: 'success',
    httpStatus,
    details: { name: token.name, token: '[REDACTED]' },
  });
}

function describeToken(token: ApiToken) {
  return {
    id: token.id,
    public_id: token.publicId,
    name: token.name,
    user_id: token.owner.id,
    created_by_user_id: token.createdBy.id,
    created_by_email: token.createdBy.email,
    created_by_name: token.createdBy.name,
    permissions: token.permissions,
    created_at: goTime(token.createdAt),
    expires_at: token.expiresAt === undefined ? null : goTime(token.expiresAt),
    last_used_at: token.lastUsedAt === undefined ? null : goTime(token.lastUsedAt),
  };
}
