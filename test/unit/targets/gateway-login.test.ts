import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { Failure, type FailureKind } from '../../../src/domain/failure.ts';
import type { GatewayApi, GatewaySession, LoginPoll } from '../../../src/protocol/gateway-api.ts';
import { GatewayConfigFile } from '../../../src/targets/gateway-config-file.ts';
import { type GatewayLoginRequest, startGatewayLogin } from '../../../src/targets/gateway-login.ts';
import { logout } from '../../../src/targets/logout.ts';
import type { LoginState, Target } from '../../../src/targets/target.ts';
import { eventually } from '../../support/eventually.ts';
import { authorizationOf, fakeClients } from './support/clients.ts';
import { type Machine, machine } from './support/machine.ts';

const CONFIG = '.config/rack-gateway/config.json';
const AUTH_URL = 'https://idp.example.com/authorize?state=st';
const SESSION: GatewaySession = {
  token: 'tok',
  email: 'ann@example.com',
  name: 'Ann',
  expiresAt: undefined,
  sessionId: 4,
  channel: 'cli',
  deviceId: '11111111-1111-4111-8111-111111111111',
  deviceName: 'test-host',
  mfaVerified: true,
};
const PENDING: LoginPoll = { status: 'pending' };
const COMPLETE: LoginPoll = { status: 'complete', session: SESSION };

interface Setup {
  readonly polls?: (LoginPoll | Failure)[];
  readonly api?: Partial<GatewayApi>;
  readonly request?: Partial<GatewayLoginRequest>;
  readonly browser?: boolean;
  readonly onPoll?: (count: number) => void;
  /** Time stands still: no poll is ever due. */
  readonly frozen?: boolean;
}

async function login(host: Machine, { polls = [COMPLETE], api, request, browser = true, onPoll, frozen }: Setup = {}) {
  let clock = 1_000;
  let running = 0;
  let polled = 0;
  const devices: unknown[] = [];
  const slept: number[] = [];
  const opened: string[] = [];
  const clients = fakeClients({
    gateway: {
      health: async () => ({ isGateway: true, tooOld: false }),
      startLogin: async () => ({ authUrl: AUTH_URL, state: 'st', codeVerifier: 'cv' }),
      pollLogin: async (_start, device) => {
        expect(++running).toBe(1);
        devices.push(device);
        onPoll?.(polled);
        await Promise.resolve();
        running -= 1;
        const answer = polls[Math.min(polled++, polls.length - 1)];
        if (answer === undefined || answer instanceof Failure) throw answer;
        return answer;
      },
      logout: async () => {},
      ...api,
    },
  });
  const file = new GatewayConfigFile(host.environment);
  const flow = startGatewayLogin(
    { name: 'staging', url: 'gw.example.com/', ...request },
    {
      environment: { ...host.environment, now: () => clock },
      clients,
      file,
      clientVersion: 'rackdeck/1',
      openBrowser: async (url) => {
        opened.push(url);
        return browser;
      },
      sleep: async (ms, signal) => {
        slept.push(ms);
        clock += ms;
        await new Promise<void>((resolve) => {
          if (frozen) signal.addEventListener('abort', () => resolve());
          else setImmediate(resolve);
        });
        signal.throwIfAborted();
      },
    },
  );
  const states: LoginState[] = [];
  flow.subscribe(() => states.push(flow.state()));
  return { flow, states, clients, file, devices, slept, opened, polled: () => polled };
}

const failureOf = (state: LoginState) => (state.step === 'failed' ? state.failure : undefined);

