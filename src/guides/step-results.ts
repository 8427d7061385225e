import type { StepEvidence, StepResult, StepState } from '../domain/guide-step.ts';
import { safeText } from '../domain/safe-text.ts';

export interface ResultExtras {
  readonly next?: string | undefined;
  readonly command?: string | undefined;
  readonly byHand?: boolean | undefined;
}

function make(state: StepState) {
  return (
    words: string,
    evidence: readonly StepEvidence[] = [],
    { next, command, byHand }: ResultExtras = {},
  ): StepResult => ({
    state,
    words,
    evidence,
    ...(next === undefined ? {} : { next }),
    ...(command === undefined ? {} : { command }),
    ...(byHand === undefined ? {} : { byHand }),
  });
}

export const ok = make('ok');
export const notNeeded = make('not-needed');
export const todo = make('todo');
export const pending = make('pending');
export const blocked = make('blocked');
export const unknown = make('unknown');

export function seen(label: string, text: string | number | boolean): StepEvidence {
  return { label, text: safeText(String(text)) };
}
