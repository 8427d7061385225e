import type { Failure } from '../domain/failure.ts';
import type { ActionRequest } from '../domain/subject.ts';
import type { RackSession } from '../live/rack-session.ts';
import type { AnyAction, OpaqueFacts } from './define-action.ts';
import type { Outcome, Proposal } from './run-state.ts';

export interface RunIntent {
  readonly request: ActionRequest;
  readonly action: AnyAction;
  readonly session: RackSession;
  readonly facts: OpaqueFacts;
  readonly proposal: Proposal;
  /** What the person gave as the reason; empty where none was asked. */
  readonly reason: string;
}

/** Keeps what was done: in the journal for the program, in memory for tests of the pipeline. */
export interface RunRecorder {
  /** Resolves when the intent is safely kept. Rejects where that is not possible: nothing may leave then. */
  begin(intent: RunIntent): Promise<RunRecord>;
}

export interface RunRecord {
  /** What became of the requests. */
  result(outcome: 'ok' | 'rejected' | 'failed' | 'unclear', words: string, failure: Failure | undefined): Promise<void>;
  /** What the looks afterwards found; may be said twice, when the time of watching ends. */
  verification(outcome: Outcome, words: string): Promise<void>;
}