describe('success', () => {
  test('opens the page, polls once a second, stores the session', async () => {
    const host = await machine();
    const { flow, states, clients, devices, slept, opened } = await login(host, {
      polls: [PENDING, PENDING, COMPLETE],
    });
    expect(await flow.finished).toEqual({ step: 'done', email: 'ann@example.com', targetName: 'staging' });
    expect(opened).toEqual([AUTH_URL]);
    expect(slept).toEqual([1_000, 1_000, 1_000]);
    expect(states.map((state) => [state.step, state.step === 'browser' && state.opened])).toEqual([
      ['browser', false],
      ['browser', true],
      ['done', false],
    ]);
    expect(states[0]).toMatchObject({ url: AUTH_URL, expiresAt: 601_000 });
    expect(devices[0]).toMatchObject({ deviceName: 'test-host', deviceOs: 'linux', clientVersion: 'rackdeck/1' });
    expect(clients.made[0]?.endpoint.baseUrl).toBe('https://gw.example.com');
    expect(clients.open).toBe(0);
    const stored = JSON.parse(await readFile(host.path(CONFIG), 'utf8'));
    expect(stored).toMatchObject({
      current: 'staging',
      gateways: { staging: { url: 'https://gw.example.com', token: 'tok' } },
    });
  });

  test('log in again by name alone, with the device of the config file', async () => {
    const host = await machine();
    const machineId = '22222222-2222-4222-8222-222222222222';
    await host.write(CONFIG, { machine_id: machineId, gateways: { staging: { url: 'https://old.example.com' } } });
    const { flow, devices, clients } = await login(host, { request: { url: undefined } });
    expect((await flow.finished).step).toBe('done');
    expect(clients.made[0]?.endpoint.baseUrl).toBe('https://old.example.com');
    expect(devices[0]).toMatchObject({ deviceId: machineId });
  });

  test('a machine id that is no UUID is not sent and not overwritten', async () => {
    const host = await machine();
    await host.write(CONFIG, { machine_id: 'odd', gateways: {} });
    const { flow, devices } = await login(host);
    await flow.finished;
    expect(devices[0]).toMatchObject({ deviceId: expect.stringMatching(/^[0-9a-f-]{36}$/) });
    expect(JSON.parse(await readFile(host.path(CONFIG), 'utf8')).machine_id).toBe('odd');
  });

  test.each([
    ['no browser here', { browser: false }, 1],
    ['not wanted', { request: { noBrowser: true } }, 0],
  ])('without a browser the address is shown: %s', async (_name, setup, count) => {
    const { flow, states, opened } = await login(await machine(), setup);
    await flow.finished;
    expect(opened).toHaveLength(count);
    expect(states[0]).toMatchObject({ step: 'browser', opened: false, url: AUTH_URL });
  });

  test.each<[string, FailureKind]>([
    ['429', 'rate-limited'],
    ['no network for a moment', 'unreachable'],
    ['a slow answer', 'timeout'],
    ['a server error', 'server'],
  ])('%s: backs off and goes on', async (_name, kind) => {
    const { flow, slept } = await login(await machine(), { polls: [new Failure({ kind, what: 'x' }), COMPLETE] });
    expect((await flow.finished).step).toBe('done');
    expect(slept).toEqual([1_000, 3_000]);
  });
});

