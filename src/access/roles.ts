import { grants } from '../domain/permission.ts';

/** What each role may do (gateway.md 5.2), as data. The server's own list is preferred; this is for old gateways and for reasons. */
export type RoleName = 'viewer' | 'ops' | 'deployer' | 'cicd' | 'admin';

const VIEWER: readonly string[] = [
  'convox:app:list',
  'convox:app:read',
  'convox:process:list',
  'convox:process:read',
  'convox:instance:list',
  'convox:instance:read',
  'convox:rack:read',
  'convox:log:read',
  'convox:build:list',
  'convox:build:read',
];

const OPS: readonly string[] = [
  ...VIEWER,
  'convox:app:restart',
  'convox:process:start',
  'convox:process:exec',
  'convox:process:terminate',
  'convox:release:list',
  'convox:env:read',
];

const DEPLOYER: readonly string[] = [
  ...OPS,
  'convox:build:create',
  'convox:object:create',
  'convox:release:read',
  'convox:release:promote',
  'convox:release:create',
  'convox:env:set',
  'convox:app:update',
  'gateway:deploy_approval_request:create',
  'gateway:deploy_approval_request:read',
];

/** A preset for API tokens, never a person's role. The rest of what it may do needs an approval first (gateway.md 6.7). */
const CICD: readonly string[] = [
  'convox:app:list',
  'convox:app:read',
  'convox:process:list',
  'convox:process:read',
  'convox:instance:list',
  'convox:instance:read',
  'convox:rack:read',
  'convox:deploy:deploy_with_approval',
  'gateway:deploy_approval_request:create',
  'gateway:deploy_approval_request:read',
];

/**
 * Known permissions that only admins have; `convox:*:*` covers them, the names are for "who would be allowed?". The last three
 * are names of our own: the gateway checks nobody's role on those reads, which gateway.md 5.6 takes for a defect that may be
 * mended any day. We ask for the role already.
 */
const ADMIN_ONLY: readonly string[] = [
  'convox:app:create',
  'convox:app:delete',
  'convox:rack:update',
  'convox:build:update',
  'convox:secret:read',
  'convox:secret:set',
  'convox:deploy:deploy_with_approval',
  'gateway:deploy_approval_request:approve',
  'gateway:job:list',
  'gateway:job:read',
  'gateway:job:update',
  'gateway:job:delete',
  'gateway:integration:read',
  'gateway:integration:create',
  'gateway:integration:update',
  'gateway:integration:delete',
  'gateway:audit_log:list',
  'gateway:user:list',
  'gateway:session:list',
];

export const ROLE_PERMISSIONS: Readonly<Record<RoleName, readonly string[]>> = {
  viewer: VIEWER,
  ops: OPS,
  deployer: DEPLOYER,
  cicd: CICD,
  admin: ['convox:*:*'],
};

/** Every permission that this table has heard of, in the order of roles that reach it. */
export const KNOWN_PERMISSIONS: readonly string[] = [...new Set([...DEPLOYER, ...ADMIN_ONLY])];

/** People's roles from least to most. */
const LADDER: readonly RoleName[] = ['viewer', 'ops', 'deployer'];

/** Union of what the roles grant; a role that this table does not know grants nothing. */
export function permissionsOf(roles: readonly string[]): readonly string[] {
  return [...new Set(roles.flatMap((role) => (isRole(role) ? ROLE_PERMISSIONS[role] : [])))];
}

export function isRole(name: string): name is RoleName {
  return Object.hasOwn(ROLE_PERMISSIONS, name);
}

/** The least role of a person that has the permission; undefined for a permission the table has never heard of. */
export function minimalRole(permission: string): RoleName | undefined {
  const role = LADDER.find((name) => grants(ROLE_PERMISSIONS[name], permission));
  if (role) return role;
  // `convox:*:*` matches everything, so membership in the table decides whether "admin" is knowledge or a guess.
  return ADMIN_ONLY.includes(permission) ? 'admin' : undefined;
}
