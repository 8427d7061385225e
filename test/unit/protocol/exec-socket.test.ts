import type { Socket } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Endpoint } from '../../../src/protocol/endpoint.ts';
import type { ExecRequest } from '../../../src/protocol/exec-request.ts';
import { type ExecOptions, openExec } from '../../../src/protocol/exec-socket.ts';
import { endMarker, type FakeGuard, fakeGuard, KeptOutput, peerServer, text } from './exec-peer.ts';
import { dependencies, endpointOf } from './fake-server.ts';

const MARKER = 'F1E49A85-0AD7-4AEF-A618-C249C6E6568D:';
const WEB: ExecRequest = {
  kind: 'process',
  app: 'shop',
  process: 'web-1',
  command: 'sh',
  size: { rows: 24, columns: 80 },
};

interface Given {
  readonly request?: ExecRequest;
  readonly guard?: FakeGuard;
  readonly endpoint?: Partial<Endpoint>;
  readonly options?: ExecOptions;
}

function open(url: string, { request = WEB, guard = fakeGuard(), endpoint = {}, options = {} }: Given = {}) {
  const sink = new KeptOutput();
  const deps = dependencies();
  const session = openExec(endpointOf(url, endpoint), deps, request, sink, guard, options);
  onTestFinished(() => session.close());
  return { session, sink, guard, deps };
}

describe('what is asked', () => {
  test.each<[ExecRequest, string, Record<string, string | undefined>, string]>([
    [
      { ...WEB, command: "sh -c 'echo ü'", entrypoint: true },
      '/apps/shop/processes/web-1/exec',
      {
        command: Buffer.from("sh -c 'echo ü'").toString('latin1'),
        tty: 'true',
        entrypoint: 'true',
        height: '24',
        width: '80',
      },
      'SOCKET /apps/{app}/processes/{pid}/exec',
    ],
    [
      { kind: 'process', app: 'shop', process: 'web-1', command: 'env', tty: false, disableStdin: true },
      '/apps/shop/processes/web-1/exec',
      { tty: 'false', 'disable-stdin': 'true', height: undefined, width: undefined, entrypoint: undefined },
      'SOCKET /apps/{app}/processes/{pid}/exec',
    ],
    [
      { kind: 'instance', instance: 'ip-10-1', privateKey: 'PRIVATE KEY', size: { rows: 2, columns: 3 } },
      '/instances/ip-10-1/shell',
      { 'private-key': Buffer.from('PRIVATE KEY').toString('base64'), command: undefined, height: '2', width: '3' },
      'SOCKET /instances/{id}/shell',
    ],
    [
      { kind: 'resource', app: 'shop', resource: 'main db', size: { rows: 24, columns: 80 } },
      '/apps/shop/resources/main%20db/console',
      { height: '24', width: '80', tty: undefined },
      'SOCKET /apps/{app}/resources/{name}/console',
    ],
  ])('%j', async (request, path, headers, route) => {
    const server = await peerServer(endMarker);
    const { session, guard } = open(server.url, { request });
    await session.result;
    expect(server.handshakes[0]?.url).toBe(path);
    for (const [name, value] of Object.entries(headers)) expect(server.handshakes[0]?.headers[name]).toBe(value);
    expect(server.handshakes[0]?.headers.origin).toBeUndefined();
    expect(guard.admitted).toEqual([route]);
  });

  test('a command over two lines is refused before anything is admitted', async () => {
    const server = await peerServer(endMarker);
    const { session, guard } = open(server.url, { request: { ...WEB, command: 'a\nb' } });
    expect(await session.result).toMatchObject({ reason: 'failed', failure: { kind: 'usage' } });
    expect(guard.admitted).toEqual([]);
    expect(server.handshakes).toHaveLength(0);
  });
});

