import { createHash, randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Fixture, startFixture } from './gateway-fixture.ts';

let fixture: Fixture;
beforeEach(async () => {
  fixture = await startFixture();
});
afterEach(() => fixture.close());

interface Started {
  auth_url: string;
  state: string;
  code_verifier: string;
}

const start = async () => (await fixture.send('POST /auth/cli/start')).json() as Started;
const poll = (started: Started, more: Record<string, unknown> = {}) =>
  fixture.send('POST /auth/cli/complete', {
    json: { state: started.state, code_verifier: started.code_verifier, ...more },
  });
/** Follows a link as a browser does: one step, cookies ignored. */
const visit = (url: string) => fixture.send(`GET /${url.replace(fixture.gateway.url, '')}`);

describe('start', () => {
  it('returns state, verifier and an address with the S256 challenge', async () => {
    const started = await start();
    expect(started.state).toMatch(/^[\w-]{43}$/);
    expect(started.code_verifier).toMatch(/^[\w-]{171}$/);
    const url = new URL(started.auth_url);
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      state: started.state,
      response_type: 'code',
      scope: 'openid profile email',
      code_challenge_method: 'S256',
      code_challenge: createHash('sha256').update(started.code_verifier).digest('base64url'),
      redirect_uri: `${fixture.gateway.url}/api/v1/auth/cli/callback`,
    });
  });
});

describe('a person in the browser', () => {
  const link = (markup: string, text: string): string => {
    const found = new RegExp(`href="([^"]+)">${text}<`).exec(markup)?.[1];
    if (found === undefined) throw new Error(`no link for ${text}`);
    return found.replaceAll('&amp;', '&');
  };
  const signIn = async (started: Started, email: string): Promise<string> => {
    const chosen = await visit(link((await visit(started.auth_url)).text, email));
    expect(chosen.status).toBe(302);
    const back = await visit(String(chosen.headers.location));
    expect(back.status).toBe(307);
    const page = await visit(String(back.headers.location));
    expect(page.status).toBe(307);
    return String(page.headers.location);
  };

  it('signs in, types the code on the page, and the poller gets a session once', async () => {
    const started = await start();
    expect((await poll(started)).json()).toEqual({ status: 'pending' });
    const challenge = await signIn(started, 'ops@example.com');
    expect(challenge).toBe(`/app/auth/mfa/challenge?state=${started.state}`);
    expect((await poll(started)).status).toBe(202);
    expect((await visit(challenge)).text).toContain(fixture.gateway.totpCode('ops@example.com'));
    const wrong = await fixture.send('POST //app/auth/mfa/challenge', {
      body: new URLSearchParams({ state: started.state, code: '000000' }).toString(),
    });
    expect(wrong.text).toContain('Wrong code');
    const right = await fixture.send('POST //app/auth/mfa/challenge', {
      body: new URLSearchParams({ state: started.state, code: fixture.gateway.totpCode('ops@example.com') }).toString(),
      headers: { origin: fixture.gateway.url },
    });
    expect([right.status, right.headers.location]).toEqual([303, '/app/cli/auth/success']);
    const deviceId = randomUUID();
    const done = await poll(started, { device_id: deviceId, device_name: 'laptop', device_os: 'linux' });
    expect(done.status).toBe(200);
    expect(done.json()).toMatchObject({
      email: 'ops@example.com',
      name: 'Otis Ops',
      channel: 'cli',
      device_id: deviceId,
      device_name: 'laptop',
      mfa_verified: true,
      mfa_required: false,
      enrollment_required: false,
      session_id: expect.any(Number),
      token: expect.stringMatching(/^[\w-]{43}$/),
    });
    const again = await poll(started);
    expect([again.status, again.json()]).toEqual([400, { error: 'invalid or expired state' }]);
    const { token } = done.json() as { token: string };
    const info = (await fixture.send('GET /info', { token })).json() as { user: Record<string, string> };
    expect(Date.parse(info.user.recent_step_up_expires_at ?? '')).toBe(fixture.clock.ms + 600_000);
  });

  it('is sent to the enrolment page without a factor, and the poller is told', async () => {
    const started = await start();
    expect(await signIn(started, 'unenrolled@example.com')).toBe(
      `/app/account/security?enrollment=required&channel=cli&state=${started.state}`,
    );
    const answer = await poll(started);
    expect([answer.status, answer.json()]).toEqual([
      400,
      { error: 'You must set up multi-factor authentication before you can continue using the CLI.' },
    ]);
  });

  it('enrols on that page and can then log in anew', async () => {
    const started = await start();
    const page = await visit(await signIn(started, 'unenrolled@example.com'));
    const secret = /<code>([A-Z2-7]{32})<\/code>/.exec(page.text)?.[1];
    expect(secret).toBeDefined();
    expect(() => fixture.gateway.totpCode('unenrolled@example.com')).toThrow('no TOTP factor');
    const code = /authenticator: (\d{6})/.exec(page.text)?.[1] ?? '';
    const confirmed = await fixture.send('POST //app/account/security', {
      body: new URLSearchParams({ state: started.state, code }).toString(),
    });
    expect(confirmed.text).toContain('start the login again');
    fixture.gateway.login.autoApprove('unenrolled@example.com');
    expect((await poll(await start())).status).toBe(200);
  });

  it('is refused when unknown, and waits for ever with a foreign domain or after a cancel', async () => {
    const unknown = await start();
    expect(await signIn(unknown, 'stranger@example.com')).toBe('/app/auth/mfa/challenge?error=unauthorized');
    expect((await poll(unknown)).json()).toEqual({ error: 'User not authorized for this gateway.' });
    const foreign = await start();
    expect(await signIn(foreign, 'unauthorized@wrongdomain.com')).toBe('/app/auth/mfa/challenge?error=exchange_failed');
    expect((await poll(foreign)).status).toBe(202);
    const cancelled = await start();
    await visit(link((await visit(cancelled.auth_url)).text, 'Cancel'));
    expect((await poll(cancelled)).status).toBe(202);
  });

  it('passes by the factor page where MFA is optional', async () => {
    await fixture.close();
    fixture = await startFixture({ settings: { mfa_require_all_users: false } });
    const started = await start();
    expect(await signIn(started, 'unenrolled@example.com')).toBe('/app/cli/auth/success');
    expect((await poll(started)).status).toBe(200);
  });

  it.each([
    ['/api/v1/auth/cli/callback?code=x', 400, 'Missing code or state\n'],
    ['/api/v1/auth/cli/callback?code=x&state=unknown', 500, 'Failed to persist login state\n'],
  ])('%s answers %i', async (path, status, text) => {
    const answer = await visit(path);
    expect([answer.status, answer.text]).toEqual([status, text]);
  });

  it.each([
    ['', 'missing_state'],
    ['?state=unknown', 'expired'],
  ])('the factor step without a login leads to an error page: %s', async (query, code) => {
    expect((await visit(`/api/v1/auth/cli/mfa${query}`)).headers.location).toBe(
      `/app/auth/mfa/challenge?error=${code}`,
    );
  });

  it('does not redeem a code whose challenge belongs to another login', async () => {
    const [mine, other] = [await start(), await start()];
    const swapped = mine.auth_url.replace(
      /code_challenge=[^&]+/,
      /code_challenge=[^&]+/.exec(other.auth_url)?.[0] ?? '',
    );
    expect(await signIn({ ...mine, auth_url: swapped }, 'ops@example.com')).toContain('error=exchange_failed');
    expect((await poll(mine)).status).toBe(202);
  });
});

