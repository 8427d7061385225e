import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AuditEntry } from '../../../src/domain/audit-entry.ts';
import { auditEvents } from '../../../src/domain/audit-events.ts';
import { birthEvents, buildEvents, releaseEvents, standingCrashes } from '../../../src/domain/reported-events.ts';
import { crashedEvent, endedEvent, promoteEvent, scaleEvent, startedEvent } from '../../../src/domain/seen-events.ts';
import { mergeTimeline } from '../../../src/domain/timeline.ts';
import type { TimelineEvent, TimelineKind } from '../../../src/domain/timeline-event.ts';
import { aProcess, aRelease, NOW } from '../resources/fake-context.ts';

const MINUTE = 60_000;
const told = (events: readonly TimelineEvent[]) => events.map(({ what }) => what);

function entry(changes: Partial<AuditEntry> = {}): AuditEntry {
  return {
    id: 1,
    firstSeen: NOW - MINUTE,
    lastSeen: NOW,
    count: 1,
    user: 'ops@example.com',
    actionType: 'convox',
    action: 'release.promote',
    resourceType: 'release',
    resource: 'RNEW',
    status: 'success',
    httpStatus: 200,
    token: '',
    command: '',
    decision: 'allow',
    ip: '',
    userAgent: '',
    averageMs: 1,
    details: { app: 'shop' },
    ...changes,
  };
}

describe('mergeTimeline', () => {
  it('tells a rolling deploy as one start and one end, oldest first', () => {
    const olds = [0, 1, 2].map((at) => endedEvent(aProcess({ id: `old-${at}`, release: 'ROLD' }), NOW + at * 20_000));
    const news = [0, 1, 2].map((at) =>
      startedEvent(aProcess({ id: `new-${at}`, startedAt: NOW - 5_000 + at * 20_000 }), NOW + MINUTE),
    );
    const events = mergeTimeline([olds, news]);
    expect(told(events)).toEqual(['3 web processes started on RNEW', '3 web processes ended on ROLD']);
    expect(events[0]).toMatchObject({ count: 3, at: NOW - 5_000 });
    expect(events[0]).not.toHaveProperty('process');
  });

  it('tells a crash loop as one, and still knows the process', () => {
    const process = aProcess({ id: 'web-1', status: 'crashed' });
    const events = mergeTimeline([[0, 1, 2].map((at) => crashedEvent(process, NOW + at * MINUTE * 1.5))]);
    expect(told(events)).toEqual(['web-1 crashed 3 times on RNEW']);
    expect(events[0]).toMatchObject({ process: 'web-1', severity: 'critical' });
  });

  it('knows one promote from two sources, and who it was', () => {
    const seen = promoteEvent('shop', { release: 'RNEW', at: NOW + 40_000, by: undefined, source: 'seen' });
    const [audited] = auditEvents([entry()]);
    const events = mergeTimeline([[seen], audited ? [audited] : []]);
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({ kind: 'promote', at: NOW, by: 'ops@example.com' });
  });

  it('two promotes of one release an hour apart are two', () => {
    const promote = (at: number) => promoteEvent('shop', { release: 'RNEW', at, by: undefined, source: 'seen' });
    expect(mergeTimeline([[promote(NOW), promote(NOW + 60 * MINUTE)]])).toHaveLength(2);
  });

  it('keeps what the rack says of a release and takes the name from the gateway', () => {
    const created = releaseEvents([aRelease({ createdAt: NOW, description: 'Faster carts' })], new Map());
    const audited = auditEvents([entry({ action: 'release.create' })]);
    expect(mergeTimeline([created, audited])).toMatchObject([
      { what: 'RNEW created: Faster carts', by: 'ops@example.com' },
    ]);
  });

  it('two programs that watched the same tell it once', () => {
    const scaled = (at: number) => scaleEvent('shop', 'web', 2, 4, at);
    expect(mergeTimeline([[scaled(NOW), scaled(NOW + 4_000)]])).toHaveLength(1);
  });

  it('narrows to an app, a service, a process and a time; deploys concern every service', () => {
    const events = [
      promoteEvent('shop', { release: 'RNEW', at: NOW, by: undefined, source: 'seen' }),
      crashedEvent(aProcess({ id: 'web-1', status: 'crashed' }), NOW + 1),
      crashedEvent(aProcess({ id: 'worker-1', service: 'worker', status: 'crashed' }), NOW + 2),
      crashedEvent(aProcess({ id: 'api-1', app: 'billing', status: 'crashed' }), NOW + 3),
    ];
    const of = (filter: Parameters<typeof mergeTimeline>[1]) =>
      mergeTimeline([events], filter).map(({ kind, process }) => process ?? kind);
    expect(of({ app: 'shop' })).toEqual(['promote', 'web-1', 'worker-1']);
    expect(of({ app: 'shop', service: 'web' })).toEqual(['promote', 'web-1']);
    expect(of({ app: 'shop', process: 'worker-1' })).toEqual(['promote', 'worker-1']);
    expect(of({ from: NOW + 2, to: NOW + 2 })).toEqual(['worker-1']);
  });

  const kinds: TimelineKind[] = [
    'started',
    'ended',
    'crashed',
    'promote',
    'release',
    'scale',
    'status',
    'audit',
    'node',
  ];
  const anyEvent: fc.Arbitrary<TimelineEvent> = fc.record({
    id: fc.string(),
    at: fc.integer({ min: 0, max: 3_600_000 }),
    kind: fc.constantFrom(...kinds),
    severity: fc.constantFrom('ok', 'info', 'warning', 'critical'),
    app: fc.constantFrom('', 'shop', 'billing'),
    service: fc.constantFrom('web', 'worker'),
    process: fc.constantFrom('p1', 'p2', 'p3'),
    release: fc.constantFrom('R1', 'R2'),
    what: fc.constantFrom('a', 'b'),
    source: fc.constantFrom('rack', 'seen', 'audit'),
  });

  it('is in the order of time, the same for any order of sources, and loses no kind of thing', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 60 }), (events) => {
        const merged = mergeTimeline([events]);
        expect(merged.every((event, at) => at === 0 || event.at >= (merged[at - 1]?.at ?? 0))).toBe(true);
        expect(merged.length).toBeLessThanOrEqual(events.length);
        const kindsOf = (list: readonly TimelineEvent[]) => new Set(list.map(({ kind, app }) => `${kind} ${app}`));
        expect(kindsOf(merged)).toEqual(kindsOf(events));
      }),
    );
  });
});

