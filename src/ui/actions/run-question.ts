import type { RunState } from '../../actions/run-state.ts';
import type { KeyPress } from '../keys/key-press.ts';
import type { Message } from '../shell/body-view.ts';
import type { Line } from '../text/line.ts';
import type { RunView } from './action-services.ts';
import { AnswerInput } from './answer-input.ts';
import { proposalOf } from './run-offers.ts';
import type { TypeAheadGuard } from './type-ahead-guard.ts';

/** What became of a key: nothing of the question's, taken, taken with a remark, or it says no. */
export type QuestionAnswer = 'ignored' | 'taken' | 'leave' | Message;

const TOO_SOON: Message = {
  text: 'That key came too soon to be an answer: read, then press it again',
  tone: 'warning',
};
const TYPED_TOO_SOON: Message = { text: 'Typed before the question was there: dropped', tone: 'warning' };

/** The question of a run that waits to be confirmed, and what is typed in answer to it. */
export class RunQuestion {
  readonly #run: RunView;
  readonly #guard: TypeAheadGuard;
  #answer: AnswerInput | undefined;

  constructor(run: RunView, guard: TypeAheadGuard) {
    this.#run = run;
    this.#guard = guard;
  }

  get asksText(): boolean {
    const state = this.#run.state.get();
    return state.step === 'confirm' && state.proposal.confirmation.kind === 'type';
  }

  /** Of what is typed; undefined where nothing is. */
  lines(width: number): readonly Line[] | undefined {
    return this.asksText ? this.#answer?.lines(width) : undefined;
  }

  /** `y`, or enter: of a question that has one key the default is to leave it. */
  accept(isYes: boolean): QuestionAnswer {
    const state = this.#run.state.get();
    if (state.step !== 'confirm') return 'ignored';
    if (!this.#guard.admits()) return TOO_SOON;
    const { confirmation } = state.proposal;
    if (confirmation.kind === 'key' && !isYes) return 'leave';
    if (confirmation.kind === 'key') this.#run.confirm({ typed: confirmation.key });
    else if (confirmation.kind === 'enter' && !isYes) this.#run.confirm({});
    return 'taken';
  }

  press(press: KeyPress): QuestionAnswer {
    const answer = this.#answer;
    if (answer === undefined || press.name === 'escape' || press.name === 'ctrl+c') return 'ignored';
    if (/^(?:up|down|pageup|pagedown|ctrl\+o)$/.test(press.name)) return 'ignored';
    if (!this.#guard.admits()) return TYPED_TOO_SOON;
    if (press.name === 'tab' || press.name === 'shift+tab') answer.turn();
    else if (press.name === 'enter') {
      if (!answer.advance()) this.#run.confirm(answer.answer);
    } else answer.press(press);
    return 'taken';
  }

  paste(text: string): void {
    this.#answer?.paste(text);
  }

  /** The run went on; a question that is new begins empty. */
  moved(before: RunState | undefined, after: RunState): void {
    if (after.step !== 'confirm' || (before?.step === 'confirm' && proposalOf(before) === proposalOf(after))) return;
    const { confirmation } = after.proposal;
    this.#answer = confirmation.kind === 'type' ? new AnswerInput(confirmation) : undefined;
    this.#guard.rearm();
  }
}
