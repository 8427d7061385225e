import type { GuideStage } from './guide-stage.ts';
import type { StepWord } from './guide-walker.ts';

/** One thing that is wrong in the world, and what a guide says of it. */
export interface HazardStory {
  /** Step id. */
  readonly step: string;
  /** What the rules call it (a check id, a kind of damage, a state of the move, a rule of the review), else in words. */
  readonly hazard: string;
  /** Which of its forms, where it has several. */
  readonly form?: string;
  readonly spoil: (stage: GuideStage) => unknown;
  /** A value of the guide that is part of it: label, its place in the form, text. */
  readonly value?: readonly [label: string, at: number, text: string];
  /** As the checklist calls the step then. */
  readonly word: StepWord;
  readonly words: RegExp;
  /** The way out: behind `Next:`, or a command. */
  readonly next?: RegExp;
  /** The step itself may be done (a repair), or nothing hangs on it: the guide is not closed. */
  readonly isOpen?: true;
}

/** Hazards of one guide on one rack in one world, told with one visit of the guide. */
export interface HazardVisit {
  readonly guide: string;
  readonly rack: 'staging' | 'acme/eu' | 'prod';
  /** `local-to-console`: which way of the guide, where it has several. */
  readonly way?: string;
  /** What is true apart from the hazard. */
  readonly prepare?: (stage: GuideStage) => unknown;
  /** Done first, so that there is a copy from before. */
  readonly copies?: true;
  /** A value that holds for all of them. */
  readonly value?: readonly [label: string, at: number, text: string];
  readonly stories: readonly HazardStory[];
}

export const nameOf = ({ step, hazard, form }: HazardStory): string =>
  `${step}: ${hazard}${form === undefined ? '' : ` (${form})`}`;
