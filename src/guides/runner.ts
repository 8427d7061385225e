import { ChangeBudget } from '../actions/change-budget.ts';
import { asksTheSame, type ConfirmationAnswer, confirmationFor, confirmationProblem } from '../actions/confirmation.ts';
import { type Preview, previewText } from '../actions/preview.ts';
import { RunClock } from '../actions/run-clock.ts';
import type { RunRecord } from '../actions/run-recorder.ts';
import { isOver, type Proposal, type RunState } from '../actions/run-state.ts';
import { mayComeLate, type Verified, watchEffect } from '../actions/verification.ts';
import { asFailure, type Failure } from '../domain/failure.ts';
import { type Observable, ObservableValue } from '../domain/observable-value.ts';
import { outcomeUnclear } from '../domain/outcome-unclear.ts';
import {
  type ApplyContext,
  type Guide,
  type GuideContext,
  type GuideStep,
  SOON,
  type StepChange,
  type StepPlan,
  tierOfChange,
} from './define-guide.ts';
import type { GuideQuestion, StepRunDependencies, StepRunHooks, What } from './step-run.ts';

interface Planned {
  readonly plan: StepPlan;
  readonly question: GuideQuestion;
  readonly proposal: Proposal;
}

/**
 * One change of one step: preview, confirm, record, once, verify. The same states, tiers and rules as a guarded action
 * (actions/pipeline.ts); it fails closed, sends what was confirmed once, and never repeats anything by itself.
 */
export class StepRun {
  readonly guide: Guide;
  readonly step: GuideStep;
  readonly what: What;
  readonly #deps: StepRunDependencies;
  readonly #hooks: StepRunHooks;
  readonly #state = new ObservableValue<RunState>({ step: 'planning' });
  readonly #abort = new AbortController();
  #kept: Readonly<Record<string, string>> = {};
  #sending = false;

  constructor(
    asked: { readonly guide: Guide; readonly step: GuideStep; readonly what: What },
    deps: StepRunDependencies,
    hooks: StepRunHooks,
  ) {
    this.guide = asked.guide;
    this.step = asked.step;
    this.what = asked.what;
    this.#deps = deps;
    this.#hooks = hooks;
    void this.#guarded(() => this.#plan());
  }

  get state(): Observable<RunState> {
    return this.#state;
  }

  /** Ignored in every state but `confirm`: a key pressed twice confirms once. */
  confirm(answer: ConfirmationAnswer): void {
    const state = this.#state.get();
    if (state.step !== 'confirm') return;
    const problem = confirmationProblem(state.proposal.confirmation, answer);
    if (problem !== undefined) {
      this.#state.set({ ...state, problem });
      return;
    }
    this.#state.set({ step: 'checking', proposal: state.proposal });
    void this.#guarded(() => this.#start(state.proposal, answer.reason?.trim() ?? ''));
  }

