import type { DashboardExit } from '../dashboard-services.ts';

/** The parts of `process` that can end the dashboard from outside; a test hands in its own. */
export type ProcessEvents = Pick<NodeJS.Process, 'on' | 'off'>;

export interface ExitGuard {
  /** Takes all handlers away again. */
  release(): void;
}

/** Asked to stop by somebody else: leave as `q` does, so that every exit path restores the terminal the same way. */
const SIGNALS = ['SIGTERM', 'SIGHUP', 'SIGINT', 'SIGQUIT'] as const;

/**
 * However the program ends, the terminal is given back: signals leave in order, an exception nobody caught closes the
 * dashboard before it is reported, and the last resort runs when the process exits.
 */
export function guardExit(
  events: ProcessEvents,
  leave: (exit: DashboardExit) => void,
  restore: () => void,
  complain: (error: unknown) => void,
): ExitGuard {
  const onSignal = (): void => leave({ reason: 'quit' });
  const onException = (error: unknown): void => leave({ reason: 'crash', error });
  // A promise that nobody waited for breaks one thing, not the screen: it is said and the work goes on.
  const onRejection = (error: unknown): void => complain(error);
  const onExit = (): void => restore();
  for (const signal of SIGNALS) events.on(signal, onSignal);
  events.on('uncaughtException', onException);
  events.on('unhandledRejection', onRejection);
  events.on('exit', onExit);
  return {
    release() {
      for (const signal of SIGNALS) events.off(signal, onSignal);
      events.off('uncaughtException', onException);
      events.off('unhandledRejection', onRejection);
      events.off('exit', onExit);
    },
  };
}
