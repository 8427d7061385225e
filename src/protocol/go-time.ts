/** Times as Go writes them: RFC 3339 with 0-9 fractional digits in JSON, a dotted UTC layout in options (convox-api.md 1.3). */

const RFC3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/;
/** Go's zero time plus a day: an offset may shift `0001-01-01T00:00:00` a little. */
const NEVER = Date.parse('0001-01-01T00:00:00Z') + 86_400_000;

/**
 * Epoch milliseconds, or undefined for the zero time, for nothing and for text that is no RFC 3339 time: an odd time stamp
 * must not take a whole list away from somebody on call.
 */
export function parseGoTime(text: string | null | undefined): number | undefined {
  if (text === null || text === undefined) return undefined;
  const ms = text.length === 20 ? parseWholeSecondsUtc(text) : parseAnyForm(text);
  return Number.isNaN(ms) || ms <= NEVER ? undefined : ms;
}

function parseAnyForm(text: string): number {
  return RFC3339.test(text) ? Date.parse(text) : Number.NaN;
}

/** `2026-05-01T10:00:00Z`, the form of nearly every time stamp there is; thousands of them are read per poll. */
function parseWholeSecondsUtc(text: string): number {
  const year = digits(text, 0, 4);
  const month = digits(text, 5, 7);
  const day = digits(text, 8, 10);
  const hour = digits(text, 11, 13);
  const minute = digits(text, 14, 16);
  const second = digits(text, 17, 19);
  const ordinary = year >= 1_000 && month >= 1 && month <= 12 && day >= 1 && day <= 28;
  const clock = hour < 24 && minute < 60 && second < 60;
  if (ordinary && clock && hasSeparators(text)) return Date.UTC(year, month - 1, day, hour, minute, second);
  return parseAnyForm(text);
}

function hasSeparators(text: string): boolean {
  return (
    text[4] === '-' && text[7] === '-' && text[10] === 'T' && text[13] === ':' && text[16] === ':' && text[19] === 'Z'
  );
}

/** The number at [from, to), NaN where anything but a digit stands. */
function digits(text: string, from: number, to: number): number {
  let value = 0;
  for (let at = from; at < to; at++) {
    const digit = text.charCodeAt(at) - 48;
    if (digit < 0 || digit > 9) return Number.NaN;
    value = value * 10 + digit;
  }
  return value;
}

/** `20260102.030405.678000000`: the `20060102.150405.000000000` layout, always UTC. */
export function formatGoTime(ms: number): string {
  const iso = new Date(ms).toISOString();
  if (iso.length !== 24) throw new RangeError(`the year does not fit the time layout: ${iso}`);
  const date = iso.slice(0, 10).replaceAll('-', '');
  const time = iso.slice(11, 19).replaceAll(':', '');
  return `${date}.${time}.${iso.slice(20, 23)}000000`;
}
