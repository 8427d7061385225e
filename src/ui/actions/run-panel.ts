import { isOver, type RunState } from '../../actions/run-state.ts';
import type { ActionRequest } from '../../domain/subject.ts';
import type { TerminalLook } from '../dashboard-services.ts';
import type { Hint } from '../keys/hint.ts';
import type { KeyPress } from '../keys/key-press.ts';
import type { BodyView, Message } from '../shell/body-view.ts';
import { contextHints } from '../shell/context-hints.ts';
import type { RackShare } from '../table/row-feed.ts';
import { type Line, lineText } from '../text/line.ts';
import type { Theme } from '../theme/theme.ts';
import type { RunView, StepUpSource } from './action-services.ts';
import type { PanelHost } from './panel-host.ts';
import { footLines, type PanelFacts, panelLines } from './panel-lines.ts';
import { pageRows, runStatus } from './panel-page.ts';
import { PreviewTables } from './preview-tables.ts';
import { canRepeat, echoOf, hasBegun, hasFields, nextOf, offers, previewOf, undoOf } from './run-offers.ts';
import { type QuestionAnswer, RunQuestion } from './run-question.ts';
import { ScrollWindow } from './scroll-window.ts';
import { StepUpInput } from './step-up-input.ts';
import { TypeAheadGuard } from './type-ahead-guard.ts';

export interface RunPanelOptions {
  readonly run: RunView;
  readonly host: PanelHost;
  readonly theme: Theme;
  readonly look: TerminalLook;
  readonly stepUp: StepUpSource | undefined;
  /** Of a step of a guide, which is no action: how it is planned again, and where it is found when it was left. */
  readonly of?: { again(): void; readonly reopen: string } | undefined;
}

/** Rows of a preview that are kept in sight, however much its foot has to say. */
const LEAST_ROWS = 3;

/** One run from its preview to its proof. It can be left and opened again: the run goes on without it. */
export class RunPanel implements BodyView {
  readonly context = 'action' as const;
  readonly #run: RunView;
  readonly #host: PanelHost;
  readonly #of: RunPanelOptions['of'];
  readonly #theme: Theme;
  readonly #guard: TypeAheadGuard;
  readonly #question: RunQuestion;
  readonly #scroll = new ScrollWindow();
  readonly #tables: PreviewTables;
  readonly #stepUp: StepUpInput | undefined;
  readonly #listeners = new Set<() => void>();
  readonly #stops: (() => void)[] = [];
  #seen: RunState;
  #message: Message | undefined;
  #width = 80;