  /** Before anything left: gives up. While it is verified: stops looking. While requests are on their way: nothing. */
  cancel(): void {
    const state = this.#state.get();
    if (isOver(state) || this.#sending) return;
    this.#abort.abort();
    if (state.step !== 'verifying') this.#state.set({ step: 'cancelled', words: 'Nothing was changed.' });
  }

  /** Resolves when nothing more will happen. */
  async finished(): Promise<RunState> {
    for (;;) {
      const state = this.#state.get();
      if (isOver(state)) return state;
      await new Promise<void>((resolve) => {
        const stop = this.#state.subscribe(() => {
          stop();
          resolve();
        });
      });
    }
  }

  async #guarded(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (isOver(this.#state.get())) return;
      const failure = asFailure(error, 'The step could not be planned');
      this.#refuse(failure.message, 'failure', failure);
    }
  }

  #refuse(
    reason: string,
    because: Extract<RunState, { step: 'refused' }>['because'],
    failure?: Failure,
    preview?: Preview,
  ): void {
    this.#state.set({ step: 'refused', reason, because, failure, preview });
  }

  async #plan(): Promise<void> {
    const planned = await this.#propose();
    if (planned === undefined || isOver(this.#state.get())) return;
    this.#state.set({ step: 'confirm', proposal: planned.proposal, problem: undefined });
  }

  async #propose(): Promise<Planned | undefined> {
    const change: StepChange | undefined = this.step[this.what];
    if (change === undefined) {
      this.#refuse(`"${this.step.title}" has nothing to ${this.what}.`, 'plan');
      return undefined;
    }
    if (!this.#may(this.#question(change))) return undefined;
    const obstacle = await this.#hooks.obstacle(this.#abort.signal);
    if (obstacle !== undefined) {
      this.#refuse(obstacle, 'plan');
      return undefined;
    }
    const plan = await change.plan(this.#hooks.context(this.#abort.signal));
    const question = this.#question(change, plan);
    if (!this.#may(question)) return undefined;
    const preview = this.#withWarnings(plan.preview, this.#deps.undecided?.(question));
    if (preview.blocked !== undefined) {
      this.#refuse(preview.blocked, 'plan', undefined, preview);
      return undefined;
    }
    return { plan, question, proposal: this.#proposal(plan, preview, question.tier) };
  }

  #question({ permissions }: StepChange, plan?: StepPlan): GuideQuestion {
    const tier = tierOfChange(this.step, this.what);
    return { actionId: `guide.${this.guide.id}`, tier, permissions, rack: plan?.rack };
  }

  /** Where it may not, that is the state. */
  #may(question: GuideQuestion): boolean {
    const verdict = this.#deps.verdict(question);
    if (!verdict.allowed) this.#refuse(verdict.reason, verdict.because);
    return verdict.allowed;
  }

  #withWarnings(preview: Preview, undecided: string | undefined): Preview {
    const { danger, undo } = this.step;
    const unknown = undecided === undefined ? [] : [undecided];
    if (this.what === 'undo') return { ...preview, warnings: [...preview.warnings, ...unknown] };
    const warnings = [...(danger === undefined ? [] : [danger]), ...preview.warnings, ...unknown];
    return { ...preview, warnings: undo === undefined ? [...warnings, NO_UNDO] : warnings };
  }

  #proposal({ echo, rack }: StepPlan, preview: Preview, tier: 2 | 3): Proposal {
    const { name } = this.#deps.rack;
    const isProtected = [name, rack ?? name].some((each) => this.#deps.isProtected(each));
    return {
      preview,
      hash: this.#deps.digest(previewText(`guide.${this.guide.id}.${this.step.id}.${this.what}`, name, preview)),
      tier,
      isProtected,
      confirmation: confirmationFor(tier, { rack: name, subjects: [], isProtected }),
      echo,
      moved: false,
    };
  }

  async #start(confirmed: Proposal, reason: string): Promise<void> {
    const planned = await this.#propose();
    if (planned === undefined || isOver(this.#state.get())) return;
    const { proposal } = planned;
    if (proposal.hash !== confirmed.hash || !asksTheSame(proposal.confirmation, confirmed.confirmation)) {
      const problem = 'Something has changed since this preview was made. Look again.';
      this.#state.set({ step: 'confirm', proposal: { ...proposal, moved: true }, problem });
      return;
    }
    const { rack, recorder } = this.#deps;
    const intent = { rack, actionId: `guide.${this.guide.id}`, step: this.step.id, proposal, reason };
    const record = await recorder.begin(intent);
    if (isOver(this.#state.get())) {
      await record.result('rejected', 'Given up before anything left.', undefined);
      return;
    }
    const verdict = this.#deps.verdict(planned.question);
    if (!verdict.allowed) {
      await record.result('rejected', `${verdict.reason}: nothing left.`, undefined);
      this.#refuse(verdict.reason, verdict.because);
      return;
    }
    await this.#run(planned, keptOn(record));
  }

  async #run({ plan, proposal }: Planned, record: RunRecord): Promise<void> {
    const notes: string[] = [];
    const since = this.#deps.now();
    const show = (): void => this.#state.set({ step: 'running', proposal, notes: [...notes], since });
    const budget = new ChangeBudget(plan.changes, {
      // None of the peers that a guide changes wants a second factor with the request.
      proofFor: async () => undefined,
      onChallenge: async () => false,
    });
    let failure: Failure | undefined;
    this.#sending = true;
    show();
    try {
      this.#kept = plan.keep;
      await this.#hooks.underWay(this.#kept);
      const context = this.#applyContext(budget, (text) => {
        notes.push(text);
        show();
      });
      await plan.run(context);
    } catch (error) {
      failure = asFailure(error, `${this.step.title} went wrong`);
    } finally {
      budget.close();
      this.#sending = false;
    }
    await this.#conclude({ proposal, notes, failure, sent: budget.sent, since }, record);
  }

  #applyContext(budget: ChangeBudget, note: (text: string) => void): ApplyContext {
    return {
      ...this.#running(),
      writes: this.#deps.door.writes(budget),
      note,
      keep: async (facts) => {
        this.#kept = { ...this.#kept, ...facts };
        await this.#hooks.underWay(this.#kept);
      },
    };
  }

  /** What this run keeps is known to it before it is done. */
  #running(): GuideContext {
    const context = this.#hooks.context(this.#abort.signal);
    const own = (step: string) => (step === this.step.id && this.what === 'apply' ? this.#kept : context.kept(step));
    return { ...context, kept: own };
  }

  async #conclude(run: Ran, record: RunRecord): Promise<void> {
    const { failure, sent } = run;
    if (failure && !(sent > 0 && outcomeUnclear(failure))) {
      // What was refused is not counted: the earlier ones did happen.
      const outcome = sent > 0 ? 'failed' : 'rejected';
      const words = sent > 0 ? `${failure.message}. Earlier parts of it did happen.` : failure.message;
      await record.result(outcome, words, failure);
      return this.#end(run, { outcome, words, observation: undefined });
    }
    await record.result(failure ? 'unclear' : 'ok', failure?.message ?? 'Sent', failure);
    const verified = await this.#verify(run);
    await record.verification(verified.outcome, verified.words);
    await this.#end(run, verified);
  }

  #verify({ proposal, notes, since, failure }: Ran): Promise<Verified> {
    const { now, timers } = this.#deps;
    const { signal } = this.#abort;
    const clock = new RunClock({ now, timers }, signal);
    return watchEffect(
      {
        wait: this.step.wait ?? SOON,
        look: () => lookAfter(this.step, this.#running(), this.what),
        now,
        pause: (ms) => clock.pause(ms),
        signal,
      },
      {
        unclear: failure !== undefined,
        mayComeLate: failure !== undefined && mayComeLate(failure),
        onLook: (observation, deadline) =>
          this.#state.set({ step: 'verifying', proposal, notes, observation, since, deadline }),
      },
    );
  }

  async #end({ proposal, notes, failure }: Ran, { outcome, words, observation }: Verified): Promise<void> {
    const done = { what: this.what, at: this.#deps.now(), outcome, words, kept: this.#kept };
    const problem = await this.#hooks.done(done).then(
      () => undefined,
      (error: unknown) => asFailure(error),
    );
    const said = problem === undefined ? words : `${words} But the progress could not be kept: ${problem.message}.`;
    const ended = { outcome, words: said, failure: failure ?? problem, undo: undefined };
    this.#state.set({ step: 'ended', proposal, notes, observation, ended });
  }
}

interface Ran {
  readonly proposal: Proposal;
  readonly notes: readonly string[];
  readonly failure: Failure | undefined;
  readonly sent: number;
  readonly since: number;
}

const NO_UNDO = 'There is no way back from this step.';

async function lookAfter(step: GuideStep, context: GuideContext, what: What) {
  if (step.verify === undefined) return { state: 'unknown', words: 'This step cannot be verified.' } as const;
  return step.verify(context, what);
}

/** The intent is on disk; a journal that fails now must not end the looks. The next start finds the run open. */
function keptOn(record: RunRecord): RunRecord {
  return {
    result: (...said) => record.result(...said).catch(() => undefined),
    verification: (...said) => record.verification(...said).catch(() => undefined),
  };
}
