import { isOver, isUnproven } from '../../actions/run-state.ts';
import { asFailure, type Failure } from '../../domain/failure.ts';
import { isGreen } from '../../domain/guide-step.ts';
import { ALLOWED, refused, type Verdict } from '../../domain/verdict.ts';
import { tierOfChange } from '../../guides/define-guide.ts';
import type { GuideEntry } from '../../guides/guide-catalogue.ts';
import type { GuideRun, GuideState, StepView } from '../../guides/guide-run.ts';
import type { StepRun } from '../../guides/runner.ts';
import type { What } from '../../guides/step-run.ts';
import type { RackSession } from '../../live/rack-session.ts';
import type { GuideServices, OpenedGuide } from './guide-services.ts';

/** Younger looks are not repeated when one comes back from a step to the checklist. */
const FRESH_MS = 15_000;
/** Something is on its way by itself: an update, an entry that spreads. */
const PENDING_MS = 15_000;

/** One guide on one rack as long as the dashboard is open: leaving its screen leaves it where it is. */
export class GuideSession {
  readonly entry: GuideEntry;
  readonly session: RackSession;
  readonly #services: GuideServices;
  readonly #now: () => number;
  readonly #listeners = new Set<() => void>();
  #opened: OpenedGuide | undefined;
  #failure: Failure | undefined;
  #opening: Promise<OpenedGuide | undefined> | undefined;
  #lookedAt = 0;
  #stop: (() => void) | undefined;
  #closed = false;

  constructor(entry: GuideEntry, session: RackSession, services: GuideServices, now: () => number) {
    this.entry = entry;
    this.session = session;
    this.#services = services;
    this.#now = now;
  }

  get rack(): string {
    return this.session.target.name;
  }

  get run(): GuideRun | undefined {
    return this.#opened?.run;
  }

  get state(): GuideState | undefined {
    return this.run?.state.get();
  }

  /** Why it could not be opened, or its notes not be read. */
  get failure(): Failure | undefined {
    return this.#failure;
  }

  /** A change that is being previewed, confirmed, made or proven. */
  get change(): StepRun | undefined {
    const change = this.state?.change;
    return change && !isOver(change.state.get()) ? change : undefined;
  }

  /** Something left and is not proven yet. */
  get isUnproven(): boolean {
    const { change } = this;
    return change !== undefined && isUnproven(change.state.get());
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** On screen: opens it, or looks at every step again where the last look is not fresh. */
  arrive(): void {
    if (!this.#opened && !this.#opening) void this.open({});
    else if (this.#now() - this.#lookedAt > FRESH_MS) this.look();
  }

  /** Opens it with other values; the notes and what was done stay. Asked again meanwhile, the values asked for last hold. */
  async open(input: Readonly<Record<string, string>>): Promise<void> {
    const opening = (this.#opening ?? Promise.resolve(undefined)).then(() => this.#open(input));
    this.#opening = opening;
    this.#tell();
    const opened = await opening;
    if (this.#opening === opening) this.#opening = undefined;
    this.#tell();
    await opened?.run.start().catch((error: unknown) => {
      if (this.#opened === opened) this.#failed(error);
    });
  }

  /** Every step, live. */
  look(): void {
    if (this.#failure || !this.#opened) {
      if (!this.#opening) void this.open(this.#opened?.run.input ?? {});
      return;
    }
    this.#lookedAt = this.#now();
    const looked = (): void => {
      this.#lookedAt = this.#now();
    };
    void this.#opened.run.check().then(looked, (error: unknown) => this.#failed(error));
  }

  /** Told every second while on screen: looks again where something is expected to happen without a key. */
  watch(): void {
    const { state } = this;
    if (!state || this.change || this.#opening || this.#failure || state.checking !== undefined) return;
    const every = watchedEvery(state);
    if (every !== undefined && this.#now() - this.#lookedAt >= every) this.look();
  }

  step(id: string): StepView | undefined {
    return this.state?.steps.find(({ step }) => step.id === id);
  }

  /** The first step that may be done now: what comes next. Nothing while another one is being done. */
  next(): StepView | undefined {
    if (this.change) return undefined;
    return this.state?.steps.find(({ apply }) => apply?.offered === true);
  }

  /** May it be done now, by the checks, the guardrails and the role? */
  verdict({ step, apply, undo }: StepView, what: What): Verdict {
    const change = step[what];
    const offer = what === 'apply' ? apply : undo;
    if (!change || !offer || !this.#opened) {
      return refused('target', what === 'apply' ? 'this step only looks' : 'this step cannot be taken back');
    }
    if (!offer.offered) return refused('target', offer.reason);
    const { permissions } = change;
    const question = { actionId: `guide.${this.entry.id}`, tier: tierOfChange(step, what), permissions };
    const verdict = this.#opened.verdict(question);
    return verdict.allowed ? ALLOWED : verdict;
  }

  /** Plans it; throws a Failure while another change of this guide is open. */
  begin(step: string, what: What): StepRun | undefined {
    return this.#opened?.run.begin(step, what);
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#stop?.();
    this.#listeners.clear();
    await this.#opened?.close();
  }

  async #open(input: Readonly<Record<string, string>>): Promise<OpenedGuide | undefined> {
    const before = this.#opened;
    this.#failure = undefined;
    try {
      const opened = await this.#services.open(this.entry.id, this.session, input);
      this.#stop?.();
      await before?.close();
      if (this.#closed) {
        await opened.close();
        return undefined;
      }
      this.#opened = opened;
      this.#stop = opened.run.state.subscribe(() => this.#tell());
      this.#lookedAt = this.#now();
      return opened;
    } catch (error) {
      this.#failed(error);
      return undefined;
    }
  }

  #failed(error: unknown): void {
    this.#failure = asFailure(error, 'The guide could not be opened');
    this.#tell();
  }

  #tell(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}

function watchedEvery({ steps }: GuideState): number | undefined {
  const open = steps.find(({ result }) => !isGreen(result?.state ?? 'waiting'));
  if (open?.step.watchMs !== undefined) return open.step.watchMs;
  return steps.some(({ result }) => result?.state === 'pending') ? PENDING_MS : undefined;
}
