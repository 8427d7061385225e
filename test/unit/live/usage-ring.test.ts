import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { summaryOf } from '../../../src/domain/usage-series.ts';
import { COARSE_MS, FINE_MS, KEPT_MS, UsageRing } from '../../../src/live/usage-ring.ts';

const START = 1_772_334_000_000;
const all = (ring: UsageRing) => ring.points(0, Number.MAX_SAFE_INTEGER);

describe('UsageRing', () => {
  it('keeps half an hour by ten seconds and three hours by the minute', () => {
    const ring = new UsageRing();
    const count = (KEPT_MS * 2) / FINE_MS;
    for (let at = 0; at < count; at += 1) ring.push(START + at * FINE_MS, { cpu: at, memory: undefined });
    const points = all(ring);
    const fine = points.filter((point, index) => point.at - (points[index - 1]?.at ?? 0) === FINE_MS);
    expect(fine.length).toBeGreaterThanOrEqual(178);
    const first = points[0];
    const last = points.at(-1);
    expect((last?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThan(KEPT_MS - 2 * COARSE_MS);
    expect((last?.at ?? 0) - (first?.at ?? 0)).toBeLessThanOrEqual(KEPT_MS);
    expect(last?.cpu).toBe(count - 1);
    // A minute is the mean of its values.
    expect(((first?.cpu ?? 0) * 2) % 1).toBe(0);
    expect(points.every((point, index) => index === 0 || point.at > (points[index - 1]?.at ?? 0))).toBe(true);
  });

  it('a time without samples is a gap, however long', () => {
    const ring = new UsageRing();
    ring.push(START, { cpu: 1, memory: 10 });
    ring.push(START + 10 * COARSE_MS, { cpu: 2, memory: 20 });
    expect(all(ring).map(({ at, cpu }) => [(at - START) / COARSE_MS, cpu])).toEqual([
      [0, 1],
      [10, 2],
    ]);
    ring.push(START + 10 * KEPT_MS, { cpu: 3, memory: 30 });
    expect(all(ring).map(({ cpu }) => cpu)).toEqual([3]);
  });

  it('takes the past from an earlier run and never lets it overwrite what was measured', () => {
    const ring = new UsageRing();
    ring.restore(START - 5 * COARSE_MS, { cpu: 5, memory: 50 });
    ring.restore(START - 8 * COARSE_MS, { cpu: 8, memory: 80 });
    ring.push(START, { cpu: 1, memory: undefined });
    ring.restore(START, { cpu: 99, memory: 10 });
    ring.restore(START + 3 * COARSE_MS, { cpu: 99, memory: 99 });
    ring.restore(START - 2 * KEPT_MS, { cpu: 99, memory: 99 });
    expect(all(ring).map(({ at, cpu }) => [(at - START) / COARSE_MS, cpu])).toEqual([
      [-8, 8],
      [-5, 5],
      [0, 1],
    ]);
    expect(ring.minute(START)).toEqual({ cpu: 1, memory: 10 });
    expect(ring.first).toBe(START - 8 * COARSE_MS);
  });

  it('unknown stays unknown', () => {
    const ring = new UsageRing();
    expect(all(ring)).toEqual([]);
    ring.push(START, { cpu: undefined, memory: undefined });
    expect(all(ring)).toEqual([]);
    expect(ring.minute(START + KEPT_MS)).toBeUndefined();
  });

  it('shows no value that was not put in, at no time of its own', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ gap: fc.integer({ min: 0, max: 400_000 }), cpu: fc.integer({ min: 0, max: 1_000 }) }), {
          maxLength: 300,
        }),
        (steps) => {
          const ring = new UsageRing();
          let at = START;
          const pushed: { at: number; cpu: number }[] = [];
          for (const { gap, cpu } of steps) {
            at += gap;
            pushed.push({ at, cpu });
            ring.push(at, { cpu, memory: cpu });
          }
          for (const point of all(ring)) {
            const near = pushed.filter((push) => push.at >= point.at && push.at < point.at + COARSE_MS);
            expect(near.length).toBeGreaterThan(0);
            expect(point.cpu).toBeGreaterThanOrEqual(Math.min(...near.map(({ cpu }) => cpu)) - 0.001);
            expect(point.cpu).toBeLessThanOrEqual(Math.max(...near.map(({ cpu }) => cpu)) + 0.001);
          }
          expect(ring.summary(0, Number.MAX_SAFE_INTEGER)).toEqual(summaryOf(all(ring)));
          const newest = pushed.at(-1);
          if (newest) expect(all(ring).at(-1)?.at).toBe(Math.floor(newest.at / FINE_MS) * FINE_MS);
        },
      ),
    );
  });
});
