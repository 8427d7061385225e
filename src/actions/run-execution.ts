import type { StepUp } from '../access/step-up.ts';
import { asFailure, type Failure } from '../domain/failure.ts';
import { outcomeUnclear } from '../domain/outcome-unclear.ts';
import type { RackSession } from '../live/rack-session.ts';
import type { ActionContext, AnyAction, OpaqueFacts, OpaqueResult } from './define-action.ts';
import type { RunRecord } from './run-recorder.ts';
import type { Ended, Proposal, RunState } from './run-state.ts';
import { mayComeLate, verify, watchAfter } from './verification.ts';

/** What was decided before a run starts. */
export interface Planned {
  readonly action: AnyAction;
  readonly session: RackSession;
  readonly facts: OpaqueFacts;
  readonly proposal: Proposal;
}

/** What became of the requests. */
export interface RunOutcome {
  readonly notes: readonly string[];
  readonly result: OpaqueResult | undefined;
  readonly failure: Failure | undefined;
  /** Requests that the server may have acted on. */
  readonly sent: number;
}

export interface AfterRun {
  readonly planned: Planned;
  readonly run: RunOutcome;
  readonly record: RunRecord;
  /** Fresh reads for every look. */
  readonly context: () => ActionContext;
  readonly show: (state: RunState) => void;
}

/** From the last request to the end: what happened, is it proven, does it stay well. Every state it finds is recorded. */
export async function concludeRun(after: AfterRun): Promise<void> {
  const { planned, run, show } = after;
  const kept = { ...after, record: keptOn(after.record) };
  try {
    if (run.failure && !(run.sent > 0 && outcomeUnclear(run.failure))) await concludeRefused(kept, run.failure);
    else await concludeSent(kept);
  } catch (error) {
    // Whatever goes wrong here, what was sent stays sent: it must not look like a refusal.
    const failure = asFailure(error, 'The outcome could not be followed');
    const words = `${failure.message}. What was sent may have taken effect: look at the rack.`;
    show(endedState(planned, run, undefined, { outcome: 'unclear', words, failure, undo: undefined }));
  }
}

/** The intent is on disk; a journal that fails now must not end the looks at the rack. The next start finds the run open. */
function keptOn(record: RunRecord): RunRecord {
  return {
    result: (...said) => record.result(...said).catch(() => undefined),
    verification: (...said) => record.verification(...said).catch(() => undefined),
  };
}

/**
 * The server said no, nothing left at all, or what came back could not be kept here: nothing to look for, but what was sent
 * before that did happen.
 */
async function concludeRefused({ planned, run, record, show }: AfterRun, failure: Failure): Promise<void> {
  const partly = run.sent > 0;
  const outcome = partly ? 'failed' : 'rejected';
  const words = partly ? `${failure.message}. What was sent before that did happen.` : failure.message;
  await record.result(outcome, words, failure);
  planned.session.changed();
  show(endedState(planned, run, undefined, { outcome, words, failure, undo: undefined }));
}

async function concludeSent(after: AfterRun): Promise<void> {
  const { planned, run, record, context, show } = after;
  const { action, facts, proposal, session } = planned;
  const { notes } = run;
  await record.result(run.failure ? 'unclear' : 'ok', run.failure?.message ?? 'Sent', run.failure);
  const since = context().now();
  const verified = await verify(action, facts, run.result, context, {
    unclear: run.failure !== undefined,
    mayComeLate: run.failure !== undefined && mayComeLate(run.failure),
    onLook: (observation, deadline) => show({ step: 'verifying', proposal, notes, observation, since, deadline }),
  });
  await record.verification(verified.outcome, verified.words);
  // Afterwards: the journal is a view, too.
  session.changed();
  const undo = action.undo?.(facts, run.result, context());
  const next = verified.outcome === 'verified' ? action.next?.(facts, run.result, context()) : undefined;
  const ended: Ended = { outcome: verified.outcome, words: verified.words, failure: run.failure, undo, next };
  const last = verified.outcome === 'verified' && action.after ? await watched(after, ended) : ended;
  show(endedState(planned, run, verified.observation, last));
}

async function watched({ planned, run, record, context, show }: AfterRun, ended: Ended): Promise<Ended> {
  const { action, facts, proposal } = planned;
  const until = context().now() + (action.after?.forMs ?? 0);
  const { notes } = run;
  const { undo } = ended;
  const showWatch = (words: string): void =>
    show({ step: 'watching', proposal, notes, observation: undefined, words, until, undo });
  showWatch(ended.words);
  const { trouble, words } = await watchAfter(action, facts, run.result, context, {
    until,
    onLook: (found) => showWatch(`${ended.words} ${found}`),
  });
  const last: Ended =
    trouble === undefined
      ? { ...ended, words: `${ended.words} ${words}`.trim() }
      : { ...ended, outcome: 'failed', words: `${ended.words} But: ${trouble}` };
  await record.verification(last.outcome, last.words);
  planned.session.changed();
  return last;
}

function endedState(
  { proposal }: Planned,
  { notes }: RunOutcome,
  observation: Extract<RunState, { step: 'ended' }>['observation'],
  ended: Ended,
): RunState {
  return { step: 'ended', proposal, notes, observation, ended };
}

export interface StepUpAsk {
  readonly stepUp: StepUp | undefined;
  readonly signal: AbortSignal;
}

/** Opens the step-up window; the failure that says why not, or undefined when it is open. */
export async function openWindow({ stepUp, signal }: StepUpAsk): Promise<Failure | undefined> {
  try {
    await stepUp?.ensure('step-up', signal);
    return undefined;
  } catch (error) {
    return asFailure(error);
  }
}
