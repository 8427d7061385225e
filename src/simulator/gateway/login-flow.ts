import type { GatewayState } from './gateway-state.ts';
import { CLIENT_ID, HOSTED_DOMAIN, isHosted, type SignInAnswer } from './identity-provider.ts';
import { challengeOf, type LoginState } from './login-store.ts';
import { isEnforced } from './mfa-gate.ts';
import { isEnrolled, type User } from './user.ts';

/** Where the browser goes after the OAuth part (gateway.md 2.4). */
export type SignInOutcome = 'success' | 'challenge' | 'enrolment' | 'unauthorized' | 'exchange_failed';

export const ENROLMENT_TEXT = 'You must set up multi-factor authentication before you can continue using the CLI.';
export const UNAUTHORIZED_TEXT = 'User not authorized for this gateway.';

export function startLogin(state: GatewayState): { row: LoginState; authUrl: string } {
  const row = state.logins.start();
  const answer = state.identityProvider.nextAnswer();
  if (answer !== undefined) answerSignIn(state, row, answer);
  else if (state.identityProvider.autoApproved !== undefined)
    approveAtOnce(state, row, state.identityProvider.autoApproved);
  return { row, authUrl: authorizationUrl(state, row) };
}

export function answerSignIn(state: GatewayState, row: LoginState, answer: SignInAnswer): void {
  if (answer.kind === 'choose') finishSignIn(state, row, answer.email);
  else if (answer.kind === 'fail') row.error = answer.text;
  else row.cancelled = true;
}

/** The gateway's part after the code exchange: who is it, and what is missing still. */
export function finishSignIn(state: GatewayState, row: LoginState, email: string): SignInOutcome {
  if (!isHosted(email)) return 'exchange_failed';
  const user = state.users.find(email);
  if (user === undefined) {
    row.error = UNAUTHORIZED_TEXT;
    return 'unauthorized';
  }
  row.user = user;
  if (needsEnrolment(state, user)) return 'enrolment';
  if (isEnforced(user, state.atStart.requireMfa)) return row.mfaVerifiedAt === undefined ? 'challenge' : 'success';
  row.mfaVerifiedAt = state.now();
  return 'success';
}

export function needsEnrolment(state: GatewayState, user: User): boolean {
  return isEnforced(user, state.atStart.requireMfa) && !isEnrolled(user);
}

function approveAtOnce(state: GatewayState, row: LoginState, email: string): void {
  if (finishSignIn(state, row, email) === 'challenge') row.mfaVerifiedAt = state.now();
}

function authorizationUrl(state: GatewayState, row: LoginState): string {
  const url = new URL('/idp/authorize', state.url);
  url.search = new URLSearchParams({
    client_id: CLIENT_ID,
    redirect_uri: `${state.url}/api/v1/auth/cli/callback`,
    response_type: 'code',
    scope: 'openid profile email',
    state: row.state,
    access_type: 'offline',
    code_challenge: challengeOf(row.verifier),
    code_challenge_method: 'S256',
    prompt: 'select_account',
    hd: HOSTED_DOMAIN,
  }).toString();
  return url.toString();
}
