/** What the person in front of the sign-in page does. */
export type SignInAnswer =
  | { readonly kind: 'choose'; readonly email: string }
  | { readonly kind: 'cancel' }
  | { readonly kind: 'fail'; readonly text: string };

export const HOSTED_DOMAIN = 'example.com';
export const CLIENT_ID = 'simulated-gateway';

/** The simulated identity provider: whom its page offers, and what it does where nobody clicks. */
export class IdentityProvider {
  /** Every login completes at once as this person, factor included. */
  autoApproved: string | undefined;
  readonly #queued: SignInAnswer[] = [];

  /** Answers the next login that starts. */
  queue(answer: SignInAnswer): void {
    this.#queued.push(answer);
  }

  nextAnswer(): SignInAnswer | undefined {
    return this.#queued.shift();
  }
}

/** Accounts at the identity provider that the gateway does not know, or that belong to a foreign domain. */
export const OUTSIDERS: readonly string[] = ['stranger@example.com', 'unauthorized@wrongdomain.com'];

export function isHosted(email: string): boolean {
  return email.toLowerCase().endsWith(`@${HOSTED_DOMAIN}`);
}