describe('refusals', () => {
  test.each<[string, Failure, FailureKind, RegExp]>([
    [
      'account unknown',
      new Failure({ kind: 'account-blocked', what: 'not known', next: 'Ask an administrator.' }),
      'account-blocked',
      /Ask an administrator/,
    ],
    [
      'enrolment',
      new Failure({ kind: 'mfa-enrollment', what: 'first' }),
      'mfa-enrollment',
      /Finish the set-up on the page.*start the login again/,
    ],
    [
      'redeemed already',
      new Failure({ kind: 'not-logged-in', what: 'over', next: 'Start the login again.' }),
      'not-logged-in',
      /Start the login again/,
    ],
    [
      'a stored error text',
      new Failure({ kind: 'invalid', what: 'x', why: 'domain not allowed' }),
      'invalid',
      /gateway administrator/,
    ],
    ['a malformed answer', new Failure({ kind: 'malformed', what: 'x' }), 'malformed', /Start the login again/],
  ])('%s: ends at once, in plain words, with a next step', async (_name, refusal, kind, next) => {
    const host = await machine();
    const { flow, polled, clients } = await login(host, { polls: [PENDING, refusal, COMPLETE] });
    const failure = failureOf(await flow.finished);
    expect(failure).toMatchObject({ kind, next: expect.stringMatching(next) });
    expect(polled()).toBe(2);
    expect(clients.open).toBe(0);
    await expect(readFile(host.path(CONFIG))).rejects.toThrow('ENOENT');
  });

  test('the blank stored error is put into words', async () => {
    const { flow } = await login(await machine(), {
      polls: [new Failure({ kind: 'invalid', what: 'x', why: 'login_failed' })],
    });
    expect(failureOf(await flow.finished)?.message).toBe(
      'The gateway refused the login: the sign-in at the identity provider failed',
    );
  });

  test('a server that keeps failing is given up', async () => {
    const { flow, polled } = await login(await machine(), {
      polls: [new Failure({ kind: 'server', what: 'x', why: 'failed to create session' })],
    });
    expect(failureOf(await flow.finished)).toMatchObject({ kind: 'server', why: 'failed to create session' });
    expect(polled()).toBe(10);
  });

  test('ten minutes without an answer', async () => {
    const { flow, polled } = await login(await machine(), { polls: [PENDING] });
    expect(failureOf(await flow.finished)).toMatchObject({ kind: 'timeout', next: 'Start the login again.' });
    expect(polled()).toBe(600);
  });

  test.each<[string, Partial<GatewayApi>, FailureKind, RegExp]>([
    [
      'not a gateway',
      { health: async () => ({ isGateway: false, tooOld: false }) },
      'route-missing',
      /no rack gateway at https:\/\/gw\.example\.com/,
    ],
    ['too old', { health: async () => ({ isGateway: false, tooOld: true }) }, 'unsupported', /too old/],
    [
      'unreachable',
      { health: () => Promise.reject(new Failure({ kind: 'unreachable', what: 'no route' })) },
      'unreachable',
      /no route/,
    ],
    [
      'an address that is no web page',
      { startLogin: async () => ({ authUrl: 'file:///etc/passwd', state: 's', codeVerifier: 'c' }) },
      'malformed',
      /no web page/,
    ],
  ])('%s: told apart, nothing opened', async (_name, api, kind, what) => {
    const { flow, opened, polled } = await login(await machine(), { api });
    expect(failureOf(await flow.finished)).toMatchObject({ kind, what: expect.stringMatching(what) });
    expect([opened, polled()]).toEqual([[], 0]);
  });

  test.each<[string, Partial<GatewayLoginRequest>]>([
    ['a name with a space', { name: 'my rack' }],
    ['no name', { name: ' ' }],
    ['no address anywhere', { url: undefined }],
    ['an address that is none', { url: 'ftp://x' }],
    ['an address with a password', { url: 'https://convox:hunter2@gw.example.com' }],
  ])('%s: usage, nothing is sent', async (_name, request) => {
    const { flow, clients } = await login(await machine(), { request });
    const failure = failureOf(await flow.finished);
    expect(failure).toMatchObject({ kind: 'usage', next: expect.any(String) });
    expect(JSON.stringify([failure?.message, failure?.next])).not.toContain('hunter2');
    expect(clients.made).toEqual([]);
  });

  test('a config file that is malformed: refused before the person signs in, the file as it was', async () => {
    const host = await machine();
    await host.write(CONFIG, '{"gateways":');
    const { flow, opened } = await login(host);
    const failure = failureOf(await flow.finished);
    expect(failure).toMatchObject({
      kind: 'malformed',
      where: host.path(CONFIG),
      next: expect.stringContaining('log in again'),
    });
    expect(opened).toEqual([]);
    expect(await readFile(host.path(CONFIG), 'utf8')).toBe('{"gateways":');
  });
});

