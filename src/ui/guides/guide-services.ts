import type { Verdict } from '../../domain/verdict.ts';
import type { GuideEntry } from '../../guides/guide-catalogue.ts';
import type { GuideRun } from '../../guides/guide-run.ts';
import type { GuideQuestion } from '../../guides/step-run.ts';
import type { RackSession } from '../../live/rack-session.ts';

/** Everything that guided migrations need from the world; absent where nothing can be changed (a recording). */
export interface GuideServices {
  readonly catalogue: readonly GuideEntry[];
  /** Loads the guide and puts it on a rack; nothing is asked before `run.start()`. Rejects with a Failure. */
  open(guide: string, session: RackSession, input: Readonly<Record<string, string>>): Promise<OpenedGuide>;
  /** How far it is there, from the notes of this machine; asks nobody. Rejects with a Failure. */
  standing(guide: string, session: RackSession): Promise<GuideStanding>;
}

export interface OpenedGuide {
  readonly run: GuideRun;
  /** Read-only, guardrails, permissions; asked for every hint that is painted. */
  verdict(question: GuideQuestion): Verdict;
  close(): Promise<void>;
}

export type GuideStanding =
  | { readonly kind: 'not-started' }
  | {
      readonly kind: 'begun';
      readonly green: number;
      readonly total: number;
      /** Epoch ms of the last note. */
      readonly at: number;
      /** Title of the step whose change was cut off. */
      readonly cutOff: string | undefined;
    }
  | { readonly kind: 'damaged'; readonly words: string };
