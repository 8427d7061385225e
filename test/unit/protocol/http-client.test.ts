import { createServer as createTlsServer } from 'node:https';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Failure } from '../../../src/domain/failure.ts';
import type { HttpCall, HttpLimits } from '../../../src/protocol/http-call.ts';
import { createHttpClient } from '../../../src/protocol/http-client.ts';
import { dependencies, endpointOf, fakeServer, fakeTcpServer, quickLimits } from './fake-server.ts';
import { SELF_SIGNED } from './self-signed.ts';

function client(url: string, limits: Partial<HttpLimits> = {}, changes: Parameters<typeof endpointOf>[1] = {}) {
  const deps = dependencies();
  const http = createHttpClient(endpointOf(url, changes), deps, quickLimits(limits));
  onTestFinished(() => http.close());
  const get = (path: string, more: Partial<HttpCall> = {}) =>
    http.send({ method: 'GET', path, doing: 'read it', where: `GET ${path}`, origin: http.origin, ...more });
  return { http, get, traces: deps.traces };
}

async function failureOf(work: Promise<unknown>): Promise<Failure> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toMatchObject({ name: 'Failure' });
  return error as Failure;
}

describe('what is sent', () => {
  test('headers: credentials, agent, JSON; no cookie, no origin', async () => {
    const server = await fakeServer((_, response) => response.setHeader('set-cookie', 'a=b').end('ok'));
    const { get } = client(`${server.url}/base/`, {}, { headers: () => ({ Rack: 'acme/prod' }) });
    await get('/apps', { query: 'limit=1' });
    await get('/apps', { headers: { 'X-Extra': '1' }, anonymous: true });
    expect(server.requests.map((request) => request.url)).toEqual(['/base/apps?limit=1', '/base/apps']);
    expect(server.requests[0]?.headers).toMatchObject({
      accept: 'application/json',
      authorization: 'Basic Y29udm94OnNlY3JldA==',
      'user-agent': 'rackdeck/0.0.0',
      rack: 'acme/prod',
    });
    expect(server.requests[1]?.headers).toMatchObject({ 'x-extra': '1' });
    expect(server.requests[1]?.headers.authorization).toBeUndefined();
    for (const { headers } of server.requests) {
      expect(headers.cookie).toBeUndefined();
      expect(headers.origin).toBeUndefined();
    }
  });

  test('the credential is asked anew for every request', async () => {
    const server = await fakeServer((_, response) => response.end('ok'));
    let count = 0;
    const { get } = client(server.url, {}, { authorization: async () => `Bearer t${++count}` });
    await get('/a');
    await get('/b');
    expect(server.requests.map((request) => request.headers.authorization)).toEqual(['Bearer t1', 'Bearer t2']);
  });

  test('one connection serves many requests; parallel ones are capped', async () => {
    const server = await fakeServer((_, response) => setTimeout(() => response.end('ok'), 5));
    const { get } = client(server.url, { connections: 2 });
    await get('/a');
    await get('/b');
    expect(server.connections()).toBe(1);
    await Promise.all(Array.from({ length: 8 }, (_, i) => get(`/${i}`)));
    expect(server.connections()).toBe(2);
  });

  test('a failing credential source fails the call, not the client', async () => {
    const server = await fakeServer((_, response) => response.end('ok'));
    const authorization = () => Promise.reject(new Error('keychain is locked'));
    const { get } = client(server.url, {}, { authorization });
    expect((await failureOf(get('/a'))).message).toContain('keychain is locked');
    expect(server.requests).toHaveLength(0);
  });
});