describe('the guard', () => {
  test('nothing leaves without it', async () => {
    const server = await peerServer(endMarker);
    const { session } = open(server.url, { guard: fakeGuard([new Error('not confirmed')]) });
    expect(await session.opened).toBe(false);
    expect(await session.result).toMatchObject({ reason: 'failed' });
    expect(server.handshakes).toHaveLength(0);
  });

  const asked = {
    status: 401,
    headers: { 'X-MFA-Required': 'true', 'X-MFA-Level': 'step_up' },
    body: 'Multi-factor authentication is required for this action\n',
  };

  test('a gateway that wants a factor is opened once more, with the new code in the handshake', async () => {
    const server = await peerServer(endMarker, (_request, nth) => (nth === 1 ? asked : undefined));
    const guard = fakeGuard([undefined, { code: '492039' }]);
    const { session } = open(server.url, { guard, endpoint: { dialect: 'gateway-proxy' } });
    expect(await session.result).toEqual({ reason: 'ended', exitCode: undefined });
    expect(server.handshakes.map(({ headers }) => headers['x-mfa-totp'])).toEqual([undefined, '492039']);
    expect(guard.challenges.map(({ kind }) => kind)).toEqual(['mfa-required']);
  });

  test('a second refusal is the end, and the code is nowhere in it', async () => {
    const server = await peerServer(endMarker, (_request, nth) =>
      nth === 1 ? asked : { status: 403, body: 'no 492039 for you' },
    );
    const guard = fakeGuard([undefined, { code: '492039' }]);
    const { session } = open(server.url, { guard, endpoint: { dialect: 'gateway-proxy' } });
    const end = await session.result;
    expect(end.reason).toBe('failed');
    expect(JSON.stringify(end)).not.toContain('492039');
    expect(server.handshakes).toHaveLength(2);
    expect(guard.challenges).toHaveLength(1);
  });

  test('declined: not opened again; the same after any other refusal without asking', async () => {
    const declined = await peerServer(endMarker, () => asked);
    const first = open(declined.url, { guard: fakeGuard([], false), endpoint: { dialect: 'gateway-proxy' } });
    expect(await first.session.result).toMatchObject({ failure: { kind: 'mfa-required' } });
    expect(declined.handshakes).toHaveLength(1);
    const broken = await peerServer(endMarker, () => ({ status: 502, body: '<html>bad gateway</html>' }));
    const second = open(broken.url);
    expect(await second.session.result).toMatchObject({ reason: 'failed', failure: { kind: 'server', status: 502 } });
    expect(second.guard.challenges).toHaveLength(0);
    expect(broken.handshakes).toHaveLength(1);
  });

  test('a rack never gets a code', async () => {
    const server = await peerServer(endMarker);
    await open(server.url, { guard: fakeGuard([{ code: '492039' }]) }).session.result;
    expect(server.handshakes[0]?.headers['x-mfa-totp']).toBeUndefined();
  });
});

describe('output', () => {
  test('bytes as they came, marker taken out wherever frames are cut', async () => {
    const bytes = Buffer.from([0xff, 0xe2, 0x82, 0x1b, 0x5b, 0x32, 0x4a, 0x00]);
    const server = await peerServer((peer) => {
      text(peer, bytes);
      text(peer, `tail${MARKER.slice(0, 11)}`);
      text(peer, `${MARKER.slice(11)}4`);
      text(peer, '2\n');
      endMarker(peer);
    });
    const { session, sink } = open(server.url);
    expect(await session.result).toEqual({ reason: 'exited', exitCode: 42 });
    expect(sink.text).toBe(`${bytes.toString('latin1')}tail`);
    await expect.poll(() => server.peers[0]?.readyState).toBe(3);
  });

  test('the echo of a lone F does not wait for the next key', async () => {
    const server = await peerServer((peer) => text(peer, 'F'));
    const { sink } = open(server.url);
    await expect.poll(() => sink.text).toBe('F');
  });

  test('a sink that is full stops the stream until it resumes', async () => {
    const server = await peerServer((peer) => {
      for (let i = 0; i < 400; i++) text(peer, Buffer.alloc(32_768, 0x61));
      text(peer, `${MARKER}0\n`);
      endMarker(peer);
    });
    const { session, sink } = open(server.url);
    sink.takes = false;
    await expect.poll(() => sink.bytes).toBeGreaterThan(0);
    await expect.poll(() => server.peers[0]?.bufferedAmount).toBeGreaterThan(1_000_000);
    expect(sink.bytes).toBeLessThan(2_000_000);
    sink.takes = true;
    session.resume();
    expect(await session.result).toEqual({ reason: 'exited', exitCode: 0 });
    expect(sink.bytes).toBe(400 * 32_768);
  });
});

