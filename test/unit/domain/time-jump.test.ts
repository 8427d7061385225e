import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseTimeJump } from '../../../src/domain/time-jump.ts';

const NOW = new Date(2026, 2, 1, 3, 0, 0).getTime();
const local = (day: number, hour: number, minute: number, second = 0) =>
  new Date(2026, 2, day, hour, minute, second).getTime();
const MINUTE = 60_000;
const two = (value: number) => String(value).padStart(2, '0');

describe('time jump', () => {
  it.each([
    ['02:40', local(1, 2, 40)],
    ['2:40:15', local(1, 2, 40, 15)],
    ['23:10', local(0, 23, 10)],
    ['yesterday 02:40', local(0, 2, 40)],
    ['02-28 23:10', new Date(2026, 1, 28, 23, 10).getTime()],
    ['12-31 23:59', new Date(2025, 11, 31, 23, 59).getTime()],
    ['-20m', NOW - 20 * MINUTE],
    ['-1h30m', NOW - 90 * MINUTE],
    ['- 90s', NOW - 90_000],
    ['-2d', NOW - 2 * 86_400_000],
    ['2026-02-28T22:40:00Z', Date.UTC(2026, 1, 28, 22, 40)],
    ['2026-02-28T22:40:00.250+01:00', Date.UTC(2026, 1, 28, 21, 40, 0, 250)],
    ['2026-02-28 22:40', new Date(2026, 1, 28, 22, 40).getTime()],
  ])('%s', (text, at) => expect(parseTimeJump(text, NOW)).toEqual({ at }));

  it.each([
    '',
    'noon',
    '25:00',
    '02:61',
    '20m',
    '-',
    '-20',
    '2026-02-30T10:00:00Z',
    '02-30 10:00',
    '2026-13-01 00:00',
    '2031-01-01T00:00:00Z',
    '1999-01-01 00:00',
  ])('refuses %j with a sentence', (text) =>
    expect(parseTimeJump(text, NOW)).toMatchObject({ problem: expect.stringMatching(/\w/) }),
  );

  it('takes a clock time as the last instant at which the clock said so', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 23 }),
        fc.integer({ min: 0, max: 59 }),
        fc.boolean(),
        (hour, minute, utc) => {
          const read = parseTimeJump(`${two(hour)}:${two(minute)}${utc ? 'Z' : ''}`, NOW);
          if ('problem' in read) throw new Error(read.problem);
          const date = new Date(read.at);
          expect([utc ? date.getUTCHours() : date.getHours(), utc ? date.getUTCMinutes() : date.getMinutes()]).toEqual([
            hour,
            minute,
          ]);
          expect(read.at).toBeLessThanOrEqual(NOW + MINUTE);
          expect(read.at).toBeGreaterThan(NOW - 26 * 3_600_000);
        },
      ),
    );
  });

  it('reads every instant of the last year back from RFC 3339', () => {
    fc.assert(
      fc.property(fc.integer({ min: NOW - 365 * 86_400_000, max: NOW }), (at) => {
        expect(parseTimeJump(new Date(at).toISOString(), NOW)).toEqual({ at });
      }),
    );
  });

  it('never throws and never leaves the year that it allows', () => {
    const near = fc.stringMatching(/^[-+ 0-9:.TZa-z]{0,25}$/);
    fc.assert(
      fc.property(fc.oneof(fc.string(), near), (text) => {
        const read = parseTimeJump(text, NOW);
        if ('at' in read) {
          expect(read.at).toBeLessThanOrEqual(NOW + MINUTE);
          expect(NOW - read.at).toBeLessThanOrEqual(366 * 86_400_000);
        } else expect(read.problem).not.toBe('');
      }),
    );
  });
});
