import { createServer, type Server } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import {
  type ConnectionSettings,
  HttpConnections,
  type OutgoingRequest,
} from '../../../src/protocol/http-connections.ts';
import { fakeServer, fakeTcpServer } from './fake-server.ts';

const SETTINGS: ConnectionSettings = { most: 6, connectTimeoutMs: 2_000, keepAliveMs: 2_000, verified: true };

interface Told {
  readonly steps: string[];
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, string | string[] | undefined>> | undefined;
  readonly body: string;
  readonly error: (Error & { readonly code?: string }) | undefined;
}

function connections(origin: string, settings: Partial<ConnectionSettings> = {}): HttpConnections {
  const made = new HttpConnections(origin, { ...SETTINGS, ...settings });
  onTestFinished(() => made.destroy());
  return made;
}

/** Everything that a handler is told, until the last word. */
function ask(made: HttpConnections, changes: Partial<OutgoingRequest> = {}): Promise<Told> {
  const steps: string[] = [];
  let head: Pick<Told, 'status' | 'headers'> = { status: undefined, headers: undefined };
  let body = '';
  return new Promise((resolve) => {
    const done = (error: Error | undefined) => resolve({ ...head, steps, body, error });
    made.dispatch(
      { method: 'GET', path: '/', headers: {}, body: null, ...changes },
      {
        onRequestStart: () => steps.push('start'),
        onResponseStart: (_, status, headers) => {
          steps.push('head');
          head = { status, headers };
        },
        onResponseData: (_, chunk) => {
          body += chunk.toString();
        },
        onResponseEnd: () => done(undefined),
        onResponseError: (_, error) => done(error),
      },
    );
  });
}

/** Accepts no connection: its queue is full, so a handshake never ends. */
async function deafServer(): Promise<number> {
  const server: Server = createServer();
  await new Promise<void>((resolve) => server.listen({ port: 0, host: '127.0.0.1' }, resolve));
  onTestFinished(() => {
    server.close();
  });
  const address = server.address();
  return typeof address === 'object' && address ? address.port : 0;
}

describe('a connection', () => {
  test('a TLS handshake that nobody answers ends after its time, and nothing was sent', async () => {
    const port = await deafServer();
    const told = await ask(connections(`https://127.0.0.1:${port}`, { connectTimeoutMs: 30 }));
    expect(told.error?.code).toBe('ETIMEDOUT');
    expect(told.steps).toEqual([]);
  });

  test('refused: nothing was sent', async () => {
    const told = await ask(connections('http://127.0.0.2:9'));
    expect(told.error?.code).toBe('ECONNREFUSED');
    expect(told.steps).toEqual([]);
  });

  test('the time to connect is no time to answer, for a request that waited for a connection as well', async () => {
    const server = await fakeServer((_, response) => setTimeout(() => response.end('ok'), 80));
    const made = connections(server.url, { most: 1, connectTimeoutMs: 40 });
    const answers = await Promise.all([ask(made), ask(made), ask(made)]);
    expect(answers.map(({ body }) => body)).toEqual(['ok', 'ok', 'ok']);
    expect(server.connections()).toBe(1);
  });

  test('is closed when it has been idle for long', async () => {
    let closed = 0;
    const server = await fakeTcpServer((socket) => {
      socket.on('close', () => {
        closed += 1;
      });
      socket.on('data', () => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'));
    });
    expect((await ask(connections(server.url, { keepAliveMs: 30 }))).body).toBe('ok');
    await expect.poll(() => closed).toBe(1);
  });

  test('is reached by an IPv6 address', async () => {
    const told = await ask(connections('http://[::1]:9'));
    expect(['ECONNREFUSED', 'EADDRNOTAVAIL', 'EAFNOSUPPORT']).toContain(told.error?.code);
  });
});

describe('a request', () => {
  test.each([
    ['POST', 'a=ü', '4'],
    ['PUT', new Uint8Array([0, 255, 10]), '3'],
    ['DELETE', '{}', '2'],
  ] as const)('%s says how long its body is', async (method, body, length) => {
    const server = await fakeServer((_, response) => response.end('ok'));
    await ask(connections(server.url), { method, body });
    expect(server.requests[0]?.headers['content-length']).toBe(length);
    expect(server.requests[0]?.headers['transfer-encoding']).toBeUndefined();
  });

  test('is under way when a connection takes it up', async () => {
    const server = await fakeServer((_, response) => response.end('ok'));
    expect((await ask(connections(server.url))).steps).toEqual(['start', 'head']);
  });

  test('aborted when it is taken up: nothing leaves', async () => {
    let bytes = 0;
    const server = await fakeTcpServer((socket) =>
      socket.on('data', (data) => {
        bytes += data.length;
      }),
    );
    const made = connections(server.url);
    const error = await new Promise<Error>((resolve) => {
      made.dispatch(
        { method: 'DELETE', path: '/apps/shop', headers: {}, body: null },
        {
          onRequestStart: (control) => control.abort(new Error('changed my mind')),
          onResponseStart: () => undefined,
          onResponseData: () => undefined,
          onResponseEnd: () => undefined,
          onResponseError: (_, reason) => resolve(reason),
        },
      );
    });
    expect(error.message).toBe('changed my mind');
    await expect.poll(() => server.connections()).toBe(1);
    expect(bytes).toBe(0);
  });

  test('waiting ones end, too, when all is closed', async () => {
    const server = await fakeServer(() => undefined);
    const made = connections(server.url, { most: 1 });
    const answers = [ask(made), ask(made)];
    await expect.poll(() => server.requests.length).toBe(1);
    made.destroy();
    for (const { error } of await Promise.all(answers)) expect(error?.code).toBe('ECONNRESET');
    expect(server.requests).toHaveLength(1);
  });
});

describe('an answer', () => {
  test.each([
    [
      'switching protocols, which nobody asked for',
      'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n',
    ],
    ['nothing', ''],
  ])('%s: the exchange ends with an error', async (_, wire) => {
    const server = await fakeTcpServer((socket) => socket.on('data', () => socket.end(wire)));
    const { error, steps } = await ask(connections(server.url));
    expect(error?.code).toBe('ECONNRESET');
    expect(steps).toEqual(['start']);
  });

  test('a header that came twice keeps both values', async () => {
    const server = await fakeTcpServer((socket) =>
      socket.on('data', () =>
        socket.write(
          'HTTP/1.1 200 OK\r\nX-Request-Id: a\r\nX-request-id: b\r\nContent-Type: x\r\nContent-Length: 0\r\n\r\n',
        ),
      ),
    );
    const { headers } = await ask(connections(server.url));
    expect(headers).toMatchObject({ 'x-request-id': ['a', 'b'], 'content-type': 'x' });
  });

  test('what is said before it (103, 100) is not taken for it', async () => {
    const server = await fakeTcpServer((socket) =>
      socket.on('data', () =>
        socket.write('HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'),
      ),
    );
    expect(await ask(connections(server.url))).toMatchObject({ status: 200, body: 'ok', steps: ['start', 'head'] });
  });
});
