import { checkReadOnly, isProtected } from '../access/guardrails.ts';
import { forcedReadOnly, ReadOnlySwitch } from '../access/read-only.ts';
import type { AnyAction } from '../actions/define-action.ts';
import { asFailure } from '../domain/failure.ts';
import { ObservableValue } from '../domain/observable-value.ts';
import type { ActionRequest } from '../domain/subject.ts';
import type { LiveGuardrails } from '../platform/live-guardrails.ts';
import type { ActionServices, RunDesk, RunView } from '../ui/actions/action-services.ts';
import type { DashboardActions, OpenDashboardActions } from './dashboard-actions.ts';

type LateOptions = Omit<OpenDashboardActions, 'readOnly' | 'rules'> & {
  readonly guardrails: LiveGuardrails;
  /** `--read-only`. */
  readonly readOnly: boolean;
};

/**
 * Guarded actions as the dashboard takes them. They are a sixth of the program and nobody can choose one before the first frame
 * is seen, so they are loaded behind it; until they are there, nothing is offered and keys wait (`loading`).
 */
export class LateActions implements ActionServices {
  readonly readOnly: ReadOnlySwitch;
  readonly desk = new LateDesk();
  readonly recovered = new ObservableValue<readonly string[]>([]);
  loading: Promise<void> | undefined;
  readonly #options: LateOptions;
  readonly #loaded = Promise.withResolvers<void>();
  #load: Promise<void> | undefined;
  #actions: DashboardActions | undefined;

  constructor(options: LateOptions) {
    const { env } = options.world.environment;
    this.#options = options;
    this.readOnly = new ReadOnlySwitch(forcedReadOnly(options.readOnly, env.RACKDECK_READ_ONLY));
    this.loading = this.#loaded.promise;
  }

  /** Once, as soon as the first frame is out. Never rejects: what went wrong is told like what was recovered. */
  load(): Promise<void> {
    this.#load ??= this.#open();
    return this.#load;
  }

  async #open(): Promise<void> {
    try {
      const { openDashboardActions } = await import('./dashboard-actions.ts');
      const { guardrails, ...options } = this.#options;
      this.#actions = openDashboardActions({ ...options, rules: () => guardrails.current(), readOnly: this.readOnly });
      this.desk.follow(this.#actions.desk);
    } catch (error) {
      this.recovered.set([asFailure(error, 'Actions could not be loaded').message]);
    } finally {
      this.loading = undefined;
      this.#loaded.resolve();
    }
    // What cannot be read back now stays open in the journal; the next start tries again.
    this.#actions?.recover().then(this.recovered.set.bind(this.recovered), () => undefined);
  }

  get registry(): readonly AnyAction[] {
    return this.#actions?.registry ?? [];
  }

  get proxies(): ActionServices['proxies'] {
    return this.#actions?.proxies;
  }

  /** Asked for what the registry lists. */
  verdict(...asked: Parameters<ActionServices['verdict']>): ReturnType<ActionServices['verdict']> {
    if (this.#actions === undefined) throw new Error('An action was judged before there was any');
    return this.#actions.verdict(...asked);
  }

  isProtected(rack: string): boolean {
    return isProtected(this.#options.guardrails.shown(), rack);
  }

  stepUp(rack: string): ReturnType<ActionServices['stepUp']> {
    return this.#actions?.stepUp(rack);
  }

  readOnlyBySettings(rack: string): string | undefined {
    const verdict = checkReadOnly(this.#options.guardrails.shown(), { rack, readOnly: undefined });
    return verdict.allowed ? undefined : verdict.reason;
  }

  async close(): Promise<void> {
    this.#load ??= Promise.resolve();
    await this.#load;
    await this.#actions?.close();
  }
}

/** Empty until the real one is followed. */
class LateDesk implements RunDesk {
  readonly runs = new ObservableValue<readonly RunView[]>([]);
  #desk: RunDesk | undefined;

  follow(desk: RunDesk): void {
    this.#desk = desk;
    // A list of its own: whoever shows what can be done looks again.
    this.runs.set([...desk.runs.get()]);
    desk.runs.subscribe(() => this.runs.set(desk.runs.get()));
  }

  start(request: ActionRequest): RunView {
    return this.#there.start(request);
  }

  initial(request: ActionRequest, signal: AbortSignal): Promise<Readonly<Record<string, string>>> {
    return this.#there.initial(request, signal);
  }

  get unproven(): readonly RunView[] {
    return this.#desk?.unproven ?? [];
  }

  get #there(): RunDesk {
    if (this.#desk === undefined) throw new Error('An action was started before there was any');
    return this.#desk;
  }
}
