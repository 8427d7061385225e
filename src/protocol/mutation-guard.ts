import type { Failure } from '../domain/failure.ts';

/** A request that changes something, as data. */
export interface Change {
  /**
   * `PUT /apps/{app}/services/{name}`: method and pattern as in access/action-catalog.ts and rack-write-routes.ts; the gateway's
   * own routes with `/api/v1` in front.
   */
  readonly route: string;
}

/**
 * A one-time code that goes along with one request, in the header `X-Mfa-Totp` (gateway.md 4.4): TOTP code, Yubikey OTP or
 * backup code, the server tells them apart. Only ever sent to a gateway, never logged, taken out of every failure text.
 */
export interface MfaProof {
  readonly code: string;
}

/**
 * Stands before every request that changes something. Only actions/pipeline.ts and guides/runner.ts make one; a test
 * (test/unit/guarded-writes.test.ts) holds that.
 */
export interface MutationGuard {
  /**
   * Right before the request leaves; rejects with a `Failure` where the confirmed budget does not hold it, and then nothing is
   * sent. Resolves with a proof to send along, if one is needed.
   */
  admit(change: Change): Promise<MfaProof | undefined>;
  /**
   * The server refused before it did anything: it wants a second factor (`mfa-required`, gateway.md 4.3) or did not accept the
   * one that was sent along (`mfa-rejected`). True: `admit` again and send once more. The same code is never sent twice unless
   * `admit` hands it out twice.
   */
  challenged(change: Change, failure: Failure): Promise<boolean>;
  /**
   * An admitted request changed nothing, and will not any more: refused in so many words, only a read, or not a byte had left. What
   * is unclear is not told here, nor a refusal that `challenged` has heard of.
   */
  refused(change: Change): void;
}
