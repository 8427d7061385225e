import { describe, expect, test } from 'vitest';
import type { FailureKind } from '../../../src/domain/failure.ts';
import type { Endpoint } from '../../../src/protocol/endpoint.ts';
import { classifyRefusal } from '../../../src/protocol/failure-classification.ts';

const NOW = 1_000_000;
const asked = { doing: 'list the apps', where: 'GET /apps', origin: 'https://api.example.com' };

interface Given {
  readonly dialect?: Endpoint['dialect'];
  readonly status: number | undefined;
  readonly body?: string;
  readonly headers?: Record<string, string>;
}

function classify({ dialect = 'rack', status, body = '', headers = {} }: Given) {
  const answer = { dialect, status, body, headers, requestId: 'abc123' };
  return classifyRefusal(answer, asked, { now: () => NOW, random: () => 0 });
}

const json = (value: unknown) => JSON.stringify(value);
const error = (text: string) => json({ error: text });
const HTML = '<!DOCTYPE html>\n<html><body><h1>502 Bad Gateway</h1></body></html>';

describe('racks from 3.24.1: typed status, JSON', () => {
  test.each<[number, string, FailureKind]>([
    [400, 'app name is reserved', 'invalid'],
    [400, 'can not promote a release with an empty manifest', 'invalid'],
    [400, 'can not promote an older release, try rollback', 'invalid'],
    [400, 'unavailable on v3 racks', 'unsupported'],
    [401, 'invalid authentication', 'not-logged-in'],
    [401, 'invalid authentication: token is expired', 'not-logged-in'],
    [401, 'invalid authentication: signature is invalid', 'not-logged-in'],
    [401, 'you are unauthorized to access this', 'forbidden'],
    [403, 'app is not updating', 'conflict'],
    [403, 'app is currently updating', 'conflict'],
    [403, 'admin role required', 'forbidden'],
    [404, 'app not found: shop', 'not-found'],
    [404, 'app config not found: x', 'not-found'],
    [404, 'object not found: x', 'not-found'],
    [404, 'no such resource: x', 'not-found'],
    [404, 'instance not found: x', 'not-found'],
    [404, 'no such registry: x', 'not-found'],
    [409, 'app already exists: shop', 'conflict'],
    [409, 'app is locked: shop', 'conflict'],
    [409, 'budget cap exceeded for app shop: 100 of 90 USD', 'conflict'],
    [422, 'cost_tracking_enable is false', 'unsupported'],
    [422, 'bad image reference', 'invalid'],
    [500, 'pods "x" not found', 'not-found'],
    [500, 'releases.convox.com "rxxx" not found', 'not-found'],
    [500, 'deployments.apps "x" not found', 'not-found'],
    [500, 'no such service: x', 'not-found'],
    [500, 'no release for app: x', 'not-found'],
    [500, 'no containers found', 'server'],
    [501, 'unimplemented', 'unsupported'],
    [501, 'release history is unavailable', 'unsupported'],
    [501, "direct rack doesn't support update, use terraform", 'unsupported'],
    [501, 'metrics unavailable', 'unsupported'],
    [503, 'metrics: server busy, retry shortly', 'rate-limited'],
  ])('%d %s: %s', (status, text, kind) => {
    for (const body of [`${error(text)}\n`, json({ Error: text }), `${text}\n`]) {
      const failure = classify({ status, body });
      expect(failure).toMatchObject({ kind, status, requestId: 'abc123', where: 'GET /apps' });
      expect(failure.what).toBe('Could not list the apps');
      expect(failure.why).toBeTruthy();
    }
  });
});

describe('racks before 3.24.1 and v2: 500 with text', () => {
  test.each<[string, FailureKind]>([
    ['app not found: shop', 'not-found'],
    ['no such app: shop', 'not-found'],
    ['Stack with id x does not exist', 'not-found'],
    ['app is currently updating', 'conflict'],
    ['app already exists: shop', 'conflict'],
    ['unimplemented', 'unsupported'],
    ['strconv.Atoi: parsing "x": invalid syntax', 'invalid'],
    ['time: invalid duration "2d"', 'invalid'],
    ['response status 404', 'route-missing'],
    ['something else broke', 'server'],
  ])('%s: %s', (text, kind) => {
    expect(classify({ status: 500, body: `${text}\n` }).kind).toBe(kind);
  });
});

