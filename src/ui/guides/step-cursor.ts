import type { StepView } from '../../guides/guide-run.ts';
import type { GuideSession } from './guide-session.ts';

/** The step at hand: the chosen one, else what is being done, what may be done next, or what is in the way. */
export class StepCursor {
  readonly #guide: GuideSession;
  /** Id; undefined: nobody has moved yet. */
  #chosen: string | undefined;

  constructor(guide: GuideSession) {
    this.#guide = guide;
  }

  get index(): number {
    const { state, change } = this.#guide;
    const wanted = this.#chosen ?? change?.step.id ?? this.#guide.next()?.step.id ?? firstTrouble(state?.steps ?? []);
    return Math.max(0, state?.steps.findIndex(({ step }) => step.id === wanted) ?? 0);
  }

  get view(): StepView | undefined {
    return this.#guide.state?.steps[this.index];
  }

  /** False: it was at hand already. */
  choose(step: string): boolean {
    const isNew = this.view?.step.id !== step;
    this.#chosen = step;
    return isNew;
  }

  /** The step that a move leads to; undefined: it is no move from step to step. */
  target(name: string): StepView | undefined {
    const { state } = this.#guide;
    if (!state) return undefined;
    const last = state.steps.length - 1;
    const to: Readonly<Record<string, number>> = { down: this.index + 1, up: this.index - 1, top: 0, bottom: last };
    const wanted = Object.hasOwn(to, name) ? to[name] : undefined;
    return wanted === undefined ? undefined : state.steps[Math.max(0, Math.min(last, wanted))];
  }
}

function firstTrouble(steps: readonly StepView[]): string | undefined {
  return steps.find(({ result }) => result && !['ok', 'not-needed', 'waiting'].includes(result.state))?.step.id;
}
