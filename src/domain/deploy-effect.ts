import type { UsageMeasure } from './usage.ts';
import { median, type TimeWindow, type UsagePoint } from './usage-series.ts';

/** An instant from which another release served. */
export interface DeployMark {
  readonly at: number;
  readonly app: string;
  readonly release: string;
  /** Who promoted it, where that is known. */
  readonly by: string | undefined;
  /** `audit`: the gateway wrote it down; `seen`: the app changed while we watched; `started`: when its oldest process came up. */
  readonly source: 'audit' | 'seen' | 'started';
}

/** Load before and after one deploy: medians, which one slow start does not move. */
export interface DeployEffect {
  readonly mark: DeployMark;
  readonly before: Medians;
  readonly after: Medians;
}

export interface Medians {
  readonly cpu: number | undefined;
  readonly memory: number | undefined;
  /** Points that this speaks of. */
  readonly samples: number;
}

/** Rolling replaces processes one after the other: both releases serve for a while, which is neither before nor after. */
export const SETTLING_MS = 90_000;
/** How far to either side is looked at most. */
export const REACH_MS = 60 * 60_000;

/** For each mark the medians up to the neighbouring marks, at most an hour away. `points` and `marks` ascend in time. */
export function deployEffects(
  points: readonly UsagePoint[],
  marks: readonly DeployMark[],
  window: TimeWindow,
): readonly DeployEffect[] {
  return marks.map((mark, at) => {
    const previous = marks[at - 1];
    const next = marks[at + 1];
    const from = Math.max(window.from, mark.at - REACH_MS, previous ? previous.at + SETTLING_MS : window.from);
    const to = Math.min(window.to, mark.at + REACH_MS, next ? next.at : window.to);
    return {
      mark,
      before: mediansOf(points.filter((point) => point.at >= from && point.at < mark.at)),
      after: mediansOf(points.filter((point) => point.at >= mark.at + SETTLING_MS && point.at <= to)),
    };
  });
}

function mediansOf(points: readonly UsagePoint[]): Medians {
  const of = (measure: UsageMeasure): number | undefined =>
    median(points.map((point) => point[measure]).filter((value) => value !== undefined));
  return { cpu: of('cpu'), memory: of('memory'), samples: points.length };
}

/** Change as a share of what was before: 0.5 is half as much again; undefined where that says nothing. */
export function changeOf(before: number | undefined, after: number | undefined): number | undefined {
  return before === undefined || after === undefined || before <= 0 ? undefined : after / before - 1;
}