describe('answers without a message', () => {
  test.each<[number, string, FailureKind]>([
    [404, '', 'route-missing'],
    [405, '', 'route-missing'],
    [404, HTML, 'route-missing'],
    [401, '', 'not-logged-in'],
    [403, '', 'forbidden'],
    [500, '', 'server'],
    [502, HTML, 'server'],
    [503, HTML, 'server'],
    [504, '', 'server'],
    [418, '', 'invalid'],
    [429, '', 'rate-limited'],
  ])('%d %j: %s', (status, body, kind) => {
    const failure = classify({ status, body });
    expect(failure.kind).toBe(kind);
    expect(failure.message).not.toContain('<');
    expect(failure.why).toBeTruthy();
  });

  test('a missing route says that the rack is too old', () => {
    expect(classify({ status: 404 })).toMatchObject({
      why: 'the rack has no such route (GET /apps)',
      next: expect.stringContaining('too old'),
    });
  });

  test('a message is sanitised and bounded', () => {
    const failure = classify({ status: 400, body: error('bad \u001b[2Jthing\n') });
    expect(failure.why).toBe('bad thing');
    expect(classify({ status: 500, body: 'x'.repeat(600) }).why).toBe('the server answered with status 500');
    expect(classify({ status: 500, body: error('x'.repeat(9_000)) }).why?.length).toBeLessThanOrEqual(500);
  });
});

describe('in-band socket errors have no status', () => {
  test.each<[string, FailureKind]>([
    ['invalid authentication', 'not-logged-in'],
    ['app not found: x', 'not-found'],
    ['no resources found in dev-shop namespace', 'server'],
    ['unable to read logs for build: B1', 'server'],
    ['websocket: request origin not allowed by Upgrader.CheckOrigin', 'invalid'],
  ])('%s: %s', (text, kind) => {
    expect(classify({ status: undefined, body: text }).kind).toBe(kind);
  });

  test('through a gateway a refused rack password is not our login', () => {
    const failure = classify({ dialect: 'gateway-proxy', status: undefined, body: 'invalid authentication' });
    expect(failure).toMatchObject({ kind: 'server', what: 'The rack refused the gateway' });
  });
});

describe('gateway: dead and blocked logins, both dialects', () => {
  test.each<[string, FailureKind]>([
    ['missing authorization', 'not-logged-in'],
    ['missing authentication', 'not-logged-in'],
    ['invalid authorization header format', 'invalid'],
    ['unsupported authorization type', 'invalid'],
    ['authentication failed: invalid basic auth format', 'invalid'],
    ['authentication failed: session not found', 'not-logged-in'],
    ['authentication failed: session revoked', 'not-logged-in'],
    ['authentication failed: session expired', 'not-logged-in'],
    ['authentication failed: session invalid', 'not-logged-in'],
    ['authentication failed: empty session token', 'not-logged-in'],
    ['authentication failed: session user missing', 'not-logged-in'],
    ['authentication failed: user suspended', 'account-blocked'],
    ['authentication failed: user locked', 'account-blocked'],
    ['authentication failed: invalid API token: invalid token', 'not-logged-in'],
    ['authentication failed: invalid API token: token has expired', 'not-logged-in'],
    ['authentication failed: token owner is suspended', 'account-blocked'],
    ['authentication failed: token owner not found', 'account-blocked'],
    ['authentication failed: failed to load session', 'server'],
    ['authentication failed: failed to validate token: connection refused', 'server'],
    ['browser session cookies are not permitted for CLI routes', 'invalid'],
    ['CLI authentication required - provide Authorization header', 'not-logged-in'],
    ['invalid authorization type for CLI access', 'invalid'],
    ['user not authorized', 'account-blocked'],
  ])('401 %s: %s', (text, kind) => {
    expect(classify({ dialect: 'gateway', status: 401, body: error(text) }).kind).toBe(kind);
    const headers = { 'x-error-reason': text, 'content-type': 'text/plain; charset=utf-8' };
    expect(classify({ dialect: 'gateway-proxy', status: 401, body: `${text}\n`, headers }).kind).toBe(kind);
  });

  test('403 user not authorized: the account is gone', () => {
    expect(classify({ dialect: 'gateway', status: 403, body: error('user not authorized') }).kind).toBe(
      'account-blocked',
    );
  });
});

