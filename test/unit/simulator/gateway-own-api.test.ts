import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Answer, type Fixture, type SendOptions, startFixture } from './gateway-fixture.ts';

const ADMIN = 'admin@example.com';
const DEPLOYER = 'deployer@example.com';

let fixture: Fixture;
beforeEach(async () => {
  fixture = await startFixture();
});
afterEach(() => fixture.close());

const brief = (answer: Answer) => [answer.status, (answer.json() as { error?: string }).error];
const get = (path: string, role = 'viewer') => fixture.send(`GET ${path}`, { token: fixture.session(role) });
/** As an admin with a code of its own; spaced out, because five codes within five minutes are the limit. */
const admin = (target: string, options: SendOptions = {}) => {
  fixture.clock.ms += 60_000;
  return fixture.send(target, {
    token: fixture.session('admin'),
    headers: { 'x-mfa-totp': fixture.freshCode(ADMIN) },
    ...options,
  });
};

describe('identity', () => {
  it('tells who I am', async () => {
    const answer = await get('/info', 'deployer');
    expect(answer.json()).toMatchObject({
      user: {
        email: DEPLOYER,
        name: 'Dora Deployer',
        roles: ['deployer'],
        mfa_enrolled: true,
        mfa_required: true,
        preferred_mfa_method: 'totp',
        has_trusted_device: false,
      },
      rack: { name: 'staging', alias: 'staging', host: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/) },
      version: { version: '0.1.0', commit_hash: '77ea9af' },
    });
    const closed = await fixture.send('GET /info', { token: fixture.session('ops', { stepUp: false }) });
    expect((closed.json() as { user: object }).user).not.toHaveProperty('recent_step_up_expires_at');
  });

  it('tells what I may do, admins by wildcard', async () => {
    const viewer = (await get('/api-tokens/permissions')).json() as Record<string, unknown>;
    expect(viewer.user_roles).toEqual(['viewer']);
    expect(viewer.user_permissions).toContain('convox:log:read');
    expect(viewer.user_permissions).not.toContain('convox:release:list');
    expect((await get('/api-tokens/permissions', 'admin')).json()).toMatchObject({ user_permissions: ['convox:*:*'] });
    expect((await get('/roles')).json()).toMatchObject({
      admin: { permissions: ['convox:*:*'] },
      viewer: { name: 'viewer' },
    });
  });

  it("passes the rack's system on, even its errors, as 200", async () => {
    fixture.rack.routes['GET /system'] = { name: 'rack1' };
    expect((await get('/rack')).json()).toEqual({ name: 'rack1' });
    delete fixture.rack.routes['GET /system'];
    expect(brief(await get('/rack'))).toEqual([200, 'no route: /system']);
    await fixture.rack.close();
    expect(brief(await get('/rack'))).toEqual([502, 'failed to fetch rack info']);
  });

  it('knows who created what through it', async () => {
    fixture.rack.routes['POST /apps/web/builds'] = { id: 'BX' };
    await fixture.proxy('POST /apps/web/builds', { token: fixture.session('deployer') });
    expect((await get('/created-by?type=build&ids=BX,BY')).json()).toEqual({
      BX: { user_id: 2, email: DEPLOYER, name: 'Dora Deployer' },
    });
    expect((await get('/created-by?type=build')).json()).toEqual({});
    expect(brief(await get('/created-by?ids=x'))).toEqual([400, 'type required']);
    expect(brief(await get('/created-by?type=pod&ids=x'))).toEqual([400, 'invalid type']);
  });
});