describe('what comes back', () => {
  test.each([200, 202, 404, 500])('status %d resolves with body and request id', async (status) => {
    const server = await fakeServer((_, response) => {
      response.writeHead(status, { 'x-request-id': 'req-1' }).end('bödy');
    });
    const answer = await client(server.url).get('/a');
    expect(answer).toMatchObject({ status, requestId: 'req-1' });
    expect(answer.body.toString('utf8')).toBe('bödy');
  });

  test('the rack spells it Request-Id', async () => {
    const server = await fakeServer((_, response) => response.setHeader('Request-Id', 'abc').end());
    expect((await client(server.url).get('/a')).requestId).toBe('abc');
  });

  test.each([
    ['another host', 'https://sso.example.com/login?state=secret', 'https://sso.example.com'],
    ['the same host', '/app/login?token=secret', 'was redirected instead of answered'],
    ['nothing useful', 'javascript:alert(1)', 'was redirected instead of answered'],
  ])('a redirect to %s is not followed', async (_, location, said) => {
    const server = await fakeServer((_request, response) => response.writeHead(302, { location }).end());
    const { get } = client(server.url);
    const failure = await failureOf(get('/apps'));
    expect(failure).toMatchObject({ kind: 'malformed', status: 302 });
    expect(failure.message).toContain(said);
    expect(`${failure.message}${failure.next}`).not.toContain('secret');
    expect(server.requests).toHaveLength(1);
    expect((await get('/apps', { redirectIsAnswer: true })).status).toBe(302);
  });

  test('http to https says so', async () => {
    const server = await fakeServer((request, response) =>
      response.writeHead(301, { location: `https://${request.headers.host}/apps` }).end(),
    );
    expect((await failureOf(client(server.url).get('/apps'))).next).toBe('Write the URL with https.');
  });

  test('an answer beyond the limit is cut off', async () => {
    const server = await fakeServer((_, response) => response.end('x'.repeat(100_000)));
    const { get } = client(server.url, { maxBodyBytes: 10_000 });
    expect(await failureOf(get('/a'))).toMatchObject({ kind: 'malformed', what: 'GET /a answered too much' });
  });
});

describe('when the link fails', () => {
  test('nobody listens', async () => {
    const server = await fakeTcpServer(() => undefined);
    const url = server.url.replace('127.0.0.1', '127.0.0.2').replace(/:\d+$/, ':9');
    const failure = await failureOf(client(url).get('/a'));
    expect(failure).toMatchObject({ kind: 'unreachable', why: 'nothing listens there (connection refused)' });
  });

  test('unknown host', async () => {
    const failure = await failureOf(client('http://no-such-host.invalid').get('/a'));
    expect(failure.kind).toBe('unreachable');
    expect(failure.what).toBe('Cannot reach no-such-host.invalid');
  });

  test('a kept-alive connection that the server dropped: a GET is asked once more', async () => {
    const server = await fakeTcpServer((socket, nth) => {
      let requests = 0;
      socket.on('data', () => {
        // The first connection answers once, then drops the second request unanswered.
        if (nth === 0 && ++requests === 2) socket.resetAndDestroy();
        else socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
      });
    });
    const { get, traces } = client(server.url);
    await get('/a');
    expect((await get('/b')).body.toString()).toBe('ok');
    expect(server.connections()).toBe(2);
    expect(traces).toHaveLength(2);
  });

  test('only once', async () => {
    const server = await fakeTcpServer((socket) => socket.on('data', () => socket.resetAndDestroy()));
    const failure = await failureOf(client(server.url).get('/a'));
    expect(failure).toMatchObject({ kind: 'unreachable', why: 'it was closed before an answer came' });
    expect(server.connections()).toBe(2);
  });

  test.each(['POST', 'PUT', 'DELETE', 'OPTIONS'] as const)('never for %s', async (method) => {
    const server = await fakeTcpServer((socket) => socket.on('data', () => socket.resetAndDestroy()));
    expect((await failureOf(client(server.url).get('/a', { method }))).kind).toBe('unreachable');
    expect(server.connections()).toBe(1);
  });

  test('cut off in the middle of the answer: not repeated', async () => {
    const server = await fakeTcpServer((socket) => {
      socket.on('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"half":'));
    });
    const failure = await failureOf(client(server.url).get('/a'));
    expect(failure).toMatchObject({ kind: 'unreachable', why: 'it was cut off in the middle of the answer' });
    expect(server.connections()).toBe(1);
  });

  test('something that is no HTTP', async () => {
    const server = await fakeTcpServer((socket) => socket.on('data', () => socket.end('SSH-2.0-OpenSSH_9.9\r\n')));
    expect(await failureOf(client(server.url).get('/a'))).toMatchObject({ kind: 'malformed' });
  });

  test('no answer in time, by kind of call', async () => {
    const server = await fakeServer(() => undefined);
    const timeoutMs = { probe: 20, read: 5_000, change: 5_000, slow: 5_000 };
    const failure = await failureOf(client(server.url, { timeoutMs }).get('/a', { kind: 'probe' }));
    expect(failure).toMatchObject({ kind: 'timeout', what: 'Could not read it', where: 'GET /a' });
    expect(failure.why).toContain('20 ms');
  });

  test('an answer that begins but never ends is late, too', async () => {
    const server = await fakeServer((_, response) => {
      response.writeHead(200);
      response.write('[');
    });
    const timeoutMs = { probe: 30, read: 30, change: 30, slow: 30 };
    expect((await failureOf(client(server.url, { timeoutMs }).get('/a'))).kind).toBe('timeout');
  });

  test('a time limit covers the wait for a free connection', async () => {
    const server = await fakeServer(() => undefined);
    const timeoutMs = { probe: 30, read: 5_000, change: 30, slow: 30 };
    const { http, get } = client(server.url, { connections: 1, timeoutMs });
    const first = failureOf(get('/stuck'));
    expect((await failureOf(get('/queued', { kind: 'probe' }))).kind).toBe('timeout');
    await http.close();
    expect((await first).kind).toBe('cancelled');
    expect(server.requests.map((request) => request.url)).toEqual(['/stuck']);
  });
});

