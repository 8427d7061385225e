import { gatewayRoute } from '../protocol/gateway-routes.ts';
import { routeShape } from './route-rules.ts';

/** What a gateway asks of a person before it does something (gateway.md 4.1). */
export type MfaLevel = 'none' | 'step-up' | 'always';

/** The gateway's own routes that change something (gateway.md 4.5, 6.5, 7); what is proxied is in gateway-routes.ts. */
const OWN: Readonly<Record<MfaLevel, readonly string[]>> = {
  none: [
    'POST /auth/mfa/verify',
    'POST /auth/mfa/webauthn/assertion/start',
    'POST /auth/mfa/webauthn/assertion/verify',
    'POST /auth/mfa/enroll/totp/start',
    'POST /auth/mfa/enroll/totp/confirm',
    'POST /auth/mfa/enroll/yubiotp/start',
    'POST /auth/mfa/enroll/webauthn/start',
    'POST /auth/mfa/enroll/webauthn/confirm',
    'POST /deploy-approval-requests',
  ],
  'step-up': [
    'PUT /apps/{app}/env',
    'PUT /users/{email}/name',
    'PUT /auth/mfa/preferred-method',
    'PUT /auth/mfa/methods/{id}',
    'POST /auth/mfa/backup-codes/regenerate',
    'POST /auth/mfa/trusted-devices/trust',
    'DELETE /auth/mfa/trusted-devices/{id}',
    'PUT /settings/vcs-and-ci-defaults',
    'DELETE /settings/vcs-and-ci-defaults',
    'PUT /settings/session-configuration',
    'DELETE /settings/session-configuration',
    'PUT /apps/{app}/settings/protected-env-vars',
    'DELETE /apps/{app}/settings/protected-env-vars',
    'PUT /apps/{app}/settings/secret-env-vars',
    'DELETE /apps/{app}/settings/secret-env-vars',
    'PUT /apps/{app}/settings/approved-deploy-commands',
    'DELETE /apps/{app}/settings/approved-deploy-commands',
    'PUT /apps/{app}/settings/service-image-patterns',
    'DELETE /apps/{app}/settings/service-image-patterns',
    'DELETE /jobs/{id}',
    'POST /jobs/{id}/retry',
    'POST /integrations/slack/oauth/authorize',
    'PUT /integrations/slack/channels',
    'PUT /integrations/slack/alerts',
    'POST /integrations/slack/test',
    'DELETE /integrations/slack',
    'POST /diagnostics/sentry',
  ],
  always: [
    'POST /deploy-approval-requests/{id}/approve',
    'POST /deploy-approval-requests/{id}/reject',
    'POST /deploy-approval-requests/{id}/extend',
    'POST /users',
    'PUT /users/{email}',
    'DELETE /users/{email}',
    'POST /users/{email}/lock',
    'POST /users/{email}/unlock',
    'POST /users/{email}/sessions/{id}/revoke',
    'POST /users/{email}/sessions/revoke_all',
    'POST /api-tokens',
    'PUT /api-tokens/{id}',
    'DELETE /api-tokens/{id}',
    'DELETE /auth/mfa/methods/{id}',
    'POST /settings/rack-tls-cert/refresh',
  ],
};

const BASE = '/api/v1';
const OWN_LEVELS: ReadonlyMap<string, MfaLevel> = new Map(
  (['none', 'step-up', 'always'] as const).flatMap((level) =>
    OWN[level].map((route) => [routeShape(route.replace(' ', ` ${BASE}`)), level] as const),
  ),
);

const RANK: Readonly<Record<MfaLevel, number>> = { none: 0, 'step-up': 1, always: 2 };

/**
 * The strictest level that any of these routes has through a gateway; routes as in access/action-catalog.ts. Elsewhere nobody
 * asks: the caller knows whether there is a gateway.
 */
export function mfaLevelOf(routes: readonly string[]): MfaLevel {
  return routes.map(levelOf).reduce<MfaLevel>((most, level) => (RANK[level] > RANK[most] ? level : most), 'none');
}

function levelOf(route: string): MfaLevel {
  const [method = '', pattern = ''] = route.trim().split(' ');
  if (!pattern.startsWith(`${BASE}/`)) return gatewayRoute(method, pattern)?.mfa ?? 'none';
  if (method === 'GET') return 'none';
  // A code with the request satisfies both levels: unknown routes ask for one.
  return OWN_LEVELS.get(routeShape(`${method} ${pattern}`)) ?? 'always';
}