describe('ends', () => {
  test('an error after the marker overrides the code', async () => {
    const server = await peerServer((peer) => {
      text(peer, `${MARKER}0\n`);
      text(peer, 'ERROR: pods "web-1" not found\n');
      endMarker(peer);
    });
    const { session, sink } = open(server.url);
    expect(await session.opened).toBe(false);
    expect(await session.result).toMatchObject({
      reason: 'failed',
      exitCode: undefined,
      failure: { kind: 'not-found' },
    });
    expect(sink.text).toBe('');
  });

  test('a program may print ERROR itself', async () => {
    const server = await peerServer((peer) => {
      text(peer, 'ERROR: mine\n');
      text(peer, `${MARKER}1\n`);
      endMarker(peer);
    });
    const { session, sink } = open(server.url);
    expect(await session.result).toEqual({ reason: 'exited', exitCode: 1 });
    expect(sink.text).toBe('ERROR: mine\n');
  });

  test('the connection dies: a failure that says what is not known; with the marker seen it is an exit', async () => {
    const dying = await peerServer((peer) => {
      text(peer, 'half');
      setImmediate(() => peer.terminate());
    });
    const { session, sink } = open(dying.url);
    const end = await session.result;
    expect(end).toMatchObject({ reason: 'failed', failure: { kind: 'unreachable' } });
    expect(end.reason === 'failed' && end.failure.next).toContain('still be running');
    expect(sink.text).toBe('half');
    expect(dying.handshakes).toHaveLength(1);
    const gateway = await peerServer((peer) => {
      text(peer, `done${MARKER}3\n`);
      setTimeout(() => peer.terminate(), 20);
    });
    expect(await open(gateway.url, { endpoint: { dialect: 'gateway-proxy' } }).session.result).toEqual({
      reason: 'exited',
      exitCode: 3,
    });
  });

  test('a gateway drops the connection when the rack side ends: an end without a status; nothing at all is a failure', async () => {
    const dropping = await peerServer((peer) => {
      text(peer, 'Session closed.\n');
      setTimeout(() => peer.terminate(), 20);
    });
    const { session } = open(dropping.url, { endpoint: { dialect: 'gateway-proxy' } });
    expect(await session.result).toEqual({ reason: 'ended', exitCode: undefined });
    const silent = await peerServer((peer) => void setTimeout(() => peer.terminate(), 20));
    const end = await open(silent.url, { endpoint: { dialect: 'gateway-proxy' } }).session.result;
    expect(end).toMatchObject({ reason: 'failed', failure: { kind: 'unreachable' } });
  });

  test('a connection that is reset is a failure, through a gateway, too', async () => {
    const resetting = await peerServer((peer) => {
      text(peer, '$ ');
      setTimeout(() => (peer as unknown as { _socket: Socket })._socket.resetAndDestroy(), 20);
    });
    const { session } = open(resetting.url, { endpoint: { dialect: 'gateway-proxy' } });
    expect(await session.result).toMatchObject({ reason: 'failed', failure: { kind: 'unreachable' } });
  });

  test('an AWS session instead of output is unsupported, and its token stays where it is', async () => {
    const server = await peerServer((peer) => {
      text(peer, Buffer.from([0]));
      text(peer, '{"sessionId":"s","tokenValue":"very-secret"}');
      endMarker(peer);
    });
    const { session, sink } = open(server.url);
    const end = await session.result;
    expect(end).toMatchObject({ reason: 'failed', failure: { kind: 'unsupported' } });
    expect(sink.text + JSON.stringify(end)).not.toContain('very-secret');
  });

  test('a lone NUL is output', async () => {
    const server = await peerServer((peer) => {
      text(peer, Buffer.from([0]));
      endMarker(peer);
    });
    const { session, sink } = open(server.url);
    await session.result;
    expect(sink.text).toBe('\0');
  });

  test('close asks a terminal to stop, hangs up, and is said once', async () => {
    const got: Buffer[] = [];
    const server = await peerServer((peer) => {
      text(peer, '$ ');
      peer.on('message', (data: Buffer) => got.push(data));
    });
    const { session } = open(server.url);
    expect(await session.opened).toBe(true);
    session.close();
    session.close();
    expect(await session.result).toEqual({ reason: 'closed', exitCode: undefined });
    await expect.poll(() => server.peers[0]?.readyState).toBe(3);
    expect(Buffer.concat(got)).toEqual(Buffer.from([3, 4]));
  });

  test('close before the handshake: no session is left behind', async () => {
    const server = await peerServer(() => undefined);
    const { session } = open(server.url);
    session.close();
    expect(await session.result).toEqual({ reason: 'closed', exitCode: undefined });
    expect(await session.opened).toBe(false);
    await expect.poll(() => server.peers.filter((peer) => peer.readyState < 2).length).toBe(0);
  });

  test('silence after the handshake is no refusal', async () => {
    const server = await peerServer(() => undefined);
    const { session } = open(server.url, { options: { graceMs: 10 } });
    expect(await session.opened).toBe(true);
  });
});

