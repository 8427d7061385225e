import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BackOff } from '../../../src/live/back-off.ts';
import { LineRate } from '../../../src/live/log-meter.ts';

test('delays stay within bounds, double on the way up and begin anew after a reset', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 0, max: 0.999_999, noNaN: true }), { minLength: 12, maxLength: 12 }),
      (dice) => {
        let at = 0;
        const backOff = new BackOff({ baseMs: 1_000, maxMs: 30_000, random: () => dice[at++ % dice.length] ?? 0 });
        const delays = dice.map(() => backOff.next());
        for (const [index, delay] of delays.entries()) {
          const ideal = Math.min(30_000, 1_000 * 2 ** index);
          expect(delay).toBeGreaterThanOrEqual(Math.max(1_000, Math.floor(ideal * 0.75)));
          expect(delay).toBeLessThanOrEqual(Math.min(30_000, Math.ceil(ideal * 1.25)));
        }
        backOff.reset();
        expect(backOff.next()).toBeLessThanOrEqual(1_250);
      },
    ),
  );
});

test('the rate is a mean of the last seconds, falls to nothing, and survives a clock that is set back', () => {
  let now = 1_000_000;
  const rate = new LineRate(() => now);
  for (let second = 0; second < 10; second += 1) {
    rate.add(100);
    now += 1_000;
  }
  expect(rate.perSecond).toBeGreaterThan(70);
  expect(rate.perSecond).toBeLessThanOrEqual(100);
  now += 10_000;
  expect(rate.perSecond).toBe(0);
  now -= 3_600_000;
  rate.add(50);
  expect(rate.perSecond).toBe(50);
  now += 6_000;
  expect(rate.perSecond).toBe(0);
});