  constructor({ run, host, theme, look, stepUp, of }: RunPanelOptions) {
    this.#run = run;
    this.#host = host;
    this.#of = of;
    this.#theme = theme;
    this.#guard = new TypeAheadGuard(() => host.clock());
    this.#question = new RunQuestion(run, this.#guard);
    this.#seen = run.state.get();
    this.#stepUp = stepUp && new StepUpInput(stepUp, { guard: this.#guard, unicode: look.unicode });
    this.#tables = new PreviewTables({ unicode: look.unicode, ellipsis: theme.glyphs.ellipsis }, () => this.#notify());
    this.#prepare(undefined, this.#seen);
    this.#stops.push(run.state.subscribe(() => this.#changed()));
    if (this.#stepUp) this.#stops.push(this.#stepUp.subscribe(() => this.#notify()));
  }

  get run(): RunView {
    return this.#run;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  // --- keys

  takesText(): boolean {
    return this.#asksCode() || this.#question.asksText;
  }

  press(press: KeyPress): boolean {
    this.#message = undefined;
    if (this.#asksCode()) return this.#stepUp?.press(press) ?? false;
    return this.#question.asksText && this.#answered(this.#question.press(press));
  }

  paste(text: string): boolean {
    this.#message = undefined;
    if (this.#asksCode()) this.#stepUp?.paste(text);
    else if (this.#question.asksText) this.#question.paste(text);
    else return false;
    return true;
  }

  command(id: string): boolean {
    this.#message = undefined;
    if (this.#scroll.move(id.replace(/^action\./, ''))) return true;
    switch (id) {
      case 'action.yes':
      case 'action.accept':
        this.#accept(id === 'action.yes');
        return true;
      case 'action.fields':
        this.#changeFields();
        return true;
      case 'action.undo':
        this.#undo();
        return true;
      case 'action.next':
        this.#next();
        return true;
      case 'action.again':
        this.#again();
        return true;
      case 'action.stop-watching':
        this.#stopWatching();
        return true;
      case 'action.copy':
        this.#copy();
        return true;
      case 'app.back':
        this.#leave();
        return true;
      default:
        return false;
    }
  }

  // --- what is on screen

  rows(width: number, height: number): readonly string[] {
    this.#width = width;
    const lines = panelLines(this.#facts(width));
    // That there is more below is a line of the foot itself, and may be what pushes it there: twice settles it.
    this.#foot(lines.length, width, height);
    const foot = this.#foot(lines.length, width, height);
    return pageRows({ lines, top: this.#scroll.top, foot }, width, height, this.#theme);
  }

  linear(): readonly string[] {
    const facts = this.#facts(this.#width);
    return [...panelLines(facts), ...footLines(facts)]
      .map((line) => lineText(line).trim())
      .filter((text) => text !== '');
  }

  status(width: number): Line {
    return runStatus(this.#run.state.get(), width, this.#theme.glyphs.ellipsis);
  }

  message(): Message | undefined {
    return this.#message;
  }

  hints(): readonly Hint[] {
    // Where something is typed, letters are no keys; the question itself says what is.
    if (this.takesText()) return [];
    const state = this.#run.state.get();
    return contextHints(this.#host.keys, 'action', { offers: (id) => offers(this.#run, state, id) });
  }

  shares(): readonly RackShare[] {
    return [];
  }

  refresh(): void {
    this.#again();
  }

  show(visible: boolean): void {
    // Coming back to a question is as if it had just appeared.
    if (visible) this.#guard.rearm();
  }

  tick(): void {
    // Ages and what is left of a deadline move on.
    this.#notify();
  }

  dispose(): void {
    for (const stop of this.#stops.splice(0)) stop();
    this.#stepUp?.dispose();
    this.#listeners.clear();
  }

  // --- answers

  #accept(isYes: boolean): void {
    const state = this.#run.state.get();
    if (isOver(state)) {
      if (!isYes) this.#host.back();
      return;
    }
    this.#answered(this.#question.accept(isYes));
  }

  /** True where the key was one of the question's. */
  #answered(answer: QuestionAnswer): boolean {
    if (answer === 'ignored') return false;
    if (answer === 'leave') this.#leave();
    else if (answer === 'taken') this.#notify();
    else this.#message = answer;
    return true;
  }

  /** Other values are another wish: planned, shown and confirmed anew. */
  #changeFields(): void {
    const state = this.#run.state.get();
    if (hasFields(this.#run, state)) this.#host.actions.fill(this.#run.request, this.#run);
    else this.#message = { text: 'It has no values to change', tone: 'muted' };
  }

  #undo(): void {
    const request = undoOf(this.#run.state.get());
    if (request) this.#host.actions.start(request);
    else this.#message = { text: 'There is nothing to undo', tone: 'muted' };
  }

  #next(): void {
    const request = nextOf(this.#run.state.get());
    if (request) this.#host.actions.start(request);
    else this.#message = { text: 'Nothing is known to come next', tone: 'muted' };
  }

  /** The same wish, planned anew: nothing is ever sent a second time without a second confirmation. */
  #again(): void {
    if (canRepeat(this.#run.state.get())) {
      this.#host.back();
      if (this.#of) this.#of.again();
      else this.#host.actions.start(this.#run.request);
    } else
      this.#message = { text: 'It is not over yet, or it took effect: there is nothing to plan again', tone: 'muted' };
  }

  #stopWatching(): void {
    const { step } = this.#run.state.get();
    if (step === 'verifying' || step === 'watching') this.#run.cancel();
    else this.#message = { text: 'Nothing is being watched', tone: 'muted' };
  }

  #copy(): void {
    const echo = echoOf(this.#run.state.get());
    if (echo === undefined) this.#message = { text: 'There is no command yet', tone: 'muted' };
    else this.#host.copy(echo, 'the command');
  }

  /** Before anything left, leaving gives up; later it goes on without the panel. */
  #leave(): void {
    const state = this.#run.state.get();
    if (state.step === 'step-up' && this.#stepUp?.isAsking) {
      this.#stepUp.cancel();
      return;
    }
    if (!hasBegun(state)) this.#run.cancel();
    this.#host.back();
    const after = this.#run.state.get();
    if (after.step === 'cancelled' && !isOver(state)) this.#host.toast('Left; nothing was changed', 'muted');
    else if (!isOver(after)) this.#host.toast(`It goes on; ${this.#of?.reopen ?? ': runs'} opens it again`, 'notice');
  }

  // --- state

  #asksCode(): boolean {
    return this.#run.state.get().step === 'step-up' && this.#stepUp?.isAsking === true;
  }

  #changed(): void {
    const before = this.#seen;
    this.#seen = this.#run.state.get();
    this.#prepare(before, this.#seen);
    this.#notify();
  }

  #prepare(before: RunState | undefined, after: RunState): void {
    this.#question.moved(before, after);
    if (before?.step !== after.step) {
      this.#scroll.reset();
      this.#guard.rearm();
    }
  }

  #facts(width: number): PanelFacts {
    const state = this.#run.state.get();
    return {
      state,
      rack: this.#run.request.rack,
      width,
      now: this.#host.now(),
      tables: this.#tables.lines(previewOf(state)?.tables ?? [], width),
      answer: this.#question.lines(width),
      stepUp: state.step === 'step-up' ? this.#stepUp?.lines(width, this.#host.now()) : undefined,
      below: this.#scroll.below,
      undo: undoOf(state),
      next: this.#titleOf(nextOf(state)),
      hasFields: hasFields(this.#run, state),
      keys: this.#host.keys,
    };
  }

  #titleOf(request: ActionRequest | undefined): string | undefined {
    const registry = this.#host.actions.services?.registry ?? [];
    return request && (registry.find(({ id }) => id === request.actionId)?.title ?? request.actionId);
  }

  #foot(length: number, width: number, height: number): readonly Line[] {
    const foot = footLines(this.#facts(width)).slice(0, Math.max(1, height - LEAST_ROWS - 1));
    this.#scroll.fit(length, Math.max(1, height - foot.length - 1));
    return foot;
  }

  #notify(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}
