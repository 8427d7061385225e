import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { LiveRackSession } from '../../../../src/live/create-rack-session.ts';
import { SYSTEM_TIMERS } from '../../../../src/live/timers.ts';
import { name } from '../../../../src/resources/columns.ts';
import { defineResource, erase } from '../../../../src/resources/define-resource.ts';
import { createRowFeed } from '../../../../src/ui/table/row-feed.ts';
import { FakeRack, failure, fakeTarget } from '../../live/fake-rack.ts';

let rack: FakeRack;
let session: LiveRackSession;

beforeEach(() => {
  vi.useFakeTimers({ now: 1_700_000_000_000 });
  rack = new FakeRack();
  session = new LiveRackSession(fakeTarget(rack), {
    now: Date.now,
    random: () => 0.5,
    timers: SYSTEM_TIMERS,
    onTrace: () => undefined,
  });
});

afterEach(async () => {
  await session.dispose();
  vi.useRealTimers();
});

const view = (refresh?: 'manual') =>
  erase(
    defineResource<{ readonly id: string }>({
      id: 'traces',
      aliases: [],
      title: 'Traces',
      about: 'a view whose questions are counted',
      scope: 'rack',
      needs: 'convox:registry:list',
      route: 'GET /registries',
      ...(refresh && { refresh }),
      query: async ({ reads, signal }) =>
        (await reads.registries({ signal })).map((registry) => ({ id: registry.server })),
      key: (row) => row.id,
      columns: [name('ID', (row) => row.id)],
      sort: ['id', 'asc'],
      severity: () => 'ok',
      open: {},
      empty: 'None.',
    }),
  );

const feedOf = (refresh?: 'manual') =>
  createRowFeed({ resource: view(refresh), sessions: [session], place: {}, now: Date.now });

const HOUR = 3_600_000;
const asked = (): number => rack.count('registries');

describe('a view that is refreshed by hand', () => {
  test('asks once when it is opened, again when told to, and never by itself', async () => {
    const feed = feedOf('manual');
    await vi.advanceTimersByTimeAsync(HOUR);
    expect(asked()).toBe(1);
    expect(feed.get().rows).toEqual([]);
    await feed.refresh();
    expect(asked()).toBe(2);
    feed.setVisibility('hidden');
    feed.setVisibility('visible');
    await vi.advanceTimersByTimeAsync(HOUR);
    expect(asked()).toBe(2);
    feed.dispose();
  });

  test('coming back at once shows the last answer, later asks anew', async () => {
    feedOf('manual').dispose();
    const first = feedOf('manual');
    await vi.advanceTimersByTimeAsync(1_000);
    const before = asked();
    first.dispose();
    const again = feedOf('manual');
    await vi.advanceTimersByTimeAsync(30_000);
    expect(asked()).toBe(before);
    again.dispose();
    await vi.advanceTimersByTimeAsync(60_000);
    const later = feedOf('manual');
    await vi.advanceTimersByTimeAsync(1_000);
    expect(asked()).toBe(before + 1);
    later.dispose();
  });

  test('is not called live for long', async () => {
    const feed = feedOf('manual');
    await vi.advanceTimersByTimeAsync(1_000);
    expect(feed.get().shares[0]).toMatchObject({ staleAfterMs: 60_000, failure: undefined });
    feed.dispose();
  });

  test('a failure stays until somebody asks again', async () => {
    rack.answers.set('registries', failure('forbidden', 403));
    const feed = feedOf('manual');
    await vi.advanceTimersByTimeAsync(HOUR);
    expect(asked()).toBe(1);
    expect(feed.get().shares[0]?.failure?.kind).toBe('forbidden');
    rack.answers.set('registries', []);
    await feed.refresh();
    expect(feed.get().shares[0]?.failure).toBeUndefined();
    feed.dispose();
  });
});

test('any other view is polled', async () => {
  const feed = feedOf();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(asked()).toBeGreaterThan(10);
  expect(feed.get().shares[0]?.staleAfterMs).toBe(11_000);
  feed.dispose();
});
