import { connect } from 'node:net';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RawHandler } from './gateway-fake-rack.ts';
import { type Fixture, openSocket, startFixture } from './gateway-fixture.ts';

let fixture: Fixture;
beforeEach(async () => {
  fixture = await startFixture();
});
afterEach(() => fixture.close());

describe('closing', () => {
  it('is quick with a socket open and a request waiting for the rack', async () => {
    const reached = new Promise<void>((resolve) => {
      const hang: RawHandler = () => resolve();
      fixture.rack.routes['GET /apps'] = hang;
    });
    fixture.rack.sockets['/apps/web/logs'] = (socket) => socket.send('x');
    const token = fixture.session('viewer');
    const opened = await openSocket(fixture, '/apps/web/logs', token);
    await opened.frame(() => true);
    const waiting = fixture.proxy('GET /apps', { token }).then(
      (answer) => answer.status,
      () => 'dropped',
    );
    await reached;
    const before = performance.now();
    await fixture.gateway.close();
    expect(performance.now() - before).toBeLessThan(5_000);
    expect(await opened.closed).toBe(1006);
    expect(await waiting).toBe('dropped');
  });

  it('may be asked twice', async () => {
    await fixture.gateway.close();
    await fixture.gateway.close();
  });
});

describe('a lost link', () => {
  it('refuses connections, then serves the same sessions at the same address', async () => {
    fixture.rack.sockets['/apps/web/logs'] = () => undefined;
    const token = fixture.session('viewer');
    const opened = await openSocket(fixture, '/apps/web/logs', token);
    await fixture.gateway.goDown();
    expect(await opened.closed).toBe(1006);
    await expect(fixture.send('GET /info', { token })).rejects.toThrow();
    await fixture.gateway.comeUp();
    expect((await fixture.send('GET /info', { token })).status).toBe(200);
    await openSocket(fixture, '/apps/web/logs', token);
  });
});

describe('seeds', () => {
  it('make tokens repeatable; without one they differ', async () => {
    const [same, other] = [await startFixture(), await startFixture({ seed: 8 })];
    expect(same.session('viewer')).toBe(fixture.session('viewer'));
    expect(other.session('viewer')).not.toBe(fixture.session('viewer'));
    await Promise.all([same.close(), other.close()]);
  });
});

describe('hostile input', () => {
  it('never takes the gateway down', async () => {
    const token = fixture.session('admin');
    const segment = fc.oneof(
      fc.constantFrom('api', 'v1', 'rack-proxy', 'apps', 'users', 'jobs', '%', '%zz', '..', ''),
      fc.webSegment(),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('GET', 'POST', 'PUT', 'DELETE'),
        fc.array(segment, { maxLength: 6 }),
        fc.string(),
        async (method, segments, body) => {
          const path = segments.join('/').replaceAll(/[\s?#]/g, '');
          const sent = method === 'GET' ? {} : { body };
          const answer = await fixture.send(`${method} //api/v1/${path}`, { token, ...sent });
          expect(answer.status).toBeGreaterThanOrEqual(200);
        },
      ),
      { numRuns: 150 },
    );
    expect((await fixture.send('GET /health')).status).toBe(200);
  });

  it.each([
    'GARBAGE\r\n\r\n',
    'GET /api/v1/rack-proxy/apps/web/logs HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n',
  ])('answers and closes a bad connection', async (bytes) => {
    const { hostname, port } = new URL(fixture.gateway.url);
    const socket = connect(Number(port), hostname);
    socket.write(bytes);
    let text = '';
    for await (const chunk of socket) text += String(chunk);
    expect(text).toMatch(/^HTTP\/1\.1 4\d\d /);
    expect((await fixture.send('GET /health')).status).toBe(200);
  });
});

describe('a slow reader', () => {
  it('gets every frame of a flood in order', async () => {
    const count = 400;
    const block = 'x'.repeat(16 * 1024);
    fixture.rack.sockets['/apps/web/logs'] = (socket) => {
      for (let at = 0; at < count; at++) socket.send(`${at} ${block}`);
      socket.send(Buffer.alloc(0), { binary: true });
    };
    const opened = await openSocket(fixture, '/apps/web/logs', fixture.session('viewer'));
    await opened.frame((frame) => frame.binary);
    expect(opened.frames.slice(0, -1).map((frame) => Number.parseInt(frame.data, 10))).toEqual([
      ...Array(count).keys(),
    ]);
  });
});
