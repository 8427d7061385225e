import type { ServerResponse } from 'node:http';
import { describe, expect, onTestFinished, test } from 'vitest';
import { asFailure, Failure } from '../../../src/domain/failure.ts';
import { outcomeUnclear } from '../../../src/domain/outcome-unclear.ts';
import type { Endpoint } from '../../../src/protocol/endpoint.ts';
import { createGatewayWriter } from '../../../src/protocol/gateway-write-client.ts';
import type { HttpLimits } from '../../../src/protocol/http-call.ts';
import type { MutationGuard } from '../../../src/protocol/mutation-guard.ts';
import { createRackWriter } from '../../../src/protocol/rack-write-client.ts';
import type { RackWrites } from '../../../src/protocol/rack-writes.ts';
import { dependencies, endpointOf, fakeServer, fakeTcpServer, quickLimits } from './fake-server.ts';
import { openGuard } from './open-guard.ts';

const ID = '7a0d1c1e-6c52-4d3a-9d0d-0a8f3a4b5c6d';
const HTML = '<html><head><title>502 Bad Gateway</title></head></html>';

function rack(
  url: string,
  guard: MutationGuard,
  { limits, ...endpoint }: Partial<Endpoint> & { limits?: HttpLimits } = {},
): RackWrites {
  const writer = createRackWriter(endpointOf(url, endpoint), dependencies(), limits ?? quickLimits());
  onTestFinished(() => writer.close());
  return writer.under(guard);
}

async function failureOf(work: Promise<unknown>): Promise<Failure> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(Failure);
  return asFailure(error);
}

function answer(status: number, body: string, headers: Record<string, string> = {}) {
  return (_: unknown, response: ServerResponse) => void response.writeHead(status, headers).end(body);
}

/** One change each of its own kind: the rule holds for form, bytes and GET routes alike. */
const CHANGES: readonly (readonly [string, (writes: RackWrites) => Promise<unknown>])[] = [
  ['a DELETE', (w) => w.stopProcess('shop', 'web-1')],
  ['a slow POST', (w) => w.promoteRelease('shop', 'R1')],
  ['a form', (w) => w.updateService('shop', 'web', { count: 2 })],
  ['an upload', (w) => w.uploadFiles('shop', 'web-1', Buffer.alloc(10_000))],
  ['a download', (w) => w.downloadFiles('shop', 'web-1', '/a')],
];

describe.each(CHANGES)('exactly one request: %s', (_, change) => {
  test('reset before an answer', async () => {
    const server = await fakeServer((request) => request.socket.resetAndDestroy());
    const guard = openGuard();
    const failure = await failureOf(change(rack(server.url, guard)));
    expect(failure).toMatchObject({ kind: 'unreachable', nothingSent: false });
    expect(outcomeUnclear(failure)).toBe(true);
    expect([server.requests.length, guard.admitted.length]).toEqual([1, 1]);
  });

  test('no answer in time', async () => {
    const server = await fakeServer(() => undefined);
    const limits = quickLimits({ timeoutMs: { probe: 50, read: 50, change: 50, slow: 50 } });
    const failure = await failureOf(change(rack(server.url, openGuard(), { limits })));
    expect(failure).toMatchObject({ kind: 'timeout', nothingSent: false });
    expect(outcomeUnclear(failure)).toBe(true);
    expect(server.requests).toHaveLength(1);
  });

  test.each([
    ['500 of the rack', 500, 'something broke\n', 'server'],
    ['502 page of a proxy', 502, HTML, 'server'],
    ['503 without words', 503, '', 'server'],
    ['504 page', 504, HTML, 'server'],
  ])('%s', async (_name, status, body, kind) => {
    const server = await fakeServer(answer(status, body, { 'content-type': 'text/html' }));
    const failure = await failureOf(change(rack(server.url, openGuard())));
    expect(failure).toMatchObject({ kind, status, nothingSent: false });
    expect(outcomeUnclear(failure)).toBe(true);
    expect(server.requests).toHaveLength(1);
  });

  test('an answer that is cut off', async () => {
    const server = await fakeServer((_request, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('half', () => response.socket?.resetAndDestroy());
    });
    const failure = await failureOf(change(rack(server.url, openGuard())));
    expect(outcomeUnclear(failure)).toBe(true);
    expect(server.requests).toHaveLength(1);
  });

  test('a kept-alive connection that died meanwhile is not a reason to send twice', async () => {
    let asked = 0;
    const server = await fakeServer((request, response) => {
      if (asked++ === 0) response.end('{"id":"web-1"}');
      else request.socket.destroy();
    });
    const writes = rack(server.url, openGuard());
    await writes.restartService('shop', 'web');
    await failureOf(change(writes));
    expect(server.requests).toHaveLength(2);
  });
});