describe('gateway: second factor', () => {
  const own = (code: string, message: string) => json({ error: code, message });
  const sensitive = 'Multi-factor authentication is required for this sensitive operation.';

  test.each<[string, Given, FailureKind, 'step-up' | 'always' | undefined]>([
    [
      'own step-up',
      {
        status: 401,
        headers: { 'x-mfa-required': 'step-up' },
        body: own('mfa_step_up_required', 'Multi-factor authentication is required for this action.'),
      },
      'mfa-required',
      'step-up',
    ],
    [
      'own always',
      { status: 401, headers: { 'x-mfa-required': 'always' }, body: own('mfa_required', sensitive) },
      'mfa-required',
      'always',
    ],
    [
      'own step-up, header lost on the way',
      { status: 401, body: own('mfa_step_up_required', 'x') },
      'mfa-required',
      'step-up',
    ],
    [
      'own always, header lost on the way',
      { status: 401, body: own('mfa_required', sensitive) },
      'mfa-required',
      'always',
    ],
    [
      'own wrong code',
      {
        status: 401,
        body: own('mfa_verification_failed', 'Verification code is incorrect or has expired. Please try again.'),
      },
      'mfa-rejected',
      undefined,
    ],
    [
      'own enrolment 401',
      {
        status: 401,
        headers: { 'x-mfa-required': 'enrollment' },
        body: own(
          'mfa_enrollment_required',
          'Multi-factor authentication must be enabled for this account before continuing.',
        ),
      },
      'mfa-enrollment',
      undefined,
    ],
    [
      'own enrolment 403',
      {
        status: 403,
        headers: { 'x-mfa-required': 'enrollment' },
        body: own(
          'mfa_enrollment_required',
          'Multi-factor authentication enrollment is required before you can access this resource.',
        ),
      },
      'mfa-enrollment',
      undefined,
    ],
    ['own bad type', { status: 400, body: own('invalid_mfa_type', 'x') }, 'invalid', undefined],
    ['own no user', { status: 401, body: own('user_not_found', 'User not found') }, 'account-blocked', undefined],
    ['own record failed', { status: 500, body: own('mfa_step_up_record_failed', 'x') }, 'server', undefined],
    ['verify wrong', { status: 400, body: error('verification failed') }, 'mfa-rejected', undefined],
    [
      'verify too often',
      { status: 400, body: error('too many attempts - try again in 5 minutes') },
      'rate-limited',
      undefined,
    ],
    [
      'verify locked',
      { status: 400, body: error('account locked - contact administrator') },
      'account-blocked',
      undefined,
    ],
    [
      'verify locks',
      { status: 400, body: error('account locked due to multiple failed attempts - contact administrator') },
      'account-blocked',
      undefined,
    ],
    ['API token', { status: 403, body: error('mfa requires user session') }, 'forbidden', undefined],
    ['disabled', { status: 501, body: error('mfa service unavailable') }, 'unsupported', undefined],
    [
      'proxy step-up',
      {
        dialect: 'gateway-proxy',
        status: 401,
        headers: { 'x-mfa-required': 'true', 'x-mfa-level': 'step_up' },
        body: 'Multi-factor authentication is required for this action\n',
      },
      'mfa-required',
      'step-up',
    ],
    [
      'proxy always',
      {
        dialect: 'gateway-proxy',
        status: 401,
        headers: { 'x-mfa-required': 'true', 'x-mfa-level': 'always' },
        body: 'Multi-factor authentication is required for this action\n',
      },
      'mfa-required',
      'always',
    ],
    [
      'proxy without headers',
      { dialect: 'gateway-proxy', status: 401, body: 'Multi-factor authentication is required for this action\n' },
      'mfa-required',
      'step-up',
    ],
    [
      'proxy wrong code',
      { dialect: 'gateway-proxy', status: 401, body: 'MFA verification failed\n' },
      'mfa-rejected',
      undefined,
    ],
    [
      'proxy no session',
      { dialect: 'gateway-proxy', status: 401, body: 'session required for MFA verification\n' },
      'not-logged-in',
      undefined,
    ],
    [
      'proxy look-up failed',
      { dialect: 'gateway-proxy', status: 500, body: 'failed to verify MFA\n' },
      'server',
      undefined,
    ],
    [
      'proxy enrolment',
      {
        dialect: 'gateway-proxy',
        status: 403,
        body: own(
          'mfa_enrollment_required',
          'You must set up multi-factor authentication before you can continue using the CLI. Please run rack-gateway login and finish MFA enrollment.',
        ),
      },
      'mfa-enrollment',
      undefined,
    ],
    [
      'login enrolment',
      {
        status: 400,
        body: error('You must set up multi-factor authentication before you can continue using the CLI.'),
      },
      'mfa-enrollment',
      undefined,
    ],
  ])('%s', (_, given, kind, mfaLevel) => {
    const failure = classify({ dialect: 'gateway', ...given });
    expect(failure).toMatchObject({ kind, mfaLevel });
    expect(failure.next ?? failure.why).toBeTruthy();
  });

  test('too many codes: five quiet minutes', () => {
    const body = error('too many attempts - try again in 5 minutes');
    expect(classify({ dialect: 'gateway', status: 400, body }).retryAt).toBe(NOW + 300_000);
  });
});

