/** Times as Go writes them: RFC 3339 with 0-9 fractional digits in JSON, a dotted UTC layout in options (convox-api.md 1.3). */

const RFC3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/;
/** Go's zero time plus a day: an offset may shift `0001-01-01T00:00:00` a little. */
const NEVER = Date.parse('0001-01-01T00:00:00Z') + 86_400_000;

/**
 * Epoch milliseconds, or undefined for the zero time, for nothing and for text that is no RFC 3339 time: an odd time stamp
 * must not take a whole list away from somebody on call.
 */
export function parseGoTime(text: string | null | undefined): number | undefined {
  if (text === null || text === undefined || !RFC3339.test(text)) return undefined;
  const ms = Date.parse(text);
  return Number.isNaN(ms) || ms <= NEVER ? undefined : ms;
}

/** `20260102.030405.678000000`: the `20060102.150405.000000000` layout, always UTC. */
export function formatGoTime(ms: number): string {
  const iso = new Date(ms).toISOString();
  if (iso.length !== 24) throw new RangeError(`the year does not fit the time layout: ${iso}`);
  const date = iso.slice(0, 10).replaceAll('-', '');
  const time = iso.slice(11, 19).replaceAll(':', '');
  return `${date}.${time}.${iso.slice(20, 23)}000000`;
}
