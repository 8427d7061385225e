import type { MfaLevel } from '../access/mfa-level.ts';
import type { StepUp } from '../access/step-up.ts';
import { Failure } from '../domain/failure.ts';
import type { Verdict } from '../domain/verdict.ts';
import { ChangeBudget } from './change-budget.ts';
import type { PlannedChange } from './define-action.ts';

export interface RunBudgetParts {
  /** Of the gateway in front of the rack; undefined elsewhere. */
  readonly stepUp: StepUp | undefined;
  readonly mfaLevel: (route: string) => MfaLevel;
  readonly signal: AbortSignal;
  /** A code is asked for; or that is over. */
  readonly asking: (asks: boolean) => void;
  /** May it still be done? Asked after every wait for a code. */
  readonly verdict: () => Verdict;
}

/** What one confirmation of an action grants, with the second factors that its requests need on the way. */
export function runBudget(changes: readonly PlannedChange[], parts: RunBudgetParts): ChangeBudget {
  const { stepUp, mfaLevel, signal, verdict } = parts;
  const asking = async <T>(ask: () => Promise<T>): Promise<T> => {
    parts.asking(true);
    const answer = await ask();
    parts.asking(false);
    return answer;
  };
  const stillAllowed = (): void => {
    const now = verdict();
    if (!now.allowed) throw noLonger(now.reason);
  };
  const budget: ChangeBudget = new ChangeBudget(changes, {
    proofFor: async (route) => {
      if (!stepUp || mfaLevel(route) !== 'always') return undefined;
      const proof = await asking(() => stepUp.ensure('always', signal));
      stillAllowed();
      return proof;
    },
    onChallenge: async (route, failure) => {
      if (!stepUp) return false;
      if (failure.kind === 'mfa-rejected') stepUp.rejected(failure);
      else stepUp.challenged(failure);
      // Of a route that wants a code each time, `proofFor` asks when the request is admitted again. What a proxy calls
      // "always" is satisfied by the window (gateway.md 4.1).
      if (mfaLevel(route) === 'always') return true;
      await asking(() => stepUp.ensure('step-up', signal));
      // What was begun may be brought to its end: a one-off process must not stay behind.
      if (budget.sent === 0) stillAllowed();
      return true;
    },
  });
  return budget;
}

function noLonger(why: string): Failure {
  return new Failure({
    kind: 'forbidden',
    what: 'It is no longer allowed, and was not sent',
    why,
    next: 'Start it again when it is.',
    nothingSent: true,
  });
}
