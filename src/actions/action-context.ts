import type { ActionRequest } from '../domain/subject.ts';
import type { RackSession } from '../live/rack-session.ts';
import type { ActionContext } from './define-action.ts';
import type { RunClock } from './run-clock.ts';

export interface ContextParts {
  readonly session: RackSession;
  readonly request: Pick<ActionRequest, 'subjects' | 'input'>;
  readonly clock: RunClock;
  readonly now: () => number;
  readonly signal: AbortSignal;
}

/** What an action may use to plan, preview and verify; every read is younger than this call. */
export function actionContext({ session, request, clock, now, signal }: ContextParts): ActionContext {
  const { target } = session;
  return {
    rack: { name: target.name, kind: target.kind, demo: target.demo },
    reads: session.reads({ freshMs: 0, alone: true, signal }),
    gateway: session.gateway,
    access: session.access.get(),
    system: session.system.get(),
    history: session.history,
    subjects: request.subjects,
    input: request.input,
    recentLog: (app, query) => clock.recentLog(session, app, query),
    now,
    pause: (ms) => clock.pause(ms),
    signal,
  };
}
