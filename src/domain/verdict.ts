/** May I, and if not, which rule says no (architecture.md 4, screens.md 4). */
export type Verdict =
  | { readonly allowed: true }
  | { readonly allowed: false; readonly reason: string; readonly because: VerdictCause };

export type VerdictCause = 'role' | 'version' | 'route' | 'target' | 'read-only' | 'guardrail' | 'unknown';

export const ALLOWED: Verdict = { allowed: true };

export function refused(because: VerdictCause, reason: string): Verdict {
  return { allowed: false, because, reason };
}
