import { asFailure } from '../domain/failure.ts';
import { isGreen, type StepResult } from '../domain/guide-step.ts';
import type { Guide, GuideContext, GuideStep } from './define-guide.ts';

export type StepResults = ReadonlyMap<string, StepResult>;

export interface CheckOptions {
  /** Told before and after each look. */
  readonly onStep?: (step: GuideStep, result: StepResult | undefined) => void;
  /** Only the steps before this one. */
  readonly before?: string;
}

/** Looks at one step after the other, read-only. What cannot be read is `unknown`, what builds on it is `waiting`. */
export async function checkSteps(
  { steps }: Guide,
  context: GuideContext,
  { onStep, before }: CheckOptions = {},
): Promise<StepResults> {
  const results = new Map<string, StepResult>();
  for (const step of steps) {
    if (step.id === before || context.signal.aborted) break;
    onStep?.(step, undefined);
    const result = waitingFor(step, steps, results) ?? (await look(step, context));
    if (context.signal.aborted) break;
    results.set(step.id, result);
    onStep?.(step, result);
  }
  return results;
}

function waitingFor(step: GuideStep, steps: readonly GuideStep[], results: StepResults): StepResult | undefined {
  const missing = (step.needs ?? []).find((id) => !isGreen(results.get(id)?.state ?? 'waiting'));
  if (missing === undefined) return undefined;
  const title = steps.find(({ id }) => id === missing)?.title ?? missing;
  return { state: 'waiting', words: `Looked at once "${title}" is done.`, evidence: [] };
}

export async function look(step: GuideStep, context: GuideContext): Promise<StepResult> {
  try {
    return await step.check(context);
  } catch (error) {
    const { message, next, where } = asFailure(error, 'This could not be looked at');
    const evidence = where === undefined ? [] : [{ label: 'asked', text: where }];
    return { state: 'unknown', words: `${message.replace(/\.$/, '')}.`, evidence, next };
  }
}

/** The first step before this one that is not green. */
export function firstOpen(steps: readonly GuideStep[], before: string, results: StepResults): GuideStep | undefined {
  for (const step of steps) {
    if (step.id === before) return undefined;
    if (!isGreen(results.get(step.id)?.state ?? 'waiting')) return step;
  }
  return undefined;
}
