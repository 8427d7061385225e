import type { ActionDesk } from '../actions/action-desk.ts';
import type { AnyAction } from '../actions/define-action.ts';
import type { ActionRun } from '../actions/pipeline.ts';
import { isOver, type Proposal, type RunState } from '../actions/run-state.ts';
import type { ActionRequest } from '../domain/subject.ts';
import { exitCodeOf } from './exit-code.ts';
import type { DoRequest } from './invocation.ts';
import type { Output } from './output.ts';
import { previewAsText } from './preview-text.ts';
import { renderFailure } from './render-failure.ts';

export interface DoRun {
  readonly request: DoRequest;
  readonly action: AnyAction;
  readonly asked: ActionRequest;
  readonly desk: ActionDesk;
  readonly output: Output;
  readonly signal: AbortSignal;
  /** Local ports that the action left open; resolves when none is, or when the person ends it. */
  readonly untilClosed: () => Promise<void>;
}

/** Confirming is not for scripts: what cannot be taken back wants a person who reads. */
const PERSON_ONLY = 3;

/**
 * One action without the dashboard: the same pipeline, confirmed by the digest of a preview that somebody has read
 * (`--dry-run` prints it). Resolves with 0 when it is proven, 1 when it is not or was refused, 2 when the flags do not
 * allow it.
 */
export async function runDo(run: DoRun): Promise<number> {
  const { desk, asked, output, request, signal } = run;
  const started = desk.start(asked);
  const stop = (): void => started.cancel();
  signal.addEventListener('abort', stop, { once: true });
  const said = new Set<string>();
  let confirmed: Proposal | undefined;
  try {
    for (let state = started.state.get(); ; state = await nextState(started, state)) {
      if (state.step === 'confirm') {
        const code = answer(run, started, state, confirmed);
        if (code !== undefined) return code;
        confirmed = state.proposal;
      }
      if (!request.json && 'notes' in state) {
        for (const note of state.notes) if (!said.has(note)) output.err(`${note}\n`);
        for (const note of state.notes) said.add(note);
      }
      if (isOver(state)) {
        const code = conclude(run, state);
        await run.untilClosed();
        return code;
      }
    }
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** Confirms, or says why not and returns the exit code. */
function answer(
  run: DoRun,
  started: ActionRun,
  { proposal, problem }: Extract<RunState, { step: 'confirm' }>,
  confirmed: Proposal | undefined,
): number | undefined {
  const { request, output } = run;
  const refuse = (words: string, code: number): number => {
    started.cancel();
    if (request.json) output.out(json(run, { proposal, outcome: 'refused', words }));
    output.err(`${words}\n`);
    return code;
  };
  if (request.dryRun) {
    started.cancel();
    output.out(request.json ? json(run, { proposal, outcome: 'previewed', words: '' }) : dryRun(proposal));
    return 0;
  }
  if (proposal.tier === PERSON_ONLY) {
    return refuse(`${run.action.title} cannot be taken back: it is only done in the dashboard, by a person.`, 2);
  }
  if (!request.yes || request.expectPreview === undefined) {
    if (!request.json) output.err(dryRun(proposal));
    return refuse('Nothing was changed. To run it, add --yes --expect-preview with the digest of the preview.', 2);
  }
  if (proposal.hash !== request.expectPreview.toLowerCase()) {
    if (!request.json) output.err(dryRun(proposal));
    return refuse('The preview is not the one that was expected; nothing was changed. Read it again.', 1);
  }
  if (confirmed) return refuse(`${problem ?? 'It could not be confirmed.'} Nothing was changed.`, 1);
  const { confirmation } = proposal;
  if (confirmation.kind === 'type' && confirmation.reason && (request.reason ?? '').trim() === '') {
    return refuse('A reason is needed: --reason "..."', 2);
  }
  const typed = confirmation.kind === 'type' ? confirmation.text : confirmation.kind === 'key' ? confirmation.key : '';
  started.confirm({ typed, ...(request.reason === undefined ? {} : { reason: request.reason }) });
  return undefined;
}

function dryRun({ preview, hash, echo }: Proposal): string {
  return `${previewAsText(preview)}\nLike: ${echo}\nPreview: ${hash}\n`;
}

function conclude(run: DoRun, state: RunState): number {
  const { output, request } = run;
  if (state.step === 'ended') {
    const { ended, proposal } = state;
    if (request.json) output.out(json(run, { proposal, outcome: ended.outcome, words: ended.words }));
    else output.out(`${ended.words}\n`);
    if (!request.json && ended.failure) output.err(renderFailure(ended.failure));
    return ended.outcome === 'verified' ? 0 : 1;
  }
  const words = state.step === 'refused' ? state.reason : state.step === 'cancelled' ? state.words : '';
  if (request.json) output.out(json(run, { proposal: undefined, outcome: state.step, words }));
  else output.err(state.step === 'refused' && state.failure ? renderFailure(state.failure) : `${words}\n`);
  return state.step === 'refused' && state.failure ? exitCodeOf(state.failure) : 1;
}

interface Report {
  readonly proposal: Proposal | undefined;
  readonly outcome: string;
  readonly words: string;
}

/** `rackdeck/do@1`. Holds what the preview holds: nothing secret. */
function json({ action, asked }: DoRun, { proposal, outcome, words }: Report): string {
  const report = {
    schema: 'rackdeck/do@1',
    action: action.id,
    rack: asked.rack,
    subjects: asked.subjects.map(({ id, app, service }) => ({ id, app: app ?? null, service: service ?? null })),
    tier: proposal?.tier ?? null,
    hash: proposal?.hash ?? null,
    preview: proposal?.preview ?? null,
    echo: proposal?.echo ?? null,
    outcome,
    words,
  };
  return `${JSON.stringify(report, null, 2)}\n`;
}

/** The state after `seen`; at once where it has come already. */
function nextState(run: ActionRun, seen: RunState): Promise<RunState> {
  if (run.state.get() !== seen) return Promise.resolve(run.state.get());
  return new Promise((resolve) => {
    const stop = run.state.subscribe(() => {
      stop();
      resolve(run.state.get());
    });
  });
}
