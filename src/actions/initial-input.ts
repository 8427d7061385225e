import type { ActionRequest } from '../domain/subject.ts';
import { actionContext } from './action-context.ts';
import type { PipelineDependencies } from './pipeline.ts';
import { RunClock } from './run-clock.ts';

/**
 * What the fields of an action start with: what is true now, read fresh. Empty where it starts with nothing. Values may be
 * secret. Rejects with a Failure.
 */
export async function initialInput(
  request: ActionRequest,
  { action: find, session: open, now, timers }: Pick<PipelineDependencies, 'action' | 'session' | 'now' | 'timers'>,
  signal: AbortSignal,
): Promise<Readonly<Record<string, string>>> {
  const action = find(request.actionId);
  const session = open(request.rack);
  if (!action?.initial || !session) return {};
  const clock = new RunClock({ now, timers }, signal);
  await clock.known(session);
  return action.initial(actionContext({ session, request, clock, signal, now }));
}
