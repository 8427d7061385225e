import { tierOf } from '../actions/confirmation.ts';
import { ACTIONS } from '../actions/index.ts';
import type { ActionServices } from '../ui/actions/action-services.ts';
import { type Actions, type OpenActions, openActions } from './open-actions.ts';

export type OpenDashboardActions = Omit<OpenActions, 'scripted' | 'closed'>;

type Offered = Pick<ActionServices, 'registry' | 'verdict'>;

export interface DashboardActions extends Offered, Pick<Actions, 'desk' | 'proxies' | 'stepUp' | 'recover' | 'close'> {}

/** What of them is loaded behind the first frame (late-actions.ts). */
export function openDashboardActions(options: OpenDashboardActions): DashboardActions {
  const actions = openActions({ ...options, scripted: false });
  const { desk, proxies, isProtected, stepUp } = actions;
  return {
    registry: ACTIONS,
    desk,
    proxies,
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
    recover: () => actions.recover(),
    close: () => actions.close(),
  };
}
