import { isoText } from '../domain/age.ts';
import type { GatewayUser } from '../domain/gateway-user.ts';
import type { Severity } from '../domain/severity.ts';
import { age, name, status, text } from './columns.ts';
import { defineResource, type QueryContext } from './define-resource.ts';
import { gatewayOf } from './gateway-of.ts';

async function query(context: QueryContext): Promise<readonly GatewayUser[]> {
  return gatewayOf(context).users({ signal: context.signal });
}

function stateOf(user: GatewayUser): string {
  if (user.suspended) return 'suspended';
  return user.lockedAt === undefined ? 'active' : 'locked';
}

function severityOf(user: GatewayUser): Severity {
  if (user.suspended) return 'info';
  return user.lockedAt === undefined ? 'ok' : 'warning';
}

export const users = defineResource<GatewayUser>({
  id: 'users',
  aliases: ['user', 'people'],
  title: 'Gateway users',
  about: 'people of the gateway: roles, and who is locked or suspended',
  scope: 'rack',
  needs: 'gateway:user:list',
  route: 'GET /api/v1/users',
  pace: 10,
  query,
  key: (user) => user.email,
  columns: [
    name('EMAIL', (user) => user.email, { min: 16 }),
    status('STATE', stateOf, severityOf),
    text('ROLES', (user) => user.roles.join(', '), { priority: 1 }),
    text('NAME', (user) => user.name, { grow: true, priority: 2 }),
    age('LOCKED', (user) => user.lockedAt, { id: 'lockedAt', priority: 4 }),
    text('REASON', (user) => user.lockedReason, { id: 'lockedReason', priority: 5 }),
    age('CREATED', (user) => user.createdAt, { id: 'createdAt', priority: 3 }),
  ],
  sort: ['email', 'asc'],
  severity: severityOf,
  open: {
    enter: { to: 'sessions', label: 'sessions', place: (user) => ({ user: user.email }) },
    o: { to: 'roles', label: 'roles', place: () => ({}) },
  },
  describe: (user) => [
    ['E-mail', user.email],
    ['Name', user.name],
    ['State', stateOf(user)],
    ['Roles', user.roles.join(', ')],
    ['Created', isoText(user.createdAt)],
    ['Created by', user.createdBy],
    ['Locked', isoText(user.lockedAt)],
    ['Locked because', user.lockedReason],
    ['Locked by', user.lockedBy],
  ],
  empty: 'The gateway knows nobody.',
});
