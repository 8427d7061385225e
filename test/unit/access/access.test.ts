import { describe, expect, test } from 'vitest';
import { type AccessFacts, createAccess } from '../../../src/access/create-access.ts';
import { V3_KEEPS_NONE } from '../../../src/access/rack-parameters-rule.ts';
import { minimalRole, permissionsOf, ROLE_PERMISSIONS } from '../../../src/access/roles.ts';
import type { Identity } from '../../../src/domain/identity.ts';
import type { Verdict } from '../../../src/domain/verdict.ts';
import { parseVersion } from '../../../src/domain/version.ts';
import { GATEWAY_ROUTES } from '../../../src/protocol/gateway-routes.ts';
import { RACK_ROUTES } from '../../../src/protocol/rack-routes.ts';

function identity(roles: readonly string[]): Identity {
  return {
    email: 'dev@example.com',
    name: 'Dev',
    roles,
    mfaEnrolled: true,
    mfaRequired: true,
    stepUpExpiresAt: 1_700_000_000_000,
    rackName: 'prod',
    rackAlias: 'prod',
    gatewayVersion: '0.1.0',
    gatewayCommit: '',
  };
}

const reason = (verdict: Verdict) => (verdict.allowed ? 'allowed' : verdict.reason);
const because = (verdict: Verdict) => (verdict.allowed ? 'allowed' : verdict.because);
const claims = (role: string) => ({ user: 'ci', role, expiresAt: undefined });

describe('roles', () => {
  test('the role table agrees with the least role of every proxied route', () => {
    for (const { permission, role } of GATEWAY_ROUTES)
      expect([permission, minimalRole(permission)]).toEqual([permission, role]);
  });

  test('viewer < ops < deployer, and nothing for a role nobody knows', () => {
    const { viewer, ops, deployer } = ROLE_PERMISSIONS;
    expect(ops).toEqual(expect.arrayContaining([...viewer]));
    expect(deployer).toEqual(expect.arrayContaining([...ops]));
    expect(permissionsOf(['owner', 'toString'])).toEqual([]);
    expect(permissionsOf(['viewer', 'ops'])).toHaveLength(ops.length);
    expect(minimalRole('convox:teapot:brew')).toBeUndefined();
  });
});

describe('may I, through a gateway', () => {
  test.each<[roles: string[], permission: string, expected: string]>([
    [['viewer'], 'convox:app:list', 'allowed'],
    [['viewer'], 'convox:release:list', 'needs role ops; you are viewer'],
    [['viewer'], 'convox:process:exec', 'needs role ops; you are viewer'],
    [['ops'], 'convox:release:read', 'needs role deployer; you are ops'],
    [['viewer', 'ops'], 'convox:app:delete', 'needs role admin; you are viewer, ops'],
    [['deployer'], 'convox:release:promote', 'allowed'],
    [['admin'], 'gateway:deploy_approval_request:approve', 'allowed'],
    [['admin'], 'convox:teapot:brew', 'allowed'],
    [['viewer'], 'convox:teapot:brew', 'needs permission convox:teapot:brew; you are viewer'],
    [['admin'], 'rm -rf', 'unknown permission rm -rf'],
    [['admin'], 'convox:*:*', 'unknown permission convox:*:*'],
    [['owner'], 'convox:app:list', 'needs role viewer; you are owner'],
    [['deployer'], 'gateway:audit_log:list', 'needs role admin; you are deployer'],
    [['admin'], 'gateway:user:list', 'allowed'],
    [['ops'], 'gateway:session:list', 'needs role admin; you are ops'],
  ])('%j %s: %s', (roles, permission, expected) => {
    expect(reason(createAccess({ kind: 'gateway', identity: identity(roles) }).can(permission))).toBe(expected);
  });

  test('the list of the server beats the table, in both directions', () => {
    const grant = { roles: ['viewer'], permissions: ['convox:app:*', 'convox:release:promote'] };
    const access = createAccess({ kind: 'gateway', identity: identity(['viewer']), grant });
    expect(access.can('convox:release:promote').allowed).toBe(true);
    expect(access.can('convox:app:delete').allowed).toBe(true);
    expect(reason(access.can('convox:log:read'))).toBe('this gateway does not grant convox:log:read to viewer');
  });

  test('nothing known: refused, and it says so', () => {
    const verdict = createAccess({ kind: 'gateway' }).can('convox:app:list');
    expect([because(verdict), reason(verdict)]).toEqual(['unknown', 'your permissions are not known yet']);
  });

  test('an API token has no roles: refused rather than guessed', () => {
    const access = createAccess({ kind: 'gateway', identity: identity([]) });
    expect(access.roleLabel).toBe('API token');
    expect(because(access.can('convox:app:list'))).toBe('unknown');
    const told = createAccess({ kind: 'gateway', identity: identity([]), grant: { roles: [], permissions: [] } });
    expect(reason(told.can('convox:app:list'))).toBe('needs role viewer; this token has no role');
  });
});

