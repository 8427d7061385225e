import type { GatewayRole } from '../domain/gateway-role.ts';
import { count, name, text } from './columns.ts';
import { defineResource, type QueryContext } from './define-resource.ts';
import { gatewayOf } from './gateway-of.ts';

export interface RoleRow extends GatewayRole {
  /** The person who looks has it. */
  readonly mine: boolean;
}

async function query(context: QueryContext): Promise<readonly RoleRow[]> {
  const roles = await gatewayOf(context).roles({ signal: context.signal });
  const mine = context.access.identity?.roles ?? [];
  return roles.map((role) => ({ ...role, mine: mine.includes(role.name) }));
}

export const roles = defineResource<RoleRow>({
  id: 'roles',
  aliases: ['role'],
  title: 'Gateway roles',
  about: 'roles of the gateway and what each may do',
  scope: 'rack',
  // No secret, and the first thing to look up when something is refused.
  needs: 'convox:rack:read',
  route: 'GET /api/v1/roles',
  pace: 10,
  showsIdentity: true,
  query,
  key: (role) => role.name,
  columns: [
    name('ROLE', (role) => role.name, { min: 8 }),
    {
      id: 'mine',
      header: 'MINE',
      type: 'boolean',
      priority: 0,
      value: (role) => role.mine,
      cell: (role) => ({ text: role.mine ? '+ yours' : '', tone: 'good' }),
    },
    count('PERMISSIONS', (role) => role.permissions.length, { priority: 2 }),
    text('LABEL', (role) => role.label, { priority: 3 }),
    text('DESCRIPTION', (role) => role.description, { grow: true, priority: 1 }),
  ],
  sort: ['role', 'asc'],
  severity: () => 'ok',
  open: { enter: { to: 'describe', label: 'describe', place: (_role, at) => at } },
  describe: (role) => [
    ['Role', role.name],
    ['Label', role.label],
    ['Description', role.description],
    ['Yours', role.mine ? 'yes' : 'no'],
    ...[...role.permissions].sort().map((permission) => ['May', permission] as const),
  ],
  empty: 'The gateway describes no roles.',
});
