import { ALLOWED, refused, type Verdict } from '../domain/verdict.ts';
import { atLeast, type RackVersion } from '../domain/version.ts';

/** Sockets opened with GET that act all the same; they need `w` since 3.24.6 (convox-api.md 1.1). */
const ACTING_SOCKETS: ReadonlySet<string> = new Set([
  'convox:process:exec',
  'convox:instance:exec',
  'convox:resource:console',
  'convox:proxy:connect',
]);

/** Admin gate since 3.24.6 (convox-api.md 1.1). */
const ADMIN: ReadonlySet<string> = new Set(['convox:budget:set', 'convox:budget:delete', 'convox:jwt:rotate']);

const READING_ACTIONS: ReadonlySet<string> = new Set(['list', 'read']);

/** Does the permission only look? `convox:app:list`, `convox:log:read`. */
export function isReading(permission: string): boolean {
  const action = permission.split(':')[2] ?? '';
  return READING_ACTIONS.has(action);
}

type Letter = 'r' | 'w' | 'a';

const LETTER_WORD: Readonly<Record<Letter, string>> = { r: 'a read', w: 'a write', a: 'an admin' };

/**
 * May a rack token with this role do it? The role is `r`, `rw` or `rwa`, tested by substring as the rack does. An unknown
 * version counts as the newest: then a read token may not exec.
 */
export function jwtVerdict(role: string, permission: string, version: RackVersion | undefined): Verdict {
  const gated = version === undefined || atLeast(version, '3.24.6');
  const needed = letterFor(permission, gated);
  if (role.includes(needed)) return ALLOWED;
  return refused('role', `needs ${LETTER_WORD[needed]} token; you have: ${jwtRoleLabel(role)}`);
}

export function jwtRoleLabel(role: string): string {
  if (role.includes('a')) return 'admin token';
  if (role.includes('w')) return 'read-write token';
  if (role.includes('r')) return 'read-only token';
  return 'token without a role';
}

function letterFor(permission: string, gated: boolean): Letter {
  if (isReading(permission)) return 'r';
  if (ACTING_SOCKETS.has(permission)) return gated ? 'w' : 'r';
  if (ADMIN.has(permission)) return gated ? 'a' : 'w';
  return 'w';
}
