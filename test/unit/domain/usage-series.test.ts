import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bucketOf,
  bucketTime,
  median,
  NO_STATISTICS,
  pointAt,
  resample,
  resolutionOf,
  statisticsOf,
  type UsagePoint,
} from '../../../src/domain/usage-series.ts';

const at = (time: number, cpu: number | undefined, memory: number | undefined = undefined): UsagePoint => ({
  at: time,
  cpu,
  memory,
});

describe('median', () => {
  it.each([
    [[], undefined],
    [[3], 3],
    [[1, 9], 5],
    [[9, 1, 2], 2],
    [[Number.NaN, 4], 4],
    [[1.5e308, 1.7e308], 1.6e308],
  ])('%j -> %j', (values, expected) => expect(median(values)).toBe(expected));
});

describe('statisticsOf', () => {
  it('tells the newest, the middle and both ends of what is known', () => {
    const points = [at(0, 2, 10), at(1, undefined, 30), at(2, 8, undefined), at(3, 4, undefined)];
    expect(statisticsOf(points, 'cpu')).toEqual({ current: 4, median: 4, least: 2, most: 8, samples: 3 });
    expect(statisticsOf(points, 'memory')).toEqual({ current: 30, median: 20, least: 10, most: 30, samples: 2 });
    expect(statisticsOf([at(0, undefined)], 'cpu')).toEqual(NO_STATISTICS);
  });
});

describe('resample', () => {
  const window = { from: 0, to: 100, buckets: 4 };

  it('is the mean of each bucket; gaps that the last value cannot fill stay gaps', () => {
    const points = [at(0, 2), at(10, 4), at(30, 8), at(99, 1)];
    expect(resample(points, 'cpu', { ...window, holdMs: 0 })).toEqual([3, 8, 8, 1]);
    expect(resample([at(5, 2), at(99, 1)], 'cpu', { ...window, holdMs: 10 })).toEqual([2, 2, undefined, 1]);
  });

  it('holds what was measured shortly before the window', () => {
    expect(resample([at(-20, 7)], 'cpu', { ...window, holdMs: 50 })).toEqual([7, 7, undefined, undefined]);
    expect(resample([at(-20, 7)], 'cpu', { ...window, holdMs: 10 })).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('leaves out what is unknown and what lies behind the window', () => {
    expect(resample([at(10, undefined), at(101, 5)], 'cpu', { ...window, holdMs: 0 })).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });

  const series = fc
    .array(fc.record({ at: fc.integer({ min: -1_000, max: 11_000 }), cpu: fc.option(fc.float({ noNaN: true })) }))
    .map((points) => points.map((point) => at(point.at, point.cpu ?? undefined)).sort((a, b) => a.at - b.at));

  it('never invents: every value lies between the least and the most of what was measured', () => {
    fc.assert(
      fc.property(
        series,
        fc.integer({ min: 1, max: 300 }),
        fc.integer({ min: 0, max: 5_000 }),
        (points, buckets, holdMs) => {
          const result = resample(points, 'cpu', { from: 0, to: 10_000, buckets, holdMs });
          expect(result).toHaveLength(buckets);
          const known = points.flatMap(({ cpu }) => (cpu !== undefined && Number.isFinite(cpu) ? [cpu] : []));
          const slack = 1e-6 * Math.max(0, ...known.map(Math.abs));
          for (const value of result) {
            if (value === undefined) continue;
            expect(value).toBeGreaterThanOrEqual(Math.min(...known) - slack);
            expect(value).toBeLessThanOrEqual(Math.max(...known) + slack);
          }
        },
      ),
    );
  });

  it('loses none: without a hold, as many buckets are known as are measured in', () => {
    fc.assert(
      fc.property(series, fc.integer({ min: 1, max: 300 }), (points, buckets) => {
        const window = { from: 0, to: 10_000 };
        const inside = points.filter(
          (p) => p.cpu !== undefined && Number.isFinite(p.cpu) && p.at >= 0 && p.at <= 10_000,
        );
        const hit = new Set(inside.map((point) => bucketOf(point.at, window, buckets)));
        const result = resample(points, 'cpu', { ...window, buckets, holdMs: -1 });
        expect(result.flatMap((value, index) => (value === undefined ? [] : [index]))).toEqual(
          [...hit].sort((a, b) => a - b),
        );
      }),
    );
  });
});

describe('buckets', () => {
  it('a bucket and its time belong together', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), fc.nat(), (buckets, seed) => {
        const window = { from: 1_000, to: 91_000 };
        const bucket = seed % buckets;
        expect(bucketOf(bucketTime(bucket, window, buckets), window, buckets)).toBe(bucket);
      }),
    );
  });

  it('what lies outside belongs to the ends', () => {
    expect(bucketOf(-5, { from: 0, to: 10 }, 5)).toBe(0);
    expect(bucketOf(50, { from: 0, to: 10 }, 5)).toBe(4);
    expect(bucketOf(50, { from: 10, to: 10 }, 5)).toBe(0);
  });
});

describe('points', () => {
  it('finds the nearest within reach', () => {
    const points = [at(0, 1), at(10, 2), at(20, 3)];
    expect(pointAt(points, 13, 5)?.cpu).toBe(2);
    expect(pointAt(points, 100, 5)).toBeUndefined();
  });

  it('says how far apart they are', () => {
    expect(resolutionOf([at(0, 1), at(15, 1), at(30, 1), at(90, 1)])).toBe(15);
    expect(resolutionOf([at(0, 1)])).toBeUndefined();
  });
});
