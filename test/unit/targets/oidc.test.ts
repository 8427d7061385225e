import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Environment } from '../../../src/platform/environment.ts';
import { type OidcLoginOptions, startOidcLogin } from '../../../src/targets/oidc-login.ts';
import { OidcSessions } from '../../../src/targets/oidc-sessions.ts';
import { oidcTarget } from '../../../src/targets/oidc-target.ts';
import type { LoginFlow, LoginState, OidcSettings } from '../../../src/targets/target.ts';
import { NO_OPTIONS } from '../../../src/targets/target-candidate.ts';
import { eventually } from '../../support/eventually.ts';
import { authorizationOf, fakeClients } from './support/clients.ts';
import { CLIENT_ID, type Issuer, startIssuer } from './support/issuer.ts';
import { machine } from './support/machine.ts';

const HOUR = 3_600_000;

function settingsFor(issuer: string, rest: Partial<OidcSettings> = {}): OidcSettings {
  return {
    name: 'iap',
    url: 'https://rack.example.com',
    issuer,
    clientId: CLIENT_ID,
    scopes: ['openid', 'email'],
    audience: undefined,
    tokenUse: 'bearer',
    tokenKind: 'access',
    ...rest,
  };
}

interface Scene {
  readonly issuer: Issuer;
  readonly environment: Environment;
  readonly sessions: OidcSessions;
  readonly settings: OidcSettings;
  readonly opened: string[];
  /** Moves this machine's clock, not the issuer's. */
  advance(ms: number): void;
  login(options?: OidcLoginOptions & { open?: (url: string) => Promise<boolean> }): LoginFlow;
}

async function scene(
  rest: Partial<OidcSettings> = {},
  env: Record<string, string> = { DISPLAY: ':0' },
): Promise<Scene> {
  const issuer = await startIssuer();
  const host = await machine(env);
  let ahead = 0;
  const environment = { ...host.environment, now: () => Date.now() + ahead };
  const sessions = new OidcSessions(environment);
  const settings = settingsFor(issuer.url, rest);
  const opened: string[] = [];
  return {
    issuer,
    environment,
    sessions,
    settings,
    opened,
    advance: (ms) => {
      ahead += ms;
    },
    login: ({ open, ...options } = {}) =>
      startOidcLogin(
        settings,
        {
          environment,
          sessions,
          sleep: () => Promise.resolve(),
          openBrowser:
            open ??
            (async (url) => {
              opened.push(url);
              issuer.browse(url).catch(() => undefined);
              return true;
            }),
        },
        options,
      ),
  };
}

async function loggedIn(rest: Partial<OidcSettings> = {}): Promise<Scene> {
  const made = await scene(rest);
  expect(await made.login().finished).toMatchObject({ step: 'done' });
  return made;
}

const failureOf = (state: LoginState) => (state.step === 'failed' ? state.failure : undefined);

async function atBrowser(flow: LoginFlow) {
  await eventually(() => expect(flow.state().step).toBe('browser'));
  const state = flow.state();
  if (state.step !== 'browser') throw new Error('the login has moved on');
  return state;
}

