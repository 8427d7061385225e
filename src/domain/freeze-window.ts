import { instantOf, wallClock } from './time-zone.ts';

export const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;
export type Weekday = (typeof WEEKDAYS)[number];

interface FreezeTerms {
  readonly reason: string;
  /** Actions that stay possible meanwhile: ids, or patterns such as `process.*`. */
  readonly allowActions: readonly string[];
  /** For "until when"; an absolute window without one is told in UTC. */
  readonly timeZone: string;
}

/** Every week, by the clocks of its time zone. */
export interface WeeklyFreeze extends FreezeTerms {
  readonly kind: 'weekly';
  /** Days on which it starts. */
  readonly days: readonly Weekday[];
  /** Minutes since midnight, 0 to 1440. An end that is not after the start is on the next day. */
  readonly from: number;
  readonly to: number;
}

/** Once; `from` belongs to it, `to` does not. Epoch ms. */
export interface SingleFreeze extends FreezeTerms {
  readonly kind: 'once';
  readonly from: number;
  readonly to: number;
}

export type FreezeWindow = WeeklyFreeze | SingleFreeze;

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** A window starts on its day and ends on the next at the latest; one more for days that a zone left out altogether. */
const DAYS_TO_TRY = [-2, -1, 0, 1] as const;

/**
 * When the freeze that holds at `now` ends (epoch ms); undefined: none does. An hour that the clocks show twice belongs to
 * it as a whole: it starts at the first and ends at the second.
 */
export function freezeEnd(window: FreezeWindow, now: number): number | undefined {
  if (window.kind === 'once') return now >= window.from && now < window.to ? window.to : undefined;
  const today = Math.floor(wallClock(now, window.timeZone) / DAY_MS) * DAY_MS;
  const ends = DAYS_TO_TRY.map((days) => occurrence(window, today + days * DAY_MS))
    .filter((each) => each !== undefined && now >= each.start && now < each.end)
    .map((each) => each?.end ?? now);
  return ends.length === 0 ? undefined : Math.max(...ends);
}

/** The window that starts on the day whose midnight is `day`, by the wall clock. */
function occurrence(
  { days, from, to, timeZone }: WeeklyFreeze,
  day: number,
): { readonly start: number; readonly end: number } | undefined {
  const weekday = WEEKDAYS[new Date(day).getUTCDay()];
  if (weekday === undefined || !days.includes(weekday)) return undefined;
  const length = to > from ? to - from : to - from + 24 * 60;
  const start = day + from * MINUTE_MS;
  return {
    start: instantOf(start, timeZone, 'earliest'),
    end: instantOf(start + length * MINUTE_MS, timeZone, 'latest'),
  };
}
