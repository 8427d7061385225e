import { safeText } from './safe-text.ts';

/**
 * Every way a call, a file or an answer can let us down, as one typed error.
 *
 * `what` happened, `why` it did and the `next` step are whole sentences for a person; `kind` is for code. A failure never
 * carries a secret: no token, no credential part of a URL, no body beyond the server's own short message. Its texts are made
 * printable here, whatever name of a file, an app or a variable got into them.
 */
export type FailureKind =
  | 'unreachable' // no TCP/TLS connection, reset, DNS
  | 'timeout' // connected, but no answer in time
  | 'cancelled' // we gave up on purpose (view left, program ends)
  | 'tls' // certificate not trusted
  | 'not-logged-in' // no credential, or the server no longer accepts it
  | 'account-blocked' // suspended, locked: logging in again does not help
  | 'mfa-required' // step-up or inline factor asked
  | 'mfa-rejected' // the code or key that was sent is wrong or used up: ask the person anew, never resend
  | 'mfa-enrollment' // the account must enrol a factor first
  | 'forbidden' // logged in, but role or policy says no
  | 'not-found' // the object does not exist
  | 'route-missing' // the server has no such route: too old, or not proxied by the gateway
  | 'unsupported' // the server says it cannot do this (501)
  | 'conflict' // 409 and state conflicts
  | 'invalid' // the server rejects what we sent (400, 422)
  | 'rate-limited' // 429
  | 'server' // 5xx and everything untyped
  | 'malformed' // an answer, frame or file that we could not parse
  | 'usage'; // wrong flag, name or value from the person

export interface FailureDetails {
  readonly kind: FailureKind;
  readonly what: string;
  readonly why?: string | undefined;
  readonly next?: string | undefined;
  readonly status?: number | undefined;
  readonly requestId?: string | undefined;
  /** `GET /apps/shop/processes`, or a file path: never with credentials or a query. */
  readonly where?: string | undefined;
  /** For `mfa-required`: the two levels of gateway.md 4.1. */
  readonly mfaLevel?: 'step-up' | 'always' | undefined;
  /** Milliseconds since the epoch at which asking again makes sense. */
  readonly retryAt?: number | undefined;
  /** Of a request: not a byte of it had left, so it cannot have changed anything. */
  readonly nothingSent?: boolean | undefined;
  readonly cause?: unknown;
}

export class Failure extends Error {
  override readonly name = 'Failure';
  readonly kind: FailureKind;
  readonly what: string;
  readonly why: string | undefined;
  readonly next: string | undefined;
  readonly status: number | undefined;
  readonly requestId: string | undefined;
  readonly where: string | undefined;
  readonly mfaLevel: 'step-up' | 'always' | undefined;
  readonly retryAt: number | undefined;
  readonly nothingSent: boolean;

  constructor(details: FailureDetails) {
    const what = safeText(details.what);
    const why = details.why === undefined ? undefined : safeText(details.why);
    super(why ? `${what}: ${why}` : what, { cause: details.cause });
    this.kind = details.kind;
    this.what = what;
    this.why = why;
    this.next = details.next === undefined ? undefined : safeText(details.next);
    this.status = details.status;
    this.requestId = details.requestId === undefined ? undefined : safeText(details.requestId);
    this.where = details.where === undefined ? undefined : safeText(details.where);
    this.mfaLevel = details.mfaLevel;
    this.retryAt = details.retryAt;
    this.nothingSent = details.nothingSent === true;
  }
}

/** The same failure with some details replaced. */
export function withDetails(failure: Failure, changes: Partial<FailureDetails>): Failure {
  const { kind, what, why, next, status, requestId, where, mfaLevel, retryAt, nothingSent, cause } = failure;
  const details = { kind, what, why, next, status, requestId, where, mfaLevel, retryAt, nothingSent, cause };
  return new Failure({ ...details, ...changes });
}

/** Any thrown value as a Failure; an unknown one becomes `server` with its message only. */
export function asFailure(error: unknown, what = 'Something went wrong'): Failure {
  if (error instanceof Failure) return error;
  if (error instanceof Error && (error.name === 'AbortError' || error.name === 'CancelledError')) {
    return new Failure({ kind: 'cancelled', what: 'Cancelled', cause: error });
  }
  const why = safeText(withoutCredentials(textOf(error)), MAX_FOREIGN);
  return new Failure({ kind: 'server', what, why: why === '' ? undefined : why, cause: error });
}

/** Messages of engines and libraries may quote whole documents. */
const MAX_FOREIGN = 500;

function textOf(error: unknown): string {
  if (error instanceof Error) return error.message;
  // An object without a prototype has no text, one with a prototype of its own may throw.
  return typeof error === 'object' || typeof error === 'function' ? 'an unknown error' : String(error);
}

const USERINFO = /([a-z][a-z0-9+.-]*:\/\/)[^/?#\s]*@/gi;
const AUTHORIZATION = /\b(Basic|Bearer)\s+[A-Za-z0-9._~+/=-]+/g;

/** A foreign error text without what such texts like to quote: the user info of a URL, an `Authorization` value. */
export function withoutCredentials(text: string): string {
  return text.replace(USERINFO, '$1').replace(AUTHORIZATION, '$1 …');
}

/** Kinds after which the link itself is in doubt: data on screen freezes and reconnecting starts. */
const LINK_KINDS: ReadonlySet<FailureKind> = new Set([
  'unreachable',
  'timeout',
  'tls',
  'rate-limited',
  'server',
  'malformed',
]);

export function concernsLink(failure: Failure): boolean {
  return LINK_KINDS.has(failure.kind);
}
