import { describe, expect, it } from 'vitest';
import type { Process } from '../../../src/domain/process.ts';
import { type ChangeSources, recentChanges, youngRelease } from '../../../src/domain/recent-changes.ts';
import { envEvents, releaseEvents } from '../../../src/domain/reported-events.ts';
import { lockEvent, promoteEvent, rollbackEvent, scaleEvent } from '../../../src/domain/seen-events.ts';
import type { TimelineEvent } from '../../../src/domain/timeline-event.ts';
import { aProcess, aRelease, NOW } from '../resources/fake-context.ts';

const MINUTE = 60_000;
const ago = (minutes: number): number => NOW - minutes * MINUTE;

function anEvent(changes: Partial<TimelineEvent>): TimelineEvent {
  const { kind = 'audit', app = 'shop', at = ago(5), what = '' } = changes;
  return { id: `${kind}:${app}:${at}:${what}`, at, kind, severity: 'info', app, what, source: 'audit', ...changes };
}

const seenPromote = promoteEvent('shop', { release: 'RNEW', at: ago(12), by: undefined, source: 'seen' });

function told(sources: Partial<ChangeSources>, app = 'shop'): readonly string[] {
  const all = { seen: [], reported: [], processes: new Map(), apps: [{ name: 'shop', release: 'RNEW' }], ...sources };
  const changes = recentChanges(all, NOW).get(app) ?? [];
  return changes.map(({ what, at, by }) => `${what} ${(NOW - at) / MINUTE}m${by === undefined ? '' : ` by ${by}`}`);
}

describe('what changed in the last hour', () => {
  it.each<readonly [string, Partial<ChangeSources>, readonly string[]]>([
    ['nothing', {}, []],
    ['a promote that was seen', { seen: [seenPromote] }, ['promoted RNEW 12m']],
    ['what is older', { seen: [{ ...seenPromote, at: ago(61) }] }, []],
    ['what is yet to come, by another clock', { seen: [{ ...seenPromote, at: ago(-1) }] }, []],
    [
      'newest first',
      { seen: [seenPromote, scaleEvent('shop', 'web', 2, 4, ago(5))] },
      ['scaled web 2->4 5m', 'promoted RNEW 12m'],
    ],
    [
      'a rollback',
      { seen: [rollbackEvent('shop', { release: 'RNEW', to: 'ROLD', at: ago(3) })] },
      ['rolled back RNEW 3m'],
    ],
    ['a lock', { seen: [lockEvent('shop', true, ago(3))] }, ['locked 3m']],
    ['no crash: the finding says it', { seen: [anEvent({ kind: 'crashed', source: 'seen' })] }, []],
    ['no shell that somebody opened', { seen: [anEvent({ what: 'shell or command in web-1' })] }, []],
    [
      'who, from the audit log, which names the release and no app',
      {
        seen: [
          seenPromote,
          anEvent({ kind: 'promote', app: '', release: 'RNEW', at: ago(12.5), by: 'ann@example.com' }),
        ],
      },
      ['promoted RNEW 12.5m by ann@example.com'],
    ],
    [
      'env keys set through a gateway',
      { seen: [anEvent({ kind: 'env', what: 'env set: A, B', by: 'ann' })] },
      ['env set: A, B 5m by ann'],
    ],
    [
      'a build that ended, once, with who began it',
      {
        seen: [anEvent({ build: 'B1', what: 'build B1 started', by: 'ann', at: ago(9) })],
        reported: [
          anEvent({ kind: 'build', build: 'B1', what: 'build B1 complete in 3m', severity: 'ok', source: 'rack' }),
        ],
      },
      ['built B1 5m by ann'],
    ],
    [
      'a build that failed',
      {
        reported: [
          anEvent({ kind: 'build', build: 'B1', what: 'build B1 failed: no', severity: 'critical', source: 'rack' }),
        ],
      },
      ['build B1 failed 5m'],
    ],
    [
      'a release that waits to be promoted',
      { reported: releaseEvents([aRelease({ id: 'RNEXT', createdAt: ago(4) })], new Map()) },
      ['RNEXT created 4m'],
    ],
  ])('%s', (_what, sources, expected) => {
    expect(told(sources)).toEqual(expected);
  });

  it('cuts what is long', () => {
    const [text] = told({ seen: [anEvent({ kind: 'env', what: `env set: ${'KEY, '.repeat(30)}` })] });
    expect(text).toMatch(/^env set: .{36}\.\.\. 5m$/);
  });

  it('tells of the rack under no app', () => {
    const left = anEvent({ kind: 'node', app: '', instance: 'n1', what: 'node n1 left', source: 'seen' });
    expect(told({ seen: [left] }, '')).toEqual(['node n1 left 5m']);
  });
});

