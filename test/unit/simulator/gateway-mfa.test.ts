import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Answer, type Fixture, startFixture } from './gateway-fixture.ts';

let fixture: Fixture;
beforeEach(async () => {
  fixture = await startFixture();
  fixture.rack.routes['POST /apps/web/services/web/restart'] = {};
});
afterEach(() => fixture.close());

const OPS = 'ops@example.com';
const restart = (token: string, headers: Record<string, string> = {}) =>
  fixture.proxy('POST /apps/web/services/web/restart', { token, headers });
const verify = (token: string, code: string) =>
  fixture.send('POST /auth/mfa/verify', { token, json: { code, trust_device: false } });
const rename = (token: string, headers: Record<string, string> = {}) =>
  fixture.send(`PUT /users/${encodeURIComponent(OPS)}/name`, { token, headers, json: { name: 'Otto' } });
const lock = (token: string, headers: Record<string, string> = {}) =>
  fixture.send('POST /users/viewer%40example.com/lock', { token, headers, json: { reason: 'left' } });
const brief = (answer: Answer) => [
  answer.status,
  answer.headers['x-mfa-required'],
  (answer.json() as { error: string }).error,
];

describe('the step-up window', () => {
  it('opens by a verification, serves both sides, and closes in time', async () => {
    const token = fixture.session('ops', { stepUp: false });
    expect((await restart(token)).status).toBe(401);
    expect(brief(await rename(token))).toEqual([401, 'step-up', 'mfa_step_up_required']);
    const verified = await verify(token, fixture.freshCode(OPS));
    expect(verified.status).toBe(200);
    const body = verified.json() as Record<string, string>;
    expect(body.trusted_device_cookie).toBe(false);
    expect(Date.parse(body.recent_step_up_expires_at ?? '') - Date.parse(body.mfa_verified_at ?? '')).toBe(600_000);
    expect((await restart(token)).status).toBe(200);
    expect((await rename(token)).status).toBe(200);
    fixture.clock.ms += 600_000;
    expect((await restart(token)).status).toBe(401);
  });

  it('has the length that the test asks for', async () => {
    await fixture.close();
    fixture = await startFixture({ stepUpWindowMs: 2_000 });
    fixture.rack.routes['POST /apps/web/services/web/restart'] = {};
    const token = fixture.session('ops');
    fixture.clock.ms += 1_999;
    expect((await restart(token)).status).toBe(200);
    fixture.clock.ms += 1;
    expect((await restart(token)).status).toBe(401);
  });

  it('leaves an inline code unused while it is open', async () => {
    const token = fixture.session('ops');
    const code = fixture.freshCode(OPS);
    expect((await restart(token, { 'x-mfa-totp': code })).status).toBe(200);
    expect((await verify(token, code)).status).toBe(200);
  });

  it('follows a changed setting on the proxy at once, on the own API after a restart', async () => {
    const admin = fixture.session('admin');
    const changed = await fixture.send('PUT /settings/mfa-configuration', {
      token: admin,
      headers: { 'x-mfa-totp': fixture.freshCode('admin@example.com') },
      json: { mfa_step_up_window_minutes: 1 },
    });
    expect(changed.status).toBe(200);
    const token = fixture.session('ops');
    fixture.clock.ms += 61_000;
    expect((await restart(token)).status).toBe(401);
    expect((await rename(token)).status).toBe(200);
  });
});

