import type { RunRecord } from '../actions/run-recorder.ts';
import type { Proposal } from '../actions/run-state.ts';
import type { GuideRack } from './define-guide.ts';

/** An applied step as the journal keeps it. */
export interface GuideIntent {
  readonly rack: GuideRack;
  /** `guide.console-role`. */
  readonly actionId: string;
  /** Step id. */
  readonly step: string;
  readonly proposal: Proposal;
  readonly reason: string;
}

/** As RunRecorder for actions: resolves when the intent is safely kept; rejects where it is not, and then nothing may leave. */
export interface GuideRecorder {
  begin(intent: GuideIntent): Promise<RunRecord>;
}