describe('a deploy that nobody saw', () => {
  const releases = [
    aRelease({ createdAt: ago(15), env: 'A=1\nB=2\nC=9' }),
    aRelease({ id: 'ROLD', createdAt: ago(900), env: 'A=1\nB=1\nD=1' }),
  ];
  const reported = [...releaseEvents(releases, new Map()), ...envEvents(releases)];
  const running = (startedAt: number) => new Map([['shop', [aProcess({ startedAt })]]]);

  it('is told by its first process and its release', () => {
    expect(told({ reported, processes: running(ago(12)) })).toEqual(['promoted RNEW 12m', 'env +1 ~1 -1 15m']);
  });

  it('also where the release was made earlier than an hour ago', () => {
    const earlier = releaseEvents([aRelease({ createdAt: ago(70) })], new Map());
    expect(told({ reported: earlier, processes: running(ago(50)) })).toEqual(['promoted RNEW 50m']);
  });

  it('is none where the release is old: a restart', () => {
    const old = releaseEvents([aRelease({ createdAt: ago(900) })], new Map());
    expect(told({ reported: old, processes: running(ago(12)) })).toEqual([]);
  });
});

describe('processes that come and go', () => {
  const before = { id: 'a', startedAt: ago(600) };
  const fresh = (id: string, minutes: number): Partial<Process> => ({ id, startedAt: ago(minutes) });
  const started = (process: string, minutes: number) =>
    anEvent({ kind: 'started', source: 'seen', service: 'web', process, release: 'RNEW', at: ago(minutes) });
  const ended = (process: string, minutes: number) => ({ ...started(process, minutes), kind: 'ended' as const });
  const crashed = (process: string, minutes: number) => ({ ...started(process, minutes), kind: 'crashed' as const });

  it.each<readonly [string, readonly Partial<Process>[], readonly TimelineEvent[], readonly string[]]>([
    [
      'more of them',
      [before, fresh('b', 5), fresh('c', 4)],
      [started('b', 5), started('c', 4)],
      ['scaled web 1->3 4m'],
    ],
    ['fewer', [before], [ended('x', 7)], ['scaled web 2->1 7m']],
    ['none left', [], [ended('x', 7)], ['scaled web 1->0 7m']],
    [
      'all new',
      [fresh('b', 5), fresh('c', 4)],
      [started('b', 5), started('c', 4), ended('x', 4), ended('y', 3)],
      ['web restarted 3m'],
    ],
    ['a part new: a node went', [before, fresh('b', 5)], [started('b', 5), ended('x', 5)], []],
    ['a crash among them', [before, fresh('b', 5)], [started('b', 5), crashed('b', 4)], []],
    ['a service that is new', [fresh('b', 5)], [started('b', 5)], []],
    ['one that came and went', [before], [started('b', 5), ended('b', 4)], []],
    ['after a promote', [fresh('b', 5)], [seenPromote, started('b', 5), ended('x', 4)], ['promoted RNEW 12m']],
  ])('%s', (_what, processes, seen, expected) => {
    expect(told({ seen, processes: new Map([['shop', processes.map(aProcess)]]) })).toEqual(expected);
  });
});

describe('a release that may be new', () => {
  it.each<readonly [string, readonly Partial<Process>[], string | undefined]>([
    ['none', [], undefined],
    ['all its processes are young', [{ startedAt: ago(12) }, { startedAt: ago(3) }], 'RNEW'],
    ['one of them is not', [{ startedAt: ago(12) }, { startedAt: ago(70) }], undefined],
    ['nobody knows when one came up', [{ startedAt: undefined }], undefined],
    ['beside the one before it', [{ startedAt: ago(12) }, { release: 'ROLD', startedAt: ago(900) }], 'RNEW'],
    ['the newer of two', [{ startedAt: ago(30) }, { release: 'RNEXT', startedAt: ago(2) }], 'RNEXT'],
    ['a process without a release', [{ release: '', startedAt: ago(2) }], undefined],
  ])('%s', (_what, processes, expected) => {
    expect(youngRelease(processes.map(aProcess), NOW)).toBe(expected);
  });
});

describe('how an environment differs', () => {
  it.each([
    ['A=1', 'A=1', []],
    ['A=1', 'A=secret\nB=2', ['env +1 ~1']],
    ['A=1\nB=2', 'A=1', ['env -1']],
    // A rack that lists no environment, and values that a gateway masks.
    ['', 'A=1', []],
    ['A=********', 'A=********', []],
  ])('%j -> %j', (before, after, expected) => {
    const events = envEvents([aRelease({ env: after }), aRelease({ id: 'ROLD', env: before })]);
    expect(events.map(({ what }) => what)).toEqual(expected);
    expect(JSON.stringify(events)).not.toContain('secret');
  });
});
