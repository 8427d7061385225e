import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ageText, isoText, spanText, untilText } from '../../../src/domain/age.ts';
import { coresText, millicoresText, parseCores, percentText } from '../../../src/domain/cpu.ts';
import { durationText } from '../../../src/domain/duration-text.ts';
import { mebibytesText, parseMebibytes } from '../../../src/domain/memory.ts';

const S = 1_000;
const M = 60 * S;
const H = 60 * M;
const D = 24 * H;

describe('age', () => {
  test.each([
    [0, 'now'],
    [999, 'now'],
    [12 * S, '12s'],
    [119 * S, '119s'],
    [4 * M + 59 * S, '4m'],
    [2 * H, '2h'],
    [47 * H, '47h'],
    [3 * D, '3d'],
    [90 * D, '12w'],
    [800 * D, '2y'],
  ])('%d ms is %s', (ms, text) => {
    expect(spanText(ms)).toBe(text);
    expect(ageText(1_000_000_000_000 - ms, 1_000_000_000_000)).toBe(text);
  });

  test('unknown, the future, until, ISO', () => {
    expect(ageText(undefined, 5)).toBe('-');
    expect(ageText(10_000, 0)).toBe('now');
    expect([untilText(5 * M, 0), untilText(0, 3 * D), untilText(undefined, 0)]).toEqual(['in 5m', '3d ago', '-']);
    expect([isoText(0), isoText(undefined)]).toEqual(['1970-01-01T00:00:00.000Z', '']);
    for (const odd of [Number.NaN, Number.POSITIVE_INFINITY, -1e308, 8.64e15 + 1]) expect(isoText(odd)).toBe('');
  });

  test('never longer than five cells', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 200 * 365 * D }), (ms) => spanText(ms).length <= 5));
  });
});

test.each([
  [0, '0s'],
  [48 * S, '48s'],
  [59_600, '1m 0s'],
  [151 * S, '2m 31s'],
  [64 * M, '1h 4m'],
  [30 * H, '30h 0m'],
  [-1, '-'],
  [undefined, '-'],
  [Number.NaN, '-'],
])('a duration of %s ms is %s', (ms, text) => {
  expect(durationText(ms)).toBe(text);
});

describe('cpu', () => {
  test.each([
    [0.25, '0.25c'],
    [1.9, '1.90c'],
    [12.4, '12c'],
    [9.999, '10c'],
    [0, '0.00c'],
    [undefined, '-'],
  ])('%s cores is %s', (cores, text) => {
    expect(coresText(cores)).toBe(text);
  });

  test.each([
    ['500m', 0.5],
    ['0.5', 0.5],
    ['0.5c', 0.5],
    [' 2 ', 2],
    ['m', undefined],
    ['1.2.3', undefined],
    ['-1', undefined],
    ['', undefined],
  ])('%j is %s cores', (text, cores) => {
    expect(parseCores(text)).toBe(cores);
  });

  test('what is written can be read', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 64_000 }), (millicores) => {
        expect(parseCores(millicoresText(millicores))).toBeCloseTo(millicores / 1_000, 9);
      }),
    );
    expect([percentText(0.614), percentText(undefined), percentText(Number.NaN)]).toEqual(['61%', '-', '-']);
  });
});

describe('memory', () => {
  test.each([
    [143, '143 MiB'],
    [1_024, '1.0 GiB'],
    [1_229, '1.2 GiB'],
    [1_023.7, '1.0 GiB'],
    [1_048_575, '1.0 TiB'],
    [2_097_152, '2.0 TiB'],
    [0, '0 MiB'],
    [undefined, '-'],
  ])('%s MiB is %s', (mib, text) => {
    expect(mebibytesText(mib)).toBe(text);
  });

  test.each([
    ['512Mi', 512],
    ['1Gi', 1_024],
    ['300M', 300_000_000 / 1_048_576],
    ['1.5GiB', 1_536],
    ['256', 256],
    ['1024Ki', 1],
    ['x', undefined],
    ['1Pi', undefined],
    ['', undefined],
  ])('%j is %s MiB', (text, mib) => {
    expect(parseMebibytes(text)).toBe(mib);
  });

  test('what is written can be read, to the precision written', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1e8, noNaN: true }), (mib) => {
        const read = parseMebibytes(mebibytesText(mib)) ?? Number.NaN;
        expect(Math.abs(read - mib)).toBeLessThanOrEqual(Math.max(0.5, mib * 0.05));
      }),
    );
  });
});