describe('may I, on a rack itself', () => {
  test.each<[role: string, version: string, permission: string, expected: string]>([
    ['r', '3.24.9', 'convox:app:list', 'allowed'],
    ['r', '3.24.9', 'convox:log:read', 'allowed'],
    ['r', '3.24.9', 'convox:release:promote', 'needs a write token; you have: read-only token'],
    ['r', '3.24.9', 'convox:process:exec', 'needs a write token; you have: read-only token'],
    ['r', '3.24.5', 'convox:process:exec', 'allowed'],
    ['r', 'dev', 'convox:process:exec', 'needs a write token; you have: read-only token'],
    ['rw', '3.24.9', 'convox:process:exec', 'allowed'],
    ['rw', '3.24.9', 'convox:budget:set', 'needs an admin token; you have: read-write token'],
    ['rw', '3.24.5', 'convox:budget:set', 'allowed'],
    ['rwa', '3.24.9', 'convox:budget:set', 'allowed'],
    ['', '3.24.9', 'convox:app:list', 'needs a read token; you have: token without a role'],
    ['rwa', '3.24.9', 'gateway:job:list', 'only through a rack gateway'],
  ])('token %s, rack %s, %s: %s', (role, version, permission, expected) => {
    const facts: AccessFacts = { kind: 'direct', claims: claims(role), version: parseVersion(version) };
    expect(reason(createAccess(facts).can(permission))).toBe(expected);
  });

  test('an unknown version counts as the newest', () => {
    expect(createAccess({ kind: 'direct', claims: claims('r') }).can('convox:process:exec').allowed).toBe(false);
  });

  test('the rack password may everything', () => {
    const access = createAccess({ kind: 'direct' });
    expect(access).toMatchObject({ user: 'rack password', roleLabel: 'rack password' });
    for (const permission of ['convox:app:list', 'convox:app:delete', 'convox:budget:set']) {
      expect(access.can(permission).allowed).toBe(true);
    }
  });

  test.each(['console', 'oidc'] as const)('%s: reading is tried, acting is refused because nobody can know', (kind) => {
    const access = createAccess({ kind });
    expect(access.can('convox:app:list').allowed).toBe(true);
    expect(because(access.can('convox:release:promote'))).toBe('server');
    expect(createAccess({ kind, claims: claims('rw') }).can('convox:release:promote').allowed).toBe(true);
  });
});