describe('factors sent along', () => {
  it.each([
    ['header', (token: string, code: string) => restart(token, { 'x-mfa-totp': code })],
    ['bearer suffix', (token: string, code: string) => restart(`${token}.totp.${code}`)],
    [
      'basic suffix',
      (token: string, code: string) =>
        fixture.proxy('POST /apps/web/services/web/restart', {
          headers: { authorization: `Basic ${Buffer.from(`convox:${token}.totp.${code}`).toString('base64')}` },
        }),
    ],
  ])('work as %s and open the window', async (_kind, act) => {
    const token = fixture.session('ops', { stepUp: false });
    expect((await act(token, fixture.freshCode(OPS))).status).toBe(200);
    expect((await restart(token)).status).toBe(200);
  });

  it('are demanded each time for "always", window or not', async () => {
    const token = fixture.session('admin');
    expect(brief(await lock(token))).toEqual([401, 'always', 'mfa_required']);
    const code = fixture.freshCode('admin@example.com');
    expect((await lock(token, { 'x-mfa-totp': code })).status).toBe(200);
    const replay = await lock(token, { 'x-mfa-totp': code });
    expect(brief(replay)).toEqual([401, undefined, 'mfa_verification_failed']);
    expect(replay.json()).toMatchObject({
      message: 'Verification code is incorrect or has expired. Please try again.',
    });
  });

  it('let the header beat the suffix, and refuse unknown kinds and security keys', async () => {
    const token = fixture.session('admin');
    const code = fixture.freshCode('admin@example.com');
    expect((await lock(`${token}.totp.000000`, { 'x-mfa-totp': code })).status).toBe(200);
    expect(brief(await lock(`${token}.sms.1`))).toEqual([400, undefined, 'invalid_mfa_type']);
    const key = await lock(token, { 'x-mfa-webauthn': 'e30=' });
    expect(key.json()).toMatchObject({ message: 'Security key verification failed. Please try again.' });
    const proxied = await restart(fixture.session('ops', { stepUp: false }), { 'x-mfa-totp': '000000' });
    expect([proxied.status, proxied.text, proxied.headers['x-mfa-required']]).toEqual([
      401,
      'MFA verification failed\n',
      undefined,
    ]);
  });

  it('are not asked of API tokens', async () => {
    const { token } = fixture.gateway.issueApiToken('robot', 'admin@example.com', ['convox:*:*']);
    expect((await lock(token)).status).toBe(200);
    expect((await restart(token)).status).toBe(200);
    const status = await fixture.send('GET /auth/mfa/status', { token });
    expect([status.status, status.json()]).toEqual([403, { error: 'mfa requires user session' }]);
  });
});

describe('codes', () => {
  it('count once per time step over all sessions, with one step of tolerance', async () => {
    const [one, two] = [fixture.session('ops'), fixture.session('ops')];
    const code = fixture.freshCode(OPS);
    expect((await verify(one, code)).status).toBe(200);
    expect((await verify(two, code)).json()).toEqual({ error: 'verification failed' });
    const older = fixture.freshCode(OPS);
    fixture.clock.ms += 30_000;
    expect((await verify(one, older)).status).toBe(200);
    const stale = fixture.freshCode(OPS);
    fixture.clock.ms += 60_000;
    expect((await verify(one, stale)).status).toBe(400);
  });

  it('may be backup codes, each once', async () => {
    const token = fixture.session('ops');
    const code = fixture.gateway.users.find((user) => user.email === OPS)?.backupCodes[0] ?? '';
    expect(code).toMatch(/^[0-9A-F]{12}$/);
    expect((await verify(token, code.toLowerCase())).status).toBe(400);
    expect((await verify(token, code)).status).toBe(200);
    expect((await verify(token, code)).status).toBe(400);
    const status = (await fixture.send('GET /auth/mfa/status', { token })).json();
    expect(status).toMatchObject({ backup_codes: { total: 10, unused: 9 } });
  });

  it('lock the account at the fifth failure until an admin unlocks it', async () => {
    const token = fixture.session('ops');
    for (let round = 0; round < 4; round++) {
      expect((await verify(token, '000000')).json()).toEqual({ error: 'verification failed' });
    }
    expect((await verify(token, '000000')).json()).toEqual({
      error: 'account locked due to multiple failed attempts - contact administrator',
    });
    expect((await verify(token, '000000')).json()).toEqual({ error: 'authentication failed: user locked' });
    const unlocked = await fixture.send(`POST /users/${OPS}/unlock`, {
      token: fixture.session('admin'),
      headers: { 'x-mfa-totp': fixture.freshCode('admin@example.com') },
    });
    expect(unlocked.status).toBe(200);
    expect((await verify(token, fixture.freshCode(OPS))).status).toBe(200);
  });

  it('are refused after five good ones, and refusals extend the block', async () => {
    const token = fixture.session('ops');
    const backup = fixture.gateway.users.find((user) => user.email === OPS)?.backupCodes ?? [];
    for (const code of backup.slice(0, 5)) expect((await verify(token, code)).status).toBe(200);
    const blocked = { error: 'too many attempts - try again in 5 minutes' };
    expect((await verify(token, backup[5] ?? '')).json()).toEqual(blocked);
    fixture.clock.ms += 299_000;
    for (let round = 0; round < 5; round++) expect((await verify(token, '000000')).json()).toEqual(blocked);
    fixture.clock.ms += 2_000;
    expect((await verify(token, backup[5] ?? '')).json()).toEqual(blocked);
    fixture.clock.ms += 301_000;
    expect((await verify(token, backup[5] ?? '')).status).toBe(200);
  });

  it('hide lock and limit reasons inline', async () => {
    const token = fixture.session('ops', { stepUp: false });
    for (let round = 0; round < 5; round++) {
      expect((await restart(token, { 'x-mfa-totp': '000000' })).text).toBe('MFA verification failed\n');
    }
    expect((await restart(token)).headers['x-error-reason']).toBe('authentication failed: user locked');
  });
});

