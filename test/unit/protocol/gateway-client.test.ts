import { describe, expect, onTestFinished, test } from 'vitest';
import type { Failure } from '../../../src/domain/failure.ts';
import { createGatewayApi, gatewayBase } from '../../../src/protocol/gateway-client.ts';
import { dependencies, endpointOf, fakeServer, json, quickLimits } from './fake-server.ts';

type Answer = { status?: number; json?: unknown; headers?: Record<string, string>; text?: string };

async function gateway(answers: Record<string, Answer>) {
  const server = await fakeServer((request, response) => {
    const answer = answers[`${request.method} ${(request.url ?? '').split('?')[0]}`];
    if (!answer) return response.writeHead(404).end();
    for (const [name, value] of Object.entries(answer.headers ?? {})) response.setHeader(name, value);
    if (answer.text !== undefined) response.writeHead(answer.status ?? 200).end(answer.text);
    else json(response, answer.json ?? {}, answer.status);
    return undefined;
  });
  const deps = { ...dependencies(), now: () => Date.UTC(2026, 4, 1) };
  const api = createGatewayApi(
    endpointOf(`${server.url}/api/v1/rack-proxy`, { dialect: 'gateway' }),
    deps,
    quickLimits(),
  );
  onTestFinished(() => api.close());
  return { api, server };
}

async function failureOf(work: Promise<unknown>): Promise<Failure> {
  return (await work.then(
    () => expect.fail('it should have been refused'),
    (error: unknown) => error,
  )) as Failure;
}

const start = { authUrl: 'https://idp.example.com/auth', state: 's', codeVerifier: 'v' };
const device = {
  deviceId: '0b7c1f6e-6f5c-4c0c-9a75-0f1d1f0a9a11',
  deviceName: 'h'.repeat(200),
  deviceOs: 'linux',
  clientVersion: 'rackdeck/0',
};

test.each([
  ['https://gw.example.com', 'https://gw.example.com/api/v1'],
  ['https://gw.example.com/', 'https://gw.example.com/api/v1'],
  ['https://gw.example.com/api/v1', 'https://gw.example.com/api/v1'],
  ['https://gw.example.com/api/v1/rack-proxy/', 'https://gw.example.com/api/v1'],
  ['https://gw.example.com/prefix', 'https://gw.example.com/prefix/api/v1'],
])('gatewayBase(%s)', (url, expected) => {
  expect(gatewayBase(url)).toBe(expected);
});

describe('health', () => {
  test.each<[string, Record<string, Answer>, object]>([
    [
      'a gateway',
      { 'GET /api/v1/health': { json: { status: 'ok', service: 'rack-gateway' } } },
      { isGateway: true, tooOld: false },
    ],
    ['an old gateway', { 'GET /.gateway/api/health': { json: { status: 'ok' } } }, { isGateway: false, tooOld: true }],
    ['a rack', {}, { isGateway: false, tooOld: false }],
    [
      'some other service',
      { 'GET /api/v1/health': { json: { service: 'shop' } } },
      { isGateway: false, tooOld: false },
    ],
    ['a web site', { 'GET /api/v1/health': { text: '<html>hi</html>' } }, { isGateway: false, tooOld: false }],
    [
      'a login portal',
      { 'GET /api/v1/health': { status: 302, headers: { location: 'https://sso.example.com' }, text: '' } },
      { isGateway: false, tooOld: false },
    ],
  ])('%s', async (_, answers, expected) => {
    const { api, server } = await gateway(answers);
    expect(await api.health()).toEqual(expected);
    for (const request of server.requests) expect(request.headers.authorization).toBeUndefined();
  });

  test('trouble is trouble, not "no gateway"', async () => {
    const { api } = await gateway({ 'GET /api/v1/health': { status: 503, text: '' } });
    expect((await failureOf(api.health())).kind).toBe('server');
  });
});

