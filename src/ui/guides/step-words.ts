import { isOver } from '../../actions/run-state.ts';
import { isGreen, type StepState } from '../../domain/guide-step.ts';
import type { GuideState, StepView } from '../../guides/guide-run.ts';
import { type Standing, standingOf } from '../actions/outcome-words.ts';

const STATES: Readonly<Record<StepState, Standing>> = {
  ok: { glyph: '+', word: 'ok', tone: 'good' },
  'not-needed': { glyph: '+', word: 'not needed', tone: 'muted' },
  todo: { glyph: '!', word: 'to do', tone: 'warning' },
  pending: { glyph: '~', word: 'under way', tone: 'notice' },
  blocked: { glyph: 'x', word: 'blocked', tone: 'critical' },
  waiting: { glyph: '-', word: 'not reached', tone: 'muted' },
  unknown: { glyph: '?', word: 'unknown', tone: 'warning' },
};

const CHECKING: Standing = { glyph: '~', word: 'checking', tone: 'notice' };
const NOT_REACHED: Standing = { glyph: '-', word: 'not reached', tone: 'muted' };

/** The words above, so that what stands beside them is in one column. */
export const STANDING_WIDTH = 13;

/** Where a step stands: sign, word and colour. What is being done to it comes first, then what was seen last. */
export function stepStanding({ step, result, done }: StepView, state: GuideState): Standing {
  const { change, checking } = state;
  const running = change?.state.get();
  if (change?.step.id === step.id && running && !isOver(running)) return standingOf(running);
  if (result === undefined) return checking === step.id ? CHECKING : NOT_REACHED;
  if (done?.what === 'apply' && done.outcome === 'unclear' && !isGreen(result.state)) {
    return { glyph: '!', word: 'unclear', tone: 'warning' };
  }
  if (result.state === 'ok' && done?.what === 'apply' && done.outcome === 'verified') {
    return { glyph: '+', word: 'applied', tone: 'good' };
  }
  if (result.state === 'todo' && result.byHand) return { glyph: '!', word: 'by hand', tone: 'warning' };
  return STATES[result.state];
}

/** `3 of 7 done`. */
export function progressWords({ steps }: GuideState): string {
  const green = steps.filter(({ result }) => result && isGreen(result.state)).length;
  return `${green} of ${steps.length} done`;
}
