import { logWriter } from '../../domain/log-line.ts';
import { compileLogQuery } from '../../domain/log-query.ts';
import { SYSTEM_TIMERS, type Timers } from '../../live/timers.ts';
import { bodyColumns } from '../text/gutter.ts';
import type { Line } from '../text/line.ts';
import type { RowItems } from '../text/row-window.ts';
import { type ScreenStyles, screenStyles } from '../text/screen-styles.ts';
import { plainText } from '../text/styled-line.ts';
import { createTheme, type Theme } from '../theme/theme.ts';
import { FollowPace } from './follow-pace.ts';
import { LineShaper } from './line-shaper.ts';
import { askPreviousLife, runLogEffect } from './log-effects.ts';
import { drawLog, legendRoom, noticeRoom, noticeRows } from './log-frame.ts';
import type { LogHost, LogViewOptions } from './log-host.ts';
import { LogLens } from './log-lens.ts';
import { LogPanels } from './log-panels.ts';
import { submitPrompt, typingProblem } from './log-prompts.ts';
import { LogQuests } from './log-quests.ts';
import { handlesCommand, type LogEvent, reduceLog } from './log-reducer.ts';
import type { LogStage } from './log-stage.ts';
import { logStatus } from './log-status-line.ts';
import type { Asked, LogEffect, LogMessage, LogViewState, LogWorld } from './log-view-state.ts';
import { initialLogState } from './log-view-state.ts';
import type { PanelHint } from './panel-content.ts';
import { ProcessRegister } from './process-register.ts';

/** A log on screen: state machine, indexes and drawing put together around one follow. Lives outside React. */
export class LogView {
  readonly options: LogViewOptions;
  readonly #lens: LogLens;
  readonly #shaper: LineShaper;
  readonly #theme: Theme;
  readonly #styles: ScreenStyles;
  readonly #register: ProcessRegister;
  readonly #listeners = new Set<() => void>();
  readonly #unsubscribe: () => void;
  #state: LogViewState;
  readonly #panels: LogPanels;
  readonly #quests: LogQuests;
  #host: LogHost | undefined;
  readonly #pace: FollowPace;
  #version = 0;

