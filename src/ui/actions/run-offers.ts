import type { Preview } from '../../actions/preview.ts';
import type { Proposal, RunState } from '../../actions/run-state.ts';
import type { ActionRequest } from '../../domain/subject.ts';
import type { RunView } from './action-services.ts';

export function proposalOf(state: RunState | undefined): Proposal | undefined {
  return state && 'proposal' in state ? state.proposal : undefined;
}

/** Of a proposal, or of what was refused when there was something to show already. */
export function previewOf(state: RunState): Preview | undefined {
  return state.step === 'refused' ? state.preview : proposalOf(state)?.preview;
}

export function echoOf(state: RunState): string | undefined {
  return proposalOf(state)?.echo;
}

export function undoOf(state: RunState): ActionRequest | undefined {
  if (state.step === 'watching') return state.undo;
  return state.step === 'ended' ? state.ended.undo : undefined;
}

/** What one usually does after it; only where it is proven. */
export function nextOf(state: RunState): ActionRequest | undefined {
  return state.step === 'ended' ? state.ended.next : undefined;
}

/** Nothing has left yet, and there is something to choose. */
export function hasFields({ action }: RunView, { step }: RunState): boolean {
  return (action?.fields ?? []).length > 0 && (step === 'confirm' || step === 'refused');
}

/** Something has left, or may at any moment: giving up would not take it back. */
export function hasBegun({ step }: RunState): boolean {
  return step !== 'planning' && step !== 'confirm' && step !== 'checking';
}

/** Nothing took effect: the wish may be planned once more. */
export function canRepeat(state: RunState): boolean {
  if (state.step === 'ended') return state.ended.outcome === 'rejected' || state.ended.outcome === 'no-effect';
  return state.step === 'refused' || state.step === 'cancelled';
}

/** Hints of keys that mean something now. */
export function offers(run: RunView, state: RunState, id: string): boolean {
  switch (id) {
    case 'action.fields':
      return hasFields(run, state);
    case 'action.undo':
      return undoOf(state) !== undefined;
    case 'action.next':
      return nextOf(state) !== undefined;
    case 'action.again':
      return canRepeat(state);
    case 'action.stop-watching':
      return state.step === 'verifying' || state.step === 'watching';
    case 'action.copy':
      return echoOf(state) !== undefined;
    case 'app.refresh':
      return false;
    default:
      return true;
  }
}
