import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PROXIED_ROUTES } from '../../../src/simulator/gateway/proxied-routes.ts';
import type { RawHandler } from './gateway-fake-rack.ts';
import { type Fixture, startFixture } from './gateway-fixture.ts';

let fixture: Fixture;
beforeEach(async () => {
  fixture = await startFixture({ rackTimeoutMs: 400 });
});
afterEach(() => fixture.close());

describe('the allow-list', () => {
  it('holds the 42 routes', () => {
    expect(PROXIED_ROUTES).toHaveLength(42);
    expect(new Set(PROXIED_ROUTES.map((route) => `${route.method} ${route.path}`)).size).toBe(42);
  });

  it.each(
    PROXIED_ROUTES.filter((route) => route.method !== 'SOCKET').map((route) => [route.method, route.path] as const),
  )('lets an admin reach the rack with %s %s', async (method, template) => {
    await fixture.close();
    fixture = await startFixture({ settings: { allow_destructive_actions: true } });
    const path = template.replaceAll(/\{(\w+)\}/g, 'x-$1');
    fixture.rack.routes[`${method} ${path}`] = { reached: true };
    const answer = await fixture.proxy(`${method} ${path}`, { token: fixture.session('admin') });
    expect([answer.status, answer.json()]).toEqual([200, { reached: true }]);
  });

  it.each([
    'GET /apps/web/resources',
    'GET /apps/web/services/web/metrics',
    'GET /racks',
    'GET /registries',
    'POST /apps/web/cancel',
    'DELETE /instances/i-1',
    'GET //apps',
    'GET /apps/',
    'PATCH /apps',
    'OPTIONS /apps',
    'GET /apps/web/certificates',
  ])('answers 404 text to %s', async (target) => {
    const [method, path] = target.split(' ');
    const answer = await fixture.send(`${method} //api/v1/rack-proxy${path}`, { token: fixture.session('admin') });
    expect([answer.status, answer.text]).toEqual([404, '404 page not found\n']);
    expect(fixture.rack.seen).toHaveLength(0);
  });

  it('authenticates before it looks at the route', async () => {
    expect((await fixture.proxy('GET /racks')).status).toBe(401);
  });
});

describe('roles', () => {
  const RANKS = ['viewer', 'ops', 'deployer', 'admin'];
  it.each([
    ['GET /apps', 'viewer', ''],
    ['GET /apps/web/releases', 'ops', 'permission denied'],
    ['GET /apps/web/releases/R1', 'deployer', 'permission denied'],
    ['POST /apps/web/services/web/processes', 'ops', "You don't have permission to run processes."],
    ['DELETE /apps/web/processes/p1', 'ops', "You don't have permission to stop processes."],
    ['POST /apps/web/releases', 'deployer', "You don't have permission to create releases."],
    ['POST /apps/web/releases/R1/promote', 'deployer', "You don't have permission to promote releases."],
    ['PUT /apps/web/services/web', 'deployer', 'permission denied'],
    ['POST /apps', 'admin', 'permission denied'],
    ['PUT /system', 'admin', 'permission denied'],
  ])('%s needs %s', async (target, least, text) => {
    fixture.rack.routes[target] = { id: 'x' };
    for (const role of RANKS) {
      const answer = await fixture.proxy(target, { token: fixture.session(role) });
      if (RANKS.indexOf(role) >= RANKS.indexOf(least)) expect([role, answer.status]).toEqual([role, 200]);
      else expect([role, answer.status, answer.text]).toEqual([role, 403, `${text}\n`]);
    }
  });

  it('asks for a factor before it denies', async () => {
    const token = fixture.session('viewer', { stepUp: false });
    const asked = await fixture.proxy('PUT /system', { token });
    expect(asked.status).toBe(401);
    expect(asked.headers).toMatchObject({ 'x-mfa-required': 'true', 'x-mfa-level': 'step_up' });
    expect(asked.text).toBe('Multi-factor authentication is required for this action\n');
    expect(asked.headers['x-error-reason']).toBeUndefined();
    const code = fixture.freshCode('viewer@example.com');
    expect((await fixture.proxy('PUT /system', { token, headers: { 'x-mfa-totp': code } })).status).toBe(403);
  });

  it('refuses to delete apps unless the policy allows it', async () => {
    fixture.rack.routes['DELETE /apps/web'] = {};
    const refused = await fixture.proxy('DELETE /apps/web', { token: fixture.session('admin') });
    expect([refused.status, refused.text]).toEqual([403, 'Destructive rack actions are disabled by policy\n']);
    await fixture.close();
    fixture = await startFixture({ settings: { allow_destructive_actions: true } });
    fixture.rack.routes['DELETE /apps/web'] = {};
    const token = fixture.session('admin', { stepUp: false });
    expect((await fixture.proxy('DELETE /apps/web', { token })).headers['x-mfa-level']).toBe('always');
    expect((await fixture.proxy('DELETE /apps/web', { token: fixture.session('admin') })).status).toBe(200);
  });

  it("goes by an API token's own permissions, without a factor", async () => {
    fixture.rack.routes['PUT /system'] = {};
    fixture.rack.routes['GET /apps'] = [];
    const narrow = fixture.gateway.issueApiToken('narrow', 'admin@example.com', ['convox:app:*']).token;
    expect((await fixture.proxy('GET /apps', { token: narrow })).status).toBe(200);
    expect((await fixture.proxy('PUT /system', { token: narrow })).status).toBe(403);
    const wide = fixture.gateway.issueApiToken('wide', 'viewer@example.com', ['convox:*:*']).token;
    expect((await fixture.proxy('PUT /system', { token: wide })).status).toBe(200);
  });

  it('blocks people without a factor everywhere on the proxy', async () => {
    const answer = await fixture.proxy('GET /apps', { token: fixture.session('unenrolled') });
    expect(answer.status).toBe(403);
    expect(answer.json()).toMatchObject({ error: 'mfa_enrollment_required' });
  });
});