describe('authorization code', () => {
  test('logs in with PKCE, state and nonce on a loopback port; the tokens are private', async () => {
    const { login, opened, sessions, settings, issuer } = await scene();
    expect(await login().finished).toEqual({ step: 'done', email: 'ann@example.com', targetName: 'iap' });
    const asked = new URL(opened[0] ?? '').searchParams;
    expect(asked.get('redirect_uri')).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/callback$/);
    expect(asked.get('code_challenge_method')).toBe('S256');
    expect(
      [asked.get('state'), asked.get('nonce'), asked.get('code_challenge')].every((value) => (value?.length ?? 0) > 20),
    ).toBe(true);
    expect(asked.get('scope')).toBe('openid email offline_access');
    expect(issuer.grants).toEqual(['authorization_code']);
    const { store } = sessions.for(settings);
    expect((await stat(store.path)).mode & 0o777).toBe(0o600);
    expect((await stat(dirname(store.path))).mode & 0o777).toBe(0o700);
    expect(await store.read()).toMatchObject({ user: 'ann@example.com', refreshToken: expect.any(String) });
  });

  test('the person reads that it worked; the port is closed afterwards', async () => {
    const { login, issuer } = await scene();
    const flow = login({ open: async () => false });
    const { url } = await atBrowser(flow);
    const page = await issuer.browse(url);
    expect(page).toMatchObject({ status: 200, text: expect.stringContaining('You are logged in') });
    await flow.finished;
    const redirect = new URL(url).searchParams.get('redirect_uri') ?? '';
    await eventually(() => expect(fetch(redirect)).rejects.toThrow());
  });

  test('an answer with another state, path or host is turned away and does not end the login', async () => {
    const { login, issuer } = await scene();
    const flow = login({ open: async () => false });
    const { url } = await atBrowser(flow);
    const redirect = new URL(url).searchParams.get('redirect_uri') ?? '';
    const statuses = [
      (await fetch(`${redirect}?code=stolen&state=wrong`)).status,
      (await fetch(`${redirect}?error=access_denied`)).status,
      (await fetch(redirect.replace('/callback', '/'))).status,
      (await fetch(redirect, { method: 'POST' })).status,
    ];
    expect(statuses).toEqual([400, 400, 404, 404]);
    expect(flow.state().step).toBe('browser');
    expect(issuer.grants).toEqual([]);
    await issuer.browse(url);
    expect((await flow.finished).step).toBe('done');
  });

  test('denied on the page: said in words', async () => {
    const made = await scene();
    made.issuer.deny = true;
    const flow = made.login({ open: async () => false });
    const { url } = await atBrowser(flow);
    const page = await made.issuer.browse(url);
    expect(page).toMatchObject({ status: 400, text: expect.stringContaining('The login failed') });
    expect(failureOf(await flow.finished)).toMatchObject({
      kind: 'forbidden',
      why: 'it was refused on the login page',
    });
    expect(await made.sessions.for(made.settings).problem()).toMatchObject({ kind: 'not-logged-in' });
  });

  test('a code that the issuer does not know fails the login', async () => {
    const { login } = await scene();
    const flow = login({ open: async () => false });
    const asked = new URL((await atBrowser(flow)).url).searchParams;
    const iss = new URL((await atBrowser(flow)).url).origin;
    const answer = new URLSearchParams({ code: 'forged', state: asked.get('state') ?? '', iss });
    const page = await fetch(`${asked.get('redirect_uri')}?${answer}`);
    expect(page.status).toBe(400);
    expect(failureOf(await flow.finished)).toMatchObject({ kind: 'not-logged-in' });
  });

  test('cancel frees the port at once', async () => {
    const { login } = await scene();
    const flow = login({ open: async () => false });
    const { url } = await atBrowser(flow);
    flow.cancel();
    expect(await flow.finished).toEqual({ step: 'cancelled' });
    const redirect = new URL(url).searchParams.get('redirect_uri') ?? '';
    await eventually(() => expect(fetch(redirect)).rejects.toThrow());
  });

  test('a taken fixed port is told', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void taken.close());
    const { login } = await scene({ redirectPort: (taken.address() as AddressInfo).port });
    expect(failureOf(await login().finished)).toMatchObject({
      kind: 'conflict',
      next: expect.stringContaining('--no-browser'),
    });
  });
});

describe('device code', () => {
  test.each<[string, Record<string, string>, OidcLoginOptions]>([
    ['on request', { DISPLAY: ':0' }, { noBrowser: true }],
    ['over SSH', { SSH_CONNECTION: '1 2 3 4' }, {}],
  ])('%s: shows address and code, ends when the person has confirmed', async (_name, env, options) => {
    const { login, issuer, opened, sessions, settings } = await scene({}, env);
    const flow = login(options);
    const state = await atBrowser(flow);
    expect(state).toMatchObject({ opened: false, userCode: expect.stringMatching(/^[A-Z]{4}-[A-Z]{4}$/) });
    expect(await issuer.confirmDevice(state.url)).toBe('device confirmed');
    expect(await flow.finished).toEqual({ step: 'done', email: 'ann@example.com', targetName: 'iap' });
    expect(opened).toEqual([]);
    expect(issuer.grants.at(-1)).toBe('urn:ietf:params:oauth:grant-type:device_code');
    expect(await sessions.for(settings).problem()).toBeUndefined();
  });

  test('declined: said in words', async () => {
    const { login, issuer } = await scene();
    const flow = login({ noBrowser: true });
    const { url } = await atBrowser(flow);
    issuer.deny = true;
    await issuer.confirmDevice(url);
    expect(failureOf(await flow.finished)).toMatchObject({ kind: 'forbidden' });
  });

  test('cancel ends it while the person looks for the page', async () => {
    const { login } = await scene();
    const flow = login({ noBrowser: true });
    await atBrowser(flow);
    flow.cancel();
    expect(await flow.finished).toEqual({ step: 'cancelled' });
  });
});

