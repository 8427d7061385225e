import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Fixture, startFixture } from './gateway-fixture.ts';

const MASK = '*'.repeat(20);
const ENV = 'API_TOKEN=t0p\nCOLOR=red\nLIMIT=5';
const RELEASE = {
  id: 'R2',
  app: 'web',
  build: 'B1',
  env: ENV,
  manifest: 'm',
  description: '',
  created: '2026-05-01T10:00:00Z',
};

let fixture: Fixture;
beforeEach(async () => {
  fixture = await startFixture();
  fixture.rack.routes['GET /apps/web/releases'] = [RELEASE];
  fixture.rack.routes['GET /apps/web/releases/R2'] = RELEASE;
  fixture.rack.routes['POST /apps/web/releases'] = { ...RELEASE, id: 'R3' };
});
afterEach(() => fixture.close());

const protect = async (...names: string[]) => {
  const answer = await fixture.send('PUT /apps/web/settings/protected-env-vars', {
    token: fixture.session('admin'),
    json: names,
  });
  expect(answer.status).toBe(200);
};

describe('releases through the proxy', () => {
  it.each(['ops', 'deployer', 'admin'])('mask secret and protected values for %s', async (role) => {
    await protect('color');
    const answer = await fixture.proxy('GET /apps/web/releases', { token: fixture.session(role) });
    expect(answer.json()).toEqual([{ ...RELEASE, env: `API_TOKEN=${MASK}\nCOLOR=${MASK}\nLIMIT=5` }]);
    expect(answer.headers['transfer-encoding']).toBe('chunked');
  });

  it('mask everything without the permission to read the environment', async () => {
    const { token } = fixture.gateway.issueApiToken('r', 'admin@example.com', ['convox:release:read']);
    const answer = await fixture.proxy('GET /apps/web/releases/R2', { token });
    expect(answer.json()).toMatchObject({ env: `API_TOKEN=${MASK}\nCOLOR=${MASK}\nLIMIT=${MASK}`, manifest: 'm' });
  });

  const create = (role: string, env: string, more: Record<string, string> = {}) =>
    fixture.proxy('POST /apps/web/releases', {
      token: fixture.session(role),
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ ...more, env }).toString(),
    });
  const posted = () => new URLSearchParams(fixture.rack.last('POST', '/apps/web/releases').body);

  it('replace the environment: masks keep, missing keys go, the rest of the form stays', async () => {
    const answer = await create('deployer', `API_TOKEN=${MASK}\nCOLOR=blue\nNEW_KEY=${MASK}`, { build: 'B9' });
    expect(answer.status).toBe(200);
    expect(posted().get('env')).toBe('API_TOKEN=t0p\nCOLOR=blue\nNEW_KEY=');
    expect(posted().get('build')).toBe('B9');
    expect((await create('deployer', 'COLOR=blue')).status).toBe(200);
    expect(posted().get('env')).toBe('COLOR=blue');
  });

  it('keep protected keys and refuse to change them, even for admins', async () => {
    await protect('LIMIT');
    expect((await create('admin', 'COLOR=blue')).status).toBe(200);
    expect(posted().get('env')).toBe('COLOR=blue\nLIMIT=5');
    const refused = await create('admin', 'COLOR=blue\nLIMIT=5');
    expect([refused.status, refused.text]).toEqual([403, "You don't have permission to create releases.\n"]);
  });

  it('let only admins post a secret value', async () => {
    expect((await create('deployer', 'API_TOKEN=t0p')).status).toBe(403);
    expect((await create('admin', 'API_TOKEN=new')).status).toBe(200);
    expect(posted().get('env')).toBe('API_TOKEN=new');
  });

  it('pass a body without env unchanged', async () => {
    const answer = await create('deployer', '', { build: 'B1' });
    expect(answer.status).toBe(200);
    expect(posted().get('build')).toBe('B1');
    expect(fixture.rack.seen.filter((seen) => seen.method === 'GET')).toHaveLength(0);
  });

  it('answer 400 to a broken form and when the present environment cannot be read', async () => {
    const broken = await fixture.proxy('POST /apps/web/releases', {
      token: fixture.session('deployer'),
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'env=%zz',
    });
    expect([broken.status, broken.json()]).toEqual([400, { error: 'invalid form body: invalid URL escape "%zz"' }]);
    delete fixture.rack.routes['GET /apps/web/releases'];
    const failed = await create('deployer', 'COLOR=blue');
    expect(failed.status).toBe(400);
    expect((failed.json() as { error: string }).error).toMatch(/^failed to fetch latest env: /);
  });
});