  constructor(options: LogViewOptions) {
    this.options = options;
    this.#theme = createTheme(options.look);
    this.#styles = screenStyles(options.look);
    this.#lens = new LogLens(options.follow);
    const register = new ProcessRegister(options.follow, this.#styles);
    this.#shaper = new LineShaper(this.#styles, register, options.now);
    this.#state = options.restored ?? initialLogState({ sinceMs: options.opened.sinceMs, prefix: !options.single });
    const timers = options.timers ?? SYSTEM_TIMERS;
    this.#pace = new FollowPace(timers, options.now, () => this.#took());
    this.#register = register;
    const stage = this.#stage(timers);
    this.#panels = new LogPanels(stage, ({ writer, service }) => this.#previousLife(writer, service));
    this.#quests = new LogQuests(stage);
    this.#unsubscribe = options.follow.subscribe(() => this.#pace.followed(options.follow.get()));
  }

  get state(): LogViewState {
    return this.#state;
  }

  /** Grows with everything that may look different: for useSyncExternalStore. */
  readonly version = (): number => this.#version;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** The screen that shows the view; the result takes it away again. */
  attach(host: LogHost): () => void {
    this.#host = host;
    return () => {
      if (this.#host === host) this.#host = undefined;
    };
  }

  dispose(): void {
    this.#unsubscribe();
    this.#pace.stop();
    this.#panels.dispose();
    this.#quests.dispose();
    this.options.follow.dispose();
  }

  /** False: the view has nothing to do for this binding now. */
  command(id: string): boolean {
    // Opening again empties the ring: right where the log is over, a loss where it is live or about to be again.
    if (id === 'app.refresh' && !this.#world().ended) return false;
    this.#quests.cancel();
    if (this.#panels.command(id)) return true;
    if (!handlesCommand(this.#state, id)) return false;
    this.#handle({ kind: 'command', id });
    return true;
  }

  /** A prompt's text while it is typed; the result is what is wrong with it. */
  typed(what: Asked, text: string): string | undefined {
    if (what === 'search') {
      const query = compileLogQuery(text);
      this.#handle({ kind: 'typing', search: query.empty ? undefined : query });
    }
    return typingProblem(what, text, this.options.now());
  }

  /** The finished text; the result is what is wrong with it, and nothing has happened then. */
  submit(what: Asked, text: string): string | undefined {
    this.#quests.cancel();
    return submitPrompt(what, text, this.options.now(), {
      since: (sinceMs) => this.#handle({ kind: 'since', sinceMs }),
      jump: (at) => this.#quests.toTime(at),
      top: (query) => this.#panels.query(query),
      export: (request) => this.#run({ kind: 'export', request }),
      query: (kind, query) => this.#handle({ kind, query }),
    });
  }

  /** To the line nearest to an instant, from a view that speaks of that instant. */
  showInstant(at: number): void {
    this.#quests.toTime(at);
  }

  /** The prompt was left. */
  cancel(): void {
    if (this.#state.typing) this.#handle({ kind: 'typing', search: undefined });
  }

  /** Once a second while the view is visible: ages and the countdown move on. */
  tick(): void {
    this.#shaper.tick();
    if (this.#state.timestamps === 'relative' || this.options.follow.get().link.kind === 'reconnecting')
      this.#changed();
  }

  /** Exactly `height` rows of at most `width` cells. */
  rows(width: number, height: number): readonly string[] {
    const below = this.#panels.height(height);
    this.#fit(width, height - below);
    const picture = {
      state: this.#state,
      world: this.#world(),
      line: (sequence: number) => this.options.follow.line(sequence),
      meter: this.options.follow.get(),
      title: this.#title(),
      now: this.options.now(),
      theme: this.#theme,
      styles: this.#styles,
      shaper: this.#shaper,
      register: this.#register,
    };
    return [...drawLog(picture, width, height - below), ...this.#panels.rows(width, below)];
  }

  status(): Line {
    return logStatus(this.#state, this.#world());
  }

  /** What the last key did or could not do. */
  message(): LogMessage | undefined {
    return this.#state.message;
  }

  /** Would this key do something that can be seen now? For the hint line. */
  offers(id: string): boolean {
    const { follow, search } = this.#state;
    if (id === 'log.next') return search !== undefined;
    if (id === 'log.pause') return follow && !this.#world().ended;
    if (id === 'log.follow') return !follow && !this.#world().ended;
    return true;
  }

  /** What the keys of an open panel do; empty while none is open. */
  panelHints(): readonly PanelHint[] {
    return this.#panels.hints();
  }

  #took(): void {
    this.#handle({ kind: 'lines' });
    this.#quests.took();
  }

  /** The size is known when drawing; the state learns of it without another frame. */
  #fit(width: number, height: number): void {
    const notice = noticeRows(this.options.follow.get(), width, noticeRoom(height)).length;
    const rows = Math.max(0, height - 1 - notice - legendRoom(this.#state, height));
    const columns = bodyColumns(width);
    // Settled again in any case: lines may have fallen off the ring since the last event.
    this.#state = reduceLog(this.#state, { kind: 'resize', rows, columns }, this.#world()).state;
  }

  #handle(event: LogEvent): void {
    const step = reduceLog(this.#state, event, this.#world());
    this.#state = step.state;
    for (const effect of step.effects) this.#run(effect);
    if (event.kind !== 'resize') this.#panels.caughtUp();
    this.#changed();
  }

  #run(effect: LogEffect): void {
    const host = this.#host;
    if (effect.kind === 'reopen') {
      const { tail: _lines, ...opened } = this.options.opened;
      this.#quests.reopened(effect.sinceMs);
      this.options.follow.restart({ ...opened, sinceMs: effect.sinceMs });
    } else if (effect.kind === 'panel') {
      this.#panels.show(effect.panel);
    } else if (effect.kind === 'new-error') {
      void this.#quests.toNewError(host?.lastDeploy?.bind(host));
    } else if (host) {
      runLogEffect(effect, {
        host,
        follow: this.options.follow,
        title: this.#title(),
        now: this.options.now(),
        styles: this.#styles,
        state: this.#state,
        items: this.#world().items(this.#state),
        say: (message) => this.#handle({ kind: 'said', message }),
      });
    }
  }

  #title(): string {
    const { title } = this.options;
    return plainText(typeof title === 'string' ? title : title());
  }

  #previousLife(writer: string, service: string | undefined): void {
    const host = this.#host;
    if (host) askPreviousLife(writer, service, { host, say: (message) => this.#handle({ kind: 'said', message }) });
  }

  #stage(timers: Timers): LogStage {
    const { follow, opened, now } = this.options;
    return {
      follow,
      opened,
      styles: this.#styles,
      theme: this.#theme,
      register: this.#register,
      timers,
      now,
      state: () => this.#state,
      shown: () => this.#lens.shown(this.#state),
      send: (event) => this.#handle(event),
      changed: () => this.#changed(),
    };
  }

  #changed(): void {
    this.#version++;
    for (const listener of this.#listeners) listener();
  }

  #world(): LogWorld {
    const { follow } = this.options;
    const lens = this.#lens;
    const link = follow.get().link.kind;
    return {
      first: follow.first,
      end: follow.end,
      ended: link === 'complete' || link === 'failed',
      shown: (settings) => lens.shown(settings),
      hits: (state) => lens.hits(state, state.search),
      items: (state) => this.#items(state),
      writer: (sequence) => {
        const line = follow.line(sequence);
        return line && logWriter(line);
      },
    };
  }

  #items(state: LogViewState): RowItems {
    const shown = this.#lens.shown(state);
    const rowsOf = (id: number): number => {
      if (!state.wrap || state.columns === 0) return 1;
      const line = this.options.follow.line(id);
      return line ? this.#shaper.shape(id, line, state).rows.length : 1;
    };
    return { size: shown.size, idAt: (i) => shown.idAt(i), indexAtOrAfter: (id) => shown.indexAtOrAfter(id), rowsOf };
  }
}
