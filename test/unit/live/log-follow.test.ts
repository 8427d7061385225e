import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Failure } from '../../../src/domain/failure.ts';
import { createLogFollow, type LiveLogFollow } from '../../../src/live/create-log-follow.ts';
import { LiveRackSession } from '../../../src/live/create-rack-session.ts';
import type { LogFollowOptions } from '../../../src/live/log-follow.ts';
import { SYSTEM_TIMERS } from '../../../src/live/timers.ts';
import type { LogSource } from '../../../src/protocol/log-stream.ts';
import { FakeRack, FakeStream, failure, fakeTarget } from './fake-rack.ts';

const APP: LogSource = { kind: 'app', app: 'shop' };
const START = Date.UTC(2026, 4, 1, 10, 0, 0);

let streams: FakeStream[];
let follow: LiveLogFollow;
let refuse: Failure | undefined;

function open(options: Partial<LogFollowOptions> = {}, source: LogSource = APP): FakeStream {
  follow = createLogFollow({
    source,
    options: { sinceMs: 600_000, follow: true, ...options },
    open: (openSource, streamOptions, sink) => {
      if (refuse) throw refuse;
      const stream = new FakeStream(openSource, streamOptions, sink);
      streams.push(stream);
      return stream;
    },
    now: Date.now,
    random: () => 0.5,
    timers: SYSTEM_TIMERS,
  });
  return last();
}

function last(): FakeStream {
  const stream = streams.at(-1);
  if (!stream) throw new Error('no stream was opened');
  return stream;
}

/** A stamped line; `second` from the start. */
function line(second: number, text: string): string {
  return `${new Date(START + second * 1_000).toISOString()} service/web/web-1 ${text}`;
}

function shown(): string[] {
  const lines: string[] = [];
  for (let sequence = follow.first; sequence < follow.end; sequence += 1) {
    lines.push(follow.line(sequence)?.message ?? '?');
  }
  return lines;
}

const interrupted = { outcome: 'interrupted', failure: failure('unreachable') } as const;

beforeEach(() => {
  vi.useFakeTimers({ now: START });
  streams = [];
  refuse = undefined;
});

