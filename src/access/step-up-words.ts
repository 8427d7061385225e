import { Failure, type FailureKind } from '../domain/failure.ts';
import type { MfaStatus } from '../protocol/gateway-api.ts';

type Level = 'step-up' | 'always';

export const NO_CODE =
  'That is no code: 6 digits from the authenticator app, a touch of the YubiKey (44 letters), or a backup code (12 of 0-9 A-F). Nothing was sent.';
export const USED = 'That code was sent already, and each works once. Wait for the next one.';
export const NEXT_ONE = 'Every one of these actions needs a code of its own. Wait for the next one.';
export const WINDOW_ONLY = 'The code was right, but the action itself needs one of its own. Wait for the next one.';
export const NO_ANSWER = 'Whether the gateway took that code is not clear. Wait for the next one.';
export const FULL = 'The gateway takes five codes in five minutes. Wait a little: codes sent now would prolong that.';

/** What the person can answer with, in words; empty where there is nothing to type. */
export function methodsInWords({ methods, unusedBackupCodes, preferredMethod }: MfaStatus): readonly string[] {
  const ordered = methods.toSorted((a, b) => Number(b.type === preferredMethod) - Number(a.type === preferredMethod));
  const words = ordered.flatMap(({ type, label }) => {
    const name = label === '' ? '' : ` (${label})`;
    if (type === 'totp') return [`the 6 digits of the authenticator app${name}`];
    return type === 'yubiotp' ? [`a touch of the YubiKey${name}`] : [];
  });
  return unusedBackupCodes > 0 ? [...words, `a backup code (${unusedBackupCodes} unused)`] : words;
}

/**
 * For people with security keys and passkeys, which a terminal cannot ask; those for browsers only are not even listed
 * (gateway.md 4.5).
 */
export function keyAdvice(status: MfaStatus, level: Level): string | undefined {
  const hasKey = status.methods.some(({ type }) => type === 'webauthn') || status.methods.length === 0;
  return hasKey ? `Security keys and passkeys work in a browser only. ${instead(level)}` : undefined;
}

/** A login counts as a factor and opens the window (gateway.md 4); it does not stand for the code of one request. */
function instead(level: Level): string {
  const app = "or set up an authenticator app on the gateway's security page";
  return level === 'step-up'
    ? `Log in again (L): the key that is asked there opens the window, ${app}.`
    : `Use a backup code, ${app}.`;
}

export function nothingToType(level: Level): Failure {
  return new Failure({
    kind: 'mfa-required',
    what: 'A second factor is needed, and your account has none that can be typed',
    why: 'security keys and passkeys work in a browser only, and there is no unused backup code',
    next: instead(level),
    mfaLevel: level,
  });
}

export function notEnrolled(level: Level, required: boolean): Failure {
  const login = level === 'step-up' && !required ? ' Logging in again (L) also helps, for a few minutes.' : '';
  return new Failure({
    kind: 'mfa-enrollment',
    what: 'A second factor must be set up first',
    why: 'the gateway asks for one before this, and your account has none',
    next: `Set one up on the gateway's security page in a browser, then log in again (L).${login}`,
    mfaLevel: level,
  });
}

export function tooManyWrong(retryAt: number): Failure {
  return new Failure({
    kind: 'mfa-rejected',
    what: 'Three codes in a row were not accepted',
    why: 'two more wrong ones within five minutes would lock your account, and only an administrator could unlock it',
    next: 'Wait five minutes, check that the clock of your phone is right, then start the action again.',
    retryAt,
  });
}

export function givenUp(): Failure {
  return new Failure({ kind: 'cancelled', what: 'No code was given' });
}

/** The code was looked at and refused, or nothing will be: asking again would not help. */
const FINAL: ReadonlySet<FailureKind> = new Set([
  'account-blocked',
  'rate-limited',
  'not-logged-in',
  'forbidden',
  'mfa-enrollment',
  'unsupported',
  'route-missing',
  'tls',
]);

export function isFinal({ kind }: Failure): boolean {
  return FINAL.has(kind);
}

export function asSentence(text: string): string {
  const start = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(start) ? start : `${start}.`;
}
