/** Codes that a person types (gateway.md 4.6). Secret while they are valid: never shown again, never logged. */
export interface OneTimeCode {
  readonly kind: 'totp' | 'yubikey' | 'backup';
  /** As it is sent. */
  readonly code: string;
}

/** What was typed, as the code that it is; undefined: it can be none, so that sending it would only waste a try. */
export function recogniseCode(typed: string): OneTimeCode | undefined {
  const text = typed.replaceAll(/[\s-]/g, '');
  if (/^\d{6}$/.test(text)) return { kind: 'totp', code: text };
  // Modhex; caps lock is no reason to refuse it.
  if (/^[cbdefghijklnrtuv]{44}$/i.test(text)) return { kind: 'yubikey', code: text.toLowerCase() };
  if (/^[\da-f]{12}$/i.test(text)) return { kind: 'backup', code: text.toUpperCase() };
  return undefined;
}

const STEP_MS = 30_000;
/** One step of tolerance each way: so long one TOTP code can be accepted (gateway.md 4.6). */
const TOTP_LIFE_MS = 3 * STEP_MS;
const WINDOW_MS = 5 * 60_000;
/** Per user in five minutes, right ones included; what is sent beyond is refused and prolongs the refusal (gateway.md 4.7). */
const MAX_SENT = 5;

/** When the authenticator app shows its next code; epoch ms. */
export function nextTotpAt(now: number): number {
  return (Math.floor(now / STEP_MS) + 1) * STEP_MS;
}

/** What was sent already: the same code is never sent twice, and not more codes than the gateway takes. */
export class SentCodes {
  /** Code -> when the same digits may be another code; epoch ms. */
  readonly #used = new Map<string, number>();
  #times: readonly number[] = [];

  isUsed({ code }: OneTimeCode, now: number): boolean {
    return (this.#used.get(code) ?? 0) > now;
  }

  /** Until when no code may be sent at all; undefined: one may. */
  fullUntil(now: number): number | undefined {
    const recent = this.#times.filter((time) => time > now - WINDOW_MS);
    const oldest = recent.at(-MAX_SENT);
    return oldest === undefined ? undefined : oldest + WINDOW_MS;
  }

  add({ kind, code }: OneTimeCode, now: number): void {
    for (const [known, until] of this.#used) if (until <= now) this.#used.delete(known);
    this.#used.set(code, kind === 'totp' ? now + TOTP_LIFE_MS : Number.POSITIVE_INFINITY);
    this.#times = [...this.#times.filter((time) => time > now - WINDOW_MS), now];
  }
}
