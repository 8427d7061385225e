import { Failure } from '../domain/failure.ts';
import type { Change, MfaProof, MutationGuard } from '../protocol/mutation-guard.ts';
import type { PlannedChange } from './define-action.ts';

export interface BudgetDependencies {
  /** What goes along with this request: an inline code where the route wants one each time (gateway.md 4.4). */
  readonly proofFor: (route: string) => Promise<MfaProof | undefined>;
  /** The server wants a second factor first: true once it is there. Rejects when the person gives up. */
  readonly onChallenge: (route: string, failure: Failure) => Promise<boolean>;
}

/**
 * What one confirmation grants: these routes, that many times, and nothing after the run has ended. A request that was
 * refused for want of a second factor did nothing; it may be sent once more.
 */
export class ChangeBudget implements MutationGuard {
  readonly #left = new Map<string, number>();
  readonly #deps: BudgetDependencies;
  #closed = false;
  #challenges = 0;
  #sent = 0;

  constructor(changes: readonly PlannedChange[], deps: BudgetDependencies) {
    for (const { route, times } of changes) this.#left.set(route, (this.#left.get(route) ?? 0) + times);
    this.#deps = deps;
  }

  /** Requests that the peer may have acted on, or has: those that were refused or never left are not among them. */
  get sent(): number {
    return this.#sent;
  }

  async admit({ route }: Change): Promise<MfaProof | undefined> {
    this.#spend(route);
    try {
      const proof = await this.#deps.proofFor(route);
      if (this.#closed) throw unconfirmed(route);
      this.#sent += 1;
      return proof;
    } catch (error) {
      this.#refund(route);
      throw error;
    }
  }

  async challenged({ route }: Change, failure: Failure): Promise<boolean> {
    const wanted = failure.kind === 'mfa-required' || failure.kind === 'mfa-rejected';
    // Whatever is decided: a request that was asked for a factor did nothing.
    if (wanted) this.#sent -= 1;
    if (this.#closed || !wanted || this.#challenges >= MAX_CHALLENGES) return false;
    this.#challenges += 1;
    this.#refund(route);
    return this.#deps.onChallenge(route, failure);
  }

  /** What was granted for it stays spent: nothing is tried twice. */
  refused(): void {
    this.#sent -= 1;
  }

  /** Nothing leaves any more. */
  close(): void {
    this.#closed = true;
  }

  #spend(route: string): void {
    const left = this.#left.get(route) ?? 0;
    if (this.#closed || left <= 0) throw unconfirmed(route);
    this.#left.set(route, left - 1);
  }

  #refund(route: string): void {
    this.#left.set(route, (this.#left.get(route) ?? 0) + 1);
  }
}

/** A window that closes again and again right after it was opened must not become a loop. */
const MAX_CHALLENGES = 3;

function unconfirmed(route: string): Failure {
  return new Failure({
    kind: 'usage',
    what: 'A change was stopped before it left',
    why: `${route} is not part of what was confirmed`,
    next: 'Nothing was sent. Start the action again; if this repeats, please report it.',
    where: route,
  });
}