describe('login', () => {
  test('start, pending, complete', async () => {
    const answers: Record<string, Answer> = {
      'POST /api/v1/auth/cli/start': { json: { auth_url: start.authUrl, state: 's', code_verifier: 'v' } },
      'POST /api/v1/auth/cli/complete': { status: 202, json: { status: 'pending' } },
    };
    const { api, server } = await gateway(answers);
    expect(await api.startLogin()).toEqual(start);
    expect(await api.pollLogin(start, device)).toEqual({ status: 'pending' });
    answers['POST /api/v1/auth/cli/complete'] = {
      json: {
        token: 'tok',
        email: 'a@example.com',
        name: 'Ann\u001b[2J',
        expires_at: '2026-07-23T10:00:00.123456Z',
        session_id: 17,
        channel: 'cli',
        device_id: device.deviceId,
        device_name: 'host',
        mfa_verified: true,
      },
    };
    expect(await api.pollLogin(start, device)).toEqual({
      status: 'complete',
      session: {
        token: 'tok',
        email: 'a@example.com',
        name: 'Ann',
        expiresAt: Date.UTC(2026, 6, 23, 10, 0, 0, 123),
        sessionId: 17,
        channel: 'cli',
        deviceId: device.deviceId,
        deviceName: 'host',
        mfaVerified: true,
      },
    });
    const sent = JSON.parse(server.requests[1]?.body ?? '');
    expect(sent).toMatchObject({ state: 's', code_verifier: 'v', device_id: device.deviceId, device_os: 'linux' });
    expect(sent.device_name).toHaveLength(150);
    expect(server.requests[1]?.headers['content-type']).toBe('application/json');
    for (const request of server.requests) expect(request.headers.authorization).toBeUndefined();
  });

  test('a device id that is no UUID is left out: the server would fail on it', async () => {
    const { api, server } = await gateway({ 'POST /api/v1/auth/cli/complete': { status: 202, json: {} } });
    await api.pollLogin(start, { ...device, deviceId: 'my-laptop' });
    expect(JSON.parse(server.requests[0]?.body ?? '').device_id).toBeUndefined();
  });

  test.each(['javascript:alert(1)', 'file:///etc/passwd', '--help', 'https://'])(
    'a login page %s is refused',
    async (url) => {
      const { api } = await gateway({
        'POST /api/v1/auth/cli/start': { json: { auth_url: url, state: 's', code_verifier: 'v' } },
      });
      const failure = await failureOf(api.startLogin());
      expect(failure.kind).toBe('malformed');
      expect(failure.message).not.toContain(url);
    },
  );

  test('a code in the terminal, and its refusal', async () => {
    const answers: Record<string, Answer> = { 'POST /api/v1/auth/cli/mfa': { json: { redirect: '/app' } } };
    const { api, server } = await gateway(answers);
    await api.answerLoginMfa('s', '123456');
    expect(JSON.parse(server.requests[0]?.body ?? '')).toEqual({ state: 's', method: 'totp', code: '123456' });
    answers['POST /api/v1/auth/cli/mfa'] = { status: 400, json: { error: 'invalid_code' } };
    expect((await failureOf(api.answerLoginMfa('s', '123456'))).kind).toBe('mfa-rejected');
  });

  test('logout: a redirect is success, a dead token too, trouble is not', async () => {
    const route = 'GET /api/v1/auth/web/logout';
    const answers: Record<string, Answer> = { [route]: { status: 302, headers: { location: '/app/login' }, text: '' } };
    const { api, server } = await gateway(answers);
    await api.logout();
    expect(server.requests[0]?.headers.authorization).toBeDefined();
    answers[route] = { status: 401, json: { error: 'authentication failed: session revoked' } };
    await api.logout();
    answers[route] = { status: 500, json: { error: 'x' } };
    expect((await failureOf(api.logout())).kind).toBe('server');
  });
});

