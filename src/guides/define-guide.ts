import type { PlannedChange, Wait } from '../actions/define-action.ts';
import type { Observation } from '../actions/observation.ts';
import type { Preview } from '../actions/preview.ts';
import type { GuideProgress } from '../domain/guide-progress.ts';
import type { StepResult } from '../domain/guide-step.ts';
import type { TargetKind } from '../targets/target.ts';
import type { GuideReads, GuideWrites } from './guide-door.ts';

export interface GuideRack {
  /** Target.id. */
  readonly id: string;
  readonly name: string;
  readonly kind: TargetKind;
  readonly demo: boolean;
}

/** What checks, plans and verifications may use: reads only, and within one pass each of them is asked once. */
export interface GuideContext {
  readonly rack: GuideRack;
  /** Values of the guide's fields: given, else their defaults; blank ones are absent. May be secret where the field is. */
  readonly input: Readonly<Record<string, string>>;
  readonly reads: GuideReads;
  /** What was kept when a step was applied last, here or before a crash; undefined: never applied, or undone. */
  readonly kept: (step: string) => Readonly<Record<string, string>> | undefined;
  readonly now: () => number;
  readonly signal: AbortSignal;
}

/** What `run` has besides: the changes that the person confirmed, counted one by one. */
export interface ApplyContext extends GuideContext {
  readonly writes: GuideWrites;
  /** Adds to what is kept for `undo`; resolves when it is on the disk. Before the request that it is needed for. */
  keep(facts: Readonly<Record<string, string>>): Promise<void>;
  /** One line of progress for the panel. Never secret. */
  note(text: string): void;
}

/** A value that a person gives a guide: `--set region=eu-west-1`. */
export interface GuideField {
  readonly id: string;
  readonly label: string;
  /** One sentence; where the value comes from when it is left out. */
  readonly about: string;
  /** Never kept, never shown. */
  readonly secret?: boolean;
  readonly choices?: readonly string[];
}

/** What would be done, decided from fresh reads. The same facts give the same preview. */
export interface StepPlan {
  readonly preview: Preview;
  /** By its name, where another rack than the guide's is changed: what the settings say of that one holds, too. */
  readonly rack?: string;
  /** The budget that one confirmation grants. */
  readonly changes: readonly PlannedChange[];
  /** The same with the command line tools, for the footer; no secrets. */
  readonly echo: string;
  /** Kept before anything is sent, for `undo` and for whoever picks the pieces up after a crash. Never secret. */
  readonly keep: Readonly<Record<string, string>>;
  readonly run: (context: ApplyContext) => Promise<void>;
}

export interface StepChange {
  /** `Add ConsoleRole to aws-auth`. */
  readonly title: string;
  /** As for actions (screens.md 4). A step without undo counts as 3 whatever stands here. */
  readonly tier: 2 | 3;
  /** On the rack, in the gateway's words; empty where not the rack but AWS or this machine decides. */
  readonly permissions: readonly string[];
  readonly plan: (context: GuideContext) => Promise<StepPlan>;
}

export interface GuideStep {
  readonly id: string;
  readonly title: string;
  /** What breaks without it. */
  readonly why: string;
  /** What can go wrong by doing it; undefined: nothing, it only looks. */
  readonly danger?: string;
  /** Steps that must be green before this one can be looked at. */
  readonly needs?: readonly string[];
  readonly check: (context: GuideContext) => Promise<StepResult>;
  readonly apply?: StepChange;
  /** With `apply`: one look, did it happen? Of an undo, `what` is `undo`. */
  readonly verify?: (context: GuideContext, what: 'apply' | 'undo') => Promise<Observation>;
  readonly wait?: Wait;
  /** Done by somebody else, outside of this program: as the first open step it is looked at this often (ms) while on screen. */
  readonly watchMs?: number;
  readonly undo?: StepChange;
}

/** A guided migration as data (architecture.md 5); guides/runner.ts walks all of them. */
export interface Guide {
  readonly id: string;
  readonly title: string;
  /** One sentence without its full stop. */
  readonly about: string;
  readonly fields: readonly GuideField[];
  readonly steps: readonly GuideStep[];
  /** Do notes that were made on another target lead to this rack? Then with which values, and what it was called; else undefined. */
  readonly continues?: (notes: GuideProgress, rack: GuideRack) => Continued | undefined;
}

export interface Continued {
  readonly from: string;
  readonly input: Readonly<Record<string, string>>;
}

/** Of an AWS or Kubernetes change: it is there at once, or nearly. */
export const SOON: Wait = { firstMs: 0, everyMs: 2_000, deadlineMs: 60_000, steady: 1 };

export function defineGuide(guide: Guide): Guide {
  return guide;
}

/** Without a way back, or beyond: typed confirmation with a reason. */
export function tierOfChange(step: GuideStep, what: 'apply' | 'undo'): 2 | 3 {
  const change = step[what];
  if (what === 'apply' && step.undo === undefined) return 3;
  return change?.tier ?? 3;
}
