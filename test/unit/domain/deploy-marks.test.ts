import { describe, expect, it } from 'vitest';
import { deployMarks, impliedDeploys } from '../../../src/domain/deploy-marks.ts';
import { releaseEvents } from '../../../src/domain/reported-events.ts';
import { promoteEvent, startedEvent } from '../../../src/domain/seen-events.ts';
import { aProcess, aRelease, NOW } from '../resources/fake-context.ts';

const MINUTE = 60_000;
const created = (at: number) => releaseEvents([aRelease({ createdAt: at })], new Map());
const started = (at: number, id = 'web-1') => startedEvent(aProcess({ id, startedAt: at }), NOW);
const promoted = (at: number, source: 'seen' | 'audit', by?: string) =>
  promoteEvent('shop', { release: 'RNEW', at, by, source });

describe('impliedDeploys', () => {
  it('are told only where nobody tells of the promote itself', () => {
    const first = [...created(NOW - 3 * MINUTE), started(NOW)];
    expect(impliedDeploys(first)).toMatchObject([{ kind: 'promote', release: 'RNEW', at: NOW, source: 'rack' }]);
    expect(impliedDeploys([...first, promoted(NOW - MINUTE, 'seen')])).toEqual([]);
  });
});

describe('deployMarks', () => {
  it('a promote that was written down or seen, once, with the name that one of them knows', () => {
    const marks = deployMarks([
      promoted(NOW, 'audit', 'ops@example.com'),
      promoted(NOW - 5_000, 'seen'),
      started(NOW + MINUTE),
    ]);
    expect(marks).toEqual([{ at: NOW - 5_000, app: 'shop', release: 'RNEW', by: 'ops@example.com', source: 'audit' }]);
  });

  it('else the first process of a release that was made shortly before', () => {
    expect(deployMarks([...created(NOW - 3 * MINUTE), started(NOW, 'b'), started(NOW - MINUTE, 'a')])).toEqual([
      { at: NOW - MINUTE, app: 'shop', release: 'RNEW', by: undefined, source: 'started' },
    ]);
  });

  it('a restart long after the release was made is no deploy, nor is a start of an unknown release', () => {
    expect(deployMarks([...created(NOW - 26 * 60 * MINUTE), started(NOW)])).toEqual([]);
    expect(deployMarks([started(NOW)])).toEqual([]);
  });

  it('a release that was made and never ran is none', () => {
    expect(deployMarks(created(NOW))).toEqual([]);
  });

  it('the same release again later is another deploy', () => {
    expect(deployMarks([promoted(NOW, 'seen'), promoted(NOW + 60 * MINUTE, 'seen')])).toHaveLength(2);
  });
});
