import { checkTokenApproval } from './approval-gate.ts';
import type { Approval } from './approval-store.ts';
import type { AuthenticatedCall } from './call.ts';
import type { GatewayState } from './gateway-state.ts';
import type { Identity } from './identity.ts';
import { refuseUnenrolledProxy, requireProxyMfa } from './mfa-gate.ts';
import { type MatchedRoute, matchProxiedRoute } from './proxied-routes.ts';
import { failure, Refused, text } from './reply.ts';
import { anyGrants, userMay } from './role-catalog.ts';

/** A proxied request that has been placed on the allow-list. `path` is decoded and relative to the proxy. */
export interface ProxiedCall extends AuthenticatedCall {
  readonly match: MatchedRoute;
  readonly allowed: boolean;
  /** The deploy approval that a token acts under. */
  readonly approval?: Approval;
}

const DENIALS: Readonly<Record<string, string>> = {
  'convox:process:start': "You don't have permission to run processes.",
  'convox:process:exec': "You don't have permission to run processes.",
  'convox:process:terminate': "You don't have permission to stop processes.",
  'convox:release:create': "You don't have permission to create releases.",
  'convox:release:promote': "You don't have permission to promote releases.",
};

/** Steps 1 to 5 of gateway.md 5.3: rack, allow-list, permission and approval, MFA. Throws `Refused`. */
export function admit(state: GatewayState, call: AuthenticatedCall, method: string, path: string): ProxiedCall {
  refuseUnenrolledProxy(state, call.identity);
  if (state.faults.rackDisabled) throw new Refused(failure(403, 'rack disabled'));
  const match = matchProxiedRoute(method, path);
  if (match === undefined) throw new Refused(text(404, '404 page not found'));
  const permitted = mayProxy(call.identity, match.permission);
  const approval = permitted ? undefined : checkTokenApproval(state, call, match);
  requireProxyMfa(state, call, call.identity, match.route.mfa);
  return {
    ...call,
    path,
    match,
    allowed: permitted || approval !== undefined,
    ...(typeof approval === 'object' ? { approval } : {}),
  };
}

/** Steps 7 and 8: destructive policy, then the RBAC denial. */
export function enforcePolicy(state: GatewayState, call: ProxiedCall): void {
  const { permission } = call.match;
  if (permission === 'convox:app:delete' && !state.settings.flag('allow_destructive_actions')) {
    throw new Refused(text(403, 'Destructive rack actions are disabled by policy'));
  }
  if (!call.allowed) throw new Refused(text(403, denialText(permission)));
}

export function denialText(permission: string): string {
  return DENIALS[permission] ?? 'permission denied';
}

/** On proxied routes a token's own list decides, for people their roles (gateway.md 3.2). */
export function mayProxy(identity: Identity, permission: string): boolean {
  return identity.kind === 'token'
    ? anyGrants(identity.token.permissions, permission)
    : userMay(identity.user, permission);
}
