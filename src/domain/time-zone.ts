/** Wall clocks of named time zones (IANA), both ways, with Intl's own data. */

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

const FORMATS = new Map<string, Intl.DateTimeFormat>();

/** `Europe/Vienna`, `UTC`. */
export function isTimeZone(name: string): boolean {
  try {
    formatOf(name);
    return true;
  } catch {
    return false;
  }
}

/** What clocks on the wall show at `instant`, as the epoch ms of a UTC clock that shows the same; whole seconds. */
export function wallClock(instant: number, timeZone: string): number {
  const field: Record<string, number> = {};
  for (const { type, value } of formatOf(timeZone).formatToParts(instant)) field[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = field;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

/**
 * The instant at which clocks show `wall` (as {@link wallClock} gives it). A time that comes twice has an earliest and a
 * latest; one that the clocks skip is the instant of the jump.
 */
export function instantOf(wall: number, timeZone: string, which: 'earliest' | 'latest'): number {
  const before = offsetAt(wall - DAY_MS, timeZone);
  const after = offsetAt(wall + DAY_MS, timeZone);
  const found = [wall - before, wall - after].filter((instant) => wallClock(instant, timeZone) === wall);
  if (found.length > 0) return which === 'earliest' ? Math.min(...found) : Math.max(...found);
  return jump(wall - Math.max(before, after), wall - Math.min(before, after), timeZone);
}

/** `2026-12-27 08:00 Europe/Vienna`. */
export function zonedText(instant: number, timeZone: string): string {
  const text = new Date(wallClock(instant, timeZone)).toISOString();
  return `${text.slice(0, 10)} ${text.slice(11, 16)} ${timeZone}`;
}

function offsetAt(instant: number, timeZone: string): number {
  return wallClock(instant, timeZone) - instant;
}

/** The first instant after `from`, up to `to`, with another offset than `from` has. */
function jump(from: number, to: number, timeZone: string): number {
  const offset = offsetAt(from, timeZone);
  let low = from;
  let high = to;
  while (high - low > 1_000) {
    const middle = Math.floor((low + high) / 2_000) * 1_000;
    if (offsetAt(middle, timeZone) === offset) low = middle;
    else high = middle;
  }
  return high;
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = FORMATS.get(timeZone);
  if (known) return known;
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  FORMATS.set(timeZone, format);
  return format;
}