describe('reads', () => {
  test('info and permissions', async () => {
    const { api } = await gateway({
      'GET /api/v1/info': {
        json: {
          user: {
            email: 'dev@example.com',
            name: 'Dev',
            roles: ['deployer'],
            mfa_enrolled: true,
            mfa_required: true,
            recent_step_up_expires_at: '2026-04-24T10:10:00.5Z',
          },
          rack: { name: 'staging', alias: 'st', host: 'https://x' },
          version: { version: '0.1.0', commit_hash: '77ea9af' },
        },
      },
      'GET /api/v1/api-tokens/permissions': { json: { user_roles: null, user_permissions: ['convox:app:list'] } },
    });
    expect(await api.info()).toEqual({
      email: 'dev@example.com',
      name: 'Dev',
      roles: ['deployer'],
      mfaEnrolled: true,
      mfaRequired: true,
      stepUpExpiresAt: Date.UTC(2026, 3, 24, 10, 10, 0, 500),
      rackName: 'staging',
      rackAlias: 'st',
      gatewayVersion: '0.1.0',
      gatewayCommit: '77ea9af',
    });
    expect(await api.permissions()).toEqual({ roles: [], permissions: ['convox:app:list'] });
  });

  test('an API token has no roles and no window', async () => {
    const { api } = await gateway({ 'GET /api/v1/info': { json: { user: { email: 'a', roles: [] } } } });
    expect(await api.info()).toMatchObject({ roles: [], stepUpExpiresAt: undefined, gatewayVersion: '' });
  });

  test('second factors', async () => {
    const { api, server } = await gateway({
      'GET /api/v1/auth/mfa/status': {
        json: {
          enrolled: true,
          required: true,
          methods: [{ id: 1, type: 'totp', label: 'phone' }],
          backup_codes: { unused: 7 },
        },
      },
      'POST /api/v1/auth/mfa/verify': { json: { recent_step_up_expires_at: '2026-05-01T00:10:00Z' } },
    });
    expect(await api.mfaStatus()).toEqual({
      enrolled: true,
      required: true,
      methods: [{ id: 1, type: 'totp', label: 'phone' }],
      unusedBackupCodes: 7,
      stepUpExpiresAt: undefined,
      preferredMethod: undefined,
    });
    expect(await api.verifyMfa('123456')).toEqual({ stepUpExpiresAt: Date.UTC(2026, 4, 1, 0, 10) });
    expect(JSON.parse(server.requests[1]?.body ?? '')).toEqual({ code: '123456', trust_device: false });
  });

  test('environment, audit log, creators', async () => {
    const { api, server } = await gateway({
      'GET /api/v1/apps/shop/env': { json: { env: { A: '1', SECRET_KEY: '********************' } } },
      'GET /api/v1/audit-logs': { json: { logs: null, total: 0 } },
      'GET /api/v1/created-by': { json: { R1: { user_id: 1, email: 'a@b', name: 'Ann' } } },
    });
    expect([...(await api.env('shop'))]).toEqual([
      ['A', '1'],
      ['SECRET_KEY', '********************'],
    ]);
    expect(await api.auditLogs({ range: '1h', limit: 5 })).toEqual({ entries: [], total: 0 });
    expect((await api.createdBy('release', ['R1', 'R2'])).get('R1')).toEqual({ email: 'a@b', name: 'Ann' });
    expect((await api.createdBy('release', [])).size).toBe(0);
    expect(server.requests.map((request) => request.url)).toEqual([
      '/api/v1/apps/shop/env',
      '/api/v1/audit-logs?range=1h&limit=5',
      '/api/v1/created-by?type=release&ids=R1%2CR2',
    ]);
  });

  test('approvals: expired is ours to say', async () => {
    const approval = (id: string, status: string, expires?: string) => ({
      public_id: id,
      status,
      approval_expires_at: expires,
    });
    const { api, server } = await gateway({
      'GET /api/v1/deploy-approval-requests': {
        json: {
          deploy_approval_requests: [
            approval('1', 'pending'),
            approval('2', 'approved', '2026-04-30T23:59:59Z'),
            approval('3', 'approved', '2026-05-01T00:00:01Z'),
            approval('4', 'deployed', '2026-04-30T00:00:00Z'),
          ],
        },
      },
    });
    const statuses = (await api.approvals({ onlyOpen: true })).map(({ status }) => status);
    expect(statuses).toEqual(['pending', 'expired', 'approved', 'deployed']);
    expect(server.requests[0]?.url).toBe('/api/v1/deploy-approval-requests?only_open=true');
  });

  test('a step-up is asked for, and the session lives', async () => {
    const { api } = await gateway({
      'GET /api/v1/audit-logs': {
        status: 401,
        headers: { 'X-MFA-Required': 'step-up' },
        json: { error: 'mfa_step_up_required', message: 'x' },
      },
    });
    expect(await failureOf(api.auditLogs())).toMatchObject({ kind: 'mfa-required', mfaLevel: 'step-up', status: 401 });
  });
});