describe('users and sessions', () => {
  it('lists everybody as not enrolled, but shows one correctly', async () => {
    const users = (await get('/users')).json() as { email: string; mfa_enrolled: boolean; locked_at?: string }[];
    expect(users.length).toBeGreaterThan(6);
    expect(users.every((user) => !user.mfa_enrolled)).toBe(true);
    expect(users.find((user) => user.email === 'locked@example.com')?.locked_at).toBeDefined();
    expect((await get(`/users/${encodeURIComponent(DEPLOYER)}`)).json()).toMatchObject({ mfa_enrolled: true });
    expect(brief(await get('/users/nobody@example.com'))).toEqual([404, 'user not found']);
  });

  it('creates and overwrites', async () => {
    const created = await admin('POST /users', { json: { email: 'new@example.com', name: 'New', roles: ['ops'] } });
    expect([created.status, created.json()]).toEqual([
      201,
      { email: 'new@example.com', name: 'New', roles: ['ops'], created_by_email: ADMIN },
    ]);
    const again = await admin('POST /users', { json: { email: 'new@example.com', name: 'Newer', roles: ['viewer'] } });
    expect([again.status, again.json()]).toEqual([201, expect.objectContaining({ name: 'Newer', roles: ['viewer'] })]);
    expect(brief(await admin('POST /users', { json: { email: 'x@example.com', name: 'X', roles: ['cicd'] } }))).toEqual(
      [400, 'invalid role: cicd'],
    );
    expect(brief(await admin('POST /users', { json: { name: 'X', roles: ['ops'] } }))[1]).toContain("'required' tag");
  });

  it('keeps granting a removed role until a restart', async () => {
    fixture.rack.routes['PUT /apps/web'] = {};
    await admin(`PUT /users/${DEPLOYER}`, { json: { roles: ['viewer'] } });
    const token = fixture.session('deployer');
    expect((await fixture.send('GET /info', { token })).json()).toMatchObject({ user: { roles: ['viewer'] } });
    expect((await fixture.proxy('PUT /apps/web', { token })).status).toBe(200);
  });

  it('changes people, and may stop half-way', async () => {
    expect(brief(await admin(`PUT /users/${DEPLOYER}`, { json: {} }))).toEqual([400, 'no fields provided']);
    expect(brief(await admin(`PUT /users/${ADMIN}`, { json: { roles: ['admin'] } }))).toEqual([
      400,
      'cannot change your own roles',
    ]);
    expect(brief(await admin(`PUT /users/${DEPLOYER}`, { json: { email: 'ops@example.com' } }))).toEqual([
      409,
      'email already in use',
    ]);
    const session = fixture.session('deployer');
    const half = await admin(`PUT /users/${DEPLOYER}`, { json: { email: 'dora@example.com', roles: [] } });
    expect(brief(half)).toEqual([400, 'roles cannot be empty']);
    expect((await get('/users/dora@example.com')).status).toBe(200);
    expect(brief(await fixture.send('GET /info', { token: session }))[1]).toBe(
      'authentication failed: session revoked',
    );
  });

  it('deletes, but not oneself', async () => {
    const session = fixture.session('deployer');
    expect((await admin(`DELETE /users/${DEPLOYER}`)).status).toBe(204);
    expect(brief(await fixture.send('GET /info', { token: session }))[1]).toBe(
      'authentication failed: session user missing',
    );
    expect(brief(await admin(`DELETE /users/${ADMIN}`))).toEqual([400, 'cannot delete yourself']);
  });

  it('lists and revokes sessions, whole seconds in UTC', async () => {
    const { token, sessionId } = fixture.gateway.issueSession(DEPLOYER);
    const sessions = (await get(`/users/${DEPLOYER}/sessions`)).json() as Record<string, unknown>[];
    expect(sessions).toHaveLength(1);
    expect(sessions[0]).toMatchObject({ id: sessionId, channel: 'cli', created_at: '2026-05-01T12:00:00Z' });
    expect((await admin(`POST /users/${DEPLOYER}/sessions/${sessionId}/revoke`)).json()).toEqual({ revoked: true });
    expect((await admin(`POST /users/${DEPLOYER}/sessions/${sessionId}/revoke`)).json()).toEqual({ revoked: false });
    expect(brief(await admin(`POST /users/${DEPLOYER}/sessions/x/revoke`))).toEqual([400, 'invalid session id']);
    expect(brief(await admin(`POST /users/${DEPLOYER}/sessions/999/revoke`))).toEqual([404, 'session not found']);
    expect((await fixture.send('GET /info', { token })).status).toBe(401);
    fixture.session('deployer');
    expect((await admin(`POST /users/${DEPLOYER}/sessions/revoke_all`)).json()).toEqual({ revoked_count: 1 });
  });
});

