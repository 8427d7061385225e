import { createHash } from 'node:crypto';
import type { RandomSource } from './random-source.ts';
import type { User } from './user.ts';

/** One command-line login in progress (gateway.md 2). Rows never expire by themselves. */
export interface LoginState {
  readonly state: string;
  readonly verifier: string;
  code?: string;
  user?: User;
  mfaVerifiedAt?: number;
  error?: string;
  /** The person left the identity provider's page: the poller waits for ever. */
  cancelled?: true;
}

export class LoginStore {
  readonly #rows = new Map<string, LoginState>();
  readonly #codes = new Map<string, { email: string; challenge: string }>();
  readonly #random: RandomSource;

  constructor(random: RandomSource) {
    this.#random = random;
  }

  start(): LoginState {
    const row: LoginState = { state: this.#random.base64url(32), verifier: this.#random.base64url(128) };
    this.#rows.set(row.state, row);
    return row;
  }

  find(state: string): LoginState | undefined {
    return this.#rows.get(state);
  }

  remove(row: LoginState): void {
    this.#rows.delete(row.state);
  }

  /** The most recent login that nobody has answered at the identity provider yet. */
  latestOpen(): LoginState | undefined {
    return [...this.#rows.values()].findLast(
      (row) => row.user === undefined && row.error === undefined && row.cancelled === undefined,
    );
  }

  /** An authorization code as the identity provider issues it, bound to the PKCE challenge. */
  issueCode(email: string, challenge: string): string {
    const code = this.#random.base64url(24);
    this.#codes.set(code, { email, challenge });
    return code;
  }

  /** Redeems a code once; undefined when it is unknown or the verifier does not fit. */
  redeem(code: string, verifier: string): string | undefined {
    const grant = this.#codes.get(code);
    this.#codes.delete(code);
    return grant !== undefined && grant.challenge === challengeOf(verifier) ? grant.email : undefined;
  }
}

export function challengeOf(verifier: string): string {
  return createHash('sha256').update(verifier).digest('base64url');
}
