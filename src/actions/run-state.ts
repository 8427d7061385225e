import type { Failure } from '../domain/failure.ts';
import type { ActionRequest } from '../domain/subject.ts';
import type { VerdictCause } from '../domain/verdict.ts';
import type { Confirmation } from './confirmation.ts';
import type { Tier } from './define-action.ts';
import type { Observation } from './observation.ts';
import type { Preview } from './preview.ts';

/** What was shown to the person who confirms. */
export interface Proposal {
  readonly preview: Preview;
  /** Hex digest of the preview (actions/preview.ts), for `--expect-preview` and the journal. */
  readonly hash: string;
  readonly tier: Tier;
  readonly isProtected: boolean;
  readonly confirmation: Confirmation;
  readonly echo: string;
  /** Another look before the run found something else than the person had confirmed: they are asked again. */
  readonly moved: boolean;
}

/**
 * How it ended.
 * - `verified`: done and proven. `unproven`: done, but the proof did not come in time. `failed`: done, and it went wrong.
 * - `rejected`: the server refused it; nothing changed. `unclear`: whether it happened could not be found out.
 * - `no-effect`: the request got lost, a look at the rack says that nothing changed.
 */
export type Outcome = 'verified' | 'unproven' | 'failed' | 'rejected' | 'no-effect' | 'unclear';

export interface Ended {
  readonly outcome: Outcome;
  /** Past tense, one sentence: `Release RNEW promoted.` */
  readonly words: string;
  readonly failure: Failure | undefined;
  readonly undo: ActionRequest | undefined;
  /** What one usually does next; only where it is proven. */
  readonly next?: ActionRequest | undefined;
}

/** Where a run stands; screens draw it, `rackdeck do` prints it. */
export type RunState =
  | { readonly step: 'planning' }
  | {
      readonly step: 'refused';
      readonly reason: string;
      readonly because: VerdictCause | 'plan' | 'failure';
      readonly failure: Failure | undefined;
      /** Where there was something to show before it was refused. */
      readonly preview: Preview | undefined;
    }
  | { readonly step: 'confirm'; readonly proposal: Proposal; readonly problem: string | undefined }
  /** Confirmed; the plan is compared with the rack once more. */
  | { readonly step: 'checking'; readonly proposal: Proposal }
  /** Waits for a one-time code; the prompt itself is the session's (access/step-up.ts), shared by all runs. */
  | {
      readonly step: 'step-up';
      readonly proposal: Proposal;
      /** Asked in the middle of the run: earlier requests of it may have left. */
      readonly sending: boolean;
    }
  | { readonly step: 'running'; readonly proposal: Proposal; readonly notes: readonly string[]; readonly since: number }
  | {
      readonly step: 'verifying';
      readonly proposal: Proposal;
      readonly notes: readonly string[];
      readonly observation: Observation | undefined;
      readonly since: number;
      readonly deadline: number;
    }
  /** Proven; still watched for trouble until `until` (epoch ms). */
  | {
      readonly step: 'watching';
      readonly proposal: Proposal;
      readonly notes: readonly string[];
      readonly observation: Observation | undefined;
      readonly words: string;
      readonly until: number;
      readonly undo: ActionRequest | undefined;
    }
  | {
      readonly step: 'ended';
      readonly proposal: Proposal;
      readonly notes: readonly string[];
      readonly observation: Observation | undefined;
      readonly ended: Ended;
    }
  | { readonly step: 'cancelled'; readonly words: string };

/** Nothing more will happen. */
export function isOver(state: RunState): boolean {
  return state.step === 'ended' || state.step === 'cancelled' || state.step === 'refused';
}

/** Something left for the rack and is not proven yet: leaving the program now should ask first. */
export function isUnproven(state: RunState): boolean {
  if (state.step === 'step-up') return state.sending;
  return state.step === 'running' || state.step === 'verifying';
}
