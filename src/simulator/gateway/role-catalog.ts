import type { User } from './user.ts';

export interface RoleDescriptor {
  readonly name: string;
  readonly label: string;
  readonly description: string;
  readonly permissions: readonly string[];
}

export const HUMAN_ROLES = ['viewer', 'ops', 'deployer', 'admin'] as const;
export const DEPLOY_WITH_APPROVAL = 'convox:deploy:deploy_with_approval';

const VIEWER = [
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
const OPS = [
  ...VIEWER,
  'convox:app:restart',
  'convox:process:start',
  'convox:process:exec',
  'convox:process:terminate',
  'convox:release:list',
  'convox:env:read',
];
const DEPLOYER = [
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
const CICD = [
  'convox:app:list',
  'convox:app:read',
  'convox:process:list',
  'convox:process:read',
  'convox:instance:list',
  'convox:instance:read',
  'convox:rack:read',
  DEPLOY_WITH_APPROVAL,
  'gateway:deploy_approval_request:create',
  'gateway:deploy_approval_request:read',
];

/** The role table of gateway.md 5.2, inheritance flattened. */
export const ROLES: Readonly<Record<'viewer' | 'ops' | 'deployer' | 'cicd' | 'admin', RoleDescriptor>> = {
  viewer: { name: 'viewer', label: 'Viewer', description: 'Read-only access to the rack.', permissions: VIEWER },
  ops: { name: 'ops', label: 'Operations', description: 'Restart, run and stop processes.', permissions: OPS },
  deployer: {
    name: 'deployer',
    label: 'Deployer',
    description: 'Build, deploy and configure apps.',
    permissions: DEPLOYER,
  },
  cicd: { name: 'cicd', label: 'CI/CD', description: 'Deploy from a pipeline after an approval.', permissions: CICD },
  admin: { name: 'admin', label: 'Administrator', description: 'Everything.', permissions: ['convox:*:*'] },
};

/** Every permission string that a token may be given. */
export const ALL_PERMISSIONS: readonly string[] = [
  ...new Set([
    ...DEPLOYER,
    ...CICD,
    'convox:app:create',
    'convox:app:delete',
    'convox:rack:update',
    'convox:build:update',
    'convox:secret:read',
    'convox:secret:set',
    'gateway:deploy_approval_request:approve',
    'gateway:job:list',
    'gateway:job:read',
    'gateway:job:update',
    'gateway:job:delete',
    'gateway:integration:read',
    'gateway:integration:create',
    'gateway:integration:update',
    'gateway:integration:delete',
  ]),
];

export function isHumanRole(name: string): name is (typeof HUMAN_ROLES)[number] {
  return (HUMAN_ROLES as readonly string[]).includes(name);
}

export function isRole(name: string): name is keyof typeof ROLES {
  return Object.hasOwn(ROLES, name);
}

/** Exact match or `*` per segment; `convox:*:*` matches every scope (gateway.md 5.1). */
export function grants(pattern: string, permission: string): boolean {
  if (pattern === 'convox:*:*' || pattern === permission) return true;
  const wanted = permission.split(':');
  const given = pattern.split(':');
  return given.length === wanted.length && given.every((part, at) => part === '*' || part === wanted[at]);
}

export function anyGrants(patterns: readonly string[], permission: string): boolean {
  return patterns.some((pattern) => grants(pattern, permission));
}

/** What the running enforcer lets a person do. */
export function userMay(user: User, permission: string): boolean {
  return [...user.enforcedRoles].some((role) => anyGrants(ROLES[role].permissions, permission));
}

export function permissionsOf(user: User): string[] {
  return [...new Set(user.roles.flatMap((role) => ROLES[role].permissions))];
}
