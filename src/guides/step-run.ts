import type { DoneStep } from '../domain/guide-progress.ts';
import type { Verdict } from '../domain/verdict.ts';
import type { Timers } from '../live/timers.ts';
import type { GuideContext, GuideRack } from './define-guide.ts';
import type { GuideDoor } from './guide-door.ts';
import type { GuideRecorder } from './guide-recorder.ts';

export type What = 'apply' | 'undo';

/** What every change of every guide needs of its surroundings. */
export interface StepRunDependencies {
  readonly rack: GuideRack;
  readonly door: GuideDoor;
  /** Read-only, guardrails with `guide.<id>` as the action's id, permissions; asked when planned and right before it starts. */
  readonly verdict: (question: GuideQuestion) => Verdict;
  /** What of it only the server decides, in a whole sentence, to be read before it is confirmed. */
  readonly undecided?: (question: GuideQuestion) => string | undefined;
  /** By its name. */
  readonly isProtected: (rack: string) => boolean;
  readonly recorder: GuideRecorder;
  /** SHA-256, hex. */
  readonly digest: (text: string) => string;
  readonly now: () => number;
  readonly timers: Timers;
}

export interface GuideQuestion {
  readonly actionId: string;
  readonly tier: 2 | 3;
  readonly permissions: readonly string[];
  /** By its name, where another rack than the guide's is changed. */
  readonly rack?: string | undefined;
}

/** What the run tells of itself to whoever keeps the progress. */
export interface StepRunHooks {
  /** A context with fresh reads. */
  readonly context: (signal: AbortSignal) => GuideContext;
  /** Looks at this step and all before it once more; the reason why it must not be done now, undefined: it may. */
  readonly obstacle: (signal: AbortSignal) => Promise<string | undefined>;
  /** Before anything is sent; rejects where it could not be kept. */
  readonly underWay: (kept: Readonly<Record<string, string>>) => Promise<void>;
  readonly done: (done: DoneStep) => Promise<void>;
}
