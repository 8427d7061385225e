import type { StepUp } from '../access/step-up.ts';
import { asFailure, type Failure } from '../domain/failure.ts';
import type { Observable } from '../domain/observable-value.ts';
import { ObservableValue } from '../domain/observable-value.ts';
import type { ActionRequest } from '../domain/subject.ts';
import type { Verdict } from '../domain/verdict.ts';
import type { RackSession } from '../live/rack-session.ts';
import type { Timers } from '../live/timers.ts';
import { actionContext } from './action-context.ts';
import type { ChangeBudget } from './change-budget.ts';
import { asksTheSame, type ConfirmationAnswer, confirmationProblem, tierOf } from './confirmation.ts';
import type { ActionContext, AnyAction, OpaqueResult, PlannedCommand, RunContext, Tier } from './define-action.ts';
import type { Interaction } from './interaction.ts';
import type { Preview } from './preview.ts';
import { proposalOf, unknownName, wrongRequest } from './proposal.ts';
import { runBudget } from './run-budget.ts';
import { RunClock } from './run-clock.ts';
import { concludeRun, openWindow, type Planned } from './run-execution.ts';
import type { RunRecord, RunRecorder } from './run-recorder.ts';
import { isOver, type Proposal, type RunState } from './run-state.ts';
import { takeTurn, turnKey } from './run-turns.ts';

export interface PipelineDependencies {
  readonly action: (id: string) => AnyAction | undefined;
  readonly session: (rack: string) => RackSession | undefined;
  /** Read-only, role, route, guardrails, in this order; asked when a run is planned and again right before it starts. */
  readonly verdict: (question: VerdictQuestion) => Verdict;
  readonly isProtected: (rack: string) => boolean;
  /** Of the gateway in front of the rack; undefined elsewhere. */
  readonly stepUp: (rack: string) => StepUp | undefined;
  /** What each route demands of the session (gateway.md 4.2). */
  readonly mfaLevel: (routes: readonly string[]) => 'none' | 'step-up' | 'always';
  readonly recorder: RunRecorder;
  readonly interaction: Interaction;
  /** SHA-256, hex. */
  readonly digest: (text: string) => string;
  readonly now: () => number;
  readonly timers: Timers;
}

const RACK_MOVED = 'The rack has changed since this preview was made. Look again.';
const GUARDS_MOVED = 'The settings ask for another confirmation by now. Look again.';

export interface VerdictQuestion {
  readonly action: AnyAction;
  readonly session: RackSession;
  readonly request: ActionRequest;
  readonly tier: Tier;
  readonly command: PlannedCommand | undefined;
}

/**
 * One run of one action, from the wish to the proof: plan, permission, guardrails, preview, confirm, step-up, run, verify,
 * record (architecture.md 4). A plain state machine; screens and the command line only show its state and pass on what the
 * person answers. It fails closed, sends what was confirmed once, and never repeats a change by itself.
 */
export class ActionRun {
  readonly request: ActionRequest;
  readonly #deps: PipelineDependencies;
  readonly #state = new ObservableValue<RunState>({ step: 'planning' });
  readonly #abort = new AbortController();
  readonly #clock: RunClock;
  #rack: { readonly id: string; readonly origin: string | undefined } | undefined;
  #sending = false;

  constructor(request: ActionRequest, deps: PipelineDependencies) {
    this.request = request;
    this.#deps = deps;
    this.#clock = new RunClock(deps, this.#abort.signal);
    void this.#guarded(() => this.#plan());
  }

  get state(): Observable<RunState> {
    return this.#state;
  }

  get action(): AnyAction | undefined {
    return this.#deps.action(this.request.actionId);
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
    void this.#guarded(() => this.#start(state.proposal, answer.reason?.trim() ?? ''));
  }

  /**
   * Before anything left: gives up. While it is verified or watched: stops looking (the change itself stays). While requests
   * are on their way it does nothing: their outcome must be known.
   */
  cancel(): void {
    const state = this.#state.get();
    // A prompt for a code in the middle of a run is answered or cancelled at the prompt itself.
    if (isOver(state) || state.step === 'running' || this.#sending) return;
    this.#abort.abort();
    if (state.step === 'verifying' || state.step === 'watching') return;
    this.#state.set({ step: 'cancelled', words: 'Nothing was changed.' });
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
      const failure = asFailure(error, 'The action could not be planned');
      this.#refuse(failure.message, 'failure', failure);
    }
  }

