/** What a rack of a given version can do (convox-api.md 10). */
export interface Generation {
  readonly version: string;
  readonly v2: boolean;
  /** >= 3.24.1: errors keep their status and are JSON on request. */
  readonly typedErrors: boolean;
  /** True when this v3 rack is at least that version; always false on v2. */
  since(version: string): boolean;
}

/** `3.24.9`, `v3.24.9-rc1`, a 14-digit date (v2) or `dev` (newest). */
export function generationOf(version: string): Generation {
  const v2 = /^\d{14}$/.test(version);
  const own = version === 'dev' ? [Number.POSITIVE_INFINITY, 0, 0] : triple(version);
  // Asked for every field of every process: an answer is worked out once.
  const answers = new Map<string, boolean>();
  const since = (other: string): boolean => {
    const known = answers.get(other);
    if (known !== undefined) return known;
    const answer = !v2 && compare(own, triple(other)) >= 0;
    answers.set(other, answer);
    return answer;
  };
  return { version, v2, since, typedErrors: since('3.24.1') };
}

function triple(version: string): number[] {
  const match = /^v?(\d+)\.(\d+)\.(\d+)/.exec(version);
  return match === null ? [0, 0, 0] : match.slice(1, 4).map(Number);
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < 3; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
