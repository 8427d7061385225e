import { createServer, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Endpoint } from '../../../src/protocol/endpoint.ts';
import { logRequest } from '../../../src/protocol/log-request.ts';
import { type LogSocketOptions, openLogSocket } from '../../../src/protocol/log-socket.ts';
import type { LogSource, LogStreamEnd, LogStreamOptions } from '../../../src/protocol/log-stream.ts';
import { dependencies, endpointOf, fakeServer, fakeTcpServer } from './fake-server.ts';

type Peer = WebSocket & { readonly handshake: IncomingMessage };

interface LogServer {
  readonly url: string;
  readonly peers: Peer[];
}

/** A rack's side of a log socket: never sends a close frame by itself. */
async function logServer(serve: (peer: Peer) => void): Promise<LogServer> {
  const peers: Peer[] = [];
  const http = createServer();
  const sockets = new WebSocketServer({ server: http, autoPong: true, skipUTF8Validation: true });
  sockets.on('connection', (socket: WebSocket, handshake: IncomingMessage) => {
    const peer = Object.assign(socket, { handshake });
    peers.push(peer);
    serve(peer);
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const peer of peers) peer.terminate();
    http.close();
  });
  const address = http.address();
  return { url: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`, peers };
}

interface Opened {
  readonly stream: ReturnType<typeof openLogSocket>;
  readonly lines: string[];
  readonly events: string[];
  readonly ended: Promise<LogStreamEnd>;
}

function open(
  url: string,
  given: {
    source?: LogSource;
    options?: Partial<LogStreamOptions>;
    limits?: LogSocketOptions;
    endpoint?: Partial<Endpoint>;
    onLines?: (opened: () => Opened, lines: readonly string[]) => void;
  } = {},
): Opened {
  const lines: string[] = [];
  const events: string[] = [];
  let finish: (end: LogStreamEnd) => void = () => undefined;
  const ended = new Promise<LogStreamEnd>((resolve) => {
    finish = resolve;
  });
  const request = logRequest(given.source ?? { kind: 'app', app: 'shop' }, { follow: true, ...given.options });
  const opened: Opened = {
    lines,
    events,
    ended,
    stream: openLogSocket(
      endpointOf(url, given.endpoint),
      dependencies(),
      request,
      {
        open: () => events.push('open'),
        lines: (batch) => {
          expect(batch.length).toBeGreaterThan(0);
          events.push('lines');
          lines.push(...batch);
          given.onLines?.(() => opened, batch);
        },
        end: (end) => {
          events.push('end');
          finish(end);
        },
      },
      given.limits,
    ),
  };
  onTestFinished(() => opened.stream.close());
  return opened;
}

const text = (peer: Peer, data: string | Buffer) => peer.send(data, { binary: false });
const marker = (peer: Peer) => peer.send(Buffer.alloc(0), { binary: true });

describe('an ordinary stream', () => {
  test('lines over frames, split characters, invalid bytes, escapes; the marker ends it and the client closes', async () => {
    const server = await logServer((peer) => {
      text(peer, '2026-05-01T10:00:00Z service/web/web-1 he');
      text(peer, 'llo\n\u001b[2Jescape\n');
      text(peer, Buffer.from([0xe2, 0x82]));
      text(peer, Buffer.from([0xac, 0x0a, 0xff, 0x0a]));
      text(peer, 'last without newline');
      marker(peer);
    });
    const { lines, events, ended, stream } = open(server.url);
    expect(await ended).toEqual({ outcome: 'complete' });
    expect(lines).toEqual([
      '2026-05-01T10:00:00Z service/web/web-1 hello',
      'escape',
      '€',
      '\ufffd',
      'last without newline',
    ]);
    expect(events[0]).toBe('open');
    expect(events.filter((event) => event === 'end')).toHaveLength(1);
    expect(stream.bytes).toBe(
      Buffer.byteLength('2026-05-01T10:00:00Z service/web/web-1 hello\n\u001b[2Jescape\n') + 26,
    );
    await expect.poll(() => server.peers[0]?.readyState).toBe(3);
  });

  test('the handshake carries credentials and options, no origin, no subprotocol, no extension', async () => {
    const server = await logServer(marker);
    const endpoint = { headers: () => ({ Rack: 'acme/prod' }) };
    await open(`${server.url}/base/`, { endpoint, options: { sinceMs: 90_000, tail: 7 } }).ended;
    const { url, headers } = server.peers[0]?.handshake ?? {};
    expect(url).toBe('/base/apps/shop/logs');
    expect(headers).toMatchObject({
      authorization: 'Basic Y29udm94OnNlY3JldA==',
      'user-agent': 'rackdeck/0.0.0',
      rack: 'acme/prod',
      follow: 'true',
      since: '1m30s',
      tail: '7',
      prefix: 'true',
    });
    for (const name of ['origin', 'cookie', 'sec-websocket-protocol', 'sec-websocket-extensions']) {
      expect(headers?.[name]).toBeUndefined();
    }
  });

  test('pings, and lives on without pongs', async () => {
    let pings = 0;
    const server = await logServer((peer) => {
      peer.removeAllListeners('ping');
      peer.on('ping', () => {
        pings++;
        if (pings === 5) marker(peer);
      });
    });
    expect(await open(server.url, { limits: { pingMs: 5 } }).ended).toEqual({ outcome: 'complete' });
    expect(pings).toBeGreaterThanOrEqual(5);
  });

  test('pause stops the reading, resume goes on, nothing is lost', async () => {
    const total = 20_000;
    const payload = 'x'.repeat(1_000);
    const server = await logServer((peer) => {
      for (let i = 0; i < total; i++) text(peer, `${i} ${payload}\n`);
      marker(peer);
    });
    let paused = false;
    const { stream, lines, ended } = open(server.url, {
      onLines: (opened) => {
        if (paused) return;
        paused = true;
        opened().stream.pause();
      },
    });
    await expect.poll(() => paused).toBe(true);
    await new Promise((resolve) => setTimeout(resolve, 50));
    // What is on its way stays with the sender: far from everything has come.
    expect(stream.bytes).toBeLessThan(total * 500);
    const seen = stream.bytes;
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(stream.bytes).toBe(seen);
    stream.resume();
    expect(await ended).toEqual({ outcome: 'complete' });
    expect(lines.map((line) => Number.parseInt(line, 10))).toEqual(Array.from({ length: total }, (_, i) => i));
  });

  test('pause before the handshake is kept', async () => {
    const server = await logServer((peer) => text(peer, 'a\n'));
    const { stream, events, lines } = open(server.url);
    stream.pause();
    await expect.poll(() => events).toContain('open');
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(lines).toEqual([]);
    stream.resume();
    await expect.poll(() => lines).toEqual(['a']);
  });

  test('close: no call of the sink follows, and the server sees a goodbye', async () => {
    const codes: number[] = [];
    const server = await logServer((peer) => {
      peer.on('close', (code) => codes.push(code));
      text(peer, 'a\n');
    });
    const { stream, events, lines } = open(server.url);
    await expect.poll(() => lines).toEqual(['a']);
    stream.close();
    stream.close();
    const before = [...events];
    await expect.poll(() => codes).toEqual([1000]);
    expect(events).toEqual(before);
  });

  test('close during the handshake is quiet', async () => {
    const server = await fakeTcpServer(() => undefined);
    const { stream, events } = open(server.url);
    await expect.poll(() => server.connections()).toBe(1);
    stream.close();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(events).toEqual([]);
  });
});

describe('errors in the stream', () => {
  test.each([
    ['invalid authentication', 'not-logged-in'],
    ['app not found: shop', 'not-found'],
    ['you are unauthorized to access this', 'forbidden'],
  ])('ERROR: %s', async (message, kind) => {
    const server = await logServer((peer) => {
      text(peer, `ERROR: ${message}\n`);
      marker(peer);
    });
    const { lines, ended } = open(server.url);
    expect(await ended).toMatchObject({ outcome: 'failed', failure: { kind, where: 'GET /apps/shop/logs' } });
    expect(lines).toEqual([]);
  });

  test('after output: the lines stay, the end is a failure', async () => {
    const server = await logServer((peer) => {
      text(peer, 'one\n');
      text(peer, 'ERROR: stream broke\n');
      marker(peer);
    });
    const { lines, ended } = open(server.url);
    expect(await ended).toMatchObject({ outcome: 'failed', failure: { kind: 'server', why: 'stream broke' } });
    expect(lines).toEqual(['one']);
  });

  test('a log line that begins like an error is a line', async () => {
    const server = await logServer((peer) => {
      text(peer, 'ERROR: compile failed\n');
      text(peer, 'more\nERROR: again\n');
      marker(peer);
    });
    const { lines, ended } = open(server.url, { source: { kind: 'build', app: 'shop', build: 'B1' } });
    expect(await ended).toEqual({ outcome: 'complete' });
    expect(lines).toEqual(['ERROR: compile failed', 'more', 'ERROR: again']);
  });

  test('and is shown when nothing follows for a while', async () => {
    const server = await logServer((peer) => text(peer, 'ERROR: only this\n'));
    const { lines } = open(server.url, { limits: { errorHoldMs: 10 } });
    await expect.poll(() => lines).toEqual(['ERROR: only this']);
  });

  test('hostile text in an error is cleaned', async () => {
    const server = await logServer((peer) => {
      text(peer, 'ERROR: \u001b]0;owned\u0007bad\u001b[2J\n');
      marker(peer);
    });
    expect(await open(server.url).ended).toMatchObject({ failure: { why: 'bad' } });
  });
});

describe('ends without the marker', () => {
  type Ending = 'abrupt' | 'clean' | 'going away';
  const FINISH: Record<Ending, (peer: Peer) => void> = {
    abrupt: (peer) => peer.terminate(),
    clean: (peer) => peer.close(1000),
    'going away': (peer) => peer.close(1001),
  };
  const app: LogSource = { kind: 'app', app: 'shop' };
  const build: LogSource = { kind: 'build', app: 'shop', build: 'B1' };

  test.each<[Endpoint['dialect'], LogSource, boolean, boolean, Ending, LogStreamEnd['outcome']]>([
    ['rack', app, true, true, 'abrupt', 'interrupted'],
    ['rack', app, false, true, 'abrupt', 'interrupted'],
    ['console', app, true, true, 'abrupt', 'interrupted'],
    ['gateway-proxy', app, true, true, 'abrupt', 'interrupted'],
    ['gateway-proxy', app, false, true, 'abrupt', 'complete'],
    ['gateway-proxy', app, false, false, 'abrupt', 'interrupted'],
    ['gateway-proxy', build, true, true, 'abrupt', 'complete'],
    ['rack', build, true, true, 'abrupt', 'interrupted'],
    ['rack', app, true, true, 'clean', 'complete'],
    ['gateway-proxy', app, true, true, 'clean', 'complete'],
    ['rack', app, true, true, 'going away', 'interrupted'],
  ])('%s %j follow=%s output=%s %s: %s', async (dialect, source, follow, output, ending, outcome) => {
    const server = await logServer((peer) => {
      if (!output) return FINISH[ending](peer);
      peer.send('a\n', { binary: false }, () => FINISH[ending](peer));
    });
    const { ended, lines } = open(server.url, { source, options: { follow }, endpoint: { dialect } });
    expect((await ended).outcome).toBe(outcome);
    expect(lines).toEqual(output ? ['a'] : []);
  });

  test('a live log that is not followed ends by silence', async () => {
    const server = await logServer((peer) => text(peer, 'a\n'));
    const { ended, lines } = open(server.url, {
      source: { kind: 'process', app: 'shop', process: 'web-1' },
      options: { follow: false },
      limits: { silenceMs: 20 },
    });
    expect(await ended).toEqual({ outcome: 'complete' });
    expect(lines).toEqual(['a']);
  });

  test('the rest of a broken line is kept', async () => {
    const server = await logServer((peer) => peer.send('whole\nhal', { binary: false }, () => peer.terminate()));
    const { ended, lines } = open(server.url);
    expect((await ended).outcome).toBe('interrupted');
    expect(lines).toEqual(['whole', 'hal']);
  });
});

describe('refused handshakes', () => {
  test.each<[Endpoint['dialect'], number, Record<string, string>, string, string, LogStreamEnd['outcome']]>([
    ['rack', 404, {}, '', 'route-missing', 'failed'],
    ['rack', 403, {}, 'Forbidden\n', 'forbidden', 'failed'],
    ['rack', 302, { location: 'https://sso.example.com' }, '', 'malformed', 'failed'],
    ['gateway-proxy', 401, {}, 'authentication failed: session revoked\n', 'not-logged-in', 'failed'],
    ['gateway-proxy', 401, {}, 'authentication failed: failed to load session\n', 'server', 'interrupted'],
    [
      'gateway-proxy',
      401,
      { 'x-mfa-required': 'true', 'x-mfa-level': 'step_up' },
      'Multi-factor authentication is required for this action\n',
      'mfa-required',
      'failed',
    ],
    ['gateway-proxy', 403, {}, 'permission denied\n', 'forbidden', 'failed'],
    ['gateway-proxy', 404, {}, '404 page not found\n', 'route-missing', 'failed'],
    ['gateway-proxy', 500, {}, '{"error":"failed to dial upstream websocket: bad handshake"}', 'server', 'interrupted'],
    ['rack', 502, { 'content-type': 'text/html' }, '<html>Bad Gateway</html>', 'server', 'interrupted'],
  ])('%s %d %j: %s', async (dialect, status, headers, body, kind, outcome) => {
    const server = await upgradeRefuser(status, headers, body);
    const end = await open(server, { endpoint: { dialect } }).ended;
    expect(end).toMatchObject({ outcome, failure: { kind, status, requestId: 'req-9' } });
  });

  test('nobody there: worth a retry while following, a failure otherwise', async () => {
    const url = 'http://127.0.0.2:9';
    expect(await open(url).ended).toMatchObject({
      outcome: 'interrupted',
      failure: { what: 'Cannot reach 127.0.0.2:9' },
    });
    expect(await open(url, { options: { follow: false } }).ended).toMatchObject({ outcome: 'failed' });
  });

  test('no answer in time', async () => {
    const server = await fakeTcpServer(() => undefined);
    const end = await open(server.url, { limits: { handshakeMs: 20 }, options: { follow: false } }).ended;
    expect(end).toMatchObject({ outcome: 'failed', failure: { kind: 'timeout' } });
  });

  test('a server that knows no upgrade', async () => {
    const server = await fakeServer((_, response) => response.end('hello'));
    expect((await open(server.url).ended).outcome).not.toBe('complete');
  });

  test('the credential or the prelude fails', async () => {
    const authorization = () => Promise.reject(new Error('no token'));
    const end = await open('http://127.0.0.1:9', { endpoint: { authorization } }).ended;
    expect(end).toMatchObject({ failure: { why: 'no token' } });
  });
});

async function upgradeRefuser(status: number, headers: Record<string, string>, body: string): Promise<string> {
  const http = createServer();
  http.on('upgrade', (_, socket: Duplex) => {
    const lines = Object.entries({
      'x-request-id': 'req-9',
      'content-length': String(Buffer.byteLength(body)),
      ...headers,
    });
    socket.end(
      `HTTP/1.1 ${status} X\r\n${lines.map(([name, value]) => `${name}: ${value}`).join('\r\n')}\r\n\r\n${body}`,
    );
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    http.close();
  });
  const address = http.address();
  return `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
}