describe('nothing had left', () => {
  test('nobody listens', async () => {
    const failure = await failureOf(rack('http://127.0.0.1:9', openGuard()).deleteApp('shop'));
    expect(failure).toMatchObject({ kind: 'unreachable', nothingSent: true });
    expect(outcomeUnclear(failure)).toBe(false);
  });

  test('the host name is unknown', async () => {
    const failure = await failureOf(rack('http://rack.invalid', openGuard()).deleteApp('shop'));
    expect(failure).toMatchObject({ kind: 'unreachable', nothingSent: true });
  });

  test('the connection is reset while TLS begins', async () => {
    const server = await fakeTcpServer((socket) => void socket.once('data', () => socket.resetAndDestroy()));
    const failure = await failureOf(rack(server.url.replace('http:', 'https:'), openGuard()).deleteApp('shop'));
    expect(failure.nothingSent).toBe(true);
    expect(outcomeUnclear(failure)).toBe(false);
  });

  test('the time limit passes while the connection is made', async () => {
    const server = await fakeTcpServer(() => undefined);
    const limits = quickLimits({ timeoutMs: { probe: 50, read: 50, change: 50, slow: 50 } });
    const url = server.url.replace('http:', 'https:');
    const failure = await failureOf(rack(url, openGuard(), { limits }).deleteApp('shop'));
    expect(failure).toMatchObject({ kind: 'timeout', nothingSent: true });
    expect(outcomeUnclear(failure)).toBe(false);
  });

  test('there is no login', async () => {
    const refused = new Failure({ kind: 'not-logged-in', what: 'No login' });
    const authorization = () => Promise.reject(refused);
    const failure = await failureOf(rack('http://127.0.0.1:9', openGuard(), { authorization }).deleteApp('shop'));
    expect(failure).toMatchObject({ kind: 'not-logged-in', nothingSent: true });
  });

  test('the person gave up before it started', async () => {
    const server = await fakeServer(answer(200, 'ok\n'));
    const signal = AbortSignal.abort();
    const failure = await failureOf(rack(server.url, openGuard()).deleteApp('shop', { signal }));
    expect(failure).toMatchObject({ kind: 'cancelled', nothingSent: true });
    expect(server.requests).toHaveLength(0);
  });

  test('the guard says no', async () => {
    const server = await fakeServer(answer(200, 'ok\n'));
    const guard = { ...openGuard(), admit: () => Promise.reject(new Failure({ kind: 'cancelled', what: 'No code' })) };
    const failure = await failureOf(rack(server.url, guard).deleteApp('shop'));
    expect(failure).toMatchObject({ what: 'No code', nothingSent: true });
    expect(outcomeUnclear(failure)).toBe(false);
    expect(server.requests).toHaveLength(0);
  });

  test.each([
    ['a name that is none', (w: RackWrites) => w.deleteApp('..')],
    ['a comma in a list', (w: RackWrites) => w.deleteFiles('shop', 'web-1', ['/a,b'])],
    ['half a replica', (w: RackWrites) => w.updateService('shop', 'web', { count: 1.5 })],
    ['two lines as a command', (w: RackWrites) => w.runProcess('shop', 'web', { command: 'a\nb' })],
    ['no number', (w: RackWrites) => w.setBudget('shop', { monthlyCapUsd: Number.NaN })],
  ])('%s uses up nothing of what was confirmed', async (_, change) => {
    const guard = openGuard();
    const failure = await failureOf(change(rack('http://127.0.0.1:9', guard)));
    expect(failure.kind).toBe('usage');
    expect(outcomeUnclear(failure)).toBe(false);
    expect(guard.admitted).toEqual([]);
  });

  test('an environment for a one-off process is refused at a gateway, which would drop it', async () => {
    const guard = openGuard();
    const writes = rack('http://127.0.0.1:9', guard, { dialect: 'gateway-proxy' });
    const failure = await failureOf(writes.runProcess('shop', 'web', { command: 'true', environment: { A: '1' } }));
    expect(failure).toMatchObject({ kind: 'unsupported', nothingSent: true });
    expect(guard.admitted).toEqual([]);
  });

  test('a rack without a console has no console update', async () => {
    const guard = openGuard();
    const failure = await failureOf(rack('http://127.0.0.1:9', guard).updateConsoleRack({ version: '3.24.9' }));
    expect(failure).toMatchObject({ kind: 'unsupported', nothingSent: true });
    expect(guard.admitted).toEqual([]);
  });
});

