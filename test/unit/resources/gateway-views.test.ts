import { describe, expect, it } from 'vitest';
import { ACTION_CATALOG } from '../../../src/access/action-catalog.ts';
import { createAccess } from '../../../src/access/create-access.ts';
import type { Approval } from '../../../src/domain/approval.ts';
import type { AuditEntry } from '../../../src/domain/audit-entry.ts';
import { Failure } from '../../../src/domain/failure.ts';
import type { Identity } from '../../../src/domain/identity.ts';
import type { UserSession } from '../../../src/domain/user-session.ts';
import { parseVersion } from '../../../src/domain/version.ts';
import type { GatewayApi } from '../../../src/protocol/gateway-api.ts';
import { approvals } from '../../../src/resources/approvals.ts';
import { audit } from '../../../src/resources/audit.ts';
import { erase, type Place, type QueryContext } from '../../../src/resources/define-resource.ts';
import { myAccess } from '../../../src/resources/my-access.ts';
import { roles } from '../../../src/resources/roles.ts';
import { runQuery } from '../../../src/resources/run-query.ts';
import { sessions } from '../../../src/resources/sessions.ts';
import { users } from '../../../src/resources/users.ts';
import { contextWith, NOW, SYSTEM } from './fake-context.ts';
import { cellsOf } from './shown-text.ts';

function identity(role: string, changes: Partial<Identity> = {}): Identity {
  return {
    email: 'dev@example.com',
    name: 'Dev',
    roles: [role],
    mfaEnrolled: true,
    mfaRequired: true,
    stepUpExpiresAt: NOW + 60_000,
    rackName: 'prod',
    rackAlias: 'prod',
    gatewayVersion: '0.1.0',
    gatewayCommit: '77ea9af',
    ...changes,
  };
}

/** Behind a gateway that answers what the test says, as a person with this role. */
function behind(gateway: Partial<GatewayApi>, role: string, at: Place = {}, changes: Partial<QueryContext> = {}) {
  const rack = { name: 'prod', kind: 'gateway', origin: 'https://gw', source: 'test', demo: false } as const;
  const access = createAccess({ kind: 'gateway', identity: identity(role) });
  return contextWith({}, at, { rack, access, gateway: gateway as GatewayApi, ...changes });
}

function anEntry(changes: Partial<AuditEntry> = {}): AuditEntry {
  return {
    id: 1,
    firstSeen: NOW - 60_000,
    lastSeen: NOW,
    count: 2,
    user: 'ann@example.com',
    token: '',
    actionType: 'convox',
    action: 'release.promote',
    command: '',
    resourceType: 'app',
    resource: 'shop',
    status: 'success',
    decision: 'allow',
    httpStatus: 200,
    ip: '',
    userAgent: '',
    averageMs: 12,
    details: {},
    ...changes,
  };
}

describe('audit', () => {
  it('asks once, for a day, and narrows to an app by itself', async () => {
    const asked: unknown[] = [];
    const auditLogs: GatewayApi['auditLogs'] = async (query) => {
      asked.push(query);
      const entries = [
        anEntry(),
        anEntry({ id: 2, resource: 'shop/web-1' }),
        anEntry({ id: 3, resource: 'web-1', details: { app: 'shop' } }),
        anEntry({ id: 4, resource: 'shopping' }),
      ];
      return { entries, total: 4 };
    };
    expect(await audit.query(behind({ auditLogs }, 'admin'))).toHaveLength(4);
    const rows = await audit.query(behind({ auditLogs }, 'admin', { app: 'shop' }));
    expect(rows.map(({ id }) => id)).toEqual([1, 2, 3]);
    expect(asked).toEqual([
      { range: '24h', limit: 500 },
      { range: '24h', limit: 500 },
    ]);
  });

  it.each([
    ['success', 'ok'],
    ['denied', 'warning'],
    ['error', 'critical'],
    ['alert', 'critical'],
    ['constructor', 'unknown'],
  ] as const)('status %s is %s', (status, severity) => {
    expect(audit.severity(anEntry({ status }))).toBe(severity);
  });

  it('tells the whole event', () => {
    const told = audit.describe?.(anEntry({ token: 'ci', details: { release: 'R1' } })) ?? [];
    expect(told).toContainEqual(['Who', 'ci (token of ann@example.com)']);
    expect(told).toContainEqual(['  release', 'R1']);
  });
});

