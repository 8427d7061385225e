import { isCreatedKind } from './creator-index.ts';
import type { GatewayState } from './gateway-state.ts';
import { optionalGoTime } from './go-time.ts';
import type { Identity } from './identity.ts';
import { isEnforced } from './mfa-gate.ts';
import type { OwnRoute } from './own-route.ts';
import { failure, json } from './reply.ts';
import { HUMAN_ROLES, ROLES } from './role-catalog.ts';
import { isEnrolled } from './user.ts';

export const GATEWAY_VERSION = { version: '0.1.0', commit_hash: '77ea9af' };

/** gateway.md 7.1. */
export const IDENTITY_ROUTES: readonly OwnRoute[] = [
  { method: 'GET', path: '/info', mfa: 'none', handle: (state, call) => json(200, describeInfo(state, call.identity)) },
  {
    method: 'GET',
    path: '/rack',
    mfa: 'none',
    // 200 even when the rack answered an error.
    handle: async (state) => {
      if (state.faults.certificateMismatch) return failure(502, 'rack certificate verification failed');
      const answer = await state.rack.json({ method: 'GET', path: '/system' }).catch(() => undefined);
      if (answer === undefined) return failure(502, 'failed to fetch rack info');
      return answer.value === undefined ? failure(500, 'failed to decode rack info') : json(200, answer.value);
    },
  },
  {
    method: 'GET',
    path: '/created-by',
    mfa: 'none',
    handle: async (state, call) => {
      const kind = call.query.get('type') ?? '';
      if (kind === '') return failure(400, 'type required');
      if (!isCreatedKind(kind)) return failure(400, 'invalid type');
      await state.history();
      const ids = (call.query.get('ids') ?? '').split(',').map((id) => id.trim());
      const found = ids.flatMap((id) => {
        const user = id === '' ? undefined : state.creators.find(kind, id);
        return user === undefined ? [] : [[id, { user_id: user.id, email: user.email, name: user.name }] as const];
      });
      return json(200, Object.fromEntries(found));
    },
  },
  {
    method: 'GET',
    path: '/roles',
    mfa: 'none',
    handle: () => json(200, Object.fromEntries(HUMAN_ROLES.map((name) => [name, ROLES[name]]))),
  },
  { method: 'POST', path: '/diagnostics/sentry', mfa: 'step-up', handle: () => json(200, { status: 'captured' }) },
];

function describeInfo(state: GatewayState, identity: Identity) {
  const { user } = identity;
  const isPerson = identity.kind === 'session';
  const stepUp = isPerson ? identity.session.recentStepUpAt : undefined;
  return {
    user: {
      email: user.email,
      name: user.name,
      roles: isPerson ? user.roles : [],
      mfa_enrolled: isEnrolled(user),
      mfa_required: isEnforced(user, state.atStart.requireMfa),
      preferred_mfa_method: user.preferredMethod,
      recent_step_up_expires_at: optionalGoTime(
        stepUp === undefined ? undefined : stepUp + state.atStart.stepUpWindowMs,
      ),
      has_trusted_device: false,
    },
    rack: { name: state.rackName, alias: state.rackAlias, host: state.rack.host },
    integrations: { slack: false, github: true, circleci: false },
    version: GATEWAY_VERSION,
  };
}
