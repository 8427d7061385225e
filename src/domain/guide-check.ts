/**
 * What one read-only check of a guide found (architecture.md 5). `refused` stops the guide, `attention` is worth reading
 * before going on, `unknown` means that a fact could not be gathered: never taken as a yes.
 */
export interface GuideCheck {
  /** Stable name: `target-folder-exists`. */
  readonly id: string;
  readonly state: GuideCheckState;
  /** What it means, a whole sentence. */
  readonly why: string;
  /** What to do about it, a whole sentence; `''` where nothing is to be done. */
  readonly next: string;
  /** Facts that it rests on; never a secret. */
  readonly evidence: readonly string[];
}

export type GuideCheckState = 'ok' | 'attention' | 'refused' | 'unknown';

export function passed(id: string, why: string, evidence: readonly string[] = []): GuideCheck {
  return { id, state: 'ok', why, next: '', evidence };
}

export function attention(id: string, why: string, next: string, evidence: readonly string[] = []): GuideCheck {
  return { id, state: 'attention', why, next, evidence };
}

export function refusal(id: string, why: string, next: string, evidence: readonly string[] = []): GuideCheck {
  return { id, state: 'refused', why, next, evidence };
}

export function notKnown(id: string, why: string, next: string, evidence: readonly string[] = []): GuideCheck {
  return { id, state: 'unknown', why, next, evidence };
}

/** Fails closed: goes on only where nothing is refused and nothing unknown. */
export function mayGoOn(checks: readonly GuideCheck[]): boolean {
  return checks.every(({ state }) => state === 'ok' || state === 'attention');
}
