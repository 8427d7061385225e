import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createDeck } from '../../../src/live/create-deck.ts';
import type { Deck } from '../../../src/live/deck.ts';
import type { RackReads } from '../../../src/protocol/rack-api.ts';
import type { Target, TargetListing } from '../../../src/targets/target.ts';
import { app, FakeRack, failure, fakeGateway, fakeTarget, process } from './fake-rack.ts';

let deck: Deck;

function listing(targets: readonly Target[]): TargetListing {
  return { targets, problems: [], current: undefined, notices: [] };
}

function open(targets: readonly Target[]): Deck {
  deck = createDeck({ listing: listing(targets), now: Date.now, random: Math.random });
  return deck;
}

beforeEach(() => {
  vi.useFakeTimers({ now: 1_700_000_000_000 });
});

afterEach(async () => {
  await deck.dispose();
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

const watchApps = (name: string) =>
  deck.session(name)?.watch({ key: ['apps'], read: (reads: RackReads) => reads.apps() });

describe('targets', () => {
  test('sessions are found by name and by id, in the order of the listing', () => {
    open([fakeTarget(new FakeRack(), { name: 'b' }), fakeTarget(new FakeRack(), { name: 'a' })]);
    expect(deck.sessions.get().map((session) => session.target.name)).toEqual(['b', 'a']);
    expect(deck.session('a')).toBe(deck.session('direct:a'));
    expect(deck.session('c')).toBeUndefined();
  });

  test('two targets with one id are one session: the first', async () => {
    const first = new FakeRack();
    const second = new FakeRack();
    open([fakeTarget(first), fakeTarget(second)]);
    expect(deck.sessions.get()).toHaveLength(1);
    watchApps('staging');
    await vi.advanceTimersByTimeAsync(0);
    await deck.replaceTargets(listing([fakeTarget(first), fakeTarget(second)]));
    expect([first.closed, first.count('apps'), second.calls.length]).toEqual([0, 1, 0]);
  });

  test('a new listing keeps what is unchanged, adds and drops the rest', async () => {
    const kept = new FakeRack();
    const gone = new FakeRack();
    open([fakeTarget(kept, { name: 'kept' }), fakeTarget(gone, { name: 'gone' })]);
    const before = deck.session('kept');
    watchApps('kept');
    watchApps('gone');
    await vi.advanceTimersByTimeAsync(0);
    const changed = vi.fn();
    deck.sessions.subscribe(changed);
    await deck.replaceTargets(
      listing([fakeTarget(kept, { name: 'kept' }), fakeTarget(new FakeRack(), { name: 'new' })]),
    );
    expect(deck.session('kept')).toBe(before);
    expect(deck.sessions.get().map((session) => session.target.name)).toEqual(['kept', 'new']);
    expect([kept.closed, gone.closed, changed.mock.calls.length]).toEqual([0, 1, 1]);
    const asked = gone.calls.length;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(gone.calls.length).toBe(asked);
  });

  test('a login cures the session in place: its watches go on', async () => {
    const rack = new FakeRack();
    const gateway = fakeGateway();
    open([fakeTarget(rack, { kind: 'gateway', problem: failure('not-logged-in') })]);
    const watch = watchApps('staging');
    expect(watch?.get().failure?.kind).toBe('not-logged-in');
    await deck.replaceTargets(listing([fakeTarget(rack, { kind: 'gateway', gateway })]));
    await vi.advanceTimersByTimeAsync(0);
    expect(watch?.get()).toMatchObject({ data: [app('shop')], failure: undefined });
    expect(deck.session('staging')?.gateway).toBeDefined();
    expect(gateway.count('info')).toBe(1);
  });

  test('after an expired session the same target logs in again', async () => {
    const rack = new FakeRack();
    open([fakeTarget(rack)]);
    const watch = watchApps('staging');
    rack.fault = failure('not-logged-in', 401);
    await vi.advanceTimersByTimeAsync(0);
    expect(deck.session('staging')?.link.get().kind).toBe('logged-out');
    rack.fault = undefined;
    await deck.replaceTargets(listing([fakeTarget(rack)]));
    await vi.advanceTimersByTimeAsync(0);
    expect(watch?.get().data).toEqual([app('shop')]);
  });

  test('the terminal out of focus: no rack is asked anything, new ones included', async () => {
    const rack = new FakeRack();
    open([fakeTarget(rack)]);
    watchApps('staging');
    await vi.advanceTimersByTimeAsync(0);
    deck.setVisibility('paused');
    rack.calls.length = 0;
    const added = new FakeRack();
    await deck.replaceTargets(listing([fakeTarget(rack), fakeTarget(added, { name: 'new' })]));
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(rack.calls).toEqual([]);
    expect(added.calls).toEqual([]);
  });
});

/** What the landing screen asks: the board over all apps, and the vitals line, per rack. */
function watchLanding(): void {
  for (const session of deck.sessions.get()) {
    session.access.subscribe(() => undefined);
    session.system.subscribe(() => undefined);
    session.watch({
      key: ['board'],
      read: async (reads) => [await reads.apps(), await reads.systemProcesses({ all: true })],
    });
    session.watch({
      key: ['vitals'],
      read: async (reads) => [
        await reads.apps(),
        await reads.systemProcesses({ all: true }),
        await reads.instances(),
        await reads.system(),
      ],
    });
  }
}

async function requestsPerMinute(racks: number, apps: number, kind: 'direct' | 'gateway'): Promise<number> {
  const fakes = Array.from({ length: racks }, () => {
    const rack = new FakeRack();
    rack.answers.set(
      'apps',
      Array.from({ length: apps }, (_, index) => app(`app-${index}`)),
    );
    rack.answers.set(
      'systemProcesses',
      Array.from({ length: apps * 2 }, (_, index) => process(`web-${index}`)),
    );
    return rack;
  });
  open(fakes.map((rack, index) => fakeTarget(rack, { name: `rack-${index}`, kind })));
  watchLanding();
  // The second minute: connecting is behind us.
  await vi.advanceTimersByTimeAsync(60_000);
  for (const rack of fakes) rack.calls.length = 0;
  await vi.advanceTimersByTimeAsync(60_000);
  const total = fakes.reduce((sum, rack) => sum + rack.calls.length, 0);
  await deck.dispose();
  return total;
}

describe('request budget (P12)', () => {
  test.each([
    ['direct', 2_000],
    ['gateway', 5_000],
  ] as const)(
    '%s: board and vitals together ask each list once per interval, whatever the number of apps',
    async (kind, interval) => {
      const few = await requestsPerMinute(1, 2, kind);
      const many = await requestsPerMinute(1, 50, kind);
      const racks = await requestsPerMinute(5, 50, kind);
      const lists = 4;
      const ceiling = (60_000 / interval) * lists;
      expect(few).toBeGreaterThan(ceiling / 2);
      for (const perRack of [few, many, racks / 5]) expect(perRack).toBeLessThanOrEqual(ceiling);
    },
  );
});
