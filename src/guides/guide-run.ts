import { asFailure, Failure } from '../domain/failure.ts';
import type { DoneStep, GuideProgress, GuideProgressStore, KeptStep } from '../domain/guide-progress.ts';
import { isGreen, type StepResult } from '../domain/guide-step.ts';
import { type Observable, ObservableValue } from '../domain/observable-value.ts';
import { checkSteps, firstOpen, look } from './check-steps.ts';
import type { Guide, GuideContext, GuideStep } from './define-guide.ts';
import { rememberedReads } from './remembered-reads.ts';
import { resumed } from './resume.ts';
import { StepRun } from './runner.ts';
import type { StepRunDependencies, What } from './step-run.ts';

export interface GuideRunDependencies extends StepRunDependencies {
  readonly progress: GuideProgressStore;
}

/** A step as a screen shows it. */
export interface StepView {
  readonly step: GuideStep;
  /** Undefined: not looked at yet. */
  readonly result: StepResult | undefined;
  /** Epoch ms. */
  readonly checkedAt: number | undefined;
  /** What was done here last, in this run or an earlier one. */
  readonly done: DoneStep | undefined;
  /** May it be applied or taken back now? Undefined: no such change. A text: why not. */
  readonly apply: Offer | undefined;
  readonly undo: Offer | undefined;
}

export type Offer = { readonly offered: true } | { readonly offered: false; readonly reason: string };

export interface GuideState {
  readonly steps: readonly StepView[];
  /** Id of the step that is looked at right now. */
  readonly checking: string | undefined;
  /** Resumed, damaged notes, a change that was cut off: to be read before anything else. */
  readonly notices: readonly string[];
  /** The change that is being previewed, confirmed or made. */
  readonly change: StepRun | undefined;
}

/**
 * One guide on one target: looks at every step, offers what may be done, keeps progress after each step. A plain state machine;
 * screens and the command line only show its state.
 */
export class GuideRun {
  readonly guide: Guide;
  readonly #deps: GuideRunDependencies;
  readonly #input: Readonly<Record<string, string>>;
  readonly #abort = new AbortController();
  readonly #state: ObservableValue<GuideState>;
  readonly #results = new Map<string, { readonly result: StepResult; readonly at: number }>();
  #progress: GuideProgress;
  #checking: string | undefined;
  #notices: readonly string[] = [];
  #change: StepRun | undefined;
  #pass: Promise<void> | undefined;
  #following: Promise<void> | undefined;

  constructor(guide: Guide, input: Readonly<Record<string, string>>, deps: GuideRunDependencies) {
    this.guide = guide;
    this.#deps = deps;
    this.#input = input;
    const now = deps.now();
    this.#progress = { guide: guide.id, target: deps.rack.id, startedAt: now, updatedAt: now, input: {}, steps: {} };
    this.#state = new ObservableValue<GuideState>(this.#view());
  }

  get state(): Observable<GuideState> {
    return this.#state;
  }

  /** Values as they hold: given now, else kept from an earlier run. */
  get input(): Readonly<Record<string, string>> {
    return { ...this.#progress.input, ...this.#input };
  }

  /** Takes up what an earlier run kept, then looks at every step. Rejects only where the notes cannot be read at all. */
  async start(): Promise<void> {
    const { progress, notices } = await resumed(this.guide, this.#deps.rack, this.#input, this.#deps.progress);
    if (progress) this.#progress = progress;
    this.#progress = { ...this.#progress, input: { ...this.#progress.input, ...this.#publicInput() } };
    this.#notices = notices;
    this.#show();
    await this.check();
  }

  /** Looks at every step again; after a pass that is still looking, for that one may have gone past what has changed since. */
  check(): Promise<void> {
    if (this.#following) return this.#following;
    if (this.#pass) {
      this.#following = this.#pass.then(() => {
        this.#following = undefined;
        return this.check();
      });
      return this.#following;
    }
    const pass = this.#checkAll().finally(() => {
      if (this.#pass === pass) this.#pass = undefined;
    });
    this.#pass = pass;
    return pass;
  }

  /** Begins a change; its own state says how it goes. One at a time: throws a `conflict` Failure while another is open. */
  begin(step: string, what: What): StepRun {
    const found = this.guide.steps.find(({ id }) => id === step);
    if (!found) throw new Failure({ kind: 'usage', what: `This guide has no step '${step}'` });
    const open = this.#change?.state.get().step;
    if (open !== undefined && !['ended', 'cancelled', 'refused'].includes(open)) {
      throw new Failure({ kind: 'conflict', what: 'Another step is being done', next: 'Finish or leave it first.' });
    }
    const run = new StepRun({ guide: this.guide, step: found, what }, this.#deps, {
      context: (signal) => this.#context(signal),
      obstacle: (signal) => this.#obstacle(found, what, signal),
      underWay: (kept) => this.#save({ underWay: { step, what, at: this.#deps.now(), kept } }),
      done: (done) => this.#finished(found, done),
    });
    this.#change = run;
    run.state.subscribe(() => this.#show());
    this.#show();
    void run.finished().then((state) => (state.step === 'ended' ? this.check() : undefined));
    return run;
  }

  /** Stops looking. A change that is under way is left to itself. */
  dispose(): void {
    this.#abort.abort();
  }

