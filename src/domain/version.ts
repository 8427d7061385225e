/**
 * Rack versions and what each one can do (convox-api.md 10). `3.24.9` and the like are v3; 14 digits are a v2 rack;
 * `dev` and everything unreadable count as the newest, because probing beats guessing.
 */
export interface RackVersion {
  readonly text: string;
  readonly generation: 'v2' | 'v3';
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
}

const V3 = /^v?(\d+)\.(\d+)\.(\d+)/;
const V2 = /^\d{14}$/;
const NEWEST = Number.MAX_SAFE_INTEGER;

export function parseVersion(input: string): RackVersion {
  const text = input.trim();
  if (V2.test(text)) return { text, generation: 'v2', major: 2, minor: 0, patch: 0 };
  const match = V3.exec(text);
  if (!match) return { text, generation: 'v3', major: 3, minor: NEWEST, patch: 0 };
  return { text, generation: 'v3', major: Number(match[1]), minor: Number(match[2]), patch: Number(match[3]) };
}

/** `'3.24.0'` reached? A v2 rack reaches none. */
export function atLeast(version: RackVersion, wanted: string): boolean {
  if (version.generation === 'v2') return false;
  const other = parseVersion(wanted);
  if (version.major !== other.major) return version.major > other.major;
  if (version.minor !== other.minor) return version.minor > other.minor;
  return version.patch >= other.patch;
}
