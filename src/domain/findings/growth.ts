export interface Growth {
  readonly perMs: number;
  /** 0-1: how well a straight line fits. */
  readonly fit: number;
}

/** Too few or too near points show noise. */
const MIN_POINTS = 4;
const MIN_SPAN_MS = 5 * 60_000;
const MIN_FIT = 0.7;

/** Steady growth (or shrinkage) of a series by least squares; undefined where there is none to speak of. */
export function growthOf(points: readonly { readonly at: number; readonly value: number }[]): Growth | undefined {
  if (points.length < MIN_POINTS) return undefined;
  const count = points.length;
  const first = points.reduce((least, { at }) => Math.min(least, at), Infinity);
  const last = points.reduce((most, { at }) => Math.max(most, at), -Infinity);
  if (last - first < MIN_SPAN_MS) return undefined;
  const meanAt = points.reduce((sum, { at }) => sum + (at - first), 0) / count;
  const mean = points.reduce((sum, { value }) => sum + value, 0) / count;
  let across = 0;
  let along = 0;
  let spread = 0;
  for (const { at, value } of points) {
    across += (at - first - meanAt) * (value - mean);
    along += (at - first - meanAt) ** 2;
    spread += (value - mean) ** 2;
  }
  if (along === 0 || spread === 0) return undefined;
  const fit = across ** 2 / (along * spread);
  return fit >= MIN_FIT ? { perMs: across / along, fit } : undefined;
}
