import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatGoTime, parseGoTime } from '../../../src/protocol/go-time.ts';

describe('parseGoTime', () => {
  test.each([
    ['2026-05-01T10:00:00Z', Date.UTC(2026, 4, 1, 10)],
    ['2026-05-31T23:59:59Z', Date.UTC(2026, 4, 31, 23, 59, 59)],
    ['2026-05-01T10:00:00.5Z', Date.UTC(2026, 4, 1, 10, 0, 0, 500)],
    ['2026-05-01T10:00:00.123456789Z', Date.UTC(2026, 4, 1, 10, 0, 0, 123)],
    ['2026-05-01T12:00:00+02:00', Date.UTC(2026, 4, 1, 10)],
    ['2026-05-01T05:30:00.25-04:30', Date.UTC(2026, 4, 1, 10, 0, 0, 250)],
    ['1969-12-31T23:59:59Z', -1_000],
  ])('%s', (text, expected) => {
    expect(parseGoTime(text)).toBe(expected);
  });

  test.each([
    '0001-01-01T00:00:00Z',
    '0001-01-01T00:00:00+00:00',
    '0001-01-01T01:00:00+01:00',
    '0001-01-01T00:00:00.000000000Z',
  ])('%s is never', (text) => {
    expect(parseGoTime(text)).toBeUndefined();
  });

  test.each([
    '',
    'yesterday',
    '2026-05-01',
    '2026-13-01T10:00:00Z',
    '2026-05-01T25:00:00Z',
    '2026-05-01 10:00:00Z',
    '2026-05-01T10:00:0xZ',
    'May 1, 2026 10:00 Z',
    '2026-05-01T10:00:00',
    '20260501T100000ZZZZZ',
    null,
    undefined,
  ])('%j is no time', (text) => {
    expect(parseGoTime(text)).toBeUndefined();
  });

  test('agrees with the platform on every instant, in any precision', () => {
    const instant = fc.date({ min: new Date('1000-01-01'), max: new Date('9999-12-31'), noInvalidDate: true });
    fc.assert(
      fc.property(instant, fc.integer({ min: 0, max: 9 }), (date, precision) => {
        const fraction = `${date.toISOString().slice(20, 23)}000000`.slice(0, precision);
        const text = `${date.toISOString().slice(0, 19)}${fraction ? `.${fraction}` : ''}Z`;
        const kept = precision >= 3 ? 1 : 10 ** (3 - precision);
        const ms = date.getTime();
        expect(parseGoTime(text)).toBe(ms - (((ms % kept) + kept) % kept));
      }),
    );
  });
});

describe('formatGoTime', () => {
  test('dotted layout, UTC', () => {
    expect(formatGoTime(Date.UTC(2026, 0, 2, 3, 4, 5, 678))).toBe('20260102.030405.678000000');
    expect(formatGoTime(0)).toBe('19700101.000000.000000000');
  });

  test('refuses what the layout cannot hold', () => {
    expect(() => formatGoTime(Number.NaN)).toThrow(RangeError);
    expect(() => formatGoTime(Date.UTC(12_000, 0))).toThrow(RangeError);
  });

  test('can be read back by position', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 253_402_300_799_999 }), (ms) => {
        const [date = '', time = '', fraction = ''] = formatGoTime(ms).split('.');
        const [y, mo, d] = [date.slice(0, 4), date.slice(4, 6), date.slice(6)].map(Number);
        const [h, mi, s] = [time.slice(0, 2), time.slice(2, 4), time.slice(4)].map(Number);
        expect(Date.UTC(y ?? 0, (mo ?? 0) - 1, d, h, mi, s, Number(fraction) / 1e6)).toBe(ms);
      }),
    );
  });
});
