import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { Harness } from './rack-harness.ts';

const LINE = { stream: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ (service\/\w+\/[\w-]+|system\/k8s\/\S+) / };

const linesOf = (bytes: Buffer): string[] => bytes.toString('latin1').split('\n').slice(0, -1);

describe('log sockets (convox-api.md 2.1 to 2.4)', () => {
  let harness: Harness;
  beforeAll(async () => {
    harness = await Harness.start({ logRate: 4 });
  });
  afterAll(() => harness.close());

  test.each([
    ['a bad password', '/apps/shop/logs', { Authorization: 'Basic bm86bm8=' }, 'invalid authentication'],
    ['no app', '/apps/none/logs', {}, 'app not found: none'],
    ['a duration in days', '/apps/shop/logs', { Since: '1d' }, 'time: unknown unit "d" in duration "1d"'],
    ['a duration without unit', '/apps/shop/logs', { Since: '5' }, 'time: missing unit in duration "5"'],
    ['no pods', '/apps/shop/services/none/logs', {}, 'no resources found in prod-shop namespace'],
    ['a lost process', '/apps/shop/processes/none/logs', {}, 'pods "none" not found'],
    [
      'too many streams',
      '/apps/shop/services/web/logs',
      { Maxlogrequests: '3' },
      'you are attempting to follow 8 log streams',
    ],
  ])('%s: accepted, then an ERROR frame, then the end marker', async (_, path, headers, message) => {
    const socket = await (await harness.socket(path, headers)).end();
    expect(socket.frames).toHaveLength(2);
    expect(socket.text).toMatch(/^ERROR: .*\n$/);
    expect(socket.text).toContain(message);
    expect(socket.frames[1]).toEqual({ binary: true, data: Buffer.alloc(0) });
  });

  test('an unknown path fails the handshake with 404, a foreign origin with 403', async () => {
    const status = async (path: string, headers: Record<string, string>): Promise<number | undefined> => {
      const ws = new WebSocket(`ws://${harness.base.host}${path}`, {
        headers: { Authorization: harness.basic(), ...headers },
      });
      ws.on('error', () => {});
      const [, response] = (await once(ws, 'unexpected-response')) as [unknown, { statusCode?: number }];
      ws.terminate();
      return response.statusCode;
    };
    expect(await status('/apps/shop/nothing', {})).toBe(404);
    expect(await status('/apps/shop/logs', { Origin: 'https://evil.example.com' })).toBe(403);
    const same = await harness.socket('/apps/shop/logs', { Origin: `http://${harness.base.host}`, Follow: 'false' });
    expect((await same.end()).text.startsWith('ERROR: ')).toBe(false);
  });

  test('the backlog defaults to two minutes without prefix; the socket outlives the end marker', async () => {
    const socket = await (await harness.socket('/apps/notify/logs', { Follow: 'false' })).end();
    const lines = linesOf(socket.bytes);
    expect(lines).toHaveLength(2 * 60 * 4);
    expect(lines.some((line) => LINE.stream.test(line))).toBe(false);
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect([socket.closed, socket.ws.readyState]).toEqual([false, WebSocket.OPEN]);
  });

  test('Since widens the window and Prefix names the stream; Since below keeps what lies above', async () => {
    const long = await (
      await harness.socket('/apps/shop/logs', { Follow: 'false', Prefix: 'true', Since: '10m0s' })
    ).end();
    const short = await (
      await harness.socket('/apps/shop/logs', { Follow: 'false', Prefix: 'true', Since: '90s' })
    ).end();
    const lines = linesOf(long.bytes);
    expect(lines.length).toBe(10 * 60 * 4);
    expect(lines.every((line) => LINE.stream.test(line))).toBe(true);
    expect(lines.slice(-linesOf(short.bytes).length)).toEqual(linesOf(short.bytes));
  });

  test('the backlog holds invalid UTF-8, hostile escapes, colour, JSON, logfmt and warnings', async () => {
    const texts: Buffer[] = [];
    for (const app of ['shop', 'checkout', 'media', 'notify']) {
      texts.push((await (await harness.socket(`/apps/${app}/logs`, { Follow: 'false', Since: '20m' })).end()).bytes);
    }
    const all = Buffer.concat(texts);
    expect(all.toString('utf8')).toContain('\ufffd');
    for (const part of ['\u001b]52;c;', '\u001b[2J', '\u001b[32m', '"level":"info"', 'level=warn', 'ERROR']) {
      expect(all.includes(part), part).toBe(true);
    }
  });

  test('frames cut lines and characters, never exceed 32 KiB, and join to what was written', async () => {
    const socket = await (await harness.socket('/apps/shop/logs', { Follow: 'false', Since: '40m' })).end();
    const texts = socket.frames.filter((frame) => !frame.binary);
    expect(Math.max(...texts.map((frame) => frame.data.length))).toBeLessThanOrEqual(32 * 1024);
    expect(texts.some((frame) => ((frame.data[0] ?? 0) & 0xc0) === 0x80)).toBe(true);
    expect(linesOf(socket.bytes)).toHaveLength(40 * 60 * 4);
  });

  test('following: what comes is what a later reader finds, without loss or repetition', async () => {
    const socket = await harness.socket('/apps/shop/logs', { Prefix: 'true', Since: '1s' });
    await socket.until((s) => s.bytes.length > 0);
    for (let i = 0; i < 5; i++) {
      const before = socket.bytes.length;
      harness.advance(2_000);
      await socket.until((s) => s.bytes.length > before && s.text.endsWith('\n'));
    }
    const later = await (
      await harness.socket('/apps/shop/logs', { Prefix: 'true', Since: '11s', Follow: 'false' })
    ).end();
    expect(linesOf(socket.bytes)).toEqual(linesOf(later.bytes));
  });

  test('no pong and no close frame on log sockets', async () => {
    const socket = await harness.socket('/apps/shop/logs');
    let pongs = 0;
    socket.ws.on('pong', () => pongs++);
    socket.ws.ping();
    socket.ws.close();
    const before = socket.bytes.length;
    harness.advance(3_000);
    await new Promise((resolve) => setTimeout(resolve, 250));
    expect(pongs).toBe(0);
    expect(socket.closed).toBe(false);
    expect(socket.ws.readyState).toBe(WebSocket.CLOSING);
    expect(before).toBeGreaterThan(0);
  });

  test('Filter is a CloudWatch pattern on AWS and ignored elsewhere', async () => {
    const socket = await (
      await harness.socket('/apps/shop/logs', { Follow: 'false', Filter: 'cache -hit', Since: '20m' })
    ).end();
    const lines = linesOf(socket.bytes);
    expect(lines.length).toBeGreaterThan(0);
    expect(lines.every((line) => line.includes('cache') && !line.includes('hit'))).toBe(true);
  });

  test('service logs: ten lines a pod by default, tagged, with nanoseconds', async () => {
    const socket = await (
      await harness.socket('/apps/notify/services/worker/logs', { Follow: 'false', Since: '30m' })
    ).end();
    const lines = linesOf(socket.bytes);
    expect(lines).toHaveLength(4 * 10);
    for (const line of lines) expect(line).toMatch(/^\[pod\/worker-[\w-]+\/notify\] \d{4}-\d\d-\d\dT[\d:]{8}\.\d{9}Z /);
    const two = await harness.socket('/apps/notify/services/worker/logs', {
      Follow: 'false',
      Since: '30m',
      Tail: '2',
      Prefix: 'false',
    });
    const bare = linesOf((await two.end()).bytes);
    expect(bare).toHaveLength(8);
    expect(bare.every((line) => !line.startsWith('[pod/'))).toBe(true);
  });

  test('service logs end with the pods they started with', async () => {
    const socket = await harness.socket('/apps/notify/services/scheduler/logs');
    await harness.post('/apps/notify/services/scheduler/restart');
    harness.advance(60_000);
    expect((await socket.end()).closed).toBe(false);
  });

  test('the previous life of a crashing process ends in its exception', async () => {
    const socket = await harness.socket('/apps/checkout/services/web/logs', { Previous: 'true', Tail: '50' });
    const text = (await socket.end()).text;
    expect(text).toContain('PaymentGatewayError: could not open a session');
    expect(text).toContain('web exited with code 1');
  });

  test('process logs: only a negative Since reaches back', async () => {
    const pod = harness.rack.processes.find((candidate) => candidate.app === 'shop' && candidate.service === 'web');
    const back = await harness.socket(`/apps/shop/processes/${pod?.id}/logs`, { Since: '-30m', Prefix: 'true' });
    await back.until((s) => s.bytes.length > 0 && s.text.endsWith('\n'));
    expect(linesOf(back.bytes).every((line) => line.includes(` service/web/${pod?.id} `))).toBe(true);
    const forward = await harness.socket(`/apps/shop/processes/${pod?.id}/logs`);
    harness.advance(60_000);
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(forward.frames).toEqual([]);
    for (let i = 0; i < 10; i++) harness.advance(30_000);
    await forward.until((s) => s.bytes.length > 0);
  });

  test('rack logs come from the rack itself', async () => {
    const socket = await (await harness.socket('/system/logs', { Prefix: 'true', Follow: 'false' })).end();
    expect(socket.text).toMatch(/ service\/(api|atom|resolver|nginx)\//);
  });

  test('build logs: an error while created, then live, then stored', async () => {
    const build = (await harness.post('/apps/media/builds', { url: 'object://media/tmp/x.tgz' })).json<{
      id: string;
    }>();
    const early = await (await harness.socket(`/apps/media/builds/${build.id}/logs`)).end();
    expect(early.text).toBe(`ERROR: unable to read logs for build: ${build.id}\n`);
    harness.advance(2_000);
    const live = await harness.socket(`/apps/media/builds/${build.id}/logs`);
    harness.advance(8_000);
    await live.until((s) => s.text.includes('Step 2/9'));
    expect(live.ended).toBe(false);
    harness.advance(10_000);
    await live.end();
    const stored = await (await harness.socket(`/apps/media/builds/${build.id}/logs`)).end();
    expect(stored.text).toBe(live.text);
    expect(stored.text).toContain('Build complete');
  });
});

describe('a quiet rack', () => {
  test('has a backlog but nothing new, and its usage stands still', async () => {
    const harness = await Harness.start({ lively: false });
    const usage = async (): Promise<string> => (await harness.ask('/apps/shop/processes')).text;
    const before = await usage();
    const socket = await harness.socket('/apps/shop/logs');
    await socket.until((s) => s.bytes.length > 0 && s.text.endsWith('\n'));
    const { length } = socket.bytes;
    harness.advance(60_000);
    await new Promise((resolve) => setTimeout(resolve, 350));
    expect(socket.bytes.length).toBe(length);
    expect(await usage()).toBe(before);
    await harness.close();
  });
});