describe('the own environment endpoint', () => {
  const read = (role: string, query = '') =>
    fixture.send(`GET /apps/web/env${query}`, { token: fixture.session(role) });

  it('shows the newest release, masked unless an admin asks', async () => {
    expect((await read('ops')).json()).toEqual({ env: { API_TOKEN: MASK, COLOR: 'red', LIMIT: '5' } });
    expect((await read('admin', '?secrets=true')).json()).toEqual({
      env: { API_TOKEN: 't0p', COLOR: 'red', LIMIT: '5' },
    });
    expect((await read('ops', '?key=COLOR')).json()).toEqual({ env: { COLOR: 'red' } });
    expect((await read('ops', '?key=NONE')).json()).toEqual({ env: { NONE: '' } });
    expect((await read('viewer')).json()).toEqual({
      error: "You don't have permission to view environment variables.",
    });
    const secrets = await read('deployer', '?secrets=true');
    expect([secrets.status, secrets.json()]).toEqual([403, { error: "You don't have permission to view secrets." }]);
  });

  it("counts the app's own list of secrets, which the proxy does not", async () => {
    await fixture.send('PUT /apps/web/settings/secret-env-vars', { token: fixture.session('admin'), json: ['COLOR'] });
    expect((await read('ops')).json()).toMatchObject({ env: { COLOR: MASK } });
    const proxied = await fixture.proxy('GET /apps/web/releases', { token: fixture.session('ops') });
    expect(proxied.text).toContain('COLOR=red');
  });

  it('is empty without a release and 502 without an app', async () => {
    fixture.rack.routes['GET /apps/web/releases'] = [];
    expect((await read('ops')).json()).toEqual({ env: {} });
    const unknown = await fixture.send('GET /apps/none/env', { token: fixture.session('ops') });
    expect([unknown.status, unknown.json()]).toEqual([502, { error: 'failed to fetch env' }]);
  });

  const change = (role: string, json: unknown) =>
    fixture.send('PUT /apps/web/env', { token: fixture.session(role), json });

  it('creates a release without promoting it, and none without a change', async () => {
    const answer = await change('deployer', { set: { COLOR: 'blue', API_TOKEN: MASK }, remove: ['LIMIT', 'COLOR'] });
    expect([answer.status, answer.json()]).toEqual([
      200,
      { env: { API_TOKEN: MASK, COLOR: 'blue' }, release_id: 'R3' },
    ]);
    expect(new URLSearchParams(fixture.rack.last('POST', '/apps/web/releases').body).get('env')).toBe(
      'API_TOKEN=t0p\nCOLOR=blue',
    );
    const same = await change('deployer', { set: { COLOR: 'red' } });
    expect(same.json()).not.toHaveProperty('release_id');
    expect(fixture.rack.seen.filter((seen) => seen.path.endsWith('promote'))).toHaveLength(0);
    const by = await fixture.send('GET /created-by?type=release&ids=R3,R9', { token: fixture.session('viewer') });
    expect(by.json()).toEqual({ R3: { user_id: 2, email: 'deployer@example.com', name: 'Dora Deployer' } });
  });

  it('refuses by permission, protection and shape', async () => {
    await protect('LIMIT');
    for (const [role, json, status, error] of [
      ['ops', { set: { A: '1' } }, 403, "You don't have permission to modify environment variables."],
      ['deployer', { set: { API_TOKEN: 'x' } }, 403, "You don't have permission to modify secrets."],
      ['admin', { set: { LIMIT: '6' } }, 403, 'This environment variable is protected and cannot be changed.'],
      ['admin', { set: { NEW_SECRET: MASK } }, 400, 'Masked secret value submitted without an existing secret.'],
      ['admin', { set: { A: 1 } }, 400, 'invalid payload'],
      ['admin', [], 400, 'invalid payload'],
    ] as const) {
      const answer = await change(role, json);
      expect([answer.status, answer.json()]).toEqual([status, { error }]);
    }
    fixture.rack.routes['POST /apps/web/releases'] = undefined;
    expect((await change('admin', { set: { A: '1' } })).json()).toEqual({ error: 'failed to create release' });
  });

  it('needs a step-up to change', async () => {
    const token = fixture.session('deployer', { stepUp: false });
    const answer = await fixture.send('PUT /apps/web/env', { token, json: { set: { A: '1' } } });
    expect(answer.headers['x-mfa-required']).toBe('step-up');
  });
});
