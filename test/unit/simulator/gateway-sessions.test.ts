import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Fixture, START, startFixture } from './gateway-fixture.ts';

let fixture: Fixture;
beforeEach(async () => {
  fixture = await startFixture();
  fixture.rack.routes['GET /apps'] = [];
});
afterEach(() => fixture.close());

const basic = (secret: string, user = 'convox') => ({
  authorization: `Basic ${Buffer.from(`${user}:${secret}`).toString('base64')}`,
});

describe('transport', () => {
  it('answers health without credentials and names the service', async () => {
    const answer = await fixture.send('GET /health');
    expect(answer.status).toBe(200);
    expect(answer.json()).toEqual({ status: 'ok', service: 'rack-gateway' });
    expect(answer.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
    expect(answer.headers['strict-transport-security']).toContain('63072000');
  });

  it.each(['GET /nothing', 'POST /info', 'GET /info/', 'GET //api/v1', 'GET //elsewhere'])(
    'answers 404 with an empty body to %s',
    async (target) => {
      const answer = await fixture.send(target, { token: fixture.session('admin') });
      expect([answer.status, answer.text]).toEqual([404, '']);
    },
  );

  it('redirects the root to the web part', async () => {
    const answer = await fixture.send('GET //');
    expect([answer.status, answer.headers.location]).toEqual([307, '/app/rack']);
  });

  it('refuses a foreign host and a foreign origin', async () => {
    const token = fixture.session('viewer');
    const host = await fixture.send('GET /info', { token, headers: { host: 'gateway.example.org' } });
    expect([host.status, host.json()]).toEqual([400, { error: 'invalid host' }]);
    const origin = await fixture.send('GET /info', { token, headers: { origin: 'https://evil.example.org' } });
    expect([origin.status, origin.json()]).toEqual([400, { error: 'invalid origin' }]);
    const own = await fixture.send('GET /info', {
      token,
      headers: { origin: fixture.gateway.url, host: 'LOCALHOST:1' },
    });
    expect(own.status).toBe(200);
  });

  it('plays an outage of the load balancer with an HTML page', async () => {
    fixture.gateway.faults.outage = true;
    const answer = await fixture.send('GET /health');
    expect(answer.status).toBe(503);
    expect(answer.headers['content-type']).toContain('text/html');
  });
});

describe('credentials', () => {
  it('accepts bearer and basic with any user name, on both sides', async () => {
    const token = fixture.session('viewer');
    expect(token).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect((await fixture.send('GET /info', { token })).status).toBe(200);
    expect((await fixture.send('GET /info', { headers: basic(token, 'anybody') })).status).toBe(200);
    expect((await fixture.proxy('GET /apps', { token })).status).toBe(200);
    expect((await fixture.proxy('GET /apps', { headers: basic(token) })).status).toBe(200);
  });

  it('accepts a token with an inline suffix', async () => {
    const token = fixture.session('viewer');
    expect((await fixture.send('GET /info', { token: `${token}.totp.123456` })).status).toBe(200);
    expect((await fixture.proxy('GET /apps', { headers: basic(`${token}.totp.12.34`) })).status).toBe(200);
    expect((await fixture.send('GET /info', { token: `${token}.totp` })).status).toBe(401);
  });

  it('accepts an API token of 48 characters with a trailing equals sign', async () => {
    const { token } = fixture.gateway.issueApiToken('reader', 'admin@example.com', ['convox:app:list']);
    expect(token).toMatch(/^rgw_[A-Za-z0-9_-]{43}=$/);
    const info = (await fixture.send('GET /info', { token })).json() as { user: Record<string, unknown> };
    expect(info.user).toMatchObject({ email: 'admin@example.com', roles: [] });
    expect(info.user).not.toHaveProperty('recent_step_up_expires_at');
    expect((await fixture.proxy('GET /apps', { token })).status).toBe(200);
  });

  it.each([
    [undefined, 'missing authorization', 'CLI authentication required - provide Authorization header'],
    ['Bearer', 'invalid authorization header format', 'invalid authorization type for CLI access'],
    ['Digest abc', 'unsupported authorization type', 'invalid authorization type for CLI access'],
    ['bearer abc', 'unsupported authorization type', 'invalid authorization type for CLI access'],
    [
      'Basic %%%',
      'authentication failed: invalid basic auth format',
      'authentication failed: invalid basic auth format',
    ],
    ['Bearer nope', 'authentication failed: session not found', 'authentication failed: session not found'],
    [
      'Bearer rgw_nope',
      'authentication failed: invalid API token: invalid token',
      'authentication failed: invalid API token: invalid token',
    ],
  ])('answers 401 in both dialects to %s', async (authorization, ownReason, proxyReason) => {
    const headers = authorization === undefined ? {} : { authorization };
    const own = await fixture.send('GET /info', { headers });
    expect([own.status, own.json()]).toEqual([401, { error: ownReason }]);
    const proxied = await fixture.proxy('GET /apps', { headers });
    expect([proxied.status, proxied.text]).toEqual([401, `${proxyReason}\n`]);
    expect(proxied.headers['x-error-reason']).toBe(proxyReason);
    expect(proxied.headers['content-type']).toContain('text/plain');
  });

  it('refuses a browser cookie on the proxy even beside a good header', async () => {
    const answer = await fixture.proxy('GET /apps', {
      token: fixture.session('admin'),
      headers: { cookie: 'a=b; session_token=xyz' },
    });
    expect(answer.status).toBe(401);
    expect(answer.headers['x-error-reason']).toBe('browser session cookies are not permitted for CLI routes');
  });
});

describe('the life of a session', () => {
  const reason = async (token: string) =>
    ((await fixture.send('GET /info', { token })).json() as { error?: string }).error;

  it('reports an expired session once as expired, then as revoked', async () => {
    const token = fixture.session('viewer');
    fixture.gateway.expireSession(token);
    expect(await reason(token)).toBe('authentication failed: session expired');
    expect(await reason(token)).toBe('authentication failed: session revoked');
  });

  it('slides for ninety days with each request', async () => {
    const token = fixture.session('viewer');
    fixture.clock.ms = START + 89 * 86_400_000;
    expect(await reason(token)).toBeUndefined();
    fixture.clock.ms += 89 * 86_400_000;
    expect(await reason(token)).toBeUndefined();
    fixture.clock.ms += 91 * 86_400_000;
    expect(await reason(token)).toBe('authentication failed: session expired');
  });

  it('refuses revoked sessions and suspended or locked people', async () => {
    const revoked = fixture.session('viewer');
    fixture.gateway.revokeSession(revoked);
    expect(await reason(revoked)).toBe('authentication failed: session revoked');
    expect(await reason(fixture.session('suspended'))).toBe('authentication failed: user suspended');
    expect(await reason(fixture.session('locked'))).toBe('authentication failed: user locked');
    const ops = fixture.session('ops');
    fixture.gateway.suspend('ops@example.com');
    expect(await reason(ops)).toBe('authentication failed: user suspended');
  });

  it('keeps the API token of a locked owner working, not that of a suspended one', async () => {
    const { token } = fixture.gateway.issueApiToken('t', 'ops@example.com', ['convox:app:list']);
    fixture.gateway.lock('ops@example.com');
    expect((await fixture.proxy('GET /apps', { token })).status).toBe(200);
    fixture.gateway.suspend('ops@example.com');
    expect(await reason(token)).toBe('authentication failed: token owner is suspended');
  });

  it('reports database trouble as a 401 that leaves the session alive', async () => {
    const token = fixture.session('viewer');
    fixture.gateway.faults.databaseTrouble = true;
    expect(await reason(token)).toMatch(/^authentication failed: failed to /);
    fixture.gateway.faults.databaseTrouble = false;
    expect(await reason(token)).toBeUndefined();
  });

  it('logs out with a redirect, whatever the token', async () => {
    const token = fixture.session('viewer');
    const suffixed = await fixture.send('GET /auth/web/logout', { token: `${token}.totp.1` });
    expect([suffixed.status, suffixed.headers.location]).toEqual([302, '/app/login']);
    expect(await reason(token)).toBeUndefined();
    expect((await fixture.send('GET /auth/web/logout', { token })).status).toBe(302);
    expect(await reason(token)).toBe('authentication failed: session revoked');
    expect((await fixture.send('GET /auth/web/logout', { token: 'unknown' })).status).toBe(302);
  });
});