describe('an abort on the way leaves it open', () => {
  test('cancelled after it was sent', async () => {
    const abort = new AbortController();
    const server = await fakeServer(() => abort.abort());
    const failure = await failureOf(rack(server.url, openGuard()).deleteApp('shop', { signal: abort.signal }));
    expect(failure).toMatchObject({ kind: 'cancelled', nothingSent: false });
    expect(outcomeUnclear(failure)).toBe(true);
  });
});

describe('refusals are clear', () => {
  test.each([
    [400, 'app name is reserved', 'invalid'],
    [401, 'you are unauthorized to access this', 'forbidden'],
    [403, 'app is currently updating', 'conflict'],
    [404, 'app not found: shop', 'not-found'],
    [404, '', 'route-missing'],
    [409, 'app is locked: shop', 'conflict'],
    [422, 'invalid image reference', 'invalid'],
    [429, 'slow down', 'rate-limited'],
    [500, 'pods "web-1" not found', 'not-found'],
    [501, 'unimplemented', 'unsupported'],
  ])('%i %s', async (status, body, kind) => {
    const server = await fakeServer(answer(status, body));
    const failure = await failureOf(rack(server.url, openGuard({ answers: [true] })).deleteApp('shop'));
    expect(failure.kind).toBe(kind);
    expect(outcomeUnclear(failure)).toBe(false);
    expect(server.requests).toHaveLength(1);
  });
});

const PROXY_401 = answer(401, 'Multi-factor authentication is required for this action\n', {
  'x-mfa-required': 'true',
  'x-mfa-level': 'step_up',
});
const OWN_401 = answer(401, JSON.stringify({ error: 'mfa_required', message: 'Multi-factor authentication is ...' }), {
  'content-type': 'application/json',
  'x-mfa-required': 'always',
});
const APPROVED = answer(200, JSON.stringify({ public_id: ID, status: 'approved' }));