describe('API tokens', () => {
  it('shows the secret once, at creation', async () => {
    const answer = await admin('POST /api-tokens', { json: { name: 'robot', role: 'cicd' } });
    const made = answer.json() as { token: string; id: string; api_token: Record<string, unknown> };
    expect(made.token).toMatch(/^rgw_/);
    expect(made.api_token).toMatchObject({
      name: 'robot',
      expires_at: null,
      last_used_at: null,
      created_by_email: ADMIN,
    });
    const list = await get('/api-tokens');
    expect(list.text).not.toContain(made.token);
    expect((await get(`/api-tokens/${made.id}`)).json()).toMatchObject({ public_id: made.id });
    expect(
      (await admin(`PUT /api-tokens/${made.id}`, { json: { permissions: ['convox:app:list'] } })).json(),
    ).toMatchObject({
      permissions: ['convox:app:list'],
    });
    expect((await admin(`DELETE /api-tokens/${made.id}`)).status).toBe(204);
    expect((await get(`/api-tokens/${made.id}`)).text).toBe('null');
    expect(brief(await get('/api-tokens/no-uuid'))).toEqual([404, 'token not found']);
    expect(brief(await admin('DELETE /api-tokens/no-uuid'))).toEqual([500, 'failed to load token']);
  });

  it('answers null for an empty list, and refuses as documented', async () => {
    const [seeded] = (await get('/api-tokens')).json() as { public_id: string }[];
    await admin(`DELETE /api-tokens/${seeded?.public_id}`);
    expect((await get('/api-tokens')).text).toBe('null');
    for (const [json, error] of [
      [{ role: 'cicd' }, 'token name is required'],
      [{ name: 'x' }, 'permissions required - specify --role or --permission'],
      [{ name: 'x', role: 'king' }, 'invalid role: king (valid roles: viewer, ops, deployer, cicd, admin)'],
    ] as const) {
      expect(brief(await admin('POST /api-tokens', { json }))).toEqual([400, error]);
    }
    const orphan = await admin('POST /api-tokens', { json: { name: 'x', role: 'ops', user_email: 'no@example.com' } });
    expect([orphan.status, orphan.text]).toEqual([500, '']);
    await admin('POST /api-tokens', { json: { name: 'x', role: 'ops' } });
    expect(brief(await admin('POST /api-tokens', { json: { name: 'x', role: 'ops' } }))).toEqual([
      400,
      'token name already exists',
    ]);
  });
});

