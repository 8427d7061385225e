import { fraction } from './random.ts';

const MINUTE = 60_000;

/**
 * A smooth wave around 1, a pure function of seed and time: two sines of unrelated periods and a little
 * interpolated noise. No state and no timer, so five thousand processes cost nothing while nobody looks.
 */
export function drift(seed: number, at: number, amplitude: number): number {
  const slow = Math.sin((at / (11 * MINUTE)) * 2 * Math.PI + fraction(seed, 1) * 2 * Math.PI);
  const fast = Math.sin((at / (97_000 + (seed % 40_000))) * 2 * Math.PI + fraction(seed, 2) * 2 * Math.PI);
  return 1 + amplitude * (0.55 * slow + 0.3 * fast + 0.15 * noise(seed, at / 15_000));
}

/** Value noise in [-1, 1]: random at whole numbers, cosine-blended between them. */
function noise(seed: number, x: number): number {
  const left = Math.floor(x);
  const blend = (1 - Math.cos((x - left) * Math.PI)) / 2;
  const a = fraction(seed, left) * 2 - 1;
  const b = fraction(seed, left + 1) * 2 - 1;
  return a + (b - a) * blend;
}

/** A leak: rises from `from` to `to` over `periodMs`, then falls back as the process recycles itself. */
export function sawtooth(at: number, periodMs: number, from: number, to: number): number {
  const phase = (((at % periodMs) + periodMs) % periodMs) / periodMs;
  return phase < 0.97 ? from + ((to - from) * phase) / 0.97 : to - (to - from) * ((phase - 0.97) / 0.03);
}

/** Number with at most `digits` decimals. */
export function rounded(value: number, digits: number): number {
  const scale = 10 ** digits;
  return Math.round(value * scale) / scale;
}