describe('a second factor', () => {
  test('the proxy asks: admitted once more, sent once more', async () => {
    let asked = 0;
    const server = await fakeServer((request, response) =>
      (asked++ === 0 ? PROXY_401 : answer(200, 'ok\n'))(request, response),
    );
    const guard = openGuard({ answers: [true], proofs: [undefined, { code: '492039' }] });
    await rack(server.url, guard, { dialect: 'gateway-proxy' }).stopProcess('shop', 'web-1');
    expect(server.requests.map(({ headers }) => headers['x-mfa-totp'])).toEqual([undefined, '492039']);
    expect(guard.admitted).toEqual(Array(2).fill('DELETE /apps/{app}/processes/{pid}'));
    expect(guard.challenges).toMatchObject([{ kind: 'mfa-required', mfaLevel: 'step-up' }]);
  });

  test("the gateway's own API asks each time: the proof goes along", async () => {
    let asked = 0;
    const server = await fakeServer((request, response) => (asked++ === 0 ? OWN_401 : APPROVED)(request, response));
    const guard = openGuard({ answers: [true], proofs: [undefined, { code: 'ABCDEF012345' }] });
    const writer = createGatewayWriter(endpointOf(server.url, { dialect: 'gateway' }), dependencies(), quickLimits());
    onTestFinished(() => writer.close());
    expect((await writer.under(guard).approve(ID, 'ok')).status).toBe('approved');
    expect(server.requests.map(({ headers }) => headers['x-mfa-totp'])).toEqual([undefined, 'ABCDEF012345']);
    expect(guard.admitted).toEqual(Array(2).fill('POST /api/v1/deploy-approval-requests/{id}/approve'));
    expect(guard.challenges).toMatchObject([{ kind: 'mfa-required', mfaLevel: 'always' }]);
  });

  test.each([
    ['the proxy', 'gateway-proxy', 'MFA verification failed\n'],
    ['the own API', 'gateway', '{"error":"mfa_verification_failed","message":"Verification code is incorrect."}'],
  ] as const)('a code that %s did not accept asks for another one, never the same again', async (_, dialect, body) => {
    let asked = 0;
    const server = await fakeServer((request, response) =>
      (asked++ === 0 ? answer(401, body) : answer(200, 'ok\n'))(request, response),
    );
    const guard = openGuard({ answers: [true], proofs: [{ code: '111111' }, { code: '222222' }] });
    await rack(server.url, guard, { dialect }).stopProcess('shop', 'web-1');
    expect(server.requests.map(({ headers }) => headers['x-mfa-totp'])).toEqual(['111111', '222222']);
    expect(guard.challenges).toMatchObject([{ kind: 'mfa-rejected' }]);
  });

  test('the guard does not want: one request, and nothing was done', async () => {
    const server = await fakeServer(PROXY_401);
    const failure = await failureOf(rack(server.url, openGuard(), { dialect: 'gateway-proxy' }).deleteApp('shop'));
    expect(failure.kind).toBe('mfa-required');
    expect(outcomeUnclear(failure)).toBe(false);
    expect(server.requests).toHaveLength(1);
  });

  test('a window that never opens is no loop', async () => {
    const server = await fakeServer(PROXY_401);
    const guard = openGuard({ answers: Array<boolean>(50).fill(true) });
    const failure = await failureOf(rack(server.url, guard, { dialect: 'gateway-proxy' }).deleteApp('shop'));
    expect(failure.kind).toBe('mfa-required');
    expect(server.requests).toHaveLength(4);
  });

  test('after a challenge an unclear outcome is still an end', async () => {
    let asked = 0;
    const server = await fakeServer((request, response) =>
      asked++ === 0 ? PROXY_401(request, response) : void request.socket.resetAndDestroy(),
    );
    const guard = openGuard({ answers: [true, true] });
    const failure = await failureOf(rack(server.url, guard, { dialect: 'gateway-proxy' }).deleteApp('shop'));
    expect(outcomeUnclear(failure)).toBe(true);
    expect(server.requests).toHaveLength(2);
  });

  test('enrolment is no challenge', async () => {
    const server = await fakeServer(answer(403, '{"error":"mfa_enrollment_required","message":"set up"}'));
    const guard = openGuard({ answers: [true] });
    const failure = await failureOf(rack(server.url, guard, { dialect: 'gateway-proxy' }).deleteApp('shop'));
    expect([failure.kind, guard.challenges.length, server.requests.length]).toEqual(['mfa-enrollment', 0, 1]);
  });

  test('a code with a line break goes nowhere', async () => {
    const server = await fakeServer(answer(200, 'ok\n'));
    const guard = openGuard({ proofs: [{ code: '12\r\nX-Evil: 1' }] });
    const failure = await failureOf(rack(server.url, guard, { dialect: 'gateway-proxy' }).deleteApp('shop'));
    expect(failure).toMatchObject({ kind: 'usage', nothingSent: true });
    expect(server.requests).toHaveLength(0);
  });
});
