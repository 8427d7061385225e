import { matchingStep } from './totp.ts';
import { totpMethod, type User } from './user.ts';

const WINDOW_MS = 5 * 60_000;
const MAX_ATTEMPTS = 5;

export type FactorResult = { readonly ok: true } | { readonly ok: false; readonly reason: string };

interface Attempt {
  readonly at: number;
  readonly outcome: 'passed' | 'failed' | 'refused';
}

/** Checks codes and counts attempts (gateway.md 4.6, 4.7). */
export class MfaFactors {
  readonly #attempts = new Map<User, Attempt[]>();
  readonly #usedSteps = new Map<User, Set<number>>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** A TOTP code or a backup code; every attempt counts, also towards the account lock. */
  verify(user: User, code: string): FactorResult {
    const now = this.#now();
    if (user.lock !== undefined) return { ok: false, reason: 'account locked - contact administrator' };
    const recent = (this.#attempts.get(user) ?? []).filter((attempt) => attempt.at > now - WINDOW_MS);
    const outcome = recent.length >= MAX_ATTEMPTS ? 'refused' : this.#accepts(user, code, now) ? 'passed' : 'failed';
    recent.push({ at: now, outcome });
    this.#attempts.set(user, recent);
    if (outcome === 'passed') return { ok: true };
    if (outcome === 'refused') return { ok: false, reason: 'too many attempts - try again in 5 minutes' };
    if (recent.filter((attempt) => attempt.outcome === 'failed').length < MAX_ATTEMPTS) {
      return { ok: false, reason: 'verification failed' };
    }
    user.lock = { at: now, reason: 'Too many failed MFA attempts' };
    return { ok: false, reason: 'account locked due to multiple failed attempts - contact administrator' };
  }

  /** A code for a factor that is still being enrolled. */
  confirms(user: User, secret: string, code: string): boolean {
    const step = matchingStep(secret, code, this.#now());
    return step !== undefined && this.#claim(user, step);
  }

  /** An unlocked account starts afresh. */
  forget(user: User): void {
    this.#attempts.delete(user);
  }

  #accepts(user: User, code: string, now: number): boolean {
    const method = totpMethod(user);
    const step = method?.secret === undefined ? undefined : matchingStep(method.secret, code, now);
    if (method !== undefined && step !== undefined) {
      if (!this.#claim(user, step)) return false;
      method.lastUsedAt = now;
      return true;
    }
    const backup = user.backupCodes.find((entry) => entry.code === code && entry.usedAt === undefined);
    if (backup === undefined || method === undefined) return false;
    backup.usedAt = now;
    return true;
  }

  /** Each time step is accepted once per user, across all sessions. */
  #claim(user: User, step: number): boolean {
    const used = this.#usedSteps.get(user) ?? new Set<number>();
    if (used.has(step)) return false;
    used.add(step);
    this.#usedSteps.set(user, used);
    return true;
  }
}
