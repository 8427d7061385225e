import type { StepUpPrompt } from '../../../src/access/step-up-prompt.ts';
import type { ConfirmationAnswer } from '../../../src/actions/confirmation.ts';
import { confirmationProblem } from '../../../src/actions/confirmation.ts';
import { type AnyAction, defineAction, erase } from '../../../src/actions/define-action.ts';
import { isOver, isUnproven, type Proposal, type RunState } from '../../../src/actions/run-state.ts';
import { ObservableValue } from '../../../src/domain/observable-value.ts';
import type { ActionRequest, Subject } from '../../../src/domain/subject.ts';
import { ALLOWED, type Verdict } from '../../../src/domain/verdict.ts';
import type { ProxyStatus } from '../../../src/live/proxy-desk.ts';
import type { ActionServices, RunDesk, RunView, StepUpSource } from '../../../src/ui/actions/action-services.ts';

/** An action whose pipeline is never run: the fake desk's runs stand where a test puts them. */
export function sampleAction(parts: Partial<AnyAction> = {}): AnyAction {
  return {
    ...erase(
      defineAction<string>({
        id: 'process.stop',
        title: 'Stop process',
        about: 'stops a process; a service starts another one in its place',
        on: ['processes'],
        key: 'x',
        tier: 1,
        subject: 'process',
        bulk: true,
        permissions: ['convox:process:terminate'],
        routes: ['DELETE /apps/{app}/processes/{pid}'],
        gather: async () => '',
        preview: () => ({ headline: '', effects: [], warnings: [] }),
        changes: () => [],
        run: async () => {},
        observe: async () => ({ state: 'done', words: '' }),
        wait: { firstMs: 0, everyMs: 0, deadlineMs: 0, steady: 1 },
        echo: () => '',
      }),
    ),
    ...parts,
  };
}

export function sampleProposal(parts: Partial<Proposal> = {}): Proposal {
  return {
    preview: {
      headline: 'Stop web-6d9f-9dk2p of shop on acme/prod',
      effects: ['A service starts a new process in the place of the old one.'],
      warnings: [],
    },
    hash: 'abc',
    tier: 1,
    isProtected: false,
    confirmation: { kind: 'key', key: 'y' },
    echo: 'convox ps stop web-6d9f-9dk2p -a shop',
    moved: false,
    ...parts,
  };
}

/** Confirms as the pipeline does, and then stands still until the test moves it. */
export class FakeRun implements RunView {
  readonly request: ActionRequest;
  readonly action: AnyAction | undefined;
  readonly state = new ObservableValue<RunState>({ step: 'planning' });
  readonly confirmed: ConfirmationAnswer[] = [];
  cancels = 0;

  constructor(request: ActionRequest, action: AnyAction | undefined) {
    this.request = request;
    this.action = action;
  }

  confirm(answer: ConfirmationAnswer): void {
    const state = this.state.get();
    if (state.step !== 'confirm') return;
    const problem = confirmationProblem(state.proposal.confirmation, answer);
    if (problem !== undefined) {
      this.state.set({ ...state, problem });
      return;
    }
    this.confirmed.push(answer);
    this.state.set({ step: 'checking', proposal: state.proposal });
  }

  cancel(): void {
    this.cancels += 1;
    const state = this.state.get();
    if (isOver(state) || ['running', 'verifying', 'watching'].includes(state.step)) return;
    this.state.set({ step: 'cancelled', words: 'Nothing was changed.' });
  }

  propose(proposal: Proposal = sampleProposal()): void {
    this.state.set({ step: 'confirm', proposal, problem: undefined });
  }
}

export class FakeRunDesk implements RunDesk {
  readonly runs = new ObservableValue<readonly FakeRun[]>([]);
  readonly #registry: readonly AnyAction[];

  constructor(registry: readonly AnyAction[]) {
    this.#registry = registry;
  }

  start(request: ActionRequest): FakeRun {
    const run = new FakeRun(
      request,
      this.#registry.find(({ id }) => id === request.actionId),
    );
    this.runs.set([run, ...this.runs.get()]);
    run.state.subscribe(() => this.runs.set([...this.runs.get()]));
    return run;
  }

  initialOf: (request: ActionRequest) => Promise<Readonly<Record<string, string>>> = async () => ({});

  initial(request: ActionRequest): Promise<Readonly<Record<string, string>>> {
    return this.initialOf(request);
  }

  get unproven(): readonly FakeRun[] {
    return this.runs.get().filter((run) => isUnproven(run.state.get()));
  }

  /** The run that was started last. */
  get last(): FakeRun {
    const [run] = this.runs.get();
    if (run === undefined) throw new Error('nothing was started');
    return run;
  }
}

export class FakeStepUp implements StepUpSource {
  readonly prompt = new ObservableValue<StepUpPrompt | undefined>(undefined);
  readonly submitted: string[] = [];
  cancels = 0;
  windowEnd: number | undefined;

  ask(parts: Partial<StepUpPrompt> = {}): void {
    this.prompt.set({
      level: 'step-up',
      methods: ['the 6 digits of the authenticator app', 'a backup code (8 unused)'],
      triesLeft: 3,
      problem: undefined,
      waitUntil: undefined,
      advice: undefined,
      checking: false,
      waiting: 1,
      ...parts,
    });
  }

  submit(typed: string): void {
    this.submitted.push(typed);
  }

  cancel(): void {
    this.cancels += 1;
    this.prompt.set(undefined);
  }

  windowEndsAt(): number | undefined {
    return this.windowEnd;
  }
}

export interface FakeActions extends ActionServices {
  loading?: Promise<void> | undefined;
  readonly desk: FakeRunDesk;
  readonly fakeStepUp: FakeStepUp;
  readonly readOnly: { readonly cause: ObservableValue<'key' | undefined>; toggle(): string };
  readonly proxies: { readonly list: ObservableValue<readonly ProxyStatus[]>; stop(id: string): Promise<boolean> };
  readonly stopped: string[];
  verdictOf: (action: AnyAction, subjects: readonly Subject[]) => Verdict;
  protectedRacks: readonly string[];
  fixed: string | undefined;
}

export function fakeActions(registry: readonly AnyAction[] = [sampleAction()]): FakeActions {
  const cause = new ObservableValue<'key' | undefined>(undefined);
  const stepUp = new FakeStepUp();
  const stopped: string[] = [];
  const actions: FakeActions = {
    registry,
    desk: new FakeRunDesk(registry),
    fakeStepUp: stepUp,
    readOnly: {
      cause,
      toggle: () => {
        cause.set(cause.get() === undefined ? 'key' : undefined);
        return cause.get() === undefined ? 'Read-only switched off.' : 'Read-only switched on for all racks.';
      },
    },
    proxies: {
      list: new ObservableValue<readonly ProxyStatus[]>([]),
      stop: async (id) => {
        stopped.push(id);
        return true;
      },
    },
    stopped,
    verdictOf: () => ALLOWED,
    protectedRacks: [],
    fixed: undefined,
    verdict: (action, _session, subjects) => actions.verdictOf(action, subjects),
    isProtected: (rack) => actions.protectedRacks.includes(rack),
    stepUp: (rack) => (rack === 'acme/prod' ? stepUp : undefined),
    readOnlyBySettings: () => actions.fixed,
  };
  return actions;
}