describe('who may see them', () => {
  it('is asked before a record that the gateway would show to anybody, and only then', async () => {
    const asked: string[] = [];
    const gateway = (role: string): Partial<GatewayApi> => ({
      info: async () => {
        asked.push('info');
        return identity(role);
      },
      auditLogs: async () => {
        asked.push('audit');
        return { entries: [], total: 0 };
      },
      roles: async () => [],
    });
    const early = { access: createAccess({ kind: 'gateway' }) };
    await expect(runQuery(erase(audit), behind(gateway('viewer'), 'viewer', {}, early))).rejects.toMatchObject({
      kind: 'forbidden',
      why: 'needs role admin; you are viewer',
    });
    expect(asked).toEqual(['info']);
    expect(await runQuery(erase(audit), behind(gateway('admin'), 'admin', {}, early))).toEqual([]);
    expect(asked).toEqual(['info', 'info', 'audit']);
    // Known already, or nothing to hide: no further question.
    await runQuery(erase(audit), behind(gateway('admin'), 'admin'));
    await runQuery(erase(roles), behind(gateway('viewer'), 'viewer', {}, early));
    expect(asked.slice(3)).toEqual(['audit']);
  });
});

describe('approvals', () => {
  const approval = (changes: Partial<Approval>): Approval => ({
    id: 'u',
    message: 'Speed up search\nand more',
    status: 'pending',
    app: 'shop',
    gitCommit: '0123456789abcdef',
    gitBranch: 'main',
    createdBy: 'ann@example.com',
    createdAt: NOW - 60_000,
    token: 'ci',
    approvedBy: '',
    rejectedBy: '',
    notes: '',
    pullRequest: '',
    approvalExpiresAt: undefined,
    release: '',
    build: '',
    ...changes,
  });

  it('what waits stands out, an end counts only while it means something', async () => {
    const list = [
      approval({}),
      approval({ status: 'approved', approvalExpiresAt: NOW + 300_000, approvedBy: 'boss@example.com' }),
      approval({ status: 'deployed', approvalExpiresAt: NOW - 1, app: 'other' }),
    ];
    const gateway = { approvals: async () => list };
    const rows = await approvals.query(behind(gateway, 'admin'));
    expect(cellsOf(approvals, rows, 'status', NOW)).toEqual(['! pending', '~ approved', '+ deployed']);
    expect(cellsOf(approvals, rows, 'approvalExpiresAt', NOW)).toEqual(['-', 'in 5m', '-']);
    expect(cellsOf(approvals, rows, 'message', NOW)[0]).toBe('Speed up search');
    expect(await approvals.query(behind(gateway, 'admin', { app: 'shop' }))).toHaveLength(2);
  });
});

describe('people', () => {
  it('users: locked and suspended show', async () => {
    const person = {
      email: 'a@example.com',
      name: 'A',
      roles: ['viewer'],
      suspended: false,
      lockedAt: undefined,
      lockedReason: '',
      lockedBy: '',
      createdAt: NOW,
      createdBy: '',
    };
    const list = [person, { ...person, lockedAt: NOW }, { ...person, suspended: true, lockedAt: NOW }];
    const rows = await users.query(behind({ users: async () => list }, 'admin'));
    expect(cellsOf(users, rows, 'state', NOW)).toEqual(['+ active', '! locked', '~ suspended']);
    expect(users.open.enter?.place(person, { app: 'shop' })).toEqual({ user: 'a@example.com' });
  });

  it('roles: one’s own are marked', async () => {
    const role = (name: string) => ({ name, label: '', description: '', permissions: ['convox:app:list'] });
    const rows = await roles.query(behind({ roles: async () => [role('ops'), role('viewer')] }, 'ops'));
    expect(rows.map(({ name, mine }) => [name, mine])).toEqual([
      ['ops', true],
      ['viewer', false],
    ]);
  });

  const session: UserSession = {
    id: 17,
    channel: 'cli',
    createdAt: NOW,
    lastSeenAt: NOW,
    expiresAt: NOW,
    ip: '10.0.0.1',
    userAgent: 'rackdeck',
  };

  it('sessions: one’s own for everybody, even before the gateway has said who that is', async () => {
    const asked: string[] = [];
    const gateway: Partial<GatewayApi> = {
      info: async () => identity('viewer'),
      sessions: async (email) => {
        asked.push(email);
        return [session];
      },
    };
    const early = { access: createAccess({ kind: 'gateway' }) };
    await sessions.query(behind(gateway, 'viewer'));
    await sessions.query(behind(gateway, 'viewer', {}, early));
    await sessions.query(behind(gateway, 'viewer', { user: 'DEV@example.com' }));
    expect(asked).toEqual(['dev@example.com', 'dev@example.com', 'DEV@example.com']);
  });

  it('sessions of somebody else: admins only', async () => {
    const gateway: Partial<GatewayApi> = { sessions: async () => [session] };
    const at = { user: 'ann@example.com' };
    await expect(sessions.query(behind(gateway, 'deployer', at))).rejects.toMatchObject({
      kind: 'forbidden',
      why: 'needs role admin; you are deployer',
    });
    const [row] = await sessions.query(behind(gateway, 'admin', at));
    expect(row?.user).toBe('ann@example.com');
  });

  it('without a gateway they say so', async () => {
    for (const view of [audit, approvals, users, roles, sessions]) {
      await expect(view.query(contextWith({}))).rejects.toMatchObject({ why: 'only through a rack gateway' });
    }
  });
});

