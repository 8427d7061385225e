import { checkReadOnly } from '../access/guardrails.ts';
import { tierOf } from '../actions/confirmation.ts';
import { ACTIONS } from '../actions/index.ts';
import type { Observable } from '../domain/observable-value.ts';
import type { ActionServices } from '../ui/actions/action-services.ts';
import type { Actions } from './open-actions.ts';

/** Guarded actions as the dashboard takes them. */
export function dashboardActions(actions: Actions, recovered: Observable<readonly string[]>): ActionServices {
  const { desk, proxies, readOnly, rules, isProtected, stepUp } = actions;
  return {
    registry: ACTIONS,
    recovered,
    desk,
    proxies,
    readOnly,
    isProtected,
    stepUp,
    verdict: (action, session, subjects) => {
      const rack = session.target.name;
      const planned = action.command?.({ subjects, input: {} });
      return actions.verdict({
        action,
        session,
        request: { actionId: action.id, rack, subjects, input: {} },
        tier: tierOf(action, isProtected(rack)),
        // The pipeline asks again when it is typed, and before it runs.
        command: planned && { ...planned, commandPending: true },
      });
    },
    readOnlyBySettings: (rack) => {
      const verdict = checkReadOnly(rules, { rack, readOnly: undefined });
      return verdict.allowed ? undefined : verdict.reason;
    },
  };
}
