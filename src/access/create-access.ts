import type { Identity, PermissionGrant } from '../domain/identity.ts';
import { grants } from '../domain/permission.ts';
import { ALLOWED, refused, type Verdict } from '../domain/verdict.ts';
import type { RackVersion } from '../domain/version.ts';
import type { RackClaims, TargetKind } from '../targets/target.ts';
import type { Access } from './access.ts';
import { isReading, jwtRoleLabel, jwtVerdict } from './jwt-role.ts';
import { minimalRole, permissionsOf } from './roles.ts';
import { routeVerdict } from './route-verdict.ts';

/** Everything that access is built from; what is not known (yet) is undefined. */
export interface AccessFacts {
  readonly kind: TargetKind;
  /** Gateway only (gateway.md 5.5). */
  readonly identity?: Identity | undefined;
  /** Gateway only; undefined where the route is missing: the role table is used then. */
  readonly grant?: PermissionGrant | undefined;
  /** Of a `jwt` credential; undefined means a rack password on a direct rack. */
  readonly claims?: RackClaims | undefined;
  readonly version?: RackVersion | undefined;
  readonly provider?: string | undefined;
}

/** Who one is with the password in a rack's URL: everything is allowed to it. */
export const RACK_PASSWORD = 'rack password';

const WELL_FORMED = /^[a-z]+:[a-z_]+:[a-z_]+$/;

export function createAccess(facts: AccessFacts): Access {
  const who = describeWho(facts);
  return {
    user: who.user,
    roleLabel: who.roleLabel,
    identity: facts.identity,
    stepUpExpiresAt: facts.identity?.stepUpExpiresAt,
    can: (permission) => {
      if (!WELL_FORMED.test(permission)) return refused('unknown', `unknown permission ${permission}`);
      return facts.kind === 'gateway' ? gatewayVerdict(facts, permission) : rackVerdict(facts, permission);
    },
    offers: (route) => routeVerdict(facts, route),
  };
}

function describeWho({ kind, identity, grant, claims }: AccessFacts): {
  user: string | undefined;
  roleLabel: string | undefined;
} {
  if (kind === 'gateway') {
    const roles = rolesOf(identity, grant);
    const label = roles.length > 0 ? roles.join(', ') : identity && 'API token';
    return { user: identity?.email, roleLabel: label };
  }
  if (claims) return { user: claims.user, roleLabel: jwtRoleLabel(claims.role) };
  if (kind === 'direct') return { user: RACK_PASSWORD, roleLabel: RACK_PASSWORD };
  if (kind === 'recording') return { user: undefined, roleLabel: undefined };
  return { user: undefined, roleLabel: kind === 'console' ? 'console login' : 'single sign-on' };
}

function rolesOf(identity: Identity | undefined, grant: PermissionGrant | undefined): readonly string[] {
  return identity && identity.roles.length > 0 ? identity.roles : (grant?.roles ?? []);
}

function gatewayVerdict({ identity, grant }: AccessFacts, permission: string): Verdict {
  const roles = rolesOf(identity, grant);
  const granted = grant?.permissions ?? (roles.length > 0 ? permissionsOf(roles) : undefined);
  if (granted === undefined) {
    const why = identity ? 'the gateway does not say what this token may do' : 'your permissions are not known yet';
    return refused('unknown', why);
  }
  if (grants(granted, permission)) return ALLOWED;
  const needed = minimalRole(permission);
  const mine = roles.length > 0 ? `you are ${roles.join(', ')}` : 'this token has no role';
  if (needed === undefined) return refused('role', `needs permission ${permission}; ${mine}`);
  // A role that should have it does not: the server's list is newer (or narrower) than the table.
  if (roles.includes(needed)) return refused('role', `this gateway does not grant ${permission} to ${needed}`);
  return refused('role', `needs role ${needed}; ${mine}`);
}

/** Direct, console and OIDC: the rack's own rules, as far as they can be known beforehand. */
function rackVerdict({ kind, claims, version }: AccessFacts, permission: string): Verdict {
  if (!permission.startsWith('convox:')) return refused('target', 'only through a rack gateway');
  if (claims) return jwtVerdict(claims.role, permission, version);
  if (kind === 'direct' || isReading(permission)) return ALLOWED;
  if (kind === 'recording') return refused('target', 'this is a recording: nothing can be changed in it');
  const decider = kind === 'console' ? 'the console' : 'the identity proxy in front of this rack';
  return refused('server', `${decider} decides this and does not say it beforehand`);
}
