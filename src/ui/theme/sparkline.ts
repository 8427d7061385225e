import type { Glyphs } from './glyphs.ts';

/**
 * One character per value, the newest last, at most `width` of them. The scale starts at zero and ends at `ceiling` (or
 * the largest value), so that 61 % looks like 61 % and not like the top of its own history.
 */
export function sparkline(values: readonly number[], width: number, glyphs: Glyphs, ceiling?: number): string {
  const shown = values.slice(-width);
  const top = ceiling ?? Math.max(...shown, 0);
  const steps = glyphs.spark.length;
  return shown
    .map((value) => {
      if (!Number.isFinite(value)) return ' ';
      const share = top > 0 ? Math.min(1, Math.max(0, value / top)) : 0;
      return glyphs.spark[Math.min(steps - 1, Math.floor(share * steps))] ?? ' ';
    })
    .join('');
}