describe('does the rack have the route', () => {
  const facts = (kind: AccessFacts['kind'], version?: string, provider = 'aws'): AccessFacts => ({
    kind,
    version: version === undefined ? undefined : parseVersion(version),
    provider,
  });

  test.each<[facts: AccessFacts, route: string, expected: string]>([
    [facts('direct', '3.24.9'), 'GET /apps', 'allowed'],
    [facts('direct', '3.24.9'), 'GET /apps/{app}/diagnose', 'allowed'],
    [facts('direct', '3.23.1'), 'GET /apps/{app}/diagnose', 'needs rack >= 3.24.0; this one is 3.23.1'],
    [facts('direct', '3.23.1'), 'GET /apps/{name}/diagnose', 'needs rack >= 3.24.0; this one is 3.23.1'],
    [facts('direct', undefined), 'GET /apps/{app}/diagnose', 'allowed'],
    [facts('direct', 'dev'), 'GET /apps/{app}/diagnose', 'allowed'],
    [facts('direct', '20260418101514'), 'GET /apps/{app}/diagnose', 'not on v2 racks'],
    [facts('direct', '20260418101514'), 'GET /apps/{app}/balancers', 'not on v2 racks'],
    [facts('direct', '20260418101514'), 'SOCKET /apps/{app}/services/{service}/logs', 'not on v2 racks'],
    [facts('direct', '20260418101514'), 'SOCKET /apps/{app}/processes/{pid}/logs', 'not on v2 racks'],
    [facts('direct', '20260418101514'), 'GET /system/releases', 'allowed'],
    [facts('direct', '20260418101514'), 'DELETE /instances/{id}', 'allowed'],
    [facts('direct', '3.24.9'), 'GET /system/releases', 'v3 racks do not support it (501)'],
    [facts('direct', '3.24.9'), 'PUT /system', 'v3 racks do not support it (501)'],
    [facts('direct', '3.24.9'), 'GET /apps/{app}/metrics', 'v3 racks do not support it (501)'],
    [facts('direct', '3.24.3'), 'DELETE /instances/{id}', 'needs rack >= 3.24.4; this one is 3.24.3'],
    [facts('direct', '3.24.9', 'gcp'), 'GET /system/metrics', 'only on aws racks; this one runs on gcp'],
    [facts('direct', '3.24.9'), 'GET /system/metrics', 'allowed'],
    [facts('gateway', '3.24.9'), 'GET /apps/{app}/processes', 'allowed'],
    [facts('gateway', '3.24.9'), 'GET /apps/{app}/diagnose', 'not proxied by the gateway'],
    [facts('gateway', '3.24.9'), 'SOCKET /apps/{app}/services/{service}/logs', 'not proxied by the gateway'],
    [facts('gateway', '3.24.9'), 'SOCKET /apps/{app}/logs', 'allowed'],
    [facts('gateway', '3.24.9'), 'GET /certificates', 'not proxied by the gateway'],
    [facts('gateway', '3.24.9'), 'GET /system/releases', 'v3 racks do not support it (501)'],
    [facts('gateway'), 'GET /api/v1/audit-logs', 'allowed'],
    [facts('direct'), 'GET /api/v1/audit-logs', 'only through a rack gateway'],
    [facts('console'), 'GET /certificates', 'allowed'],
    [facts('console', '3.24.9'), 'GET /racks/{organization}/{rack}', 'allowed'],
    [facts('direct', '20260418101514'), 'GET /racks/{organization}/{rack}', 'allowed'],
    [facts('gateway', '20260418101514'), 'GET /racks/{organization}/{rack}', 'allowed'],
    [facts('direct'), 'GET /racks/{organization}/{rack}', 'allowed'],
    [facts('direct', '3.24.9'), 'GET /racks/{organization}/{rack}', V3_KEEPS_NONE],
    [facts('gateway', '3.24.9'), 'PUT /racks/{organization}/{rack}', V3_KEEPS_NONE],
    [facts('oidc', '3.24.9'), 'GET /racks/{organization}/{rack}', V3_KEEPS_NONE],
    [facts('direct'), 'apps', 'unknown route apps'],
  ])('%j %s: %s', (given, route, expected) => {
    expect(reason(createAccess(given).offers(route))).toBe(expected);
  });

  test('a new v3 rack on AWS offers every read but the two that v3 does not support', () => {
    const access = createAccess(facts('direct', '3.24.9'));
    const missing = Object.values(RACK_ROUTES)
      .map(({ method, pattern }) => `${method} ${pattern}`)
      .filter((route) => !access.offers(route).allowed);
    expect(missing).toEqual(['GET /system/releases', 'GET /apps/{app}/metrics']);
  });
});
