import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { atLeast, parseVersion } from '../../../src/domain/version.ts';

describe('parseVersion', () => {
  test.each([
    ['3.24.9', 'v3', 3, 24, 9],
    ['v3.5.0', 'v3', 3, 5, 0],
    [' 3.24.9\n', 'v3', 3, 24, 9],
    ['3.24.9-rc1', 'v3', 3, 24, 9],
    ['3.24.9rc1', 'v3', 3, 24, 9],
    ['3.24.9+build.5', 'v3', 3, 24, 9],
    ['20260418101514', 'v2', 2, 0, 0],
  ])('%j', (text, generation, major, minor, patch) => {
    expect(parseVersion(text)).toEqual({ text: text.trim(), generation, major, minor, patch });
  });

  test.each(['dev', '', 'main-abc', '3.24', '2026041810151'])('%j counts as the newest', (text) => {
    expect(atLeast(parseVersion(text), '3.999.999')).toBe(true);
  });
});

describe('atLeast', () => {
  test.each([
    ['3.24.9', '3.24.0', true],
    ['3.24.0', '3.24.0', true],
    ['3.23.9', '3.24.0', false],
    ['3.9.0', '3.10.0', false],
    ['4.0.0', '3.24.0', true],
    ['20260418101514', '3.0.0', false],
  ])('%s reaches %s: %s', (version, wanted, expected) => {
    expect(atLeast(parseVersion(version), wanted)).toBe(expected);
  });

  test('orders like the numbers themselves', () => {
    const part = fc.integer({ min: 0, max: 60 });
    const version = fc.tuple(part, part, part);
    fc.assert(
      fc.property(version, version, (a, b) => {
        const rank = (parts: readonly number[]) => parts.reduce((sum, value) => sum * 100 + value, 0);
        expect(atLeast(parseVersion(a.join('.')), b.join('.'))).toBe(rank(a) >= rank(b));
      }),
    );
  });
});