describe('the audit log', () => {
  interface Row {
    action: string;
    event_count: number;
    details?: string;
    user_email: string;
    status: string;
  }
  const audit = async (query = '') =>
    (await get(`/audit-logs${query}`, 'admin')).json() as { logs: Row[] | null; total: number };

  it('is null when empty and notes that it was read', async () => {
    expect(await audit()).toEqual({ logs: null, total: 0, page: 1, limit: 100 });
    expect((await audit()).logs).toMatchObject([{ action: 'audit.list', user_email: ADMIN, event_count: 1 }]);
    expect((await audit()).logs).toMatchObject([{ action: 'audit.list', event_count: 2 }]);
  });

  it('holds proxied calls and denials, aggregated, with details as JSON text', async () => {
    fixture.rack.routes['GET /apps/web'] = {};
    fixture.rack.routes['GET /apps/web/services'] = [];
    const token = fixture.session('viewer');
    for (let round = 0; round < 3; round++) await fixture.proxy('GET /apps/web/services', { token });
    await fixture.proxy('PUT /system', { token });
    await fixture.proxy('GET /apps/none', { token });
    const { logs } = await audit();
    expect(logs).toMatchObject([
      { action: 'rack.update', status: 'denied', rbac_decision: 'deny', http_status: 403 },
      { action: 'app.read', status: 'success', event_count: 3, resource: 'web', user_email: 'viewer@example.com' },
    ]);
    expect(JSON.parse(logs?.[1]?.details ?? '')).toEqual({ app: 'web' });
  });

  it('filters and pages', async () => {
    fixture.rack.routes['GET /apps'] = [];
    await fixture.proxy('GET /apps', { token: fixture.session('viewer') });
    fixture.clock.ms += 2 * 3_600_000;
    await fixture.proxy('GET /apps', { token: fixture.session('ops') });
    const actions = async (query: string) => ((await audit(query)).logs ?? []).map((row) => row.user_email);
    expect(await actions('?action_type=convox')).toEqual(['ops@example.com', 'viewer@example.com']);
    expect(await actions('?action_type=convox&range=1h')).toEqual(['ops@example.com']);
    expect(await actions('?action_type=convox&limit=1&page=2')).toEqual(['viewer@example.com']);
    expect(await actions('?user=viewer@example.com')).toEqual(['viewer@example.com']);
    expect(await actions('?user_id=999')).toEqual([]);
    expect(await actions('?search=OPS@')).toEqual(['ops@example.com']);
    expect(await actions('?action_type=convox&start=2026-05-01T13:00:00Z&range=15m')).toEqual(['ops@example.com']);
    expect(await actions('?action_type=convox&end=2026-05-01T13:00:00%2B00:00')).toEqual(['viewer@example.com']);
    expect(brief(await get('/audit-logs?start=yesterday'))).toEqual([400, 'invalid start time']);
    expect(brief(await get('/audit-logs?start=2026-05-01T13:00:00Z&end=2026-05-01T12:00:00Z'))).toEqual([
      400,
      'end time must be after start time',
    ]);
    expect((await get('/audit-logs/export?user=ops@example.com')).text.split('\n')).toHaveLength(3);
  });
});

describe('settings', () => {
  it('carry their source and are written by group', async () => {
    expect((await get('/settings')).json()).toMatchObject({
      mfa_require_all_users: { value: true, source: 'default' },
      session_timeout_minutes: { value: 5, source: 'default' },
    });
    expect((await get('/apps/web/settings')).json()).toMatchObject({
      ci_provider: { value: 'circleci', source: 'global_default' },
      protected_env_vars: { value: null, source: 'default' },
    });
    const path = '/settings/deploy-approvals';
    expect((await admin(`PUT ${path}`, { json: { deploy_approval_window_minutes: 5 } })).json()).toEqual({
      deploy_approvals_enabled: { value: true, source: 'default' },
      deploy_approval_window_minutes: { value: 5, source: 'db' },
    });
    expect((await admin(`DELETE ${path}?key=deploy_approval_window_minutes`)).json()).toEqual({
      deploy_approval_window_minutes: { value: 15, source: 'default' },
    });
    for (const [json, error] of [
      [{}, 'no settings provided'],
      [[], 'invalid request body'],
      [{ session_timeout_minutes: 1 }, 'setting session_timeout_minutes is not managed by this endpoint'],
      [{ nonsense: 1 }, 'unknown setting key: nonsense'],
    ] as const) {
      expect(brief(await admin(`PUT ${path}`, { json }))).toEqual([400, error]);
    }
    expect(brief(await admin(`DELETE ${path}`))).toEqual([400, 'at least one key is required']);
  });

  it('of one app take the raw value, whatever its type', async () => {
    const path = '/apps/web/settings/protected-env-vars';
    expect((await admin(`PUT ${path}`, { json: ['A'] })).json()).toEqual({
      protected_env_vars: { value: ['A'], source: 'db' },
    });
    expect((await admin(`PUT ${path}`, { json: 'text' })).json()).toEqual({
      protected_env_vars: { value: 'text', source: 'db' },
    });
    expect((await admin(`DELETE ${path}`)).json()).toEqual({ protected_env_vars: { value: null, source: 'default' } });
  });
});