describe('status and enrolment', () => {
  it('leaves out methods that a terminal cannot use', async () => {
    const status = (await fixture.send('GET /auth/mfa/status', { token: fixture.session('passkey') })).json();
    expect(status).toMatchObject({ enrolled: true, required: true, methods: [] });
    const ops = (await fixture.send('GET /auth/mfa/status', { token: fixture.session('ops') })).json();
    expect(ops).toMatchObject({ methods: [{ type: 'totp', cli_capable: true }], preferred_method: 'totp' });
  });

  it('lets people without a factor see only info and the factor routes', async () => {
    const token = fixture.session('unenrolled');
    expect((await fixture.send('GET /info', { token })).status).toBe(200);
    expect((await fixture.send('GET /auth/mfa/status', { token })).status).toBe(200);
    const roles = await fixture.send('GET /roles', { token });
    expect(brief(roles)).toEqual([403, 'enrollment', 'mfa_enrollment_required']);
  });

  it('enrols a TOTP factor', async () => {
    const token = fixture.session('unenrolled');
    const started = (await fixture.send('POST /auth/mfa/enroll/totp/start', { token })).json() as Record<
      string,
      unknown
    >;
    expect(started).toMatchObject({ method_id: expect.any(Number), uri: expect.stringMatching(/^otpauth:\/\/totp\//) });
    expect(started.backup_codes).toHaveLength(10);
    const confirm = (json: unknown) => fixture.send('POST /auth/mfa/enroll/totp/confirm', { token, json });
    expect((await confirm({})).json()).toEqual({ error: 'method_id and code are required' });
    expect((await confirm({ method_id: 999, code: '1' })).json()).toEqual({ error: 'invalid MFA method' });
    expect((await confirm({ method_id: started.method_id, code: '000000' })).json()).toEqual({ error: 'invalid code' });
    const { totpAt, timeStep } = await import('../../../src/simulator/gateway/totp.ts');
    const code = totpAt(String(started.secret), timeStep(fixture.clock.ms));
    expect((await confirm({ method_id: started.method_id, code })).status).toBe(200);
    expect((await fixture.send('GET /roles', { token })).status).toBe(200);
  });

  it('cannot be satisfied without a factor where MFA is optional', async () => {
    await fixture.close();
    fixture = await startFixture({ settings: { mfa_require_all_users: false } });
    fixture.rack.routes['POST /apps/web/services/web/restart'] = {};
    const token = fixture.session('unenrolled');
    expect((await restart(token)).status).toBe(200);
    fixture.clock.ms += 600_000;
    expect((await restart(token, { 'x-mfa-totp': '123456' })).text).toBe('MFA verification failed\n');
    const never = fixture.session('unenrolled', { stepUp: false, mfaVerified: false });
    expect(brief(await rename(never))).toEqual([401, 'enrollment', 'mfa_enrollment_required']);
  });

  it('limits the factor routes only', async () => {
    const token = fixture.session('ops');
    const burst = await Promise.all(Array.from({ length: 21 }, () => fixture.send('GET /auth/mfa/status', { token })));
    expect(burst.filter((answer) => answer.status === 429)).toHaveLength(1);
    expect((await fixture.send('POST /auth/cli/start')).status).toBe(200);
  });
});
