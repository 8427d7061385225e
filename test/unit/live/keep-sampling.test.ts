import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { LiveRackSession } from '../../../src/live/create-rack-session.ts';
import { SYSTEM_TIMERS } from '../../../src/live/timers.ts';
import type { TargetKind } from '../../../src/targets/target.ts';
import { FakeRack, failure, fakeTarget, process } from './fake-rack.ts';

const MINUTE = 60_000;
let rack: FakeRack;
let session: LiveRackSession;

function open(kind: TargetKind = 'direct'): LiveRackSession {
  session = new LiveRackSession(fakeTarget(rack, { kind }), {
    now: Date.now,
    random: () => 0.5,
    timers: SYSTEM_TIMERS,
    onTrace: () => undefined,
    sampling: { openStore: () => undefined },
  });
  return session;
}

beforeEach(() => {
  vi.useFakeTimers({ now: 1_700_000_000_000 });
  rack = new FakeRack();
});

afterEach(async () => {
  await session.dispose();
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

test('a rack that nobody looks at is asked nothing', async () => {
  open();
  await vi.advanceTimersByTimeAsync(10 * MINUTE);
  expect(rack.calls).toEqual([]);
});

test.each(['direct', 'gateway'] as const)(
  '%s: once looked at, three requests a minute whatever is on screen',
  async (kind) => {
    const watch = open(kind).watch({ key: ['app'], read: (reads, signal) => reads.app('shop', { signal }) });
    await vi.advanceTimersByTimeAsync(1_000);
    watch.dispose();
    rack.calls.length = 0;
    await vi.advanceTimersByTimeAsync(30 * MINUTE);
    for (const method of ['instances', 'systemProcesses', 'apps']) {
      expect(rack.count(method)).toBeGreaterThanOrEqual(22);
      expect(rack.count(method)).toBeLessThanOrEqual(31);
    }
    expect(session.history.points('app:shop', 0, Date.now()).length).toBeGreaterThan(20);
  },
);

test('what the screen asks for anyway is not asked for again', async () => {
  open().watch({
    key: ['board'],
    read: (reads, signal) => Promise.all([reads.apps({ signal }), reads.systemProcesses({ all: true }, { signal })]),
  });
  await vi.advanceTimersByTimeAsync(14_000);
  const before = rack.count('systemProcesses');
  await vi.advanceTimersByTimeAsync(10 * MINUTE);
  // Two seconds and jitter: what the board alone would ask.
  const alone = (10 * MINUTE) / (2_000 * 1.11);
  expect(rack.count('systemProcesses') - before).toBeLessThan(alone * 1.05);
  expect(rack.count('instances')).toBeLessThanOrEqual(11);
});

test('a part that is refused costs only itself', async () => {
  rack.answers.set('instances', failure('forbidden'));
  open().watch({ key: ['app'], read: (reads, signal) => reads.app('shop', { signal }) });
  await vi.advanceTimersByTimeAsync(3 * MINUTE);
  expect(session.link.get().kind).toBe('live');
  expect(session.history.subjects()).toContain('app:shop');
});

test('crashes are noticed while another view is on screen', async () => {
  open().watch({ key: ['app'], read: (reads, signal) => reads.app('shop', { signal }) });
  await vi.advanceTimersByTimeAsync(2 * MINUTE);
  rack.answers.set('systemProcesses', [process('web-1', { status: 'crashed' })]);
  await vi.advanceTimersByTimeAsync(2 * MINUTE);
  expect(session.history.events(0, Date.now()).map(({ what }) => what)).toEqual(['web-1 crashed on RAAAAAAAAAA']);
});
