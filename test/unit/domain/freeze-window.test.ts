import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { freezeEnd, WEEKDAYS, type Weekday, type WeeklyFreeze } from '../../../src/domain/freeze-window.ts';
import { instantOf, isTimeZone, wallClock, zonedText } from '../../../src/domain/time-zone.ts';

const VIENNA = 'Europe/Vienna';

function weekly(days: readonly Weekday[], from: string, to: string, timeZone = VIENNA): WeeklyFreeze {
  const minutes = (text: string) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3));
  return { kind: 'weekly', days, from: minutes(from), to: minutes(to), timeZone, reason: 'r', allowActions: [] };
}

const endOf = (window: WeeklyFreeze, now: string) => {
  const end = freezeEnd(window, Date.parse(now));
  return end === undefined ? undefined : new Date(end).toISOString().slice(0, 16);
};

// 2026-05-01 is a Friday; Vienna is UTC+2 in summer, UTC+1 in winter.
describe('every week', () => {
  const night = weekly(['fri'], '16:00', '08:00');
  const office = weekly(['mon', 'tue'], '09:00', '17:00');
  test.each<[what: string, window: WeeklyFreeze, now: string, end: string | undefined]>([
    ['just before', night, '2026-05-01T13:59:59Z', undefined],
    ['at its start', night, '2026-05-01T14:00:00Z', '2026-05-02T06:00'],
    ['past midnight', night, '2026-05-02T05:59:59Z', '2026-05-02T06:00'],
    ['at its end', night, '2026-05-02T06:00:00Z', undefined],
    ['the day after', night, '2026-05-02T14:00:00Z', undefined],
    ['within a day', office, '2026-05-04T12:00:00Z', '2026-05-04T15:00'],
    ['on another day', office, '2026-05-06T12:00:00Z', undefined],
    ['the whole day', weekly(['sat'], '00:00', '24:00'), '2026-05-01T22:00:00Z', '2026-05-02T22:00'],
    ['from a time to the same time', weekly(['sat'], '06:00', '06:00'), '2026-05-03T03:59:00Z', '2026-05-03T04:00'],
    ['another day here than in London', weekly(['sat'], '00:00', '01:00'), '2026-05-01T22:30:00Z', '2026-05-01T23:00'],
    ['far east', weekly(['mon'], '08:00', '09:00', 'Pacific/Kiritimati'), '2026-05-03T18:30:00Z', '2026-05-03T19:00'],
    ['half-hour zones', weekly(['mon'], '08:00', '09:00', 'Asia/Kolkata'), '2026-05-04T02:30:00Z', '2026-05-04T03:30'],
  ])('%s', (_what, window, now, end) => {
    expect(endOf(window, now)).toBe(end);
  });
});

describe('when the clocks change', () => {
  // 2026-03-29: 02:00 -> 03:00 at 01:00Z. 2026-10-25: 03:00 -> 02:00 at 01:00Z. Both are Sundays.
  const morning = weekly(['sun'], '02:30', '04:00');
  const late = weekly(['sun'], '01:00', '02:30');
  const overnight = weekly(['sat'], '22:00', '06:00');
  test.each<[what: string, window: WeeklyFreeze, now: string, end: string | undefined]>([
    ['a start that is skipped: from the jump on', morning, '2026-03-29T01:00:00Z', '2026-03-29T02:00'],
    ['... not before', morning, '2026-03-29T00:59:59Z', undefined],
    ['an end that is skipped: until the jump', late, '2026-03-29T00:59:59Z', '2026-03-29T01:00'],
    ['... not after', late, '2026-03-29T01:00:00Z', undefined],
    ['a start that comes twice: the first one', morning, '2026-10-25T00:30:00Z', '2026-10-25T03:00'],
    ['... and all of what is between', morning, '2026-10-25T01:10:00Z', '2026-10-25T03:00'],
    ['an end that comes twice: the second one', late, '2026-10-25T01:29:00Z', '2026-10-25T01:30'],
    ['... not after', late, '2026-10-25T01:30:00Z', undefined],
    ['a short night', overnight, '2026-03-29T03:59:00Z', '2026-03-29T04:00'],
    ['a long night', overnight, '2026-10-25T04:59:00Z', '2026-10-25T05:00'],
  ])('%s', (_what, window, now, end) => {
    expect(endOf(window, now)).toBe(end);
  });

  test('a day that a zone left out (Samoa, 30 December 2011) does not confuse its neighbours', () => {
    const friday = weekly(['fri'], '00:00', '24:00', 'Pacific/Apia');
    const thursday = weekly(['thu'], '00:00', '24:00', 'Pacific/Apia');
    expect(endOf(thursday, '2011-12-30T09:59:00Z')).toBe('2011-12-30T10:00');
    expect(endOf(friday, '2011-12-30T10:30:00Z')).toBeUndefined();
  });
});

