import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Endpoint } from '../../../src/protocol/endpoint.ts';
import { type ProxyOptions, type RunningProxy, startProxy } from '../../../src/protocol/proxy-listener.ts';
import { startSimulator } from '../../../src/simulator/simulator.ts';
import { endMarker, fakeGuard, type Peer, peerServer, text } from './exec-peer.ts';
import { dependencies, endpointOf } from './fake-server.ts';

const TARGET = { host: 'db.internal', port: 5432 };

async function start(endpoint: Endpoint, options: Partial<ProxyOptions> = {}, guard = fakeGuard()) {
  const proxy = await startProxy(endpoint, dependencies(), { target: TARGET, ...options }, guard);
  onTestFinished(() => proxy.stop());
  return proxy;
}

interface Client {
  readonly socket: Socket;
  readonly text: () => string;
  readonly events: string[];
}

function client({ port }: RunningProxy): Client {
  const socket = connect({ host: '127.0.0.1', port, allowHalfOpen: true });
  const chunks: Buffer[] = [];
  const events: string[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  socket.on('error', (error: Error & { code?: string }) => events.push(error.code ?? 'error'));
  socket.on('end', () => events.push('end'));
  socket.on('close', () => events.push('close'));
  onTestFinished(() => void socket.destroy());
  return { socket, text: () => Buffer.concat(chunks).toString(), events };
}

/** The count once every buffer on the way is full. */
async function standstill(count: () => number): Promise<number> {
  let before = -1;
  const same = () => {
    const still = before === count();
    before = count();
    return still;
  };
  await expect.poll(same, { interval: 100, timeout: 5_000 }).toBe(true);
  return before;
}

const echo = (peer: Peer) => peer.on('message', (data: Buffer, isBinary) => !isBinary && text(peer, data));

describe('connections', () => {
  test('each is a socket of its own; bytes both ways are counted', async () => {
    const server = await peerServer(echo);
    const guard = fakeGuard();
    const proxy = await start(endpointOf(server.url), { lingerMs: 30 }, guard);
    const [one, two] = [client(proxy), client(proxy)];
    one.socket.write('one');
    two.socket.write('second');
    await expect.poll(() => [one.text(), two.text()]).toEqual(['one', 'second']);
    expect(server.handshakes.map(({ url }) => url)).toEqual(['/proxy/db.internal/5432', '/proxy/db.internal/5432']);
    expect(guard.admitted).toEqual(['SOCKET /proxy/{host}/{port}']);
    expect(proxy.counts()).toMatchObject({ open: 2, total: 2, received: 9, sent: 9, failures: 0 });
    one.socket.destroy();
    await expect.poll(() => proxy.counts().open).toBe(1);
    await expect.poll(() => server.peers[0]?.readyState).toBe(3);
    expect(two.events).toEqual([]);
  });

  test('a client that has ended its input still gets its answer, then its end', async () => {
    const server = await peerServer((peer) => {
      peer.on('message', () => {
        text(peer, 'first ');
        setTimeout(() => {
          text(peer, 'second');
          setTimeout(() => peer.terminate(), 20);
        }, 30);
      });
    });
    const proxy = await start(endpointOf(server.url));
    const { socket, text: got, events } = client(proxy);
    socket.end('question');
    await expect.poll(() => events).toContain('end');
    expect(got()).toBe('first second');
    await expect.poll(() => proxy.counts().open).toBe(0);
  });

  test('a far side that never ends is left after the quiet', async () => {
    const server = await peerServer(echo);
    const proxy = await start(endpointOf(server.url), { lingerMs: 30 });
    const { socket, text: got, events } = client(proxy);
    socket.end('x');
    await expect.poll(() => events).toContain('end');
    expect(got()).toBe('x');
    await expect.poll(() => server.peers[0]?.readyState).toBe(3);
  });

  test('a slow client holds the far side back; everything arrives', async () => {
    const frames = 1_200;
    const server = await peerServer((peer) => {
      for (let i = 0; i < frames; i++) text(peer, Buffer.alloc(32_768, 0x61));
      endMarker(peer);
    });
    const proxy = await start(endpointOf(server.url), { lingerMs: 50 });
    const socket = connect({ host: '127.0.0.1', port: proxy.port });
    onTestFinished(() => void socket.destroy());
    await expect.poll(() => proxy.counts().received).toBeGreaterThan(0);
    expect(await standstill(() => proxy.counts().received)).toBeLessThan(frames * 32_768);
    let bytes = 0;
    socket.on('data', (chunk) => {
      bytes += chunk.length;
    });
    await once(socket, 'end');
    expect(bytes).toBe(frames * 32_768);
  });

  test('a slow far side holds the client back', async () => {
    let bytes = 0;
    const server = await peerServer((peer) => {
      peer.pause();
      peer.on('message', (data: Buffer) => {
        bytes += data.length;
      });
    });
    const proxy = await start(endpointOf(server.url));
    const { socket } = client(proxy);
    const total = 40 * 1_048_576;
    socket.end(Buffer.alloc(total, 0x62));
    await expect.poll(() => server.peers.length).toBe(1);
    await expect.poll(() => proxy.counts().sent).toBeGreaterThan(0);
    expect(await standstill(() => proxy.counts().sent)).toBeLessThan(total);
    server.peers[0]?.resume();
    await expect.poll(() => bytes).toBe(total);
  }, 15_000);

  test('a refusal is a reset and a counted failure, the listener lives on', async () => {
    let refuse = true;
    const server = await peerServer((peer) => {
      if (!refuse) {
        echo(peer);
        return;
      }
      text(peer, 'ERROR: dial tcp: lookup db.internal: no such host\n');
      endMarker(peer);
    });
    const proxy = await start(endpointOf(server.url));
    const first = client(proxy);
    await expect.poll(() => first.events).toContain('close');
    expect([first.text(), first.events[0]]).toEqual(['', 'ECONNRESET']);
    expect(proxy.counts()).toMatchObject({ failures: 1, open: 0, lastFailure: { kind: 'not-found' } });
    refuse = false;
    const second = client(proxy);
    second.socket.write('again');
    await expect.poll(second.text).toBe('again');
  });

  test('a handshake that fails is the same', async () => {
    const server = await peerServer(echo, () => ({ status: 502, body: '<html></html>' }));
    const proxy = await start(endpointOf(server.url));
    const { events } = client(proxy);
    await expect.poll(() => events).toContain('close');
    expect(proxy.counts().lastFailure).toMatchObject({ status: 502 });
  });

  test('what a server says first may look like an error; in mid-stream it is data at once', async () => {
    const server = await peerServer((peer) => {
      text(peer, 'hello\n');
      text(peer, 'ERROR: not ours\n');
    });
    const proxy = await start(endpointOf(server.url));
    const { text: got } = client(proxy);
    await expect.poll(got, { timeout: 800 }).toBe('hello\nERROR: not ours\n');
  });

  test('no more at a time than allowed', async () => {
    const server = await peerServer(echo);
    const proxy = await start(endpointOf(server.url), { maxConnections: 1 });
    client(proxy);
    await expect.poll(() => server.peers.length).toBe(1);
    const second = client(proxy);
    await expect.poll(() => second.events.length).toBeGreaterThan(0);
    expect(proxy.counts().total).toBe(1);
  });
});

describe('the listener', () => {
  test('stop ends everything, once', async () => {
    const server = await peerServer(echo);
    const proxy = await start(endpointOf(server.url));
    const { events } = client(proxy);
    await expect.poll(() => server.peers.length).toBe(1);
    await Promise.all([proxy.stop(), proxy.stop()]);
    await proxy.stopped;
    await expect.poll(() => events.length).toBeGreaterThan(0);
    expect(proxy.counts().open).toBe(0);
    await expect.poll(() => server.peers[0]?.readyState).toBe(3);
    const { port } = proxy;
    const [error] = await once(connect({ host: '127.0.0.1', port }), 'error');
    expect(error).toMatchObject({ code: 'ECONNREFUSED' });
  });

  test('not admitted: the port is free again and nothing was sent', async () => {
    const server = await peerServer(echo);
    const guard = fakeGuard([new Error('not confirmed')]);
    await expect(start(endpointOf(server.url), {}, guard)).rejects.toThrow('not confirmed');
    expect(server.handshakes).toHaveLength(0);
  });

  test('a port in use is a usage failure, and nothing is admitted', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    onTestFinished(() => void taken.close());
    const address = taken.address();
    const localPort = typeof address === 'object' && address ? address.port : 0;
    const guard = fakeGuard();
    const starting = start(endpointOf('http://127.0.0.1:1'), { localPort }, guard);
    await expect(starting).rejects.toMatchObject({ kind: 'usage', why: 'another program listens there already' });
    expect(guard.admitted).toEqual([]);
  });
});

test('the simulated rack agrees', async () => {
  const simulator = await startSimulator({ withGateway: false, withConsole: false, lively: false });
  onTestFinished(() => simulator.close());
  const [found] = simulator.endpoints;
  if (found?.kind !== 'direct') throw new Error('expected a direct rack');
  const url = new URL(found.url);
  const basic = `Basic ${Buffer.from(`${url.username}:${url.password}`).toString('base64')}`;
  const endpoint: Endpoint = { baseUrl: url.origin, authorization: () => basic, dialect: 'rack' };
  const target = { host: 'resource-database.prod-shop.svc.cluster.local', port: 5432 };
  const good = client(await start(endpoint, { target }));
  good.socket.write('ping');
  await expect.poll(good.text).toBe('ping');
  const refused = await start(endpoint, { target: { host: 'localhost', port: 80 } });
  const bad = client(refused);
  await expect.poll(() => bad.events).toContain('close');
  expect(refused.counts().lastFailure).toMatchObject({ why: 'invalid proxy host' });
});
