import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Failure } from '../../../src/domain/failure.ts';
import { LiveRackSession } from '../../../src/live/create-rack-session.ts';
import { SYSTEM_TIMERS } from '../../../src/live/timers.ts';
import type { WatchRequest } from '../../../src/live/watch.ts';
import { app, FakeRack, type FakeTargetOptions, failure, fakeGateway, fakeTarget } from './fake-rack.ts';

let rack: FakeRack;
let session: LiveRackSession;

function open(options: FakeTargetOptions = {}): LiveRackSession {
  session = new LiveRackSession(fakeTarget(rack, options), {
    now: Date.now,
    random: () => 0.5,
    timers: SYSTEM_TIMERS,
    onTrace: () => undefined,
  });
  return session;
}

const apps: WatchRequest<readonly unknown[]> = { key: ['apps'], read: (reads, signal) => reads.apps({ signal }) };
const settle = () => vi.advanceTimersByTimeAsync(0);

beforeEach(() => {
  vi.useFakeTimers({ now: 1_700_000_000_000 });
  rack = new FakeRack();
});

afterEach(async () => {
  await session.dispose();
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

describe('reads', () => {
  test('equal reads share one request, and its answer while it is fresh', async () => {
    const reads = open().reads({ freshMs: 1_000 });
    const [first, second] = await Promise.all([reads.apps(), reads.apps()]);
    expect(second).toBe(first);
    await vi.advanceTimersByTimeAsync(999);
    await reads.apps();
    expect(rack.count('apps')).toBe(1);
    await vi.advanceTimersByTimeAsync(2);
    expect(await reads.apps()).toEqual(first);
    expect(rack.count('apps')).toBe(2);
  });

  test('different arguments are different requests', async () => {
    const reads = open().reads({ freshMs: 60_000 });
    await Promise.all([
      reads.app('a'),
      reads.app('b'),
      reads.builds('a', { limit: 1 }),
      reads.builds('a', { limit: 2 }),
    ]);
    expect(rack.calls.sort()).toEqual(['app', 'app', 'builds', 'builds']);
  });

  test.each([
    ['direct', 6],
    ['gateway', 4],
  ] as const)('a %s rack gets at most %d requests at once, all of them in the end', async (kind, limit) => {
    const reads = open({ kind }).reads({ freshMs: 0 });
    await Promise.all(Array.from({ length: 20 }, (_, index) => reads.app(`app-${index}`)));
    expect(rack.mostRunning).toBe(limit);
    expect(rack.count('app')).toBe(20);
  });

  test('a request is aborted when the last one who waits leaves, not before', async () => {
    rack.hold.add('apps');
    const one = new AbortController();
    const two = new AbortController();
    const reads = open().reads({ freshMs: 0 });
    const first = reads.apps({ signal: one.signal }).catch((error: Failure) => error.kind);
    const second = reads.apps({ signal: two.signal }).catch((error: Failure) => error.kind);
    await settle();
    one.abort();
    expect(await first).toBe('cancelled');
    expect(rack.held[0]?.signal?.aborted).toBe(false);
    two.abort();
    expect(await second).toBe('cancelled');
    expect(rack.held[0]?.signal?.aborted).toBe(true);
    expect(session.link.get().kind).toBe('connecting');
  });

  test('a request that is given up while it queues never leaves', async () => {
    rack.hold.add('app');
    const reads = open().reads({ freshMs: 0 });
    for (let index = 0; index < 6; index += 1) reads.app(`busy-${index}`).catch(() => undefined);
    const controller = new AbortController();
    const queued = reads.app('late', { signal: controller.signal }).catch((error: Failure) => error.kind);
    await settle();
    controller.abort();
    expect(await queued).toBe('cancelled');
    rack.held[0]?.answer(app('busy-0'));
    await settle();
    expect(rack.count('app')).toBe(6);
  });
});

describe('watch', () => {
  test('polls at the pace of the target, and each answer moves the clock though the data stays the same object', async () => {
    const watch = open().watch(apps);
    await settle();
    const first = watch.get();
    expect(first.data).toEqual([app('shop')]);
    expect(first.fetchedAt).toBe(Date.now());
    await vi.advanceTimersByTimeAsync(60_000);
    // 2 s * 1.11 (jitter at 0.5)
    expect(rack.count('apps')).toBe(1 + Math.floor(60_000 / 2_220));
    const later = watch.get();
    expect(later.data).toBe(first.data);
    expect(later.fetchedAt).toBeGreaterThan(Date.now() - 2_300);
    expect(session.link.get()).toMatchObject({ kind: 'live' });
  });

  test.each([
    ['gateway', undefined, 'visible', 5_000],
    ['gateway', 0.1, 'visible', 5_000],
    ['console', undefined, 'visible', 5_000],
    ['oidc', undefined, 'visible', 5_000],
    ['direct', undefined, 'visible', 2_000],
    ['direct', 5, 'visible', 10_000],
    ['direct', undefined, 'hidden', 20_000],
    ['direct', undefined, 'paused', Number.POSITIVE_INFINITY],
  ] as const)('%s, pace %s, %s: never faster than every %d ms', async (kind, pace, visibility, interval) => {
    const watch = open({ kind }).watch({ ...apps, ...(pace !== undefined && { pace }) });
    watch.setVisibility(visibility);
    await settle();
    const before = rack.count('apps');
    const span = 300_000;
    await vi.advanceTimersByTimeAsync(span);
    const polls = rack.count('apps') - before;
    expect(polls).toBeLessThanOrEqual(span / interval);
    if (Number.isFinite(interval)) expect(polls).toBeGreaterThanOrEqual(Math.floor(span / (interval * 1.25)));
    else expect(polls).toBe(0);
  });

  test('after a change what is on screen is asked at once, what a panel covers as soon as it is back', async () => {
    const seen = open().watch(apps);
    const covered = session.watch({ key: ['registries'], read: (reads) => reads.registries() });
    await settle();
    covered.setVisibility('hidden');
    await vi.advanceTimersByTimeAsync(100);
    rack.calls.length = 0;
    session.changed();
    await settle();
    expect(rack.calls).toEqual(['apps']);
    covered.setVisibility('visible');
    await settle();
    expect(rack.calls).toEqual(['apps', 'registries']);
    covered.setVisibility('hidden');
    covered.setVisibility('visible');
    seen.dispose();
    await settle();
    expect(rack.calls).toEqual(['apps', 'registries']);
  });

  test('equal keys share one poll; the snapshot outlives its watchers', async () => {
    open();
    const one = session.watch(apps);
    const two = session.watch(apps);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(rack.count('apps')).toBe(1 + Math.floor(10_000 / 2_220));
    expect(two.get()).toBe(one.get());
    one.dispose();
    two.dispose();
    const asked = rack.count('apps');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(rack.count('apps')).toBe(asked);
    const back = session.watch(apps);
    expect(back.get().data).toEqual([app('shop')]);
    expect(back.get().fetching).toBe(false);
    await settle();
    expect(rack.count('apps')).toBe(asked + 1);
  });

  test('a late answer for a view that was left is dropped, its request aborted', async () => {
    rack.hold.add('apps');
    const watch = open().watch(apps);
    await settle();
    const seen = vi.fn();
    watch.subscribe(seen);
    watch.dispose();
    expect(rack.held[0]?.signal?.aborted).toBe(true);
    rack.held[0]?.answer([app('late')]);
    await settle();
    expect(seen).not.toHaveBeenCalled();
    expect(watch.get().data).toBeUndefined();
  });

  test('refresh goes past the cache and past a request that left before it', async () => {
    const watch = open().watch(apps);
    await vi.advanceTimersByTimeAsync(10);
    rack.hold.add('apps');
    const bystander = session.reads({ freshMs: 0 }).apps();
    await settle();
    await vi.advanceTimersByTimeAsync(10);
    rack.hold.delete('apps');
    rack.answers.set('apps', [app('after')]);
    const refreshed = watch.refresh();
    expect(watch.get().fetching).toBe(true);
    rack.held[0]?.answer([app('before')]);
    await refreshed;
    expect(watch.get()).toMatchObject({ data: [app('after')], fetching: false });
    expect(await bystander).toEqual([app('before')]);
  });

  test('data stays when a poll fails', async () => {
    const watch = open().watch(apps);
    await settle();
    const at = watch.get().fetchedAt;
    rack.answers.set('apps', failure('forbidden', 403));
    await vi.advanceTimersByTimeAsync(3_000);
    expect(watch.get()).toMatchObject({ data: [app('shop')], fetchedAt: at, failure: { kind: 'forbidden' } });
    rack.answers.set('apps', [app('shop')]);
    await watch.refresh();
    expect(watch.get().failure).toBeUndefined();
  });

  test.each(['forbidden', 'not-found', 'route-missing', 'unsupported', 'invalid', 'mfa-required'] as const)(
    '%s of one query stays with it, and it is asked again rarely',
    async (kind) => {
      rack.answers.set('registries', failure(kind));
      open();
      const broken = session.watch({ key: ['registries'], read: (reads) => reads.registries() });
      const fine = session.watch(apps);
      await vi.advanceTimersByTimeAsync(120_000);
      expect(broken.get()).toMatchObject({ failure: { kind }, fetching: false });
      expect(fine.get().failure).toBeUndefined();
      expect(session.link.get().kind).toBe('live');
      expect(rack.count('registries')).toBeLessThanOrEqual(3);
      expect(rack.count('apps')).toBeGreaterThan(40);
    },
  );

  test('a route that answers 500 does not take the rack offline while others answer', async () => {
    rack.answers.set('services', failure('server', 500));
    open();
    const states: string[] = [];
    session.link.subscribe(() => states.push(session.link.get().kind));
    const broken = session.watch({ key: ['services'], read: (reads) => reads.services('shop') });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(broken.get().failure?.kind).toBe('server');
    expect(states).not.toContain('offline');
  });

  test('too many requests: slower, not offline', async () => {
    open();
    const watch = session.watch(apps);
    await settle();
    rack.answers.set('apps', failure('rate-limited', 429));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(session.link.get().kind).toBe('live');
    expect(rack.count('apps')).toBeLessThan(8);
    expect(watch.get().data).toEqual([app('shop')]);
  });
});

describe('a clock that is set back an hour', () => {
  test('neither silences the polls nor makes old answers young', async () => {
    const watch = open().watch(apps);
    await vi.advanceTimersByTimeAsync(3_000);
    vi.setSystemTime(Date.now() - 3_600_000);
    rack.calls.length = 0;
    await vi.advanceTimersByTimeAsync(10_000);
    expect(rack.count('apps')).toBeGreaterThan(2);
    expect(watch.get().fetchedAt).toBeLessThanOrEqual(Date.now());
    await session.reads({ freshMs: 1_000 }).instances();
    vi.setSystemTime(Date.now() - 3_600_000);
    await session.reads({ freshMs: 1_000 }).instances();
    expect(rack.count('instances')).toBe(2);
  });
});

describe('link', () => {
  test('offline: watches rest, one probe at a time with growing delays; on return everything visible is asked at once', async () => {
    open();
    const watches = ['apps', 'instances', 'systemProcesses'].map((method) =>
      session.watch({
        key: [method],
        read: (reads): Promise<readonly unknown[]> =>
          method === 'apps'
            ? reads.apps()
            : method === 'instances'
              ? reads.instances()
              : reads.systemProcesses({ all: true }),
      }),
    );
    const hidden = session.watch({ key: ['registries'], read: (reads) => reads.registries() });
    await settle();
    hidden.setVisibility('hidden');
    rack.fault = failure('unreachable');
    await vi.advanceTimersByTimeAsync(2_500);
    expect(session.link.get()).toMatchObject({ kind: 'offline', failure: { kind: 'unreachable' } });
    rack.calls.length = 0;
    await vi.advanceTimersByTimeAsync(300_000);
    // 1, 2, 4, 8, 16, 30, 30 ...: nothing but probes.
    expect(new Set(rack.calls)).toEqual(new Set(['system']));
    expect(rack.calls.length).toBeLessThan(16);
    expect(rack.calls.length).toBeGreaterThan(10);
    expect(watches[0]?.get().data).toEqual([app('shop')]);
    rack.fault = undefined;
    rack.calls.length = 0;
    const { retryAt } = session.link.get() as { retryAt: number };
    await vi.advanceTimersByTimeAsync(retryAt - Date.now());
    expect(session.link.get().kind).toBe('live');
    expect(rack.calls.filter((call) => call !== 'system').sort()).toEqual(['apps', 'instances', 'systemProcesses']);
    expect(watches.every((watch) => watch.get().failure === undefined)).toBe(true);
  });

  test('a probe that hangs ends after ten seconds', async () => {
    const watch = open().watch(apps);
    await settle();
    rack.hold.add('system');
    rack.answers.set('apps', failure('timeout'));
    await vi.advanceTimersByTimeAsync(9_000);
    expect(session.link.get().kind).toBe('live');
    await vi.advanceTimersByTimeAsync(5_000);
    expect(session.link.get()).toMatchObject({ kind: 'offline', failure: { kind: 'timeout' } });
    expect(watch.get().data).toEqual([app('shop')]);
  });

  test('refresh while offline probes at once, and a watch opened meanwhile says why it is empty', async () => {
    rack.fault = failure('unreachable');
    const watch = open().watch(apps);
    await settle();
    expect(session.link.get().kind).toBe('offline');
    await vi.advanceTimersByTimeAsync(120_000);
    const late = session.watch({ key: ['instances'], read: (reads) => reads.instances() });
    expect(late.get()).toMatchObject({ data: undefined, fetching: false, failure: { kind: 'unreachable' } });
    rack.fault = undefined;
    await watch.refresh();
    expect(watch.get().data).toEqual([app('shop')]);
    await settle();
    expect(late.get().data).toEqual([]);
    expect(session.link.get().kind).toBe('live');
  });

  test('a refused session stops everything until reconnect', async () => {
    open();
    const watch = session.watch(apps);
    await settle();
    rack.fault = failure('not-logged-in', 401);
    await vi.advanceTimersByTimeAsync(3_000);
    expect(session.link.get()).toMatchObject({ kind: 'logged-out', failure: { kind: 'not-logged-in' } });
    rack.calls.length = 0;
    await vi.advanceTimersByTimeAsync(600_000);
    await watch.refresh();
    expect(rack.calls).toEqual([]);
    expect(watch.get().data).toEqual([app('shop')]);
    rack.fault = undefined;
    rack.answers.set('apps', [app('new')]);
    session.reconnect();
    expect(session.link.get().kind).toBe('connecting');
    await settle();
    expect(session.link.get().kind).toBe('live');
    expect(watch.get()).toMatchObject({ data: [app('new')], failure: undefined });
    expect(rack.closed).toBe(1);
  });

  test('an answer to the old credentials does not count after reconnect', async () => {
    rack.hold.add('apps');
    open().watch(apps);
    await settle();
    const late = rack.held[0];
    rack.hold.clear();
    session.reconnect();
    late?.refuse(failure('not-logged-in', 401));
    await settle();
    expect(session.link.get().kind).toBe('live');
  });

  test.each([
    ['not-logged-in', 'logged-out'],
    ['account-blocked', 'logged-out'],
    ['malformed', 'offline'],
    ['usage', 'offline'],
  ] as const)('a target with the problem %s is %s and gets no request', async (kind, state) => {
    open({ problem: failure(kind) });
    const watch = session.watch(apps);
    session.access.subscribe(() => undefined);
    await vi.advanceTimersByTimeAsync(600_000);
    await watch.refresh();
    expect(session.link.get()).toMatchObject({ kind: state, failure: { kind } });
    expect(watch.get()).toMatchObject({ failure: { kind }, fetching: false });
    expect(rack.calls).toEqual([]);
    await expect(session.reads({ freshMs: 0 }).apps()).rejects.toMatchObject({ kind });
  });

  test('paused: no poll and no probe; on return both', async () => {
    const watch = open().watch(apps);
    await settle();
    session.setVisibility('paused');
    rack.calls.length = 0;
    await vi.advanceTimersByTimeAsync(600_000);
    expect(rack.calls).toEqual([]);
    session.setVisibility('visible');
    await settle();
    expect(rack.count('apps')).toBe(1);
    rack.fault = failure('unreachable');
    await vi.advanceTimersByTimeAsync(2_500);
    expect(session.link.get().kind).toBe('offline');
    session.setVisibility('paused');
    rack.calls.length = 0;
    await vi.advanceTimersByTimeAsync(600_000);
    expect(rack.calls).toEqual([]);
    rack.fault = undefined;
    session.setVisibility('visible');
    await settle();
    expect(session.link.get().kind).toBe('live');
    expect(watch.get().failure).toBeUndefined();
  });
});

describe('access', () => {
  test('nothing is asked before somebody looks', async () => {
    open({ kind: 'gateway', gateway: fakeGateway() });
    await vi.advanceTimersByTimeAsync(600_000);
    expect(rack.calls).toEqual([]);
    expect(session.access.get().can('convox:app:list')).toMatchObject({ allowed: false, because: 'unknown' });
  });

  test('a gateway without the permissions route: the role table speaks', async () => {
    const gateway = fakeGateway(['viewer']);
    open({ kind: 'gateway', gateway });
    const changed = vi.fn();
    session.access.subscribe(changed);
    await settle();
    const access = session.access.get();
    expect(access).toMatchObject({ user: 'dev@example.com', roleLabel: 'viewer' });
    expect(access.can('convox:app:list').allowed).toBe(true);
    expect(access.can('convox:process:exec')).toMatchObject({ reason: 'needs role ops; you are viewer' });
    expect(session.system.get()?.version).toBe('3.24.9');
    const times = changed.mock.calls.length;
    gateway.calls.length = 0;
    await vi.advanceTimersByTimeAsync(300_000);
    expect(gateway.calls.sort()).toEqual(['info', 'permissions']);
    // Nothing new: nobody is woken.
    expect(changed.mock.calls.length).toBe(times);
  });

  test('the server list wins, and a promotion shows after five minutes or a reconnect', async () => {
    const gateway = fakeGateway(['viewer']);
    gateway.answers.set('permissions', { roles: ['viewer'], permissions: ['convox:app:list'] });
    open({ kind: 'gateway', gateway });
    session.access.subscribe(() => undefined);
    await settle();
    expect(session.access.get().can('convox:log:read').allowed).toBe(false);
    gateway.answers.set('permissions', { roles: ['admin'], permissions: ['convox:*:*'] });
    session.reconnect();
    await settle();
    expect(session.access.get().can('convox:log:read').allowed).toBe(true);
  });

  test('after another login nobody is who was here before: what cannot be learnt is not known', async () => {
    const gateway = fakeGateway(['admin']);
    gateway.answers.set('permissions', { roles: ['admin'], permissions: ['convox:*:*'] });
    open({ kind: 'gateway', gateway });
    session.access.subscribe(() => undefined);
    await settle();
    expect(session.access.get().can('convox:app:delete').allowed).toBe(true);
    gateway.answers.set('info', failure('server', 503));
    gateway.answers.set('permissions', failure('server', 503));
    session.reconnect();
    expect(session.access.get()).toMatchObject({ user: undefined, identity: undefined });
    await settle();
    expect(session.access.get().can('convox:app:delete')).toMatchObject({ allowed: false, because: 'unknown' });
  });

  test('a refused token on the gateway itself logs the session out', async () => {
    const gateway = fakeGateway();
    gateway.answers.set('info', failure('not-logged-in', 401));
    open({ kind: 'gateway', gateway });
    session.access.subscribe(() => undefined);
    await settle();
    expect(session.link.get().kind).toBe('logged-out');
  });

  test('a gateway that answers for itself does not make the dead rack behind it live', async () => {
    rack.fault = failure('server', 500);
    open({ kind: 'gateway', gateway: fakeGateway() });
    session.access.subscribe(() => undefined);
    await settle();
    expect(session.access.get().user).toBe('dev@example.com');
    expect(session.link.get().kind).toBe('offline');
  });

  test('a token for reading', async () => {
    open({ claims: { user: 'ci', role: 'r', expiresAt: undefined } });
    expect(session.access.get()).toMatchObject({ user: 'ci', roleLabel: 'read-only token' });
    expect(session.access.get().can('convox:release:promote')).toMatchObject({ allowed: false, because: 'role' });
  });
});

test('the cache forgets what nobody has asked for in a while', async () => {
  open();
  const watch = session.watch(apps);
  const reads = session.reads({ freshMs: 0 });
  const window = (start: number) => ({ start, period: 60 });
  for (let index = 0; index < 50; index += 1) await reads.systemMetrics(window(index));
  rack.calls.length = 0;
  await vi.advanceTimersByTimeAsync(900_000);
  const kept = session.reads({ freshMs: 3_600_000 });
  await kept.systemMetrics(window(1));
  expect(rack.count('systemMetrics')).toBe(1);
  expect(watch.get().data).toEqual([app('shop')]);
});
