import * as z from 'zod/mini';
import { type FreezeWindow, WEEKDAYS } from '../domain/freeze-window.ts';
import { safeText } from '../domain/safe-text.ts';
import { instantOf, isTimeZone } from '../domain/time-zone.ts';
import { whenFirstUsed } from '../domain/when-first-used.ts';
import { fields, type Issues, listOf, read } from './setting-issues.ts';

const ACTION = 'an action such as "app.delete", or a pattern such as "app.*"';

export const actionPattern = whenFirstUsed(() =>
  z
    .string({ error: ACTION })
    .check(z.regex(/^(?:\*|[a-z][a-z0-9]*|[a-z*][a-z0-9*]*\.[a-z0-9*][a-z0-9*-]*)$/, { error: ACTION })),
);

/** One, or a list. */
export const actionPatterns = whenFirstUsed(() =>
  z.union([actionPattern(), z.array(actionPattern()).check(z.minLength(1))], {
    error: `${ACTION}, or a list of them`,
  }),
);

const CLOCK = /^(?:(?:[01]\d|2[0-3]):[0-5]\d|24:00)$/;
const CLOCK_WORDS = 'a time of day such as "18:00"';
const MOMENT = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d))?(Z|[+-]\d\d:\d\d)?)?$/;
const MOMENT_WORDS = 'a date such as "2026-12-24", "2026-12-24T18:00" or "2026-12-24T18:00+01:00"';
const ZONE_WORDS = 'a time zone such as "Europe/Vienna" or "UTC"';
const REASON_WORDS = 'a reason in words';
const DAY_WORDS = `one of ${WEEKDAYS.join(', ')}`;

const terms = whenFirstUsed(() => ({
  timeZone: z.string({ error: ZONE_WORDS }).check(z.refine(isTimeZone, { error: ZONE_WORDS })),
  reason: z.string({ error: REASON_WORDS }).check(z.regex(/\S/, { error: REASON_WORDS })),
  allowActions: z.optional(listOf(actionPattern(), 'actions')),
}));

const weekly = whenFirstUsed(() => {
  const clock = z.string({ error: CLOCK_WORDS }).check(z.regex(CLOCK, { error: CLOCK_WORDS }));
  return fields({
    days: z.optional(
      listOf(z.enum(WEEKDAYS, { error: DAY_WORDS }), 'days').check(
        z.minLength(1, { error: 'a list of at least one day' }),
      ),
    ),
    from: z.optional(clock.check(z.refine((value) => value !== '24:00', { error: CLOCK_WORDS }))),
    to: z.optional(clock),
    ...terms(),
  });
});

const once = whenFirstUsed(() => {
  const moment = z.string({ error: MOMENT_WORDS }).check(
    z.regex(MOMENT, { error: MOMENT_WORDS }),
    z.refine((value) => wallOf(value) !== undefined, { error: MOMENT_WORDS }),
  );
  return fields({ from: moment, to: moment, ...terms(), timeZone: z.optional(terms().timeZone) });
});

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/**
 * Weekly: `{days: ["fri"], from: "16:00", to: "08:00", timeZone, reason}`; without times the whole day, without days every
 * day. Once: `{from: "2026-12-24", to: "2027-01-06", timeZone, reason}`; a last day belongs to it, and an offset in both times
 * stands for the zone.
 */
export function readFreeze(value: unknown, place: string, issues: Issues): FreezeWindow | undefined {
  return isWeekly(value) ? readWeekly(value, place, issues) : readOnce(value, place, issues);
}

function isWeekly(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const has = (key: string) => Object.hasOwn(value, key);
  if (has('days')) return true;
  const { from, to } = value as { readonly from?: unknown; readonly to?: unknown };
  return [from, to].some((time) => typeof time === 'string' && time.length <= 5);
}

function readWeekly(value: unknown, place: string, issues: Issues): FreezeWindow | undefined {
  const found = read(weekly(), value, place, issues);
  if (found === undefined) return undefined;
  return {
    kind: 'weekly',
    days: found.days ?? WEEKDAYS,
    from: minutesOf(found.from ?? '00:00'),
    to: minutesOf(found.to ?? '24:00'),
    timeZone: found.timeZone,
    reason: safeText(found.reason),
    allowActions: found.allowActions ?? [],
  };
}

function readOnce(value: unknown, place: string, issues: Issues): FreezeWindow | undefined {
  const found = read(once(), value, place, issues);
  if (found === undefined) return undefined;
  const { timeZone } = found;
  const from = instant(found.from, timeZone, 'from');
  const to = instant(found.to, timeZone, 'to');
  if (from === undefined || to === undefined) {
    const which = from === undefined ? 'from' : 'to';
    issues.push({
      place: `${place}.timeZone`,
      why: `must be ${ZONE_WORDS}, because ${which} has no offset of its own`,
    });
    return undefined;
  }
  if (from >= to) {
    issues.push({ place: `${place}.to`, why: 'must be later than from' });
    return undefined;
  }
  const { reason, allowActions = [] } = found;
  return { kind: 'once', from, to, timeZone: timeZone ?? 'UTC', reason: safeText(reason), allowActions };
}

function minutesOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return hours * 60 + minutes;
}

/** The moment as a UTC clock would show it; undefined for a date or time that there is not. */
function wallOf(
  value: string,
): { readonly wall: number; readonly dateOnly: boolean; readonly offset?: string } | undefined {
  const match = MOMENT.exec(value);
  if (!match) return undefined;
  const [, year, month, day, hour, minute, second = '00', offset] = match;
  const time = hour === undefined ? '00:00:00' : `${hour}:${minute}:${second}`;
  const iso = `${year}-${month}-${day}T${time}.000Z`;
  const wall = Date.parse(iso);
  if (Number.isNaN(wall) || new Date(wall).toISOString() !== iso) return undefined;
  if (offset !== undefined && Number.isNaN(Date.parse(`2000-01-01T00:00:00${offset}`))) return undefined;
  return { wall, dateOnly: hour === undefined, ...(offset !== undefined && { offset }) };
}

function instant(value: string, timeZone: string | undefined, which: 'from' | 'to'): number | undefined {
  const found = wallOf(value);
  if (!found) return undefined;
  const { wall, dateOnly, offset } = found;
  if (offset !== undefined) return wall - offsetMs(offset);
  if (timeZone === undefined) return undefined;
  if (which === 'from') return instantOf(wall, timeZone, 'earliest');
  return instantOf(dateOnly ? wall + DAY_MS : wall, timeZone, 'latest');
}

function offsetMs(offset: string): number {
  if (offset === 'Z') return 0;
  const minutes = minutesOf(offset.slice(1));
  return (offset.startsWith('-') ? -minutes : minutes) * MINUTE_MS;
}