describe('discovery', () => {
  async function serve(status: number, body: object | string): Promise<string> {
    const server = createServer((_request, response) => {
      response.writeHead(status, { 'content-type': typeof body === 'string' ? 'text/html' : 'application/json' });
      response.end(typeof body === 'string' ? body : JSON.stringify(body));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }
  test.each<[string, () => Promise<string>, string]>([
    ['nothing listens', async () => 'http://127.0.0.1:1', 'unreachable'],
    ['not an issuer', () => serve(404, '<h1>no</h1>'), 'malformed'],
    ['a web page', () => serve(200, '<h1>hello</h1>'), 'malformed'],
    ['another issuer', () => serve(200, { issuer: 'https://other.example.com' }), 'malformed'],
    ['plain http beyond this machine', async () => 'http://id.example.com', 'invalid'],
  ])('%s: one sentence, nothing opened', async (_name, issuer, kind) => {
    const { environment } = await machine({ DISPLAY: ':0' });
    const opened: string[] = [];
    const flow = startOidcLogin(settingsFor(await issuer()), {
      environment,
      sessions: new OidcSessions(environment),
      sleep: () => Promise.resolve(),
      openBrowser: async (url) => opened.push(url) > 0,
    });
    expect(failureOf(await flow.finished)).toMatchObject({
      kind,
      what: expect.stringMatching(/^Could not find out how to log in at /),
      next: expect.any(String),
    });
    expect(opened).toEqual([]);
  });

  test('a failure is not remembered', async () => {
    const made = await scene();
    const session = made.sessions.for({ ...made.settings, issuer: 'http://127.0.0.1:1' });
    const first = session.provider();
    await expect(first).rejects.toMatchObject({ kind: 'unreachable' });
    expect(session.provider()).not.toBe(first);
    await expect(session.provider()).rejects.toMatchObject({ kind: 'unreachable' });
  });
});

describe('tokens', () => {
  test('are used until shortly before their end, then renewed once for everybody, with rotation', async () => {
    const { sessions, settings, issuer, advance } = await loggedIn();
    const session = sessions.for(settings);
    const before = await session.store.read();
    expect(await session.authorization()).toBe(`Bearer ${before?.accessToken}`);
    expect(issuer.grants).toEqual(['authorization_code']);
    advance(600_000 - 30_000);
    const headers = await Promise.all(Array.from({ length: 8 }, () => session.authorization()));
    expect(issuer.grants).toEqual(['authorization_code', 'refresh_token']);
    const after = await session.store.read();
    expect(new Set(headers)).toEqual(new Set([`Bearer ${after?.accessToken}`]));
    expect(after?.accessToken).not.toBe(before?.accessToken);
    expect(after?.refreshToken).not.toBe(before?.refreshToken);
    advance(600_000);
    await session.authorization();
    expect(issuer.grants).toHaveLength(3);
    expect(await readdir(dirname(session.store.path))).toHaveLength(1);
  });

  test('two programs renew once: the second finds the new tokens', async () => {
    const { sessions, settings, issuer, advance, environment } = await loggedIn();
    const other = new OidcSessions(environment);
    await other.for(settings).authorization();
    advance(HOUR);
    const headers = await Promise.all([sessions.for(settings).authorization(), other.for(settings).authorization()]);
    expect(headers[0]).toBe(headers[1]);
    expect(issuer.grants).toEqual(['authorization_code', 'refresh_token']);
  });

  test('a revoked refresh token ends the login', async () => {
    const { sessions, settings, advance, issuer } = await loggedIn();
    const session = sessions.for(settings);
    const { refreshToken = '' } = (await session.store.read()) ?? {};
    const body = new URLSearchParams({ token: refreshToken, client_id: CLIENT_ID });
    expect((await fetch(`${issuer.url}/token/revocation`, { method: 'POST', body })).status).toBe(200);
    advance(HOUR);
    await expect(session.authorization()).rejects.toMatchObject({
      kind: 'not-logged-in',
      next: 'Run `rackdeck login iap`.',
    });
    expect(await session.store.read()).toBeUndefined();
    await expect(session.authorization()).rejects.toMatchObject({ kind: 'not-logged-in' });
    expect(issuer.grants.filter((grant) => grant === 'refresh_token')).toHaveLength(1);
  });

  test('without the issuer a token is used to its end, and kept for later', async () => {
    const { settings, environment, sessions, advance } = await loggedIn();
    const away = settingsFor(settings.issuer);
    const { OidcSession } = await import('../../../src/targets/oidc-session.ts');
    const { Failure } = await import('../../../src/domain/failure.ts');
    const session = new OidcSession(away, environment, async () => {
      throw new Failure({ kind: 'unreachable', what: 'no network' });
    });
    const tokens = await sessions.for(settings).store.read();
    advance(600_000 - 30_000);
    expect(await session.authorization()).toBe(`Bearer ${tokens?.accessToken}`);
    advance(HOUR);
    await expect(session.authorization()).rejects.toMatchObject({ kind: 'unreachable' });
    expect(await session.store.read()).toEqual(tokens);
  });

  test.each([
    ['bearer', 'access'],
    ['bearer', 'id'],
    ['basic', 'access'],
    ['basic', 'id'],
  ] as const)('sent as %s, the %s token; only to the configured origin', async (tokenUse, tokenKind) => {
    const { sessions, settings } = await loggedIn({ tokenUse, tokenKind });
    const session = sessions.for(settings);
    const tokens = await session.store.read();
    const token = tokenKind === 'id' ? tokens?.idToken : tokens?.accessToken;
    const clients = fakeClients();
    const target = oidcTarget({
      name: 'iap',
      settings,
      session,
      source: 'x',
      problem: await session.problem(),
      options: NO_OPTIONS,
      clients,
    });
    target.connect();
    expect(clients.made[0]?.endpoint).toMatchObject({ baseUrl: 'https://rack.example.com', dialect: 'rack' });
    const expected =
      tokenUse === 'basic' ? `Basic ${Buffer.from(`convox:${token}`).toString('base64')}` : `Bearer ${token}`;
    expect(await authorizationOf(clients.made[0]?.endpoint)).toBe(expected);
    const elsewhere = sessions.for({ ...settings, url: 'https://evil.example.com' });
    await expect(elsewhere.authorization()).rejects.toMatchObject({ kind: 'not-logged-in' });
  });

  test('an id token is renewed by its own expiry', async () => {
    const { sessions, settings, issuer, advance } = await loggedIn({ tokenKind: 'id' });
    advance(HOUR);
    // The renewed token's expiry lies behind this machine's clock, which runs an hour ahead: that must not loop.
    await expect(sessions.for(settings).authorization()).rejects.toMatchObject({
      kind: 'not-logged-in',
      why: 'the issuer renewed no id token',
    });
    expect(issuer.grants).toEqual(['authorization_code', 'refresh_token']);
    advance(-HOUR);
    const tokens = await sessions.for(settings).store.read();
    expect(await sessions.for(settings).authorization()).toBe(`Bearer ${tokens?.idToken}`);
  });

  test('a damaged file is told, then put aside by the next login', async () => {
    const made = await loggedIn();
    const { store } = made.sessions.for(made.settings);
    await writeFile(store.path, '{"version":1');
    expect(await made.sessions.for(made.settings).problem()).toMatchObject({ kind: 'malformed', where: store.path });
    expect((await made.login().finished).step).toBe('done');
    expect(await readFile(`${store.path}.unreadable`, 'utf8')).toBe('{"version":1');
    expect(await made.sessions.for(made.settings).problem()).toBeUndefined();
  });
});

describe('logout', () => {
  test('revokes at the issuer and forgets here', async () => {
    const { sessions, settings, issuer } = await loggedIn();
    const session = sessions.for(settings);
    const { refreshToken = '' } = (await session.store.read()) ?? {};
    expect(await sessions.logout(settings)).toEqual({ revoked: true });
    expect(await session.store.read()).toBeUndefined();
    const body = new URLSearchParams({
      grant_type: 'refresh_token',
      refresh_token: refreshToken,
      client_id: CLIENT_ID,
    });
    const answer = await fetch(`${issuer.url}/token`, { method: 'POST', body });
    expect(await answer.json()).toMatchObject({ error: 'invalid_grant' });
    await expect(sessions.logout(settings)).rejects.toMatchObject({ kind: 'usage' });
  });
});
