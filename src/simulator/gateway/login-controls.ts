import type { GatewayState } from './gateway-state.ts';
import type { SignInAnswer } from './identity-provider.ts';
import { answerSignIn } from './login-flow.ts';

/** Plays the person in the browser. Without a login in progress an answer waits for the next one. */
export class LoginControls {
  readonly #state: GatewayState;

  constructor(state: GatewayState) {
    this.#state = state;
  }

  /** Signs in at the identity provider; where a factor is demanded it is still missing then. */
  chooseUser(email: string): void {
    this.#answer({ kind: 'choose', email });
  }

  /** Leaves the page: the poller gets 202 for ever. */
  cancel(): void {
    this.#answer({ kind: 'cancel' });
  }

  /** Stores a login error: the poller gets it as a 400. */
  failWith(text: string): void {
    this.#answer({ kind: 'fail', text });
  }

  /** From now on every login completes by itself as this person, factor included; undefined ends that. */
  autoApprove(email: string | undefined): void {
    this.#state.identityProvider.autoApproved = email;
  }

  #answer(answer: SignInAnswer): void {
    const open = this.#state.logins.latestOpen();
    if (open === undefined) this.#state.identityProvider.queue(answer);
    else answerSignIn(this.#state, open, answer);
  }
}
