import type { Access } from '../access/access.ts';
import { ACTION_CATALOG, type GuardedAction } from '../access/action-catalog.ts';
import { createAccess } from '../access/create-access.ts';
import { isoText } from '../domain/age.ts';
import { asFailure } from '../domain/failure.ts';
import type { PermissionGrant } from '../domain/identity.ts';
import type { Severity } from '../domain/severity.ts';
import type { System } from '../domain/system.ts';
import { ALLOWED, isUndecided, type Verdict } from '../domain/verdict.ts';
import { parseVersion } from '../domain/version.ts';
import { count, name, status, text } from './columns.ts';
import { defineResource, type QueryContext } from './define-resource.ts';
import { systemOf } from './usage.ts';

export interface AccessRow {
  /** Who one is first, then the actions in the order of their catalog. */
  readonly order: number;
  readonly kind: 'who' | 'action';
  readonly subject: string;
  /** `allowed`, `refused`, `unknown` for an action; `known`, `open`, `closed` ... for who one is. */
  readonly state: string;
  readonly severity: Severity;
  readonly tier: number | undefined;
  readonly permissions: readonly string[];
  /** Why not, or what is known. */
  readonly detail: string;
}

type Unordered = Omit<AccessRow, 'order'>;

async function query(context: QueryContext): Promise<readonly AccessRow[]> {
  const [access, system] = await Promise.all([fullAccess(context), systemOf(context)]);
  // The version may be news to the access at hand: whether the rack has a route is asked with it.
  const version = parseVersion(system.version);
  const { offers } = createAccess({ kind: context.rack.kind, version, provider: system.provider });
  const actions = ACTION_CATALOG.map((action) => actionRow(action, verdictOf(action, access, offers)));
  return [...whoRows(access, system, context), ...actions].map((row, order) => ({ ...row, order }));
}

/** Beside a dashboard that has just started, and on the command line, the gateway has not been asked yet. */
async function fullAccess({ access, gateway, rack, signal }: QueryContext): Promise<Access> {
  if (!gateway || access.identity) return access;
  const [identity, grant] = await Promise.all([
    gateway.info({ signal }),
    gateway.permissions({ signal }).catch((error: unknown) => withoutGrant(error)),
  ]);
  return createAccess({ kind: rack.kind, identity, grant });
}

/** An old gateway does not tell: the role table speaks then. */
function withoutGrant(error: unknown): PermissionGrant | undefined {
  const failure = asFailure(error);
  if (failure.kind === 'route-missing' || failure.kind === 'not-found' || failure.kind === 'forbidden')
    return undefined;
  throw failure;
}

/** A route that is not there is the better reason: no role would help. */
function verdictOf(action: GuardedAction, access: Access, offers: Access['offers']): Verdict {
  for (const route of action.routes) {
    const offered = offers(route);
    if (!offered.allowed) return offered;
  }
  for (const permission of action.permissions) {
    const allowed = access.can(permission);
    if (!allowed.allowed) return allowed;
  }
  return ALLOWED;
}

function actionRow({ title, tier, permissions }: GuardedAction, verdict: Verdict): Unordered {
  const unknown = isUndecided(verdict);
  return {
    kind: 'action',
    subject: title,
    state: verdict.allowed ? 'allowed' : unknown ? 'unknown' : 'refused',
    severity: verdict.allowed ? 'ok' : unknown ? 'unknown' : 'info',
    tier,
    permissions,
    detail: verdict.allowed ? '' : verdict.reason,
  };
}

function whoRows(access: Access, system: System, { rack, now }: QueryContext): readonly Unordered[] {
  const { identity, stepUpExpiresAt } = access;
  const rows = [
    who(
      'rack',
      'known',
      `${rack.name}, ${system.version} on ${system.provider || 'an unknown provider'}, ${rack.kind}`,
    ),
    who('you', access.user === undefined ? 'unknown' : 'known', nameOf(access)),
    who('role', access.roleLabel === undefined ? 'unknown' : 'known', access.roleLabel ?? ''),
  ];
  if (!identity) return rows;
  const open = stepUpExpiresAt !== undefined && stepUpExpiresAt > now;
  const factor = identity.mfaEnrolled ? 'enrolled' : identity.mfaRequired ? 'missing' : 'none';
  return [
    ...rows,
    who('second factor', factor, factor === 'missing' ? 'this gateway requires one: enrol it on its web page' : ''),
    who('step-up', open ? 'open' : 'closed', open ? `until ${isoText(stepUpExpiresAt)}` : ''),
    who('gateway', 'known', `${identity.gatewayVersion} ${identity.gatewayCommit}`.trim()),
  ];
}

function nameOf({ user, identity }: Access): string {
  return identity && identity.name !== '' ? `${identity.name} <${identity.email}>` : (user ?? '');
}

function who(subject: string, state: string, detail: string): Unordered {
  const severity = state === 'unknown' ? 'unknown' : state === 'missing' ? 'warning' : 'ok';
  return { kind: 'who', subject, state, severity, tier: undefined, permissions: [], detail };
}

export const myAccess = defineResource<AccessRow>({
  id: 'my-access',
  aliases: ['whoami', 'me', 'permissions'],
  title: 'My access',
  about: 'who you are on this rack and, action by action, what you may do and why not',
  scope: 'rack',
  needs: 'convox:rack:read',
  route: 'GET /system',
  pace: 10,
  showsAccess: true,
  query,
  key: (row) => `${row.kind}/${row.subject}`,
  columns: [
    count('ORDER', (row) => row.order, { inTable: false }),
    text('KIND', (row) => row.kind, { inTable: false }),
    name('WHAT', (row) => row.subject, { id: 'subject', min: 20 }),
    status(
      'STATE',
      (row) => row.state,
      (row) => row.severity,
    ),
    {
      id: 'tier',
      header: 'TIER',
      type: 'number',
      align: 'right',
      priority: 4,
      value: (row) => row.tier ?? null,
      cell: (row) => ({ text: row.tier?.toString() ?? '' }),
    },
    text('DETAIL', (row) => row.detail, { grow: true, priority: 1 }),
    text('PERMISSIONS', (row) => row.permissions.join(' '), { priority: 5 }),
  ],
  sort: ['order', 'asc'],
  severity: (row) => row.severity,
  open: {
    enter: { to: 'describe', label: 'describe', place: (_row, at) => at },
    o: { to: 'roles', label: 'roles', place: () => ({}) },
  },
  describe: (row) => [
    ['What', row.subject],
    ['State', row.state],
    [row.kind === 'who' || row.state === 'allowed' ? 'Detail' : 'Why', row.detail],
    ['Risk tier', row.tier?.toString() ?? ''],
    ...row.permissions.map((permission) => ['Needs', permission] as const),
  ],
  empty: 'Nothing is known about your access.',
});