describe('input', () => {
  test('small text frames, bytes untouched; its end is one empty binary frame; pings go out', async () => {
    const frames: [boolean, number][] = [];
    const got: Buffer[] = [];
    let pings = 0;
    const server = await peerServer((peer) => {
      peer.on('message', (data: Buffer, isBinary) => {
        frames.push([isBinary, data.length]);
        got.push(data);
      });
      peer.on('ping', () => pings++);
      text(peer, '$');
    });
    const { session } = open(server.url, { options: { pingMs: 10 } });
    await session.opened;
    const bytes = Buffer.from(Array.from({ length: 3000 }, (_, i) => i % 256));
    session.write(bytes);
    session.endInput();
    await expect.poll(() => frames.length).toBe(4);
    expect(frames).toEqual([
      [false, 1024],
      [false, 1024],
      [false, 952],
      [true, 0],
    ]);
    expect(Buffer.concat(got).equals(bytes)).toBe(true);
    await expect.poll(() => pings).toBeGreaterThan(1);
  });

  test('a paste into a console goes in small frames with pauses, and drains', async () => {
    const at: number[] = [];
    const got: Buffer[] = [];
    const server = await peerServer((peer) => {
      peer.on('message', (data: Buffer, isBinary) => {
        at.push(performance.now());
        if (!isBinary) got.push(data);
      });
      text(peer, 'db=> ');
    });
    const { session, sink } = open(server.url, { request: { kind: 'resource', app: 'shop', resource: 'db' } });
    await session.opened;
    const paste = Buffer.alloc(6_000, 'select 1;');
    expect(session.write(paste)).toBe(false);
    session.endInput();
    await expect.poll(() => at.length, { timeout: 3_000 }).toBe(13);
    expect(Math.max(...got.map((frame) => frame.length))).toBeLessThanOrEqual(512);
    expect(Buffer.concat(got).equals(paste)).toBe(true);
    expect((at.at(-1) ?? 0) - (at[0] ?? 0)).toBeGreaterThan(80);
    expect(sink.drains).toBe(1);
  });
});
