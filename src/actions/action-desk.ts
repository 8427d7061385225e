import type { Observable } from '../domain/observable-value.ts';
import { ObservableValue } from '../domain/observable-value.ts';
import type { ActionRequest } from '../domain/subject.ts';
import { initialInput } from './initial-input.ts';
import { ActionRun, type PipelineDependencies } from './pipeline.ts';
import { isOver, isUnproven } from './run-state.ts';

/** Runs that are over and still listed, so that their panel can be opened again. */
const KEPT = 20;

/** All runs of this program; a panel may be left, its run goes on here. */
export class ActionDesk {
  readonly #deps: PipelineDependencies;
  readonly #runs = new ObservableValue<readonly ActionRun[]>([]);

  constructor(deps: PipelineDependencies) {
    this.#deps = deps;
  }

  /** Newest first. */
  get runs(): Observable<readonly ActionRun[]> {
    return this.#runs;
  }

  start(request: ActionRequest): ActionRun {
    const run = new ActionRun(request, this.#deps);
    const others = this.#runs.get();
    // One that still runs never falls off the list.
    this.#runs.set([run, ...others.filter((other, at) => at < KEPT || !isOver(other.state.get()))]);
    run.state.subscribe(() => this.#runs.set([...this.#runs.get()]));
    return run;
  }

  /** What the fields of an action start with; rejects with a Failure. */
  initial(request: ActionRequest, signal: AbortSignal): Promise<Readonly<Record<string, string>>> {
    return initialInput(request, this.#deps, signal);
  }

  /** What left and is not proven yet: leaving the program now should ask first. */
  get unproven(): readonly ActionRun[] {
    return this.#runs.get().filter((run) => isUnproven(run.state.get()));
  }

  get open(): readonly ActionRun[] {
    return this.#runs.get().filter((run) => !isOver(run.state.get()));
  }
}
