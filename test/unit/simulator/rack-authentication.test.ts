import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Harness } from './rack-harness.ts';

describe('authentication and roles (convox-api.md 1.1, 1.5)', () => {
  let harness: Harness;
  beforeAll(async () => {
    harness = await Harness.start();
  });
  afterAll(() => harness.close());

  test('/check needs nothing and says ok without a newline', async () => {
    const answer = await harness.ask('/check', { auth: null });
    expect([answer.status, answer.text]).toEqual([200, 'ok']);
  });

  test.each([
    ['convox', true],
    ['anybody', true],
    ['', true],
    ['jwt', false],
  ])('the user name %j with the rack password', async (user, accepted) => {
    const answer = await harness.ask('/auth', { auth: harness.basic(undefined, user) });
    expect(answer.status).toBe(accepted ? 200 : 401);
    if (accepted) expect(answer.text).toBe('ok\n');
  });

  test.each([
    ['no credentials', null],
    ['a wrong password', `Basic ${Buffer.from('convox:wrong').toString('base64')}`],
    ['no colon', `Basic ${Buffer.from('convox').toString('base64')}`],
    ['a bearer token', 'Bearer abc'],
  ])('%s: 401 with the challenge', async (_, auth) => {
    const answer = await harness.ask('/apps', { auth });
    expect(answer.status).toBe(401);
    expect(answer.text).toBe('invalid authentication\n');
    expect(answer.headers['www-authenticate']).toBe('Basic realm="convox"');
  });

  test.each([
    ['r', 'GET', '/apps', 200],
    ['r', 'PUT', '/apps/shop', 401],
    ['r', 'HEAD', '/apps/shop/objects/x', 401],
    ['r', 'OPTIONS', '/resources', 401],
    ['rw', 'OPTIONS', '/resources', 200],
    ['rw', 'PUT', '/system/jwt/rotate', 401],
    ['rw', 'POST', '/apps/shop/budget', 401],
    ['', 'GET', '/auth', 200],
    ['', 'GET', '/apps', 401],
    ['w', 'GET', '/apps', 401],
  ])('role %j, %s %s: %d', async (role, method, path, status) => {
    const answer = await harness.ask(path, { method, auth: harness.jwt(role) });
    expect(answer.status).toBe(status);
    if (status === 401 && method !== 'HEAD') expect(answer.text).toBe('you are unauthorized to access this\n');
  });

  test.each([
    ['expired', () => harness.jwt('rw', Math.floor(harness.now / 1000) - 1), 'token is expired'],
    ['tampered', () => harness.basic(`${tokenOf(harness.jwt('r')).slice(0, -4)}AAAA`, 'jwt'), 'signature is invalid'],
    ['not a token', () => harness.basic('x.y', 'jwt'), 'token contains an invalid number of segments'],
  ])('a token that is %s', async (_, auth, reason) => {
    const answer = await harness.ask('/apps', { auth: auth() });
    expect([answer.status, answer.text]).toEqual([401, `invalid authentication: ${reason}\n`]);
  });

  test('a minted token works, carries its role, and dies with the signing key', async () => {
    const minted = await harness.post('/system/jwt/token', { role: 'read', durationInHour: '2' });
    const { token } = minted.json<{ token: string }>();
    const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Record<
      string,
      unknown
    >;
    expect(claims).toMatchObject({ role: 'r', expiresAt: harness.now / 1000 + 7200 });
    const auth = harness.basic(token, 'jwt');
    expect((await harness.ask('/apps', { auth })).status).toBe(200);
    expect((await harness.ask('/apps/shop', { method: 'DELETE', auth })).status).toBe(401);
    await harness.put('/system/jwt/rotate');
    expect((await harness.ask('/apps', { auth })).status).toBe(401);
  });

  test.each([
    [{ role: 'read', durationInHour: '0' }, 400],
    [{ role: 'read', durationInHour: '8761' }, 400],
    [{ role: 'owner', durationInHour: '1' }, 400],
    [{ role: 'read', durationInHour: 'soon' }, 500],
  ])('minting %j: %d', async (form, status) => {
    expect((await harness.post('/system/jwt/token', form)).status).toBe(status);
  });

  test('an rw token cannot mint an admin one', async () => {
    const body = 'role=admin&durationInHour=1';
    const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
    const asked = (auth: string) => harness.ask('/system/jwt/token', { method: 'POST', body, headers, auth });
    expect((await asked(harness.jwt('rw'))).status).toBe(401);
    expect((await asked(harness.jwt('rwa'))).status).toBe(200);
  });

  test('no password on the rack switches authentication off', async () => {
    const { password } = harness.rack;
    harness.rack.password = '';
    expect((await harness.ask('/apps', { auth: null })).status).toBe(200);
    harness.rack.password = password;
  });

  test('requests are on record without their credentials', async () => {
    await harness.ask('/apps?x=1');
    const last = harness.simulator.requests.at(-1);
    expect(last).toMatchObject({ rack: 'acme/prod', kind: 'http', method: 'GET', path: '/apps', query: 'x=1' });
    expect(last?.headers.authorization).toBe('<redacted>');
    expect(JSON.stringify(harness.simulator.requests)).not.toContain(harness.base.password);
  });
});

const tokenOf = (header: string): string => Buffer.from(header.slice(6), 'base64').toString().slice('jwt:'.length);
