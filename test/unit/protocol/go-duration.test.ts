import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatGoDuration, parseGoDuration } from '../../../src/protocol/go-duration.ts';

describe('formatGoDuration', () => {
  test.each([
    [0, '0s'],
    [1, '1ms'],
    [250, '250ms'],
    [1_000, '1s'],
    [1_500, '1.5s'],
    [60_000, '1m0s'],
    [90_500, '1m30.5s'],
    [5_400_000, '1h30m0s'],
    [604_800_000, '168h0m0s'],
    [-3_600_000, '-1h0m0s'],
    [0.4, '0s'],
  ])('%d ms is %s', (ms, expected) => {
    expect(formatGoDuration(ms)).toBe(expected);
  });

  test('days are hours: a rack knows no d', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), (ms) => {
        expect(formatGoDuration(ms)).toMatch(/^-?(\d+h)?(\d+m)?[\d.]+m?s$/);
      }),
    );
  });

  test('refuses what is no number', () => {
    expect(() => formatGoDuration(Number.NaN)).toThrow(RangeError);
    expect(() => formatGoDuration(Number.POSITIVE_INFINITY)).toThrow(RangeError);
  });
});

describe('parseGoDuration', () => {
  test.each([
    ['0', 0],
    ['1h30m0s', 5_400_000],
    ['90m', 5_400_000],
    ['-1h', -3_600_000],
    ['+5s', 5_000],
    ['1.5h', 5_400_000],
    ['.5s', 500],
    ['250ms', 250],
    ['1500us', 1.5],
    ['1µs', 0.001],
    ['100ns', 0.0001],
  ])('%s', (text, expected) => {
    expect(parseGoDuration(text)).toBeCloseTo(expected, 9);
  });

  test.each(['', '-', '1', '1d', '1h 5m', 'h', '1h5', 'abc', '1..5s', '--1s'])('%j is none', (text) => {
    expect(parseGoDuration(text)).toBeUndefined();
  });

  test('reads back what is written', () => {
    fc.assert(
      fc.property(fc.integer({ min: -(10 ** 12), max: 10 ** 12 }), (ms) => {
        expect(Math.round(parseGoDuration(formatGoDuration(ms)) ?? Number.NaN)).toBe(ms);
      }),
    );
  });
});
