import { describe, expect, it } from 'vitest';
import { parseSince } from '../../../src/cli/since.ts';

describe('parseSince', () => {
  it.each([
    ['90s', 90_000],
    ['10m', 600_000],
    ['2h30m', 9_000_000],
    ['3d', 259_200_000],
    ['1w', 604_800_000],
    ['1.5h', 5_400_000],
    [' 5M ', 300_000],
    ['250ms', 250],
  ])('%s', (text, ms) => expect(parseSince(text)).toBe(ms));

  it.each(['', 'x', '10', '10x', 'm', '-5m', '5m!', '0s', '5m 3'])('refuses %j', (text) =>
    expect(parseSince(text)).toBeUndefined(),
  );
});
