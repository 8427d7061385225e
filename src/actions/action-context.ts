import type { ActionRequest } from '../domain/subject.ts';
import type { RackSession } from '../live/rack-session.ts';
import type { ActionContext } from './define-action.ts';
import type { RunClock } from './run-clock.ts';

export interface ContextParts {
  readonly session: RackSession;
  readonly request: ActionRequest;
  readonly clock: RunClock;
  readonly signal: AbortSignal;
  readonly now: () => number;
}

/** What an action may read; every read is younger than this call. */
export function actionContext({ session, request, clock, signal, now }: ContextParts): ActionContext {
  const { target } = session;
  const { subjects, input } = request;
  return {
    rack: { name: target.name, kind: target.kind, demo: target.demo },
    reads: session.reads({ freshMs: 0, alone: true, signal }),
    gateway: session.gateway,
    access: session.access.get(),
    system: session.system.get(),
    history: session.history,
    subjects,
    input,
    recentLog: (app, query) => clock.recentLog(session, app, query),
    now,
    pause: (ms) => clock.pause(ms),
    signal,
  };
}
