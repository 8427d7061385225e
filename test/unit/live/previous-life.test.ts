import { beforeEach, describe, expect, test } from 'vitest';
import { Failure } from '../../../src/domain/failure.ts';
import { ALLOWED, refused, type Verdict } from '../../../src/domain/verdict.ts';
import { LiveRackSession } from '../../../src/live/create-rack-session.ts';
import { type LifeOrigin, openPreviousLife } from '../../../src/live/previous-life.ts';
import { SYSTEM_TIMERS } from '../../../src/live/timers.ts';
import type { LogStreamEnd } from '../../../src/protocol/log-stream.ts';
import { eventually } from '../../support/eventually.ts';
import { FakeRack, FakeStream, failure, fakeTarget } from './fake-rack.ts';

const NAME = { app: 'shop', service: 'web', process: 'web-1' };
const OWN = '2026-03-01T03:00:00Z service/web/web-1 boom';
const OTHER = '2026-03-01T03:00:00Z service/web/web-11 fine, unlike web-1';
const EVENT = '2026-03-01T03:00:01Z system/k8s/web-1 Back-off restarting failed container';
const POD = '[pod/web-1/shop] 2026-03-01T03:00:00.000000001Z boom before';

let streams: FakeStream[];
let origins: LifeOrigin[];
let lines: string[];
let ends: LogStreamEnd[];

function search(
  parts: { serviceLog?: Verdict; watched?: readonly string[]; name?: typeof NAME; refuse?: Failure } = {},
) {
  return openPreviousLife(
    parts.name ?? NAME,
    {
      open: (source, options, sink) => {
        if (parts.refuse) throw parts.refuse;
        const stream = new FakeStream(source, options, sink);
        streams.push(stream);
        return stream;
      },
      serviceLog: () => parts.serviceLog ?? ALLOWED,
      watched: () => parts.watched ?? [],
      onOrigin: (origin) => void origins.push(origin),
    },
    { follow: true, sinceMs: 3_600_000, tail: 500 },
    { open: () => undefined, lines: (taken) => void lines.push(...taken), end: (end) => void ends.push(end) },
  );
}

beforeEach(() => {
  streams = [];
  origins = [];
  lines = [];
  ends = [];
});

describe('previous life', () => {
  test('comes from the service log, without the other processes', () => {
    search();
    expect(streams[0]?.source).toEqual({ kind: 'service', app: 'shop', service: 'web' });
    expect(streams[0]?.options).toMatchObject({ previous: true, follow: false });
    expect(streams[0]?.options.sinceMs).toBeGreaterThan(86_400_000);
    streams[0]?.sink.lines([POD, POD.replace('web-1', 'web-2')]);
    streams[0]?.sink.end({ outcome: 'complete' });
    expect([origins, lines, ends]).toEqual([['service-log'], [POD], [{ outcome: 'complete' }]]);
    expect(streams).toHaveLength(1);
  });

  test.each<[string, Verdict, LogStreamEnd | undefined]>([
    ['through a gateway', refused('route', 'not proxied by the gateway'), undefined],
    ['of a container that never restarted', ALLOWED, { outcome: 'failed', failure: failure('server', 500) }],
    ['that is empty', ALLOWED, { outcome: 'complete' }],
  ])('comes from the app log, events included: a service log %s', (_name, serviceLog, end) => {
    search({ serviceLog });
    if (end) streams[0]?.sink.end(end);
    const app = streams.at(-1);
    expect(app?.source).toEqual({ kind: 'app', app: 'shop' });
    expect(app?.options).toMatchObject({ previous: false, follow: false, sinceMs: 3_600_000 });
    app?.sink.lines([OTHER, OWN, EVENT]);
    app?.sink.end({ outcome: 'complete' });
    expect([origins, lines]).toEqual([['app-log'], [OWN, EVENT]]);
    expect(ends).toEqual([{ outcome: 'complete' }]);
  });

  test('is what was watched where the rack has nothing any more', () => {
    search({ watched: [OWN] });
    streams[0]?.sink.end({ outcome: 'complete' });
    streams[1]?.sink.lines([OTHER]);
    streams[1]?.sink.end({ outcome: 'complete' });
    expect([origins, lines, ends]).toEqual([['watched'], [OWN], [{ outcome: 'complete' }]]);
  });

  test('is what was watched at once where the rack does not answer', () => {
    search({ watched: [OWN], refuse: failure('unreachable') });
    expect([origins, lines, ends]).toEqual([['watched'], [OWN], [{ outcome: 'complete' }]]);
  });

  test('says why each place did not help when none did', () => {
    search({ serviceLog: refused('route', 'not proxied by the gateway') });
    streams[0]?.sink.end({ outcome: 'failed', failure: new Failure({ kind: 'server', what: 'no such log group' }) });
    const [end] = ends;
    expect(end?.outcome).toBe('failed');
    const why = end?.outcome === 'failed' ? (end.failure.why ?? '') : '';
    expect(why).toContain('the service log: not proxied by the gateway');
    expect(why).toContain('the app log says no such log group');
    expect(why).toContain('nothing while it was watched');
  });

  test('asks the app log only, of a process without a service', () => {
    search({ name: { ...NAME, service: undefined } as never });
    expect(streams.map((stream) => stream.source.kind)).toEqual(['app']);
  });

  test('a stream that breaks off after lines keeps them and says so; a closed one says nothing more', () => {
    search();
    streams[0]?.sink.lines([POD]);
    streams[0]?.sink.end({ outcome: 'interrupted', failure: failure('unreachable') });
    expect(lines).toEqual([POD]);
    expect(ends.map((end) => end.outcome)).toEqual(['failed']);
    const stream = search();
    stream.close();
    streams.at(-1)?.sink.lines([POD]);
    streams.at(-1)?.sink.end({ outcome: 'complete' });
    expect(streams.at(-1)?.closed).toBe(true);
    expect([lines.length, ends.length, streams.length]).toEqual([1, 1, 2]);
  });
});

test('a session gives back the last lines of a process that was watched and is gone', async () => {
  const rack = new FakeRack();
  const session = new LiveRackSession(fakeTarget(rack), {
    now: Date.now,
    random: () => 0.5,
    timers: SYSTEM_TIMERS,
    onTrace: () => undefined,
  });
  const watched = session.followLogs({ kind: 'app', app: 'shop' }, { sinceMs: 60_000, follow: true });
  rack.streams[0]?.sink.lines([OTHER, OWN]);
  watched.dispose();
  const life = session.followPreviousLife({ ...NAME, service: undefined }, { sinceMs: 60_000, follow: false });
  expect(life.origin()).toBeUndefined();
  rack.streams[1]?.sink.end({ outcome: 'complete' });
  expect(life.origin()).toBe('watched');
  expect([life.end - life.first, life.line(life.first)?.raw]).toEqual([1, OWN]);
  await eventually(() => expect(life.get().link.kind).toBe('complete'));
  await session.dispose();
});
