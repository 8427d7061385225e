import { expect, test } from 'vitest';
import { ProxyDesk } from '../../../src/live/proxy-desk.ts';
import type { ProxyCounts, RunningProxy } from '../../../src/protocol/proxy-listener.ts';

class FakeProxy implements RunningProxy {
  readonly #stopped = Promise.withResolvers<void>();
  readonly #listeners = new Set<() => void>();
  readonly target = { host: 'db.internal', port: 5432 };
  readonly startedAt = 1_000;
  readonly stopped = this.#stopped.promise;
  stops = 0;
  received = 0;
  readonly port: number;
  constructor(port: number) {
    this.port = port;
  }
  counts(): ProxyCounts {
    return { open: 0, total: 0, received: this.received, sent: 0, failures: 0, lastFailure: undefined };
  }
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }
  get listeners(): number {
    return this.#listeners.size;
  }
  receive(bytes: number): void {
    this.received += bytes;
    for (const listener of this.#listeners) listener();
  }
  async stop(): Promise<void> {
    this.stops += 1;
    this.#stopped.resolve();
  }
}

function desk() {
  const waiting: { callback: () => void; delayMs: number }[] = [];
  const timers = {
    setTimeout: (callback: () => void, delayMs: number) => waiting.push({ callback, delayMs }),
    clearTimeout: () => undefined,
  };
  return { desk: new ProxyDesk(timers), waiting };
}

test('proxies are listed in order, and leave the list when they stop, whoever stops them', async () => {
  const { desk: proxies } = desk();
  const [one, two] = [new FakeProxy(5000), new FakeProxy(5001)];
  const id = proxies.add('acme/prod > shop > database', one);
  proxies.add('acme/prod > shop > cache', two);
  expect(proxies.list.get()).toMatchObject([
    { id, label: 'acme/prod > shop > database', local: '127.0.0.1:5000', remote: 'db.internal:5432', startedAt: 1_000 },
    { local: '127.0.0.1:5001' },
  ]);
  expect(await proxies.stop(id)).toBe(true);
  await expect.poll(() => proxies.list.get().map(({ local }) => local)).toEqual(['127.0.0.1:5001']);
  expect(one.listeners).toBe(0);
  expect(await proxies.stop(id)).toBe(false);
  await two.stop();
  await expect.poll(() => proxies.list.get()).toEqual([]);
});

test('counters are published now and then, not with every packet', () => {
  const { desk: proxies, waiting } = desk();
  const proxy = new FakeProxy(5000);
  proxies.add('x', proxy);
  let published = 0;
  proxies.list.subscribe(() => published++);
  for (let i = 0; i < 100; i++) proxy.receive(10);
  expect([published, waiting.length]).toEqual([0, 1]);
  waiting[0]?.callback();
  expect([published, proxies.list.get()[0]?.received]).toEqual([1, 1_000]);
});

test('stopAll stops every one', async () => {
  const { desk: proxies } = desk();
  const running = [new FakeProxy(1), new FakeProxy(2)];
  for (const proxy of running) proxies.add('x', proxy);
  await proxies.stopAll();
  expect(running.map(({ stops }) => stops)).toEqual([1, 1]);
  await expect.poll(() => proxies.list.get()).toEqual([]);
});