afterEach(() => {
  follow.dispose();
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

describe('opening', () => {
  test('asks as told, and is live after the handshake', () => {
    const stream = open({ sinceMs: 1_000, tail: 5, filter: 'x', previous: false });
    expect(stream.options).toEqual({ follow: true, sinceMs: 1_000, tail: 5, filter: 'x', previous: false });
    expect(follow.get().link.kind).toBe('connecting');
    stream.sink.open();
    vi.advanceTimersByTime(50);
    expect(follow.get().link.kind).toBe('live');
  });

  test('a service log always says how many lines, because the default is ten', () => {
    expect(open({}, { kind: 'service', app: 'shop', service: 'web' }).options.tail).toBeGreaterThan(1_000);
  });

  test('a stream that cannot be opened counts as its end', () => {
    refuse = failure('not-logged-in', 401);
    expect(() => open()).toThrow('no stream');
    expect(follow.get().link).toMatchObject({ kind: 'failed', failure: { kind: 'not-logged-in' } });
    refuse = undefined;
    follow.reopen();
    expect(streams).toHaveLength(1);
  });
});

describe('lines', () => {
  test('sequence numbers grow, the ring is bounded, what falls off is counted', () => {
    const { sink } = open({ capacity: 3 });
    sink.lines(['a', 'b', 'c', 'd', 'e'].map((text, index) => line(index, text)));
    vi.advanceTimersByTime(50);
    expect([follow.first, follow.end]).toEqual([2, 5]);
    expect(shown()).toEqual(['c', 'd', 'e']);
    expect([follow.line(1), follow.line(5), follow.raw(1)]).toEqual([undefined, undefined, undefined]);
    expect(follow.get()).toMatchObject({ received: 5, dropped: 2 });
    expect(follow.line(4)).toBe(follow.line(4));
  });

  test('restart clears, goes on counting, and hears nothing more of the old stream', () => {
    const old = open({ capacity: 3 });
    old.sink.lines([line(0, 'a'), line(1, 'b')]);
    follow.restart({ sinceMs: 5_000, follow: true });
    expect(old.closed).toBe(true);
    old.sink.lines([line(2, 'late')]);
    expect([follow.first, follow.end]).toEqual([2, 2]);
    last().sink.lines([line(0, 'a')]);
    expect([follow.first, follow.end, ...shown()]).toEqual([2, 3, 'a']);
    vi.advanceTimersByTime(50);
    expect(follow.get()).toMatchObject({ received: 1, dropped: 0 });
  });

  test('the meter moves at most 20 times a second however fast lines come, and not at all when nothing happens', () => {
    const { sink } = open();
    const seen = vi.fn();
    follow.subscribe(seen);
    for (let step = 0; step < 1_000; step += 1) {
      sink.lines([line(0, `${step}`), line(0, `${step}b`), line(0, `${step}c`)]);
      vi.advanceTimersByTime(1);
    }
    expect(seen.mock.calls.length).toBeGreaterThan(15);
    expect(seen.mock.calls.length).toBeLessThanOrEqual(21);
    vi.advanceTimersByTime(50);
    expect(follow.get().received).toBe(3_000);
    expect(follow.get().linesPerSecond).toBeCloseTo(3_000, -2.5);
    // The rate falls to zero by itself, then everything rests.
    vi.advanceTimersByTime(10_000);
    expect(follow.get().linesPerSecond).toBe(0);
    seen.mockClear();
    vi.advanceTimersByTime(60_000);
    expect(seen).not.toHaveBeenCalled();
  });

  test('lag is how late the newest line came', () => {
    const { sink } = open();
    vi.advanceTimersByTime(10_000);
    sink.lines([line(7, 'x')]);
    vi.advanceTimersByTime(50);
    expect(follow.get().lagMs).toBe(3_000);
    sink.lines([line(-60, 'written before the log was opened')]);
    vi.advanceTimersByTime(50);
    expect(follow.get().lagMs).toBeUndefined();
    sink.lines(['no stamp']);
    vi.advanceTimersByTime(50);
    expect(follow.get().lagMs).toBeUndefined();
  });
});

describe('gaps', () => {
  test('a broken stream is opened again with growing delays, so far back that nothing is missed, and nothing comes twice', () => {
    const first = open();
    first.sink.open();
    first.sink.lines([line(0, 'a'), line(1, 'b'), line(1, 'same'), line(1, 'same')]);
    vi.advanceTimersByTime(1_000);
    first.sink.end(interrupted);
    vi.advanceTimersByTime(50);
    expect(follow.get().link).toMatchObject({ kind: 'reconnecting', failure: { kind: 'unreachable' } });
    expect(first.closed).toBe(true);
    vi.advanceTimersByTime(1_000);
    expect(streams).toHaveLength(2);
    last().sink.end(interrupted);
    vi.advanceTimersByTime(1_900);
    expect(streams).toHaveLength(2);
    vi.advanceTimersByTime(200);
    expect(streams).toHaveLength(3);
    const elapsed = Date.now() - START;
    expect(last().options.sinceMs).toBeGreaterThanOrEqual(elapsed);
    expect(last().options.sinceMs).toBeLessThan(elapsed + 60_000);
    last().sink.open();
    last().sink.lines([line(0, 'a'), line(1, 'b'), line(1, 'same')]);
    last().sink.lines([line(1, 'same'), line(1, 'same'), line(2, 'c')]);
    expect(shown()).toEqual(['a', 'b', 'same', 'same', 'same', 'c']);
    vi.advanceTimersByTime(50);
    expect(follow.get()).toMatchObject({ received: 6, link: { kind: 'live' } });
  });

  test('nothing received yet: the second try reaches as far back as the first', () => {
    open({ sinceMs: 60_000 });
    last().sink.end(interrupted);
    vi.advanceTimersByTime(1_000);
    expect(last().options.sinceMs).toBe(61_000);
  });

  test('the rack came back: no waiting for the back-off', () => {
    open();
    for (let round = 0; round < 5; round += 1) {
      last().sink.end(interrupted);
      vi.advanceTimersByTime(30_000);
    }
    last().sink.end(interrupted);
    const before = streams.length;
    follow.retryNow();
    expect(streams).toHaveLength(before + 1);
    follow.retryNow();
    expect(streams).toHaveLength(before + 1);
  });

  test('a build log that starts over shows each line once', () => {
    open({}, { kind: 'build', app: 'shop', build: 'B1' });
    last().sink.lines(['Step 1', 'ok', 'Step 2']);
    last().sink.end(interrupted);
    vi.advanceTimersByTime(1_000);
    last().sink.lines(['Step 1', 'ok', 'Step 2', 'ok']);
    expect(shown()).toEqual(['Step 1', 'ok', 'Step 2', 'ok']);
  });
});

describe('the end', () => {
  const service: LogSource = { kind: 'service', app: 'shop', service: 'web' };
  const process: LogSource = { kind: 'process', app: 'shop', process: 'web-1' };
  const build: LogSource = { kind: 'build', app: 'shop', build: 'B1' };
  const complete = { outcome: 'complete' } as const;
  const failed = (what: string, status?: number) =>
    ({ outcome: 'failed', failure: new Failure({ kind: 'server', what, status }) }) as const;

  test.each([
    ['a service whose pods changed is opened again', service, {}, complete, 'reconnecting'],
    ['an app log that stops is opened again', APP, {}, complete, 'reconnecting'],
    ['without follow it is complete', service, { follow: false }, complete, 'complete'],
    ['the previous life of a container is complete', service, { previous: true }, complete, 'complete'],
    ['a process log ends with the process', process, {}, complete, 'complete'],
    ['a build log ends with the build', build, {}, complete, 'complete'],
    ['an error of the rack is final', APP, {}, failed('app not found: shop'), 'failed'],
    [
      'a build that has not begun is tried again',
      build,
      {},
      failed('unable to read logs for build: B1'),
      'reconnecting',
    ],
    [
      'a service between two pods is tried again',
      service,
      {},
      failed('no resources found in rack-shop namespace'),
      'reconnecting',
    ],
    ['but not without follow', service, { follow: false }, failed('no resources found in x namespace'), 'failed'],
    [
      'a gateway that cannot reach the rack is tried again',
      APP,
      {},
      failed('failed to dial upstream', 500),
      'reconnecting',
    ],
    ['an interruption without follow is a failure', APP, { follow: false }, interrupted, 'failed'],
  ] as const)('%s', (_name, source, options, end, expected) => {
    open(options, source);
    last().sink.end(end);
    vi.advanceTimersByTime(50);
    expect(follow.get().link.kind).toBe(expected);
    vi.advanceTimersByTime(60_000);
    expect(streams.length > 1).toBe(expected === 'reconnecting');
  });

  test('a scaled-down service is not hammered', () => {
    open({}, service);
    for (let second = 0; second < 600; second += 1) {
      last().sink.end(failed('no resources found in x namespace'));
      vi.advanceTimersByTime(1_000);
    }
    expect(streams.length).toBeLessThan(40);
  });

  test('reopen leaves a log alone that has ended', () => {
    open({}, build);
    last().sink.end(complete);
    follow.reopen();
    expect(streams).toHaveLength(1);
  });
});

test('a session ends its follows, and opens them again with new credentials', async () => {
  const rack = new FakeRack();
  const session = new LiveRackSession(fakeTarget(rack), {
    now: Date.now,
    random: () => 0.5,
    timers: SYSTEM_TIMERS,
    onTrace: () => undefined,
  });
  follow = session.followLogs(APP, { sinceMs: 1_000, follow: true }) as LiveLogFollow;
  rack.streams[0]?.sink.lines([line(0, 'a')]);
  rack.streams[0]?.sink.end({ outcome: 'failed', failure: failure('not-logged-in', 401) });
  session.reconnect();
  expect(rack.streams).toHaveLength(2);
  rack.streams[1]?.sink.lines([line(0, 'a'), line(1, 'b')]);
  expect(shown()).toEqual(['a', 'b']);
  await session.dispose();
  expect(rack.streams[1]?.closed).toBe(true);
});

describe('the backlog of a service', () => {
  const SERVICE: LogSource = { kind: 'service', app: 'shop', service: 'web' };
  const ofPod = (second: number, pod: string, text: string): string =>
    `[pod/${pod}/web] ${new Date(START + second * 1_000).toISOString()} ${text}`;

  test('comes pod by pod and stands in order of time; a line without one stays behind its own', () => {
    const stream = open({}, SERVICE);
    stream.sink.open();
    stream.sink.lines([ofPod(-9, 'a', 'a1'), '    at a.js:1', ofPod(-3, 'a', 'a2')]);
    vi.advanceTimersByTime(100);
    stream.sink.lines([ofPod(-8, 'b', 'b1'), ofPod(-2, 'b', 'b2')]);
    expect(shown()).toEqual([]);
    vi.advanceTimersByTime(300);
    expect(shown().map((text) => text.trim())).toEqual(['a1', 'at a.js:1', 'b1', 'a2', 'b2']);
    // What is live goes straight through.
    stream.sink.lines([ofPod(1, 'a', 'a3')]);
    expect(shown().at(-1)).toBe('a3');
  });

  test('is not waited for for ever, nor lost when the log ends', () => {
    const stream = open({}, SERVICE);
    for (let at = 0; at < 16; at += 1) {
      stream.sink.lines([ofPod(at - 60, 'a', `${at}`)]);
      vi.advanceTimersByTime(100);
    }
    expect(shown().length).toBeGreaterThan(10);
    follow.restart({ sinceMs: 600_000, follow: false });
    last().sink.lines([ofPod(-3, 'a', 'late'), ofPod(-9, 'b', 'early')]);
    last().sink.end({ outcome: 'complete' });
    expect(shown()).toEqual(['early', 'late']);
  });
});
