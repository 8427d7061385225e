import type { Usage, UsageMeasure } from './usage.ts';

/** Load of one subject at one instant, epoch ms. */
export interface UsagePoint extends Usage {
  readonly at: number;
}

export interface UsageStatistics {
  /** The newest known value. */
  readonly current: number | undefined;
  readonly median: number | undefined;
  readonly least: number | undefined;
  readonly most: number | undefined;
  /** Known values that this speaks of. */
  readonly samples: number;
}

export interface TimeWindow {
  /** Epoch ms, inclusive. */
  readonly from: number;
  /** Epoch ms, inclusive. */
  readonly to: number;
}

/** Both measures of one subject over a time, without the points themselves. */
export interface UsageSummary {
  readonly cpu: UsageStatistics;
  readonly memory: UsageStatistics;
  /** Epoch ms of the oldest and the newest point; undefined without any. */
  readonly first: number | undefined;
  readonly last: number | undefined;
  readonly samples: number;
}

export const NO_STATISTICS: UsageStatistics = {
  current: undefined,
  median: undefined,
  least: undefined,
  most: undefined,
  samples: 0,
};

export function statisticsOf(points: readonly UsagePoint[], measure: UsageMeasure): UsageStatistics {
  const values = knownValues(points, measure);
  if (values.length === 0) return NO_STATISTICS;
  const sorted = values.toSorted((a, b) => a - b);
  return {
    current: values.at(-1),
    median: middle(sorted),
    least: sorted[0],
    most: sorted.at(-1),
    samples: values.length,
  };
}

export function summaryOf(points: readonly UsagePoint[]): UsageSummary {
  const [cpu, memory] = [statisticsOf(points, 'cpu'), statisticsOf(points, 'memory')];
  return { cpu, memory, first: points[0]?.at, last: points.at(-1)?.at, samples: points.length };
}

/** Middle value (mean of the two middle ones); undefined of nothing. */
export function median(values: readonly number[]): number | undefined {
  return middle(values.filter(Number.isFinite).sort((a, b) => a - b));
}

/** Of values in the order of time; sorts them in place. For many subjects at once, where a list of points would cost. */
export function sortedStatistics(values: Float64Array): UsageStatistics {
  if (values.length === 0) return NO_STATISTICS;
  const current = values[values.length - 1];
  values.sort();
  return { current, median: middle(values), least: values[0], most: values[values.length - 1], samples: values.length };
}

function middle(sorted: ArrayLike<number>): number | undefined {
  const half = sorted.length >> 1;
  const upper = sorted[half];
  if (upper === undefined || sorted.length % 2 === 1) return upper;
  const lower = sorted[half - 1] ?? upper;
  // Half of each: the sum of two large numbers could be beyond all numbers.
  return lower / 2 + upper / 2;
}

export function knownValues(points: readonly UsagePoint[], measure: UsageMeasure): number[] {
  const values: number[] = [];
  for (const point of points) {
    const value = point[measure];
    if (value !== undefined && Number.isFinite(value)) values.push(value);
  }
  return values;
}

export interface Resampling extends TimeWindow {
  /** Columns to fill, 1 or more. */
  readonly buckets: number;
  /** For how long a value stands for what follows when nothing newer is known, ms. */
  readonly holdMs: number;
}

/**
 * One value per bucket of time: the mean of what was measured in it, else the last value for as long as it holds, else
 * undefined, so that a gap in what is known is a gap on screen. `points` ascend in time.
 */
export function resample(
  points: readonly UsagePoint[],
  measure: UsageMeasure,
  { from, to, buckets, holdMs }: Resampling,
): readonly (number | undefined)[] {
  const sums = new Float64Array(Math.max(0, buckets));
  const counts = new Uint32Array(Math.max(0, buckets));
  const width = (to - from) / Math.max(1, buckets);
  let before: { at: number; value: number } | undefined;
  for (const point of points) {
    const value = point[measure];
    if (value === undefined || !Number.isFinite(value) || point.at > to) continue;
    if (point.at < from) {
      before = { at: point.at, value };
      continue;
    }
    const at = bucketOf(point.at, { from, to }, buckets);
    sums[at] = (sums[at] ?? 0) + value;
    counts[at] = (counts[at] ?? 0) + 1;
  }
  return Array.from({ length: buckets }, (_, at) => {
    const count = counts[at] ?? 0;
    const start = from + at * width;
    if (count > 0) {
      const value = (sums[at] ?? 0) / count;
      before = { at: start + width, value };
      return value;
    }
    return before !== undefined && start - before.at <= holdMs ? before.value : undefined;
  });
}

/** Index of the bucket that an instant falls into; the ends take what lies beyond them. */
export function bucketOf(at: number, { from, to }: TimeWindow, buckets: number): number {
  if (to <= from) return 0;
  return Math.min(buckets - 1, Math.max(0, Math.floor(((at - from) / (to - from)) * buckets)));
}

/** The instant that a bucket stands for: its middle. */
export function bucketTime(bucket: number, { from, to }: TimeWindow, buckets: number): number {
  return from + ((bucket + 0.5) / Math.max(1, buckets)) * (to - from);
}

/** The point nearest to an instant, at most `withinMs` away. */
export function pointAt(points: readonly UsagePoint[], at: number, withinMs: number): UsagePoint | undefined {
  let best: UsagePoint | undefined;
  for (const point of points) {
    const distance = Math.abs(point.at - at);
    if (distance <= withinMs && (best === undefined || distance < Math.abs(best.at - at))) best = point;
  }
  return best;
}

/** How far apart the points are as a rule, ms; undefined for fewer than two. Times in which nobody asked do not count. */
export function resolutionOf(points: readonly UsagePoint[]): number | undefined {
  const gaps = points.slice(1).map((point, index) => point.at - (points[index]?.at ?? point.at));
  const usual = median(gaps);
  if (usual === undefined) return undefined;
  const regular = gaps.filter((gap) => gap <= 3 * usual);
  return regular.reduce((sum, gap) => sum + gap, 0) / regular.length;
}