describe('jobs', () => {
  interface Page {
    jobs: { id: number; state: string }[];
    page_info: { has_next_page: boolean; end_cursor: string };
  }

  it('page without ever promising a next page', async () => {
    const first = (await get('/jobs?limit=4', 'admin')).json() as Page;
    expect(first.page_info.has_next_page).toBe(false);
    expect(first.jobs).toHaveLength(4);
    const second = (await get(`/jobs?limit=4&after=${first.page_info.end_cursor}`, 'admin')).json() as Page;
    expect(second.jobs).toHaveLength(2);
    expect(second.jobs[0]?.id).toBeLessThan(first.jobs.at(-1)?.id ?? 0);
  });

  it('spell the state in two ways, and can be cancelled and retried', async () => {
    const cancelled = (await get('/jobs?state=canceled', 'admin')).json() as Page;
    expect(cancelled.jobs.map((job) => job.state)).toEqual(['cancelled']);
    expect(brief(await get('/jobs?state=cancelled', 'admin'))).toEqual([400, 'invalid state filter']);
    const id = cancelled.jobs[0]?.id;
    expect((await admin(`POST /jobs/${id}/retry`)).json()).toMatchObject({ id, state: 'available' });
    expect((await admin(`DELETE /jobs/${id}`)).status).toBe(204);
    expect((await get(`/jobs/${id}`, 'admin')).json()).toMatchObject({ state: 'cancelled' });
    expect(brief(await get('/jobs/x', 'admin'))).toEqual([400, 'invalid job id']);
    expect(brief(await get('/jobs/999', 'admin'))).toEqual([404, 'job not found']);
    expect((await get('/jobs', 'deployer')).status).toBe(403);
  });
});

describe('the seeded past', () => {
  it('gives the recent releases of the rack an author and audit rows, and opens two approvals', async () => {
    await fixture.close();
    fixture = await startFixture({ history: true });
    const release = (id: string, build: string, env: string, created: string) => ({
      id,
      build,
      env,
      created,
      description: '',
    });
    fixture.rack.routes['GET /apps'] = [{ name: 'shop', release: 'R2' }];
    fixture.rack.routes['GET /apps/shop/services'] = [{ name: 'web' }];
    fixture.rack.routes['GET /apps/shop/releases'] = [
      release('R3', 'B2', 'A=2\nAPI_TOKEN=hidden', '2026-05-01T11:55:00Z'),
      release('R2', 'B2', 'A=1\nAPI_TOKEN=hidden', '2026-05-01T11:48:00Z'),
      release('R1', 'B1', 'A=1\nAPI_TOKEN=hidden', '2026-04-30T11:48:00Z'),
    ];
    const answer = await get('/audit-logs?range=7d', 'admin');
    const { logs } = answer.json() as { logs: { action: string; resource: string; details: string }[] };
    const actions = logs.map((row) => `${row.action} ${row.resource}`);
    expect(actions).toContain('env.set shop');
    expect(actions).toContain('release.promote R2');
    expect(actions).not.toContain('release.promote R3');
    expect(actions.some((action) => action.startsWith('app.update web'))).toBe(true);
    expect(answer.text).not.toContain('hidden');
    const by = (await get('/created-by?type=release&ids=R1,R2,R3')).json() as Record<string, { email: string }>;
    expect(Object.keys(by)).toEqual(['R1', 'R2', 'R3']);
    const pending = await get('/deploy-approval-requests?status=pending', 'admin');
    expect((pending.json() as { deploy_approval_requests: unknown[] }).deploy_approval_requests).toHaveLength(2);
  });

  it('is simply shorter when the rack does not answer', async () => {
    await fixture.close();
    fixture = await startFixture({ history: true });
    await fixture.rack.close();
    expect((await get('/audit-logs', 'admin')).status).toBe(200);
    expect((await get('/deploy-approval-requests?only_open=true', 'admin')).text).toContain('"pending"');
  });
});

describe('Slack', () => {
  it('is not configured, and for admins only', async () => {
    expect(brief(await get('/integrations/slack', 'admin'))).toEqual([404, 'no Slack integration found']);
    expect(brief(await get('/integrations/slack'))).toEqual([403, 'admin access required']);
  });
});