describe('forwarding', () => {
  it('swaps the credentials, drops Environment and passes the rest', async () => {
    fixture.rack.routes['POST /apps/web/services/web/processes'] = { id: 'p1' };
    const answer = await fixture.proxy('POST /apps/web/services/web/processes?a=1&b=%20x', {
      token: fixture.session('ops'),
      headers: { command: 'sleep 3600', environment: 'A=1', 'x-custom': 'kept', 'x-user-email': 'forged@example.com' },
      body: 'raw body',
    });
    expect(answer.status).toBe(200);
    expect(answer.headers['content-length']).toBeUndefined();
    expect(answer.headers['transfer-encoding']).toBe('chunked');
    const seen = fixture.rack.last('POST', '/apps/web/services/web/processes');
    expect(seen.query).toBe('?a=1&b=%20x');
    expect(seen.body).toBe('raw body');
    expect(seen.headers).toMatchObject({
      command: 'sleep 3600',
      'x-custom': 'kept',
      'x-user-email': 'ops@example.com',
      'x-request-id': answer.headers['x-request-id'],
    });
    expect(seen.headers.environment).toBeUndefined();
  });

  it("passes the rack's errors and redirects on as they are", async () => {
    const conflict: RawHandler = (response) => response.writeHead(409, { 'x-rack': 'yes' }).end('{"error":"busy"}');
    const moved: RawHandler = (response) => response.writeHead(302, { location: '/elsewhere' }).end();
    fixture.rack.routes['GET /apps/web'] = conflict;
    fixture.rack.routes['GET /system'] = moved;
    const token = fixture.session('viewer');
    const answer = await fixture.proxy('GET /apps/web', { token });
    expect([answer.status, answer.text, answer.headers['x-rack']]).toEqual([409, '{"error":"busy"}', 'yes']);
    const redirected = await fixture.proxy('GET /system', { token });
    expect([redirected.status, redirected.headers.location]).toEqual([302, '/elsewhere']);
  });

  it('answers 500 when the rack is down and 502 when its certificate does not fit', async () => {
    const token = fixture.session('viewer');
    fixture.gateway.faults.certificateMismatch = true;
    const pinned = await fixture.proxy('GET /apps', { token });
    expect([pinned.status, pinned.json()]).toEqual([502, { error: 'rack certificate verification failed' }]);
    fixture.gateway.faults.certificateMismatch = false;
    await fixture.rack.close();
    const down = await fixture.proxy('GET /apps', { token });
    expect(down.status).toBe(500);
    expect((down.json() as { error: string }).error).toMatch(/^failed to forward request: /);
  });

  it('answers 403 while the rack is disabled', async () => {
    fixture.gateway.faults.rackDisabled = true;
    const answer = await fixture.proxy('GET /apps', { token: fixture.session('viewer') });
    expect([answer.status, answer.json()]).toEqual([403, { error: 'rack disabled' }]);
  });

  it.each(['GET /apps', 'GET /apps/web/releases'])(
    'appends the error to a body that runs out of time: %s',
    async (target) => {
      const slow: RawHandler = (response) => {
        response.writeHead(200, { 'content-type': 'application/json' });
        response.write('[{"name":"web"}');
      };
      fixture.rack.routes[target] = slow;
      const answer = await fixture.proxy(target, { token: fixture.session('admin') });
      expect(answer.status).toBe(200);
      expect(answer.text).toBe('[{"name":"web"}{"error":"failed to stream response body: context deadline exceeded"}');
    },
  );

  it('records what it was asked', async () => {
    const seen: string[] = [];
    await fixture.close();
    fixture = await startFixture({
      record: (request) => seen.push(`${request.method} ${request.path}?${request.query}`),
    });
    fixture.rack.routes['GET /apps'] = [];
    await fixture.proxy('GET /apps?x=1', { token: fixture.session('viewer') });
    expect(seen).toEqual(['GET /api/v1/rack-proxy/apps?x=1']);
  });
});