describe('cancel', () => {
  test('at the page: ends at once, no late state', async () => {
    const host = await machine();
    const { flow, states } = await login(host, { frozen: true });
    await eventually(() => expect(flow.state().step).toBe('browser'));
    flow.cancel();
    expect(await flow.finished).toEqual({ step: 'cancelled' });
    flow.cancel();
    expect(states.filter(({ step }) => step === 'cancelled')).toHaveLength(1);
    expect(states.at(-1)).toEqual({ step: 'cancelled' });
  });

  test('while the redeeming poll is in flight: the session is revoked, not stored', async () => {
    const host = await machine();
    const revoked: string[] = [];
    const setup: Setup = {
      onPoll: () => started.flow.cancel(),
      api: {
        logout: async () => {
          revoked.push('yes');
        },
      },
    };
    const started = await login(host, setup);
    expect(await started.flow.finished).toEqual({ step: 'cancelled' });
    await eventually(() => expect(revoked).toEqual(['yes']));
    expect(await authorizationOf(started.clients.made.at(-1)?.endpoint)).toBe('Bearer tok');
    await eventually(() => expect(started.clients.open).toBe(0));
    await expect(readFile(host.path(CONFIG))).rejects.toThrow('ENOENT');
  });
});

describe('second factor from here', () => {
  test('is sent trimmed; a refusal is explained; after three wrong codes no more leave', async () => {
    const sent: string[] = [];
    const { flow } = await login(await machine(), {
      frozen: true,
      api: {
        answerLoginMfa: async (_state, code) => {
          sent.push(code);
          if (sent.length === 1) throw new Failure({ kind: 'invalid', what: 'x', why: 'session_incomplete' });
          throw new Failure({ kind: 'mfa-rejected', what: 'wrong', next: 'Wait.' });
        },
      },
    });
    await flow.submitCode('000000');
    await eventually(() => expect(flow.state().step).toBe('browser'));
    await expect(flow.submitCode(' 111111 ')).rejects.toMatchObject({
      next: 'Sign in on the page first, then enter the code.',
    });
    for (const code of ['2', '3', '4'])
      await expect(flow.submitCode(code)).rejects.toMatchObject({ kind: 'mfa-rejected' });
    await expect(flow.submitCode('5')).rejects.toMatchObject({ what: 'No more codes are sent from here' });
    expect(sent).toEqual(['111111', '2', '3', '4']);
    flow.cancel();
  });
});

describe('logout', () => {
  const target = (login: Target['login']): Target => ({
    id: 'gateway:staging',
    name: 'staging',
    kind: 'gateway',
    origin: 'https://gw.example.com',
    source: 'a file',
    demo: false,
    login,
    connect: () => {
      throw new Error('not here');
    },
  });
  const staging = target({ kind: 'gateway', url: 'https://elsewhere.example.com' });

  test.each([
    ['server revokes', undefined, true],
    ['server is out of reach', new Failure({ kind: 'unreachable', what: 'no route' }), false],
    ['server does not answer', new Failure({ kind: 'cancelled', what: 'Cancelled' }), false],
  ])('%s: forgotten here in any case', async (_name, failure, revoked) => {
    const host = await machine();
    await host.write(CONFIG, {
      gateways: { staging: { url: 'https://gw.example.com', token: 'tok', email: 'a@b', mfa_preference: 'totp' } },
    });
    const clients = fakeClients({
      gateway: {
        logout: async () => {
          if (failure !== undefined) throw failure;
        },
      },
    });
    const outcome = await logout(staging, { clients, file: new GatewayConfigFile(host.environment) });
    expect(outcome.revoked).toBe(revoked);
    expect(outcome.why?.next).toEqual(revoked ? undefined : expect.stringContaining('90 days'));
    expect(clients.made[0]?.endpoint.baseUrl).toBe('https://gw.example.com');
    expect(await authorizationOf(clients.made[0]?.endpoint)).toBe('Bearer tok');
    expect(JSON.parse(await readFile(host.path(CONFIG), 'utf8')).gateways.staging).toEqual({
      url: 'https://gw.example.com',
      mfa_preference: 'totp',
      expires_at: '0001-01-01T00:00:00Z',
    });
    expect(clients.open).toBe(0);
  });

  test.each([
    ['not logged in', staging],
    ['nothing to log in to', target(undefined)],
  ])('%s: usage', async (_name, subject) => {
    const host = await machine();
    const file = new GatewayConfigFile(host.environment);
    await expect(logout(subject, { clients: fakeClients(), file })).rejects.toMatchObject({ kind: 'usage' });
  });
});
