import { asFailure } from '../domain/failure.ts';
import type { LoginFlow, LoginState } from './target.ts';

/** What a login does, told to whoever shows it. `signal` fires when it is to end. */
export type LoginWork = (progress: LoginProgress, signal: AbortSignal) => Promise<LoginState>;

export interface LoginProgress {
  report(state: LoginState): void;
}

export interface LoginFlowOptions {
  readonly submitCode?: (code: string, signal: AbortSignal) => Promise<void>;
}

/** Runs a login as a {@link LoginFlow}: states in order, one end, cancellable at any moment. */
export function startLoginFlow(work: LoginWork, options: LoginFlowOptions = {}): LoginFlow {
  const abort = new AbortController();
  const listeners = new Set<() => void>();
  let state: LoginState = { step: 'starting' };
  const report = (next: LoginState) => {
    if (isEnd(state)) return;
    state = next;
    for (const listener of [...listeners]) listener();
  };
  const ended = Promise.withResolvers<LoginState>();
  // Cancelling does not wait for what is still in flight; the work tidies up behind the scenes.
  run(work, { report }, abort.signal).then((end) => {
    report(end);
    ended.resolve(state);
  });
  return {
    state: () => state,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    submitCode: async (code) => {
      if (state.step === 'browser') await options.submitCode?.(code, abort.signal);
    },
    cancel: () => {
      report({ step: 'cancelled' });
      ended.resolve(state);
      abort.abort();
    },
    finished: ended.promise,
  };
}

async function run(work: LoginWork, progress: LoginProgress, signal: AbortSignal): Promise<LoginState> {
  try {
    return await work(progress, signal);
  } catch (error) {
    const failure = asFailure(error, 'The login failed');
    return signal.aborted ? { step: 'cancelled' } : { step: 'failed', failure };
  }
}

function isEnd(state: LoginState): boolean {
  return state.step === 'done' || state.step === 'failed' || state.step === 'cancelled';
}
