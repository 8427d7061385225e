const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Compact age as tables show it: `now`, `12s`, `4m`, `2h`, `3d`, `5w`, `2y`; `-` where the time is unknown. */
export function ageText(since: number | undefined, now: number): string {
  if (since === undefined || !Number.isFinite(since)) return '-';
  return spanText(Math.max(0, now - since));
}

/** As {@link ageText} for a plain span in milliseconds. */
export function spanText(ms: number): string {
  if (ms < SECOND) return 'now';
  if (ms < 2 * MINUTE) return `${Math.floor(ms / SECOND)}s`;
  if (ms < 2 * HOUR) return `${Math.floor(ms / MINUTE)}m`;
  if (ms < 2 * DAY) return `${Math.floor(ms / HOUR)}h`;
  if (ms < 60 * DAY) return `${Math.floor(ms / DAY)}d`;
  if (ms < 730 * DAY) return `${Math.floor(ms / (7 * DAY))}w`;
  return `${Math.floor(ms / (365 * DAY))}y`;
}

/** Time still to go: `in 3d`, `expired 2h ago`. */
export function untilText(until: number | undefined, now: number): string {
  if (until === undefined || !Number.isFinite(until)) return '-';
  return until >= now ? `in ${spanText(until - now)}` : `${spanText(now - until)} ago`;
}

/** What a date of the language can hold, ms either side of the epoch. */
const MAX_TIME = 8.64e15;

/** RFC 3339 in UTC for JSON and describe; `''` where unknown or beyond all calendars. */
export function isoText(time: number | undefined): string {
  return time === undefined || !(Math.abs(time) <= MAX_TIME) ? '' : new Date(time).toISOString();
}
