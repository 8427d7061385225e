import { isOver, type RunState } from '../../actions/run-state.ts';
import type { Tone } from '../../resources/column.ts';
import type { Span } from '../text/line.ts';
import type { ActionServices, RunView } from './action-services.ts';
import { endWords, standingOf } from './outcome-words.ts';

export interface FollowerHost {
  toast(text: string, tone?: Tone): void;
  changed(): void;
  isOnScreen(run: RunView): boolean;
}

/** Says what becomes of runs whose panel is not on screen, and what became of those that an earlier program left open. */
export class RunFollower {
  readonly #host: FollowerHost;
  readonly #steps = new WeakMap<RunView, RunState['step']>();
  readonly #stops: (() => void)[];

  constructor({ desk, readOnly, recovered }: ActionServices, host: FollowerHost) {
    this.#host = host;
    this.#stops = [
      desk.runs.subscribe(() => this.#look(desk.runs.get())),
      readOnly.cause.subscribe(() => host.changed()),
      ...(recovered ? [recovered.subscribe(() => this.#tellRecovered(recovered.get()))] : []),
    ];
  }

  dispose(): void {
    for (const stop of this.#stops.splice(0)) stop();
  }

  /** What an earlier program left open. */
  #tellRecovered([first, ...rest]: readonly string[]): void {
    if (first === undefined) return;
    this.#host.toast(rest.length === 0 ? first : `${first} ${rest.length} more: see the journal.`, 'warning');
  }

  #look(runs: readonly RunView[]): void {
    for (const run of runs) {
      const state = run.state.get();
      const before = this.#steps.get(run);
      this.#steps.set(run, state.step);
      if (before !== state.step && !this.#host.isOnScreen(run)) this.#tell(run, state);
    }
    this.#host.changed();
  }

  #tell(run: RunView, state: RunState): void {
    const title = run.action?.title ?? run.request.actionId;
    if (state.step === 'step-up') this.#host.toast(`${title} waits for a one-time code; : runs opens it`, 'warning');
    if (!isOver(state) || state.step === 'cancelled') return;
    const { glyph, word, tone } = standingOf(state);
    this.#host.toast(`${glyph} ${title}: ${word}. ${endWords(state)}`, tone);
  }
}

/** `2 actions running`, for the header, with `steps` of guides; undefined where nothing is under way. */
export function activitySpan(actions: ActionServices | undefined, steps = 0): Span | undefined {
  if (actions === undefined) return undefined;
  const runs = actions.desk.runs.get();
  const waiting = runs.some((run) => run.state.get().step === 'step-up' && isAsked(actions, run));
  if (waiting) return { text: '? code wanted', role: 'warning', bold: true };
  const length = actions.desk.unproven.length + steps;
  return length === 0 ? undefined : { text: `~ ${length} action${length === 1 ? '' : 's'} running`, role: 'notice' };
}

function isAsked(actions: ActionServices, run: RunView): boolean {
  return actions.stepUp(run.request.rack)?.prompt.get() !== undefined;
}
