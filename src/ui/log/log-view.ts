import { compileLogQuery } from '../../domain/log-query.ts';
import type { LogFollow, LogFollowOptions } from '../../live/log-follow.ts';
import { SingleTimer, SYSTEM_TIMERS, type Timers } from '../../live/timers.ts';
import { parseTimeSpan } from '../../resources/filter/time-span.ts';
import type { TerminalLook } from '../dashboard-services.ts';
import { bodyColumns } from '../text/gutter.ts';
import type { Line } from '../text/line.ts';
import type { RowItems } from '../text/row-window.ts';
import { type ScreenStyles, screenStyles } from '../text/screen-styles.ts';
import { plainText, type StyledLine } from '../text/styled-line.ts';
import { createTheme, type Theme } from '../theme/theme.ts';
import { LineShaper } from './line-shaper.ts';
import { runLogEffect } from './log-effects.ts';
import { drawLog, noticeRoom, noticeRows } from './log-frame.ts';
import { LogLens } from './log-lens.ts';
import { handlesCommand, type LogEvent, reduceLog } from './log-reducer.ts';
import { logStatus } from './log-status-line.ts';
import type { Asked, LogEffect, LogMessage, LogViewState, LogWorld } from './log-view-state.ts';
import { initialLogState } from './log-view-state.ts';

/** What a log view needs from the screen that it stands in. */
export interface LogHost {
  /** Opens a prompt; what is typed comes back through `typed` and `submit`. */
  ask(what: Asked, initial: string): void;
  openText(title: string, lines: readonly StyledLine[]): void;
  copy(text: string, what: string): void;
  /** Never overwrites; resolves with the path. */
  save(suggestedName: string, lines: Iterable<string>): Promise<string>;
}

export interface LogViewOptions {
  readonly follow: LogFollow;
  /** As the follow was opened; `T` and the digits open it again from another point. */
  readonly opened: LogFollowOptions;
  /** `logs shop/web`. */
  readonly title: string;
  /** One process or one build: its name before every line would only take room. */
  readonly single: boolean;
  readonly look: TerminalLook;
  readonly now: () => number;
  readonly timers?: Timers;
  /** A view that was left and is come back to. */
  readonly restored?: LogViewState;
}

/** A log on screen: state machine, indexes and drawing put together around one follow. Lives outside React. */
export class LogView {
  readonly options: LogViewOptions;
  readonly #lens: LogLens;
  readonly #shaper: LineShaper;
  readonly #theme: Theme;
  readonly #styles: ScreenStyles;
  readonly #listeners = new Set<() => void>();
  readonly #unsubscribe: () => void;
  #state: LogViewState;
  #host: LogHost | undefined;
  readonly #slow: SingleTimer;
  #meterVersion = -1;
  #followedAt = 0;
  #version = 0;

  constructor(options: LogViewOptions) {
    this.options = options;
    this.#theme = createTheme(options.look);
    this.#styles = screenStyles(options.look);
    this.#lens = new LogLens(options.follow);
    this.#shaper = new LineShaper(this.#styles, options.now);
    this.#state = options.restored ?? initialLogState({ sinceMs: options.opened.sinceMs, prefix: !options.single });
    this.#slow = new SingleTimer(options.timers ?? SYSTEM_TIMERS);
    this.#unsubscribe = options.follow.subscribe(() => this.#followed());
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
    this.#slow.stop();
    this.options.follow.dispose();
  }

  /** False: the view has nothing to do for this binding now. */
  command(id: string): boolean {
    // Opening again empties the ring: right where the log is over, a loss where it is live or about to be again.
    if (id === 'app.refresh' && !this.#world().ended) return false;
    if (!handlesCommand(this.#state, id)) return false;
    this.#handle({ kind: 'command', id });
    return true;
  }

  /** A prompt's text while it is typed; the result is what is wrong with it. */
  typed(what: Asked, text: string): string | undefined {
    if (what === 'since') return text.trim() === '' || isSince(text) ? undefined : SINCE_HELP;
    const query = compileLogQuery(text);
    if (what === 'search') this.#handle({ kind: 'typing', search: query.empty ? undefined : query });
    return query.problem;
  }

  /** The finished text; the result is what is wrong with it, and nothing has happened then. */
  submit(what: Asked, text: string): string | undefined {
    if (what === 'since') {
      const sinceMs = parseTimeSpan(text);
      if (sinceMs === undefined || !isSince(text)) return SINCE_HELP;
      this.#handle({ kind: 'since', sinceMs: Math.max(1_000, sinceMs) });
      return undefined;
    }
    const query = compileLogQuery(text);
    if (query.problem !== undefined) return query.problem;
    this.#handle({ kind: what, query: query.empty ? undefined : query });
    return undefined;
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
    this.#fit(width, height);
    return drawLog(
      {
        state: this.#state,
        world: this.#world(),
        line: (sequence) => this.options.follow.line(sequence),
        meter: this.options.follow.get(),
        title: plainText(this.options.title),
        now: this.options.now(),
        theme: this.#theme,
        styles: this.#styles,
        shaper: this.#shaper,
      },
      width,
      height,
    );
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

  #followed(): void {
    const { version, linesPerSecond } = this.options.follow.get();
    if (version === this.#meterVersion) return;
    this.#meterVersion = version;
    if (this.#slow.pending) return;
    const wait = linesPerSecond > READABLE_RATE ? this.#followedAt + SLOW_FRAME_MS - this.options.now() : 0;
    // A clock that jumps back must not hold frames for longer than a frame.
    if (wait > 0) this.#slow.start(Math.min(wait, SLOW_FRAME_MS), () => this.#took());
    else this.#took();
  }

  #took(): void {
    this.#followedAt = this.options.now();
    this.#handle({ kind: 'lines' });
  }

  /** The size is known when drawing; the state learns of it without another frame. */
  #fit(width: number, height: number): void {
    const notice = noticeRows(this.options.follow.get(), width, noticeRoom(height)).length;
    const rows = Math.max(0, height - 1 - notice);
    const columns = bodyColumns(width);
    // Settled again in any case: lines may have fallen off the ring since the last event.
    this.#state = reduceLog(this.#state, { kind: 'resize', rows, columns }, this.#world()).state;
  }

  #handle(event: LogEvent): void {
    const step = reduceLog(this.#state, event, this.#world());
    this.#state = step.state;
    for (const effect of step.effects) this.#run(effect);
    this.#changed();
  }

  #run(effect: LogEffect): void {
    const host = this.#host;
    if (effect.kind === 'reopen') {
      const { tail: _lines, ...opened } = this.options.opened;
      this.options.follow.restart({ ...opened, sinceMs: effect.sinceMs });
    } else if (host) {
      runLogEffect(effect, {
        host,
        follow: this.options.follow,
        title: plainText(this.options.title),
        now: this.options.now(),
        styles: this.#styles,
        state: this.#state,
        items: this.#world().items(this.#state),
        say: (message) => this.#handle({ kind: 'said', message }),
      });
    }
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

/**
 * Above this rate (lines a second) nobody reads along, and every frame is a wholly different screen, the dearest kind:
 * half the frames are enough then (performance.md P9).
 */
const READABLE_RATE = 100;
const SLOW_FRAME_MS = 100;
const SINCE_HELP = 'Write how far back, for example 5m, 1h, 2h30m or 24h';
const LONGEST_SINCE = 366 * 86_400_000;

function isSince(text: string): boolean {
  const ms = parseTimeSpan(text);
  return ms !== undefined && ms > 0 && ms <= LONGEST_SINCE;
}