test('once: its start belongs to it, its end does not', () => {
  const window = { kind: 'once', from: 1_000, to: 2_000, timeZone: 'UTC', reason: 'r', allowActions: [] } as const;
  expect([999, 1_000, 1_999, 2_000].map((now) => freezeEnd(window, now))).toEqual([undefined, 2_000, 2_000, undefined]);
});

const ZONES = [VIENNA, 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kolkata', 'UTC', 'Pacific/Auckland'];
const instants = fc.integer({ min: Date.parse('2024-01-01Z') / 1_000, max: Date.parse('2030-01-01Z') / 1_000 });
const HOUR = 3_600_000;

describe('any window, any moment', () => {
  const windows = fc.record({
    kind: fc.constant('weekly' as const),
    days: fc.uniqueArray(fc.constantFrom(...WEEKDAYS), { minLength: 1 }),
    from: fc.integer({ min: 0, max: 1_439 }),
    to: fc.integer({ min: 0, max: 1_440 }),
    timeZone: fc.constantFrom(...ZONES),
    reason: fc.constant('r'),
    allowActions: fc.constant([]),
  });

  test('what the clock on the wall says is in the window is frozen, and it ends when it says', () => {
    fc.assert(
      fc.property(windows, instants, (window, seconds) => {
        const now = seconds * 1_000;
        const wall = new Date(wallClock(now, window.timeZone));
        const minute = wall.getUTCHours() * 60 + wall.getUTCMinutes();
        const day = WEEKDAYS[wall.getUTCDay()] ?? 'sun';
        const before = WEEKDAYS[(wall.getUTCDay() + 6) % 7] ?? 'sun';
        const inside =
          window.to > window.from
            ? window.days.includes(day) && minute >= window.from && minute < window.to
            : (window.days.includes(day) && minute >= window.from) ||
              (window.days.includes(before) && minute < window.to);
        const end = freezeEnd(window, now);
        if (inside) expect(end).toBeGreaterThan(now);
        // The other way round only the hour that comes twice differs: the pause in it is frozen, too.
        if (end !== undefined) {
          expect(end - now).toBeLessThanOrEqual(26 * HOUR);
          expect(freezeEnd({ ...window, days: [day, before] }, end - 1)).toBeDefined();
          const shifted = wallClock(now - 2 * HOUR, window.timeZone) - (now - 2 * HOUR);
          const later = wallClock(now + 2 * HOUR, window.timeZone) - (now + 2 * HOUR);
          if (shifted === later) expect(inside).toBe(true);
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('time zones', () => {
  test('names', () => {
    expect(['Europe/Vienna', 'UTC', 'Wien', '', '../etc'].map(isTimeZone)).toEqual([true, true, false, false, false]);
  });

  test('there and back', () => {
    fc.assert(
      fc.property(instants, fc.constantFrom(...ZONES), (seconds, zone) => {
        const instant = seconds * 1_000;
        const wall = wallClock(instant, zone);
        const [first, last] = [instantOf(wall, zone, 'earliest'), instantOf(wall, zone, 'latest')];
        expect([first, last]).toContain(instant);
        expect([wallClock(first, zone), wallClock(last, zone)]).toEqual([wall, wall]);
      }),
    );
  });

  test('as people read it', () => {
    expect(zonedText(Date.parse('2026-12-27T07:00Z'), VIENNA)).toBe('2026-12-27 08:00 Europe/Vienna');
  });
});