describe('my access', () => {
  const stateOf = (rows: readonly { subject: string; state: string; detail: string }[], subject: string) => {
    const row = rows.find((candidate) => candidate.subject === subject);
    return row && (row.detail === '' ? row.state : `${row.state}: ${row.detail}`);
  };

  it('has a row for every action of the catalog', async () => {
    const rows = await myAccess.query(contextWith({}));
    expect(rows.filter(({ kind }) => kind === 'action').map(({ subject }) => subject)).toEqual(
      ACTION_CATALOG.map(({ title }) => title),
    );
    expect(new Set(ACTION_CATALOG.map(({ id }) => id)).size).toBe(ACTION_CATALOG.length);
    expect(new Set(rows.map(myAccess.key)).size).toBe(rows.length);
  });

  it.each([
    ['viewer', 'stop a process', 'refused: needs role ops; you are viewer'],
    ['ops', 'stop a process', 'allowed'],
    ['ops', 'promote a release', 'refused: needs role deployer; you are ops'],
    ['deployer', 'roll back', 'allowed'],
    ['deployer', 'cancel a deploy', 'refused: not proxied by the gateway'],
    ['deployer', 'delete an app', 'refused: needs role admin; you are deployer'],
    ['admin', 'delete an app', 'allowed'],
    ['admin', 'terminate an instance', 'refused: not proxied by the gateway'],
    ['admin', 'approve a waiting deploy', 'allowed'],
    ['deployer', 'role', 'known: deployer'],
    ['deployer', 'you', 'known: Dev <dev@example.com>'],
  ])('through a gateway, as %s: %s is %s', async (role, subject, expected) => {
    expect(stateOf(await myAccess.query(behind({}, role)), subject)).toBe(expected);
  });

  it('asks the gateway where nobody has yet, and prefers what the server grants', async () => {
    const gateway: Partial<GatewayApi> = {
      info: async () => identity('viewer', { stepUpExpiresAt: undefined }),
      permissions: async () => ({ roles: ['viewer'], permissions: ['convox:process:*'] }),
    };
    const early = { access: createAccess({ kind: 'gateway' }) };
    const rows = await myAccess.query(behind(gateway, 'viewer', {}, early));
    expect(stateOf(rows, 'stop a process')).toBe('allowed');
    expect(stateOf(rows, 'step-up')).toBe('closed');
    const old: Partial<GatewayApi> = {
      ...gateway,
      permissions: async () => {
        throw new Failure({ kind: 'route-missing', what: 'no' });
      },
    };
    expect(stateOf(await myAccess.query(behind(old, 'viewer', {}, early)), 'stop a process')).toBe(
      'refused: needs role ops; you are viewer',
    );
  });

  it.each([
    ['r', '3.24.9', 'open a shell in a process', 'refused: needs a write token; you have: read-only token'],
    ['r', '3.24.5', 'open a shell in a process', 'allowed'],
    ['rw', '3.24.9', 'rotate the rack access key', 'refused: needs an admin token; you have: read-write token'],
    ['rw', '3.24.3', 'terminate an instance', 'refused: needs rack >= 3.24.4; this one is 3.24.3'],
    ['rwa', '20260418101514', 'set rack parameters', 'allowed'],
    ['rwa', '3.24.9', 'approve a waiting deploy', 'refused: only through a rack gateway'],
  ])('on a rack itself, token %s, %s: %s is %s', async (role, version, subject, expected) => {
    const system = { ...SYSTEM, version };
    const claims = { user: 'ci', role, expiresAt: undefined };
    const access = createAccess({ kind: 'direct', claims, version: parseVersion(version) });
    expect(stateOf(await myAccess.query(contextWith({}, {}, { access, system })), subject)).toBe(expected);
  });

  it('behind a console nobody knows what acting needs', async () => {
    const rack = { name: 'acme/eu', kind: 'console', origin: '', source: '', demo: false } as const;
    const rows = await myAccess.query(contextWith({}, {}, { rack, access: createAccess({ kind: 'console' }) }));
    expect(stateOf(rows, 'promote a release')).toMatch(/^unknown: the console decides/);
  });
});