describe('gateway: login refusals', () => {
  test.each<[number, string, FailureKind]>([
    [400, 'invalid or expired state', 'not-logged-in'],
    [400, 'User not authorized for this gateway.', 'account-blocked'],
    [400, 'invalid request', 'invalid'],
    [500, 'failed to create session', 'server'],
    [500, 'failed to initialize login state', 'server'],
  ])('%d %s: %s', (status, text, kind) => {
    expect(classify({ dialect: 'gateway', status, body: error(text) }).kind).toBe(kind);
  });
});

describe('gateway: policy, permissions, forwarding', () => {
  test.each<[number, string, FailureKind]>([
    [400, error('invalid host'), 'invalid'],
    [400, error('invalid origin'), 'invalid'],
    [403, error('invalid CSRF token'), 'invalid'],
    [403, 'permission denied\n', 'forbidden'],
    [403, "You don't have permission to promote releases.\n", 'forbidden'],
    [403, "You don't have permission to view environment variables.\n", 'forbidden'],
    [403, 'Destructive rack actions are disabled by policy\n', 'forbidden'],
    [403, error('rack disabled'), 'forbidden'],
    [403, error('insufficient permissions'), 'forbidden'],
    [403, '', 'forbidden'],
    [404, '404 page not found\n', 'route-missing'],
    [404, error('deploy approval request not found'), 'not-found'],
    [409, 'a build has already been created for this deploy approval request\n', 'conflict'],
    [409, json({ public_id: 'x', status: 'pending' }), 'conflict'],
    [500, error('failed to forward request: dial tcp: connection refused'), 'server'],
    [500, error('failed to forward request: context deadline exceeded'), 'timeout'],
    [500, error('failed to dial upstream websocket: bad handshake'), 'server'],
    [500, error('no rack configured'), 'server'],
    [500, error('manifest validation failed: image not allowed'), 'forbidden'],
    [500, error('git-sha is required when image pattern validation is configured'), 'forbidden'],
    [500, error('build request missing object URL'), 'invalid'],
    [500, error('deployment approval required for git commit abc'), 'forbidden'],
    [500, error('an archive has already been uploaded for this deploy approval request'), 'conflict'],
    [500, error('invalid build request body'), 'invalid'],
    [500, error('command not approved: rm -rf /'), 'forbidden'],
    [500, '', 'server'],
    [502, error('rack certificate verification failed'), 'server'],
    [502, HTML, 'server'],
  ])('%d %s: %s', (status, body, kind) => {
    expect(classify({ dialect: 'gateway-proxy', status, body }).kind).toBe(kind);
  });

  test('an unknown route of its own: empty 404', () => {
    expect(classify({ dialect: 'gateway', status: 404 })).toMatchObject({
      kind: 'route-missing',
      why: expect.stringContaining('gateway'),
    });
  });

  test('rack errors pass through and mean what they mean', () => {
    expect(classify({ dialect: 'gateway-proxy', status: 404, body: error('app not found: x') }).kind).toBe('not-found');
    expect(classify({ dialect: 'gateway-proxy', status: 500, body: error('pods "x" not found') }).kind).toBe(
      'not-found',
    );
    expect(classify({ dialect: 'gateway-proxy', status: 501, body: error('unimplemented') }).kind).toBe('unsupported');
  });

  test("the rack's refusal of the gateway's own credentials does not end our session", () => {
    const body = error('invalid authentication');
    expect(classify({ dialect: 'gateway-proxy', status: 401, body }).kind).toBe('server');
  });
});

describe('rate limit', () => {
  const body = json({
    error: 'rate limit exceeded',
    message: 'too many authentication attempts, please try again later',
  });

  test.each([
    ['0', 1_000],
    ['7', 7_000],
    ['soon', 1_000],
    ['999999', 600_000],
  ])('Retry-After %s', (seconds, expected) => {
    const failure = classify({ dialect: 'gateway', status: 429, body, headers: { 'retry-after': seconds } });
    expect(failure).toMatchObject({
      kind: 'rate-limited',
      why: 'too many authentication attempts, please try again later',
    });
    expect(failure.retryAt).toBe(NOW + expected);
  });
});

describe('console', () => {
  test('an expired token', () => {
    const failure = classify({ dialect: 'console', status: 401, body: error('cli token is expired') });
    expect(failure).toMatchObject({ kind: 'not-logged-in', next: expect.stringContaining('convox login') });
  });

  test('a missing route speaks of the console', () => {
    expect(classify({ dialect: 'console', status: 404 }).why).toContain('the console');
  });
});
