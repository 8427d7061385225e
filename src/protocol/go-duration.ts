/** Durations as Go writes and reads them (convox-api.md 1.3): `1h30m0s`, `250ms`, `-1h`. There is no day unit. */

const UNITS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
};
const TERM = /(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h)/gy;

/** Milliseconds (whole) to Go text; fractions of a millisecond are rounded. */
export function formatGoDuration(ms: number): string {
  if (!Number.isFinite(ms)) throw new RangeError(`not a duration: ${ms}`);
  const total = Math.round(Math.abs(ms));
  if (total === 0) return '0s';
  const sign = ms < 0 ? '-' : '';
  if (total < 1_000) return `${sign}${total}ms`;
  const hours = Math.floor(total / 3_600_000);
  const minutes = Math.floor((total % 3_600_000) / 60_000);
  const seconds = `${(total % 60_000) / 1_000}s`;
  if (hours > 0) return `${sign}${hours}h${minutes}m${seconds}`;
  return minutes > 0 ? `${sign}${minutes}m${seconds}` : `${sign}${seconds}`;
}

/** Go text to milliseconds (with fraction), or undefined where Go's `ParseDuration` would refuse it. */
export function parseGoDuration(text: string): number | undefined {
  const sign = text.startsWith('-') ? -1 : 1;
  const body = /^[-+]/.test(text) ? text.slice(1) : text;
  if (body === '0') return 0;
  if (body === '') return undefined;
  let total = 0;
  let at = 0;
  TERM.lastIndex = 0;
  while (at < body.length) {
    const term = TERM.exec(body);
    if (!term) return undefined;
    total += Number(term[1]) * (UNITS[term[2] ?? ''] ?? Number.NaN);
    at = TERM.lastIndex;
  }
  return total === 0 ? 0 : sign * total;
}
