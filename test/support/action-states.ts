import type { ActionRun } from '../../src/actions/pipeline.ts';
import type { Preview } from '../../src/actions/preview.ts';
import type { Ended, RunState } from '../../src/actions/run-state.ts';

/** What a person would be shown; throws where there is nothing to confirm. */
export function previewOf(state: RunState): Preview {
  if (state.step === 'confirm') return state.proposal.preview;
  throw new Error(`no preview: ${JSON.stringify(state)}`);
}

export function echoOf(state: RunState): string {
  if (state.step === 'confirm') return state.proposal.echo;
  throw new Error(`no proposal: ${JSON.stringify(state)}`);
}

/** Why it was not even offered. */
export function refusalOf(state: RunState): string {
  if (state.step === 'refused') return state.reason;
  throw new Error(`not refused: ${JSON.stringify(state)}`);
}

export function endOf(state: RunState): Ended & { readonly notes: readonly string[] } {
  if (state.step === 'ended') return { ...state.ended, notes: state.notes };
  throw new Error(`not ended: ${JSON.stringify(state)}`);
}

/** Every state that a run goes through from now on, as text. */
export function everythingTold(run: ActionRun): () => string {
  const told: string[] = [JSON.stringify(run.state.get())];
  run.state.subscribe(() => told.push(JSON.stringify(run.state.get())));
  return () => told.join('\n');
}
