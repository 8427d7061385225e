const PART = /(\d+(?:\.\d+)?)(ms|s|m|h|d|w|y)/gy;
const UNIT_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
  y: 31_536_000_000,
};

/** `90s`, `2h30m`, `3d`, `1y` in milliseconds, a bare number in seconds; undefined for anything else. */
export function parseTimeSpan(text: string): number | undefined {
  const lower = text.trim().toLowerCase();
  if (/^\d+(?:\.\d+)?$/.test(lower)) return Number(lower) * 1_000;
  let total = 0;
  let at = 0;
  PART.lastIndex = 0;
  while (at < lower.length) {
    PART.lastIndex = at;
    const match = PART.exec(lower);
    if (!match) return undefined;
    total += Number(match[1]) * (UNIT_MS[match[2] ?? ''] ?? 0);
    at = PART.lastIndex;
  }
  return at > 0 ? total : undefined;
}