describe('polling', () => {
  it.each([[{}], [{ state: 'x' }], [{ state: 'x', code_verifier: '' }], [[]], ['text']])(
    'refuses the body %j',
    async (json) => {
      const answer = await fixture.send('POST /auth/cli/complete', { json });
      expect([answer.status, answer.json()]).toEqual([400, { error: 'invalid request' }]);
    },
  );

  it('fails on a device id that is no UUID and keeps the login alive', async () => {
    fixture.gateway.login.autoApprove('viewer@example.com');
    const started = await start();
    const failed = await poll(started, { device_id: 'laptop' });
    expect([failed.status, failed.json()]).toEqual([500, { error: 'failed to create session' }]);
    expect((await poll(started)).status).toBe(200);
  });

  it('is steered by the test without a browser', async () => {
    const { login } = fixture.gateway;
    const failing = await start();
    login.failWith('Identity provider is down');
    expect((await poll(failing)).json()).toEqual({ error: 'Identity provider is down' });
    login.failWith('  ');
    expect((await poll(await start())).json()).toEqual({ error: 'login_failed' });
    login.cancel();
    expect((await poll(await start())).status).toBe(202);
    const chosen = await start();
    login.chooseUser('ops@example.com');
    expect((await poll(chosen)).status).toBe(202);
    login.chooseUser('stranger@example.com');
    expect((await poll(await start())).json()).toEqual({ error: 'User not authorized for this gateway.' });
    login.autoApprove('admin@example.com');
    expect((await poll(await start())).status).toBe(200);
    login.autoApprove(undefined);
    expect((await poll(await start())).status).toBe(202);
  });

  it('answers 429 on demand and after a burst, with a useless Retry-After', async () => {
    const answers = await Promise.all(Array.from({ length: 22 }, () => fixture.send('POST /auth/cli/start')));
    const limited = answers.filter((answer) => answer.status === 429);
    expect(limited).toHaveLength(2);
    expect(limited[0]?.headers).toMatchObject({
      'retry-after': '0',
      'x-ratelimit-limit': '10',
      'x-ratelimit-remaining': '0',
    });
    expect(limited[0]?.json()).toMatchObject({ error: 'rate limit exceeded' });
    fixture.clock.ms += 200;
    expect((await fixture.send('POST /auth/cli/start')).status).toBe(200);
    fixture.clock.ms += 60_000;
    fixture.gateway.faults.rateLimited = true;
    expect((await fixture.send('POST /auth/cli/start')).status).toBe(429);
    expect((await fixture.send('GET /info', { token: fixture.session('viewer') })).status).toBe(200);
  });
});

describe('the factor from the terminal', () => {
  const answerWith = (json: unknown) => fixture.send('POST /auth/cli/mfa', { json });

  it('completes the login', async () => {
    const started = await start();
    fixture.gateway.login.chooseUser('ops@example.com');
    const code = fixture.gateway.totpCode('ops@example.com');
    expect((await answerWith({ state: started.state, code })).json()).toEqual({ redirect: '/app/cli/auth/success' });
    expect((await answerWith({ state: started.state, code })).status).toBe(200);
    expect((await poll(started)).status).toBe(200);
  });

  it('says what is wrong', async () => {
    const open = await start();
    expect((await answerWith({ state: open.state, code: '1' })).json()).toEqual({ error: 'session_incomplete' });
    fixture.gateway.login.chooseUser('ops@example.com');
    const { state } = open;
    for (const [body, error] of [
      [{}, 'state_required'],
      [{ state: 'unknown', code: '1' }, 'session_expired'],
      [{ state }, 'code_required'],
      [{ state, method: 'sms', code: '1' }, 'invalid_method'],
      [{ state, code: '000000' }, 'invalid_code'],
      ['text', 'invalid_request'],
    ] as const) {
      const answer = await answerWith(body);
      expect([answer.status, answer.json()]).toEqual([400, { error }]);
    }
  });
});
