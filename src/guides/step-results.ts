import type { StepEvidence, StepResult, StepState } from '../domain/guide-step.ts';

export interface ResultExtras {
  readonly next?: string | undefined;
  readonly command?: string | undefined;
}

function make(state: StepState) {
  return (words: string, evidence: readonly StepEvidence[] = [], { next, command }: ResultExtras = {}): StepResult => ({
    state,
    words,
    evidence,
    ...(next === undefined ? {} : { next }),
    ...(command === undefined ? {} : { command }),
  });
}

export const ok = make('ok');
export const notNeeded = make('not-needed');
export const todo = make('todo');
export const pending = make('pending');
export const blocked = make('blocked');
export const unknown = make('unknown');

export function seen(label: string, text: string | number | boolean): StepEvidence {
  return { label, text: String(text) };
}