describe('what the rack reports', () => {
  it('builds end well or badly, or run', () => {
    const build = {
      id: 'B1',
      app: 'shop',
      description: '',
      entrypoint: '',
      gitSha: '',
      logs: '',
      manifest: '',
      process: '',
      release: '',
      reason: '',
      repository: '',
      status: 'complete',
      startedAt: NOW - 2 * MINUTE,
      endedAt: NOW,
    };
    const events = buildEvents(
      [
        build,
        { ...build, id: 'B2', status: 'failed', reason: 'no space' },
        { ...build, id: 'B3', status: 'running', endedAt: undefined },
      ],
      new Map([['B1', 'dev@example.com']]),
    );
    expect(told(events)).toEqual([
      'build B1 complete in 2m 0s',
      'build B2 failed in 2m 0s: no space',
      'build B3 running',
    ]);
    expect(events.map(({ severity }) => severity)).toEqual(['ok', 'critical', 'ok']);
    expect(events[0]?.by).toBe('dev@example.com');
  });

  it('processes that run tell of their birth, and which of them are down', () => {
    const list = [aProcess({ id: 'web-1', status: 'crashed', startedAt: NOW - 5 }), aProcess({ app: '' })];
    expect(told(birthEvents(list))).toEqual(['web-1 started on RNEW']);
    expect(told(standingCrashes(list, NOW))).toEqual(['web-1 found crashed on RNEW']);
  });
});

describe('auditEvents', () => {
  it.each<[string, Partial<AuditEntry>, Partial<TimelineEvent> | undefined]>([
    ['looking is no event', { action: 'release.list' }, undefined],
    ['nor is a login', { actionType: 'auth', action: 'login' }, undefined],
    ['promote', {}, { kind: 'promote', what: 'RNEW promoted', release: 'RNEW', app: 'shop' }],
    [
      'refused',
      { status: 'denied', decision: 'deny' },
      { kind: 'audit', severity: 'warning', what: 'release.promote RNEW: denied' },
    ],
    ['failed', { status: 'error' }, { severity: 'warning', what: 'release.promote RNEW: error' }],
    [
      'scale',
      {
        action: 'app.update',
        resourceType: 'app',
        resource: 'web',
        details: { app: 'shop', service: 'web', count: '4' },
      },
      { kind: 'scale', what: 'web scaled to 4', service: 'web' },
    ],
    [
      'restart',
      { action: 'process.start', resourceType: 'process', resource: 'web', details: { app: 'shop', restart: 'true' } },
      { kind: 'restart', what: 'web restarted', service: 'web' },
    ],
    [
      'env, names only',
      { action: 'env.set', resourceType: 'env', resource: 'shop', details: { set: '["A","B"]' } },
      { kind: 'env', what: 'env set: A, B', app: 'shop' },
    ],
    [
      'env, no value ever',
      { action: 'env.set', resourceType: 'env', resource: 'shop', details: { set: '{"API_KEY":"hunter2"}' } },
      { what: 'env set' },
    ],
    [
      'env, no value in a list either',
      { action: 'env.set', resourceType: 'env', resource: 'shop', details: { set: '["A=hunter2"]' } },
      { what: 'env set' },
    ],
    ['token', { token: 'ci' }, { by: 'ops@example.com with ci' }],
    ['many at once', { count: 3 }, { what: 'RNEW promoted (3 times)', count: 3 }],
    [
      'unknown actions are told as they are',
      { action: 'app.explode', resource: 'shop' },
      { kind: 'audit', what: 'app.explode shop' },
    ],
    ['names like object members', { action: 'constructor', resource: 'x' }, { what: 'constructor x' }],
    ['without a time nothing', { firstSeen: undefined, lastSeen: undefined }, undefined],
  ])('%s', (_name, changes, expected) => {
    const [event] = auditEvents([entry(changes)]);
    if (expected === undefined) expect(event).toBeUndefined();
    else expect(event).toMatchObject(expected);
  });
});
