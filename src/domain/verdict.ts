/** May I, and if not, which rule says no (architecture.md 4, screens.md 4). */
export type Verdict =
  | { readonly allowed: true }
  | { readonly allowed: false; readonly reason: string; readonly because: VerdictCause };

export type VerdictCause =
  | 'role'
  | 'version'
  | 'route'
  | 'target'
  | 'read-only'
  | 'guardrail'
  /** Not known yet, or not to be understood: refused until it is. */
  | 'unknown'
  /** By its nature only the server knows, and refuses by itself before it does anything. */
  | 'server';

export const ALLOWED: Verdict = { allowed: true };

export function refused(because: VerdictCause, reason: string): Verdict {
  return { allowed: false, because, reason };
}

/** Nobody here can say: reading is tried. */
export function isUndecided(verdict: Verdict): boolean {
  return !verdict.allowed && (verdict.because === 'unknown' || verdict.because === 'server');
}
