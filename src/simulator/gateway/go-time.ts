/**
 * Instants as the gateway prints them (gateway.md 8.5): RFC 3339 with up to nine fractional digits, trailing zeros
 * dropped, usually `Z` and now and then a numeric offset. A pure function of the millisecond, so that one instant is
 * always printed the same way.
 */
export function goTime(ms: number): string {
  const noise = scramble(ms);
  const offsetHours = noise % 11 === 0 ? 2 : noise % 13 === 0 ? -7 : 0;
  const shifted = new Date(ms + offsetHours * 3_600_000).toISOString();
  const millis = shifted.slice(20, 23);
  const fraction = `${millis}${String(noise % 1_000_000).padStart(6, '0')}`.replace(/0+$/, '');
  const zone =
    offsetHours === 0 ? 'Z' : `${offsetHours < 0 ? '-' : '+'}${String(Math.abs(offsetHours)).padStart(2, '0')}:00`;
  return `${shifted.slice(0, 19)}${fraction === '' ? '' : `.${fraction}`}${zone}`;
}

/** Session lists print whole seconds in UTC (gateway.md 8.5). */
export function wholeSecondTime(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

export function optionalGoTime(ms: number | undefined): string | undefined {
  return ms === undefined ? undefined : goTime(ms);
}

function scramble(ms: number): number {
  let hash = (Math.floor(ms) ^ Math.floor(ms / 0x1_0000_0000)) >>> 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x45d9f3b) >>> 0;
  hash = Math.imul(hash ^ (hash >>> 13), 0x45d9f3b) >>> 0;
  return (hash ^ (hash >>> 16)) >>> 0;
}