  #refuse(
    reason: string,
    because: Extract<RunState, { step: 'refused' }>['because'],
    failure?: Failure,
    preview?: Preview,
  ): void {
    // What was given up stays that: a late answer has nothing to say any more.
    if (isOver(this.#state.get())) return;
    this.#state.set({ step: 'refused', reason, because, failure, preview });
  }

  // --- plan, permission, guardrails, preview

  async #plan(): Promise<void> {
    const planned = await this.#propose();
    if (planned === undefined || isOver(this.#state.get())) return;
    this.#state.set({ step: 'confirm', proposal: planned.proposal, problem: undefined });
  }

  async #propose(): Promise<Planned | undefined> {
    const { request } = this;
    const action = this.#deps.action(request.actionId);
    const session = this.#deps.session(request.rack);
    if (!action || !session) throw unknownName(request, action === undefined);
    if (!this.#isSameRack(session)) {
      this.#refuse(`${request.rack} is another rack now: the list of racks has changed. Start it again.`, 'plan');
      return undefined;
    }
    await this.#clock.known(session);
    const verdict = this.#verdict(action, session, action.command?.(this.request));
    if (!verdict.allowed) {
      this.#refuse(verdict.reason, verdict.because);
      return undefined;
    }
    const wrong = wrongRequest(action, request);
    if (wrong !== undefined) {
      this.#refuse(wrong, 'plan');
      return undefined;
    }
    const context = this.#context(session);
    const facts = await action.gather(context);
    const known = this.#verdict(action, session, action.command?.(this.request, facts));
    if (!known.allowed) {
      this.#refuse(known.reason, known.because);
      return undefined;
    }
    const preview = action.preview(facts, context);
    if (preview.blocked !== undefined) {
      this.#refuse(preview.blocked, 'plan', undefined, preview);
      return undefined;
    }
    const { digest, isProtected } = this.#deps;
    const about = { request, digest, isProtected: isProtected(request.rack), context };
    return { action, session, facts, proposal: proposalOf(action, facts, preview, about) };
  }

  /** A name may come to stand for another rack while somebody reads a preview; what was planned for one is for that alone. */
  #isSameRack({ target: { id, origin } }: RackSession): boolean {
    this.#rack ??= { id, origin };
    return this.#rack.id === id && this.#rack.origin === origin;
  }

  /** The list of racks may be read anew while something is proven: whoever stands for the same rack now is asked. */
  #current(session: RackSession): RackSession {
    const now = this.#deps.session(this.request.rack);
    return now && this.#isSameRack(now) ? now : session;
  }

  #verdict(action: AnyAction, session: RackSession, command: PlannedCommand | undefined): Verdict {
    const { request } = this;
    const tier = tierOf(action, this.#deps.isProtected(request.rack));
    return this.#deps.verdict({ action, session, request, tier, command });
  }

  #context(session: RackSession): ActionContext {
    const { request } = this;
    const { signal } = this.#abort;
    return actionContext({ session, request, clock: this.#clock, signal, now: this.#deps.now });
  }

  // --- confirmed: look again, step up, run

  async #start(confirmed: Proposal, reason: string): Promise<void> {
    const looked = await this.#asConfirmed(confirmed);
    const proven = looked && (await this.#steppedUp(looked));
    if (!looked || proven === undefined) return;
    const key = turnKey(looked.action, this.request.subjects);
    const turn = key === undefined ? undefined : await takeTurn(looked.session, key, this.#abort.signal);
    try {
      // Looking for a code, or waiting for somebody else's change, takes as long as it takes: the rack may have moved, and
      // so may the clock, the switch and the login.
      const waited = proven === 'asked' || turn?.waited === true;
      const planned = waited ? await this.#asConfirmed(confirmed) : looked;
      const record = planned && (await this.#begun(planned, reason));
      if (planned && record) await this.#run(planned, record, () => turn?.release());
    } finally {
      turn?.release();
    }
  }

  /** Another look; undefined where it is not what was confirmed any more, and then that is the state already. */
  async #asConfirmed(confirmed: Proposal): Promise<Planned | undefined> {
    if (isOver(this.#state.get())) return undefined;
    this.#state.set({ step: 'checking', proposal: confirmed });
    const planned = await this.#propose();
    if (planned === undefined || isOver(this.#state.get())) return undefined;
    const moved = planned.proposal.hash !== confirmed.hash;
    if (!moved && asksTheSame(planned.proposal.confirmation, confirmed.confirmation)) return planned;
    const problem = moved ? RACK_MOVED : GUARDS_MOVED;
    this.#state.set({ step: 'confirm', proposal: { ...planned.proposal, moved }, problem });
    return undefined;
  }

  /** The intent is on the disk, and nothing speaks against it now: from here on it runs. */
  async #begun(planned: Planned, reason: string): Promise<RunRecord | undefined> {
    const { action, session, facts } = planned;
    const record = await this.#deps.recorder.begin({ ...planned, request: this.request, reason });
    if (isOver(this.#state.get())) {
      await record.result('rejected', 'Given up before anything left.', undefined);
      return undefined;
    }
    const verdict = this.#verdict(action, session, action.command?.(this.request, facts));
    if (verdict.allowed) return record;
    await record.result('rejected', `${verdict.reason}: nothing left.`, undefined);
    this.#refuse(verdict.reason, verdict.because);
    return undefined;
  }

  /**
   * Opens the step-up window where one is needed; routes that want a code each time ask when they are sent. Undefined where no
   * code was given.
   */
  async #steppedUp({ action, proposal }: Planned): Promise<'open' | 'asked' | undefined> {
    const stepUp = this.#deps.stepUp(this.request.rack);
    if (!stepUp || this.#deps.mfaLevel(action.routes) !== 'step-up') return 'open';
    const proven = stepUp.isOpen() ? 'open' : 'asked';
    this.#state.set({ step: 'step-up', proposal, sending: false });
    const failure = await openWindow({ stepUp, signal: this.#abort.signal });
    if (isOver(this.#state.get())) return undefined;
    if (failure?.kind === 'cancelled') {
      this.#state.set({ step: 'cancelled', words: 'No code was given; nothing was changed.' });
    } else if (failure) this.#refuse(failure.message, 'failure', failure);
    return failure === undefined ? proven : undefined;
  }

  async #run(planned: Planned, record: RunRecord, answered: () => void): Promise<void> {
    const { action, session, facts, proposal } = planned;
    const notes: string[] = [];
    const since = this.#deps.now();
    const running = (): void => this.#state.set({ step: 'running', proposal, notes: [...notes], since });
    this.#sending = true;
    running();
    const budget = this.#budget(planned, running);
    let result: OpaqueResult | undefined;
    let failure: Failure | undefined;
    try {
      const note = (text: string): void => {
        notes.push(text);
        running();
      };
      result = await action.run(facts, this.#runContext(session, budget, note));
    } catch (error) {
      failure = asFailure(error, `${action.title} went wrong`);
    } finally {
      budget.close();
      this.#sending = false;
      answered();
    }
    session.changed();
    const run = { notes, result, failure, sent: budget.sent };
    const context = (): ActionContext => this.#context(this.#current(session));
    await concludeRun({ planned, run, record, context, show: (state) => this.#state.set(state) });
  }

  #budget(planned: Planned, running: () => void): ChangeBudget {
    const { action, facts, session, proposal } = planned;
    const { mfaLevel } = this.#deps;
    return runBudget(action.changes(facts, this.#context(session)), {
      stepUp: this.#deps.stepUp(this.request.rack),
      mfaLevel: (route) => mfaLevel([route]),
      signal: this.#abort.signal,
      asking: (asks) => {
        if (asks) this.#state.set({ step: 'step-up', proposal, sending: true });
        else running();
      },
      verdict: () => this.#verdict(action, session, action.command?.(this.request, facts)),
    });
  }

  #runContext(session: RackSession, budget: ChangeBudget, note: (text: string) => void): RunContext {
    const { rack, gateway, sockets } = session.writes(budget);
    const { interaction } = this.#deps;
    return { ...this.#context(session), writes: rack, gatewayWrites: gateway, sockets, interaction, note };
  }
}
