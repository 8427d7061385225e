/** An instant that a person wrote, or what is wrong with the text. */
export type ReadTimeJump = { readonly at: number } | { readonly problem: string };

export const TIME_JUMP_HELP = 'Write a time: 02:40, -20m, yesterday 23:10 or 2026-03-01T02:40:00Z';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** A clock time just ahead is a clock that is a little ahead, not yesterday. */
const TOLERANCE = MINUTE;
const LONGEST = 366 * DAY;

const UNIT_MS: Readonly<Record<string, number>> = { s: 1_000, m: MINUTE, h: HOUR, d: DAY };
const SPAN = /^-\s*((?:\d{1,6}[smhd]\s*)+)$/;
const CLOCK = /^(?:(yesterday)\s+)?(\d{1,2}):(\d{2})(?::(\d{2}))?\s*(z|utc)?$/;
const DAY_CLOCK = /^(\d{1,2})-(\d{1,2})\s+(\d{1,2}):(\d{2})(?::(\d{2}))?\s*(z|utc)?$/;
const FULL =
  /^(\d{4})-(\d{2})-(\d{2})(?:t|\s+)(\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s*(z|utc|[+-]\d{2}:?\d{2})?$/;

/**
 * `-20m` and `-1h30m` (before `now`), `02:40[:15]` (the last time the clock said so), `yesterday 23:10`, `03-01 23:10` (the
 * last such day), RFC 3339 with `T` or a blank. Without a zone times are those of this machine, as the log shows them;
 * `Z` or `UTC` says otherwise. Instants ascend to `now`: nothing in the future is meant.
 */
export function parseTimeJump(text: string, now: number): ReadTimeJump {
  const lower = text.trim().toLowerCase();
  const at = spanBack(lower, now) ?? clockTime(lower, now) ?? dayAndClock(lower, now) ?? fullTime(lower);
  if (at === undefined || Number.isNaN(at)) return { problem: TIME_JUMP_HELP };
  if (at > now + TOLERANCE) return { problem: 'That is in the future.' };
  return now - at > LONGEST ? { problem: 'That is more than a year ago.' } : { at };
}

function spanBack(text: string, now: number): number | undefined {
  const parts = SPAN.exec(text)?.[1];
  if (parts === undefined) return undefined;
  let back = 0;
  for (const [, amount, unit] of parts.matchAll(/(\d+)([smhd])/g)) back += Number(amount) * (UNIT_MS[unit ?? ''] ?? 0);
  return now - back;
}

interface Clock {
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly utc: boolean;
}

function clockOf(parts: readonly (string | undefined)[]): Clock | undefined {
  const [hour, minute, second = '0', zone] = parts;
  const clock = { hour: Number(hour), minute: Number(minute), second: Number(second), utc: zone !== undefined };
  return clock.hour < 24 && clock.minute < 60 && clock.second < 60 ? clock : undefined;
}

function clockTime(text: string, now: number): number | undefined {
  const match = CLOCK.exec(text);
  const clock = match ? clockOf(match.slice(2)) : undefined;
  if (!match || !clock) return undefined;
  if (match[1] !== undefined) return onDay(now, -1, clock);
  const today = onDay(now, 0, clock);
  return today > now + TOLERANCE ? onDay(now, -1, clock) : today;
}

/** The clock's instant on the day that lies `days` from the one of `now`; days have 23 to 25 hours. */
function onDay(now: number, days: number, { hour, minute, second, utc }: Clock): number {
  const day = new Date(now);
  if (utc) return Date.UTC(day.getUTCFullYear(), day.getUTCMonth(), day.getUTCDate() + days, hour, minute, second);
  return new Date(day.getFullYear(), day.getMonth(), day.getDate() + days, hour, minute, second).getTime();
}

function dayAndClock(text: string, now: number): number | undefined {
  const match = DAY_CLOCK.exec(text);
  const clock = match ? clockOf(match.slice(3)) : undefined;
  if (!match || !clock) return undefined;
  const year = new Date(now).getFullYear();
  const [month, day] = [Number(match[1]), Number(match[2])];
  const here = onDate(year, month, day, clock);
  return here !== undefined && here > now + TOLERANCE ? onDate(year - 1, month, day, clock) : here;
}

function onDate(year: number, month: number, day: number, clock: Clock): number | undefined {
  if (month < 1 || month > 12 || day < 1 || day > new Date(Date.UTC(year, month, 0)).getUTCDate()) return undefined;
  const { hour, minute, second, utc } = clock;
  if (utc) return Date.UTC(year, month - 1, day, hour, minute, second);
  return new Date(year, month - 1, day, hour, minute, second).getTime();
}

function fullTime(text: string): number | undefined {
  const match = FULL.exec(text);
  if (!match) return undefined;
  const [, year, month, day, hour, minute, second, fraction = '', zone] = match;
  const clock = clockOf([hour, minute, second, zone]);
  const at = clock ? onDate(Number(year), Number(month), Number(day), clock) : undefined;
  if (at === undefined) return undefined;
  return at + Math.floor(Number(`0.${fraction}0`) * 1_000) - offsetOf(zone);
}

/** Ms east of UTC. */
function offsetOf(zone: string | undefined): number {
  const match = /^([+-])(\d{2}):?(\d{2})$/.exec(zone ?? '');
  if (!match) return 0;
  return (match[1] === '-' ? -1 : 1) * (Number(match[2]) * HOUR + Number(match[3]) * MINUTE);
}