describe('giving up', () => {
  test('an abort cancels at once and frees the connection', async () => {
    let answer: (() => void) | undefined;
    const server = await fakeServer((request, response) => {
      if (request.url === '/slow') answer = () => response.end('late');
      else response.end('ok');
    });
    const { get } = client(server.url, { connections: 1 });
    const controller = new AbortController();
    const slow = failureOf(get('/slow', { signal: controller.signal }));
    await expect.poll(() => answer).toBeDefined();
    controller.abort();
    expect((await slow).kind).toBe('cancelled');
    expect((await get('/next')).status).toBe(200);
  });

  test('before it began', async () => {
    const server = await fakeServer((_, response) => response.end('ok'));
    const failure = await failureOf(client(server.url).get('/a', { signal: AbortSignal.abort() }));
    expect(failure.kind).toBe('cancelled');
    expect(server.requests).toHaveLength(0);
  });

  test('while the credential is being refreshed', async () => {
    const controller = new AbortController();
    const { get } = client('http://127.0.0.1:9', {}, { authorization: () => new Promise(() => undefined) });
    const pending = failureOf(get('/a', { signal: controller.signal }));
    controller.abort();
    expect((await pending).kind).toBe('cancelled');
  });

  test('close ends what is under way, and what comes after', async () => {
    const server = await fakeServer(() => undefined);
    const { http, get } = client(server.url);
    const pending = failureOf(get('/a'));
    await expect.poll(() => server.requests.length).toBe(1);
    await http.close();
    expect((await pending).kind).toBe('cancelled');
    expect((await failureOf(get('/b'))).kind).toBe('cancelled');
    await http.close();
  });
});

describe('TLS', () => {
  async function tlsServer(): Promise<string> {
    const server = createTlsServer(SELF_SIGNED, (_, response) => response.end('ok'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    const address = server.address();
    return `https://localhost:${typeof address === 'object' && address ? address.port : 0}`;
  }

  test('an unknown authority is refused, with the way out', async () => {
    const failure = await failureOf(client(await tlsServer()).get('/a'));
    expect(failure.kind).toBe('tls');
    expect(failure.what).toMatch(/^The certificate of localhost:\d+ is not trusted$/);
    expect(failure.next).toContain('NODE_EXTRA_CA_CERTS');
  });

  test('unless the target is marked insecure', async () => {
    expect((await client(await tlsServer(), {}, { insecure: true }).get('/a')).status).toBe(200);
  });

  test('plain HTTP behind an https URL', async () => {
    const server = await fakeServer((_, response) => response.end('ok'));
    const failure = await failureOf(client(server.url.replace('http:', 'https:')).get('/a'));
    expect(failure).toMatchObject({ kind: 'tls', next: expect.stringContaining('http or https') });
  });
});

describe('the trace', () => {
  test('has method, path, status and kind of failure, and no query, header or body', async () => {
    const server = await fakeServer((request, response) => {
      if (request.url?.startsWith('/bad')) response.writeHead(307, { location: '/x' }).end();
      else response.writeHead(503).end('secret body');
    });
    const { get, traces } = client(server.url);
    await get('/apps', { query: 'token=secret' });
    await failureOf(get('/bad'));
    expect(traces).toEqual([
      {
        method: 'GET',
        origin: server.url,
        path: '/apps',
        status: 503,
        durationMs: expect.any(Number),
        failure: undefined,
      },
      {
        method: 'GET',
        origin: server.url,
        path: '/bad',
        status: 307,
        durationMs: expect.any(Number),
        failure: 'malformed',
      },
    ]);
    expect(JSON.stringify(traces)).not.toContain('secret');
  });
});
