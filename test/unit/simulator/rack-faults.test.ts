import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { eventually, Harness } from './rack-harness.ts';

describe('faults', () => {
  let harness: Harness;
  beforeAll(async () => {
    harness = await Harness.start();
  });
  afterEach(() => harness.simulator.faults.clear());
  afterAll(() => harness.close());

  const failing = (path: string): Promise<string> =>
    harness.ask(path).then(
      (answer) => `answered ${answer.status}`,
      (error: NodeJS.ErrnoException) => error.code ?? error.message,
    );

  test('a rule strikes as often as it says, and only where it matches', async () => {
    const { faults } = harness.simulator;
    faults.add({
      match: { rack: 'acme/prod', method: 'GET', path: /^\/apps$/ },
      times: 2,
      effect: { kind: 'status', code: 502 },
    });
    expect((await harness.ask('/system')).status).toBe(200);
    const statuses = [];
    for (let i = 0; i < 3; i++) statuses.push((await harness.ask('/apps')).status);
    expect(statuses).toEqual([502, 502, 200]);
  });

  test('a rule can be taken away and an expression with /g does not alternate', async () => {
    const remove = harness.simulator.faults.add({ match: { path: /apps/g }, effect: { kind: 'status', code: 503 } });
    expect([(await harness.ask('/apps')).status, (await harness.ask('/apps')).status]).toEqual([503, 503]);
    remove();
    expect((await harness.ask('/apps')).status).toBe(200);
  });

  test('a status comes as an HTML page unless told otherwise', async () => {
    const { faults } = harness.simulator;
    faults.add({ match: {}, times: 1, effect: { kind: 'status', code: 502 } });
    const page = await harness.ask('/apps');
    expect([page.headers['content-type'], page.text.startsWith('<html>')]).toEqual(['text/html', true]);
    faults.add({
      match: {},
      times: 1,
      effect: { kind: 'status', code: 429, body: 'slow down', contentType: 'text/plain' },
    });
    expect((await harness.ask('/apps')).text).toBe('slow down');
  });

  test('reset, truncation, malformed JSON, another shape', async () => {
    const { faults } = harness.simulator;
    faults.add({ match: {}, times: 1, effect: { kind: 'reset' } });
    expect(await failing('/apps')).toBe('ECONNRESET');
    faults.add({ match: {}, times: 1, effect: { kind: 'truncate' } });
    expect(await failing('/apps')).toMatch(/ECONNRESET|aborted/);
    faults.add({ match: {}, times: 1, effect: { kind: 'malformed' } });
    const malformed = await harness.ask('/apps');
    expect(malformed.status).toBe(200);
    expect(() => malformed.json()).toThrow(SyntaxError);
    faults.add({ match: {}, times: 2, effect: { kind: 'wrong-type' } });
    expect(Array.isArray((await harness.ask('/apps')).json())).toBe(false);
    expect(Array.isArray((await harness.ask('/system')).json())).toBe(true);
  });

  test('latency delays and lets a second rule strike', async () => {
    const { faults } = harness.simulator;
    faults.add({ match: {}, times: 1, effect: { kind: 'latency', ms: 80 } });
    faults.add({ match: {}, times: 1, effect: { kind: 'status', code: 504 } });
    const start = performance.now();
    expect((await harness.ask('/apps')).status).toBe(504);
    expect(performance.now() - start).toBeGreaterThanOrEqual(75);
  });

  test('silence: the request arrives and nothing comes back', async () => {
    harness.simulator.faults.add({ match: { path: /silent/ }, effect: { kind: 'silence' } });
    const seen = harness.simulator.requests.length;
    let answered = false;
    void harness.ask('/silent').then(
      () => {
        answered = true;
      },
      () => {},
    );
    await eventually(() => harness.simulator.requests.length > seen);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(answered).toBe(false);
  });

  test('a socket dies after so many frames, or is refused by status', async () => {
    const { faults } = harness.simulator;
    faults.add({ match: { kind: 'ws' }, times: 1, effect: { kind: 'drop-after-frames', frames: 2 } });
    const socket = await harness.socket('/apps/shop/logs', { Since: '2h' });
    await new Promise((resolve) => socket.ws.once('close', resolve));
    expect([socket.frames.length, socket.ended]).toEqual([2, false]);
    faults.add({ match: { kind: 'ws' }, times: 1, effect: { kind: 'status', code: 502 } });
    await expect(harness.socket('/apps/shop/logs')).rejects.toThrow('502');
    faults.add({ match: { kind: 'ws' }, times: 1, effect: { kind: 'reset' } });
    await expect(harness.socket('/apps/shop/logs')).rejects.toThrow();
  });

  test('a rack that goes down drops its sockets, refuses, and comes back at the same port', async () => {
    const socket = await harness.socket('/apps/shop/logs');
    await harness.simulator.faults.goDown('acme/prod');
    await eventually(() => socket.closed);
    expect(await failing('/apps')).toBe('ECONNREFUSED');
    await harness.simulator.faults.comeUp('acme/prod');
    expect(await failing('/apps')).toBe('answered 200');
    await expect(harness.simulator.faults.goDown('nowhere')).rejects.toThrow('no simulated server named nowhere');
  });

  test('closing is quick with sockets open and requests hanging', async () => {
    const other = await Harness.start();
    other.simulator.faults.add({ match: { path: /silent/ }, effect: { kind: 'silence' } });
    other.simulator.faults.add({ match: { path: /slow/ }, effect: { kind: 'latency', ms: 60_000 } });
    const hanging: Promise<unknown>[] = [other.ask('/silent'), other.ask('/slow')].map((asked) =>
      asked.catch(() => 'gone'),
    );
    await other.socket('/apps/shop/logs');
    other.simulator.faults.add({ match: { kind: 'ws' }, effect: { kind: 'latency', ms: 60_000 } });
    hanging.push(other.socket('/apps/shop/logs').catch(() => 'gone'));
    await eventually(() => other.simulator.requests.length >= 4);
    const start = performance.now();
    await other.close();
    expect(performance.now() - start).toBeLessThan(10_000);
    expect(await Promise.all(hanging)).toEqual(['gone', 'gone', 'gone']);
  });
});
