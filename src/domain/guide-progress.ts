import type { StepEvidence, StepState } from './guide-step.ts';

/**
 * What a guide has done so far on one target, as it is kept on this machine: enough to go on after a crash and to undo, never
 * a secret. Only a note: on resuming every check runs again and what it finds is what counts.
 */
export interface GuideProgress {
  readonly guide: string;
  /** Target.id: `direct:staging`. */
  readonly target: string;
  /** Epoch ms. */
  readonly startedAt: number;
  readonly updatedAt: number;
  /** Values of the guide's fields that are no secrets. */
  readonly input: Readonly<Record<string, string>>;
  /** By step id. */
  readonly steps: Readonly<Record<string, KeptStep>>;
  /** A change that was about to be sent: still here after a crash, so nobody knows whether it was. */
  readonly underWay?: UnderWay | undefined;
}

export interface KeptStep {
  readonly state: StepState;
  readonly words: string;
  readonly evidence: readonly StepEvidence[];
  readonly checkedAt: number;
  /** The last thing that was done here, and what is needed to take it back. */
  readonly done?: DoneStep | undefined;
}

export interface DoneStep {
  readonly what: 'apply' | 'undo';
  readonly at: number;
  readonly outcome: 'verified' | 'unproven' | 'failed' | 'rejected' | 'no-effect' | 'unclear';
  readonly words: string;
  /** Facts that `undo` needs: where the backup lies, what was added. */
  readonly kept: Readonly<Record<string, string>>;
}

export interface UnderWay {
  readonly step: string;
  readonly what: 'apply' | 'undo';
  readonly at: number;
  /** As in {@link DoneStep.kept}: written before anything is sent. */
  readonly kept: Readonly<Record<string, string>>;
}

/** Where progress is kept; one entry per guide and target. */
export interface GuideProgressStore {
  /** `damage` says what is wrong with a file that is there and cannot be understood; it is left alone. */
  load(guide: string, target: string): Promise<LoadedProgress>;
  /** Of this guide on every target; what cannot be understood is left out. */
  all(guide: string): Promise<readonly GuideProgress[]>;
  /** Rejects with a Failure where it could not be written. A damaged file is moved aside first, never overwritten. */
  save(progress: GuideProgress): Promise<void>;
}

export interface LoadedProgress {
  readonly progress: GuideProgress | undefined;
  readonly damage: string | undefined;
}
