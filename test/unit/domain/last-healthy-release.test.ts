import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { type HealthyQuestion, lastHealthyRelease } from '../../../src/domain/last-healthy-release.ts';
import { DAY, HOUR, MINUTE, NOW, promote, release } from './release-fixtures.ts';

const RELEASES = ['R4', 'R3', 'R2', 'R1'].map((id, index) => release(id, { createdAt: NOW - (index + 1) * DAY }));
const crash = (id: string, ago: number, count = 1) => ({ release: id, at: NOW - ago, count });
const rollback = (id: string, to: string | undefined, ago: number) => ({ release: id, to, at: NOW - ago });

/** R1 three days, R2 two, R3 since an hour. */
function question(change: Partial<HealthyQuestion> = {}): HealthyQuestion {
  return {
    releases: RELEASES,
    promotes: [promote('R1', 6 * DAY), promote('R2', 3 * DAY), promote('R3', HOUR)],
    rollbacks: [],
    crashes: [],
    watchedSince: NOW - 7 * DAY,
    except: new Set(),
    now: NOW,
    ...change,
  };
}

describe('lastHealthyRelease', () => {
  test.each<[string, Partial<HealthyQuestion>, string, RegExp]>([
    ['the one that serves', {}, 'R3', /R3 served for 60m and was not rolled back; no crash loop was seen/],
    ['the one before, where the one that serves is excepted', { except: new Set(['R3']) }, 'R2', /R2 served for 2d/],
    [
      'not one that crashed soon after its promote',
      { crashes: [crash('R3', 50 * MINUTE)] },
      'R2',
      /R3 crashed once within 30m/,
    ],
    ['a crash long after the promote is forgiven', { crashes: [crash('R3', 10 * MINUTE)] }, 'R3', /R3 served/],
    [
      'a crash loop long after is not',
      { crashes: [crash('R3', 10 * MINUTE, 2), crash('R3', 5 * MINUTE, 2)] },
      'R2',
      /R3 fell into a crash loop/,
    ],
    ['crashes of another release do not count', { crashes: [crash('R2', 50 * MINUTE, 9)] }, 'R3', /R3 served/],
    [
      'not one that was rolled back',
      { rollbacks: [rollback('R3', 'R2', 30 * MINUTE)], except: new Set() },
      'R2',
      /R2 served for 30m/,
    ],
    [
      'not one that serves since a moment',
      { promotes: [promote('R2', DAY), promote('R3', 5 * MINUTE)] },
      'R2',
      /R3 served for 5m only/,
    ],
    ['not one that is gone', { releases: RELEASES.filter(({ id }) => id !== 'R3') }, 'R2', /R2 served/],
    ['says that nobody watched', { watchedSince: undefined }, 'R3', /nobody watched/],
    [
      'a promote of what serves already goes on',
      { promotes: [promote('R2', DAY), promote('R3', HOUR), promote('R3', MINUTE)] },
      'R3',
      /R3 served for 60m/,
    ],
    [
      'a promote of the future does not count',
      { promotes: [promote('R2', DAY), promote('R3', -HOUR)] },
      'R2',
      /R2 served/,
    ],
  ])('%s', (_name, change, expected, why) => {
    const answer = lastHealthyRelease(question(change));
    expect(answer).toMatchObject({ kind: 'known', release: expected });
    expect(answer.why).toMatch(why);
  });

  it('tells what it rests on', () => {
    expect(lastHealthyRelease(question())).toMatchObject({ basis: 'watched', from: NOW - HOUR, until: undefined });
    const before = lastHealthyRelease(question({ except: new Set(['R3']), watchedSince: NOW - DAY }));
    expect(before).toMatchObject({ basis: 'served', from: NOW - 3 * DAY, until: NOW - HOUR });
  });

  test.each<[string, Partial<HealthyQuestion>, string | undefined, RegExp]>([
    [
      'no promote is known',
      { promotes: [], except: new Set(['R4']) },
      'R3',
      /does not keep when releases were promoted/,
    ],
    ['none is left', { except: new Set(['R1', 'R2', 'R3', 'R4']) }, undefined, /No other promote is known/],
    ['no releases', { releases: [], promotes: [] }, undefined, /no releases/],
    [
      'all were bad',
      { promotes: [promote('R3', HOUR)], crashes: [crash('R3', HOUR)], except: new Set() },
      undefined,
      /No release stayed healthy.*R3 crashed once/,
    ],
    [
      'a guess is none that was rolled back',
      { promotes: [], rollbacks: [rollback('R3', 'R2', 5 * MINUTE)], except: new Set(['R4']) },
      'R2',
      /R2 served for 5m only/,
    ],
  ])('cannot know: %s', (_name, change, guess, why) => {
    const answer = lastHealthyRelease(question(change));
    expect(answer).toMatchObject({ kind: 'unknown', guess });
    expect(answer.why).toMatch(why);
  });

  it('never throws, never names what is excepted, rolled back last or gone', () => {
    const id = fc.constantFrom<string>('R1', 'R2', 'R3', 'R4', 'R9');
    const ago = fc.integer({ min: -60, max: 600 }).map((minutes) => minutes * MINUTE);
    const arbitrary = fc.record({
      promotes: fc.array(fc.tuple(id, ago).map(([name, at]) => promote(name, at))),
      rollbacks: fc.array(fc.tuple(id, fc.option(id, { nil: undefined }), ago).map(([a, b, at]) => rollback(a, b, at))),
      crashes: fc.array(fc.tuple(id, ago).map(([name, at]) => crash(name, at))),
      except: fc.array(id).map((names) => new Set(names)),
    });
    fc.assert(
      fc.property(arbitrary, (change) => {
        const answer = lastHealthyRelease(question(change));
        expect(answer.why).toMatch(/\.$/);
        if (answer.kind === 'unknown') return;
        expect(change.except.has(answer.release)).toBe(false);
        expect(answer.release).not.toBe('R9');
        expect((answer.until ?? NOW) - answer.from).toBeGreaterThanOrEqual(10 * MINUTE);
      }),
    );
  });
});