  async #checkAll(): Promise<void> {
    await checkSteps(this.guide, this.#context(this.#abort.signal), {
      onStep: (step, result) => {
        this.#checking = result === undefined ? step.id : undefined;
        if (result) this.#results.set(step.id, { result, at: this.#deps.now() });
        this.#show();
      },
    });
    // Whoever asks for a look while the notes are written wants a new one: this one has seen what it will see.
    this.#pass = undefined;
    if (!this.#abort.signal.aborted) await this.#keepChecks();
  }

  /** Notes that could not be written do not stop anybody from looking. */
  async #keepChecks(): Promise<void> {
    const steps: Record<string, KeptStep> = { ...this.#progress.steps };
    for (const [id, { result, at }] of this.#results) {
      const { state, words, evidence } = result;
      const done = steps[id]?.done;
      steps[id] = { state, words, evidence, checkedAt: at, ...(done ? { done } : {}) };
    }
    await this.#save({ steps }).catch((error: unknown) => {
      this.#notices = [...this.#notices, `The progress could not be kept: ${asFailure(error).message}.`];
      this.#show();
    });
  }

  async #finished(step: GuideStep, done: DoneStep): Promise<void> {
    const known = this.#progress.steps[step.id];
    const seen = known ?? { state: 'unknown', words: '', evidence: [], checkedAt: done.at };
    const { underWay: _over, ...rest } = this.#progress;
    this.#progress = rest;
    await this.#save({ steps: { ...this.#progress.steps, [step.id]: { ...seen, done: after(known?.done, done) } } });
  }

  async #save(changes: Partial<GuideProgress>): Promise<void> {
    this.#progress = { ...this.#progress, ...changes, updatedAt: this.#deps.now() };
    await this.#deps.progress.save(this.#progress);
  }

  /** Why this must not be done now, from fresh looks. */
  async #obstacle(step: GuideStep, what: What, signal: AbortSignal): Promise<string | undefined> {
    const context = this.#context(signal);
    if (what === 'undo') {
      const done = this.#doneAt(step.id);
      return done === undefined ? `"${step.title}" was not done here: there is nothing to take back.` : undefined;
    }
    const results = await checkSteps(this.guide, context, { before: step.id });
    const open = firstOpen(this.guide.steps, step.id, results);
    if (open) return `First "${open.title}": ${results.get(open.id)?.words ?? 'it could not be looked at.'}`;
    const own = await look(step, context);
    return own.state === 'todo' && !own.byHand ? undefined : own.words;
  }

  #context(signal: AbortSignal): GuideContext {
    const { rack, door, now } = this.#deps;
    return {
      rack,
      input: filled(this.input),
      reads: rememberedReads(door.reads),
      kept: (step) => this.#doneAt(step)?.kept,
      now,
      signal,
    };
  }

  /** What was applied and not taken back. */
  #doneAt(step: string): DoneStep | undefined {
    const done = this.#progress.steps[step]?.done;
    return done && holds(done) ? done : undefined;
  }

  #publicInput(): Readonly<Record<string, string>> {
    const secret = new Set(this.guide.fields.filter((field) => field.secret).map((field) => field.id));
    return Object.fromEntries(Object.entries(this.#input).filter(([id]) => !secret.has(id)));
  }

  #show(): void {
    this.#state.set(this.#view());
  }

  #view(): GuideState {
    const steps = this.guide.steps.map((step): StepView => {
      const seen = this.#results.get(step.id);
      return {
        step,
        result: seen?.result,
        checkedAt: seen?.at,
        done: this.#progress.steps[step.id]?.done,
        apply: step.apply && this.#offerApply(step),
        undo: step.undo && this.#offerUndo(step),
      };
    });
    return { steps, checking: this.#checking, notices: this.#notices, change: this.#change };
  }

  #offerApply(step: GuideStep): Offer {
    const own = this.#results.get(step.id)?.result;
    if (own && isGreen(own.state)) return { offered: false, reason: 'already as it should be' };
    const results = new Map([...this.#results].map(([id, { result }]) => [id, result]));
    const open = firstOpen(this.guide.steps, step.id, results);
    if (open) return { offered: false, reason: `first "${open.title}"` };
    if (own?.byHand) return { offered: false, reason: own.next ?? 'it is done by hand' };
    return own?.state === 'todo' ? { offered: true } : { offered: false, reason: own?.words ?? 'not looked at yet' };
  }

  #offerUndo(step: GuideStep): Offer {
    if (this.#doneAt(step.id) === undefined) return { offered: false, reason: 'nothing was done here' };
    return { offered: true };
  }
}

/** Is there something that can be taken back? A way back that failed leaves it so. */
function holds({ what, outcome }: DoneStep): boolean {
  if (what === 'undo') return outcome !== 'verified';
  return outcome !== 'rejected' && outcome !== 'no-effect';
}

/** What was kept for the way back outlives changes that did not happen. */
function after(before: DoneStep | undefined, done: DoneStep): DoneStep {
  if (done.what === 'undo') return { ...done, kept: { ...before?.kept, ...done.kept } };
  return before && holds(before) && !holds(done) ? before : done;
}

function filled(input: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(input)
      .map(([id, value]) => [id, value.trim()] as const)
      .filter(([, value]) => value !== ''),
  );
}
