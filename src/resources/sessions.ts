import { isoText } from '../domain/age.ts';
import { Failure } from '../domain/failure.ts';
import type { UserSession } from '../domain/user-session.ts';
import { isUndecided } from '../domain/verdict.ts';
import { age, count, name, text, until } from './columns.ts';
import { defineResource, type QueryContext } from './define-resource.ts';
import { gatewayOf } from './gateway-of.ts';

export interface SessionRow {
  readonly session: UserSession;
  readonly user: string;
}

/** One's own sessions always; those of others as far as the role table goes (gateway.md 5.6). */
async function query(context: QueryContext): Promise<readonly SessionRow[]> {
  const gateway = gatewayOf(context);
  const { signal, access, at } = context;
  const own = access.identity?.email ?? (await gateway.info({ signal })).email;
  const user = at.user ?? own;
  if (user.toLowerCase() !== own.toLowerCase()) {
    const allowed = access.can('gateway:session:list');
    if (!allowed.allowed && !isUndecided(allowed)) {
      throw new Failure({ kind: 'forbidden', what: `You may not see the sessions of ${user}`, why: allowed.reason });
    }
  }
  const sessions = await gateway.sessions(user, { signal });
  return sessions.map((session) => ({ session, user }));
}

export const sessions = defineResource<SessionRow>({
  id: 'sessions',
  aliases: ['session', 'logins'],
  title: 'Gateway sessions',
  about: 'active logins at the gateway: your own, or those of a person chosen in users',
  scope: 'rack',
  needs: 'convox:rack:read',
  route: 'GET /api/v1/users/{email}/sessions',
  pace: 10,
  showsIdentity: true,
  query,
  key: (row) => `${row.session.id}`,
  columns: [
    count('ID', (row) => row.session.id, { priority: 0 }),
    name('USER', (row) => row.user, { min: 16 }),
    text('CHANNEL', (row) => row.session.channel, { priority: 0 }),
    age('LAST SEEN', (row) => row.session.lastSeenAt, { id: 'lastSeenAt', priority: 1 }),
    age('CREATED', (row) => row.session.createdAt, { id: 'createdAt', priority: 3 }),
    until('EXPIRES', (row) => row.session.expiresAt, { id: 'expiresAt', priority: 3 }),
    text('FROM', (row) => row.session.ip, { id: 'ip', priority: 2 }),
    text('WITH', (row) => row.session.userAgent, { id: 'userAgent', grow: true, priority: 4 }),
  ],
  sort: ['lastSeenAt', 'desc'],
  severity: () => 'ok',
  open: { enter: { to: 'describe', label: 'describe', place: (_row, at) => at } },
  describe: (row) => [
    ['Id', row.session.id.toString()],
    ['User', row.user],
    ['Channel', row.session.channel],
    ['Created', isoText(row.session.createdAt)],
    ['Last seen', isoText(row.session.lastSeenAt)],
    ['Expires', isoText(row.session.expiresAt)],
    ['From', row.session.ip],
    ['With', row.session.userAgent],
  ],
  empty: 'No active session.',
});
