const PART = /(\d+(?:\.\d+)?)(ms|s|m|h|d|w)/gy;
const UNIT_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** The longest duration that a rack's own format holds (290 years), ms. */
const MAX_MS = 290 * 365 * 86_400_000;

/** `90s`, `10m`, `2h30m`, `3d` in milliseconds; undefined for anything else. Days exist here though Go has none. */
export function parseSince(text: string): number | undefined {
  const trimmed = text.trim().toLowerCase();
  let total = 0;
  let at = 0;
  PART.lastIndex = 0;
  while (at < trimmed.length) {
    const match = PART.exec(trimmed);
    if (!match) return undefined;
    total += Number(match[1]) * (UNIT_MS[match[2] ?? ''] ?? Number.NaN);
    at = PART.lastIndex;
  }
  return at > 0 && total > 0 && total <= MAX_MS ? total : undefined;
}
