import { unitOf } from '../../domain/usage.ts';
import type { TimeWindow } from '../../domain/usage-series.ts';
import { subjectKey } from '../../domain/usage-subject.ts';
import type { RackSession } from '../../live/rack-session.ts';
import type { Place } from '../../resources/define-resource.ts';
import type { MetricRow } from '../../resources/metrics.ts';
import type { Hint } from '../keys/hint.ts';
import type { BodyView } from '../shell/body-view.ts';
import { contextHints } from '../shell/context-hints.ts';
import type { TableHost } from '../shell/table-host.ts';
import type { RackShare } from '../table/row-feed.ts';
import { moveCursor } from '../table/table-window.ts';
import { fitLine, type Line, lineText, span, truncateLine } from '../text/line.ts';
import type { Theme } from '../theme/theme.ts';
import { WINDOW_KEYS } from './metrics-bindings.ts';
import { chartFrame, plotWidth } from './metrics-frame.ts';
import { LIST_TITLE, type ListLook, listHeader, listRow } from './metrics-list.ts';
import { MetricsSource } from './metrics-source.ts';
import { initialMetricsState, listsFor, type MetricsViewState, movedCursor } from './metrics-view-state.ts';
import { type MetricsSpot, openFromMetrics } from './open-from-metrics.ts';

/** Title, two lines of numbers, deploys' line, axis. */
const FIXED_ROWS = 5;
const LEAST_LIST = 4;
const MOST_CHART = 28;

export interface MetricsBodyOptions {
  readonly session: RackSession;
  readonly place: Place;
  readonly host: TableHost;
  readonly theme: Theme;
  /** An instant to open at. */
  readonly at: number | undefined;
}

/** CPU and memory of one subject over time, its deploys, and what uses most of it. */
export class MetricsBody implements BodyView {
  readonly context = 'metrics' as const;
  readonly #session: RackSession;
  readonly #place: Place;
  readonly #host: TableHost;
  readonly #theme: Theme;
  readonly #source: MetricsSource;
  #state: MetricsViewState;
  #listRows = LEAST_LIST;
  #columns = 60;
  readonly #listeners = new Set<() => void>();

  constructor({ session, place, host, theme, at }: MetricsBodyOptions) {
    this.#session = session;
    this.#place = place;
    this.#host = host;
    this.#theme = theme;
    this.#state = initialMetricsState(host.clock(), at);
    this.#source = new MetricsSource(
      session,
      place,
      () => host.clock(),
      () => this.#changed(),
    );
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  command(id: string): boolean {
    const window = WINDOW_KEYS[id];
    if (window !== undefined) return this.#set({ windowMs: window, cursorAt: undefined });
    switch (id) {
      case 'metrics.left':
        return this.#move(-1);
      case 'metrics.right':
        return this.#move(1);
      case 'metrics.far-left':
        return this.#move(-Math.ceil(this.#columns / 8));
      case 'metrics.far-right':
        return this.#move(Math.ceil(this.#columns / 8));
      case 'metrics.now':
        // Without a cursor there is nothing to take back: the key means what it means everywhere.
        return this.#state.cursorAt !== undefined && this.#set({ cursorAt: undefined });
      case 'metrics.previous-deploy':
        return this.#toDeploy(-1);
      case 'metrics.next-deploy':
        return this.#toDeploy(1);
      case 'metrics.list':
        return this.#nextList();
      case 'metrics.sort':
        return this.#set({ sort: this.#state.sort === 'cpu' ? 'memory' : 'cpu', row: undefined, top: 0 });
      default:
        return this.#listCommand(id) || openFromMetrics(id, this.#host, this.#spot());
    }
  }

  rows(width: number, height: number): readonly string[] {
    const lines = this.#lines(width, height);
    while (lines.length < height) lines.push('');
    return lines.slice(0, height);
  }

  status(width: number): Line {
    const rows = this.#rows();
    const at = rows.length === 0 ? 0 : this.#rowIndex(rows) + 1;
    const { list, sort } = this.#state;
    const text = ` ${at}/${rows.length}  ${LIST_TITLE[list].toLowerCase()} by ${sort === 'cpu' ? 'cpu' : 'memory'}`;
    const { problem, skipped } = this.#session.history.stored;
    const remark = problem ?? (skipped > 0 ? `${skipped} lines of the history file could not be read` : undefined);
    const line: Line = [span(text, 'muted'), ...(remark === undefined ? [] : [span(`   ! ${remark}`, 'warning')])];
    return truncateLine(line, width, this.#theme.glyphs.ellipsis);
  }

  hints(): readonly Hint[] {
    return contextHints(this.#host.keys, 'metrics', { offers: (id) => this.#offers(id) });
  }

  shares(): readonly RackShare[] {
    return this.#source.shares;
  }

  focus(): { readonly rack: string; readonly app?: string } {
    const { app } = this.#place;
    return { rack: this.#session.target.name, ...(app === undefined ? {} : { app }) };
  }

  refresh(): void {
    this.#source.refresh();
  }

  show(visible: boolean): void {
    this.#source.show(visible);
  }

  tick(): void {}

  /** For screen readers: the numbers as sentences, without the drawing. */
  linear(): readonly string[] {
    const frame = chartFrame({ ...this.#picture(200), chartRows: 0, deployRows: 3 });
    const lines = frame.map(lineText).filter((line) => /[a-z]/i.test(line));
    const rows = this.#rows();
    const row = rows[this.#rowIndex(rows)];
    const selected = row && lineText(listRow(row, [row], true, { ...this.#look(200), width: 80 }));
    return [
      ...lines,
      ...(selected === undefined ? [] : [`row ${this.#rowIndex(rows) + 1} of ${rows.length}: ${selected}`]),
    ];
  }

  dispose(): void {
    this.#source.dispose();
    this.#listeners.clear();
  }

  #lines(width: number, height: number): string[] {
    const picture = this.#picture(width);
    const deploys = picture.marks.filter(({ at }) => at >= picture.window.from && at <= picture.window.to).length;
    const deployRows = Math.min(deploys, height >= 40 ? 6 : 2);
    const free = height - FIXED_ROWS - deployRows - 1;
    const chartRows = Math.max(
      2,
      Math.min(MOST_CHART, Math.max(free - LEAST_LIST, Math.floor(free * 0.55)), free - LEAST_LIST),
    );
    const frame = chartFrame({ ...picture, chartRows, deployRows });
    this.#listRows = Math.max(0, height - frame.length - 1);
    const paint = (line: Line): string => this.#theme.paint(line);
    return [...frame.map(paint), ...this.#listLines(width)];
  }

  #listLines(width: number): string[] {
    const rows = this.#rows();
    const look = this.#look(width);
    const { glyphs } = this.#theme;
    if (rows.length === 0)
      return [this.#theme.paint(truncateLine([span(` ${this.#source.emptyText()}`, 'muted')], width, glyphs.ellipsis))];
    const cursor = this.#rowIndex(rows);
    const window = moveCursor({ cursor, top: this.#state.top }, cursor, rows.length, Math.max(1, this.#listRows));
    const shown = rows.slice(window.top, window.top + this.#listRows);
    return [
      this.#theme.paint(truncateLine(listHeader(this.#state.list, rows, look), width, glyphs.ellipsis)),
      ...shown.map((row, at) => {
        const selected = window.top + at === cursor;
        const line = truncateLine(listRow(row, rows, selected, look), width, glyphs.ellipsis);
        return this.#theme.paint(selected ? fitLine(line, width) : line, { selected });
      }),
    ];
  }

  #look(width: number): ListLook {
    return {
      width,
      sort: this.#state.sort,
      window: this.#window(),
      rack: this.#session.target.name,
      withApp: this.#place.app === undefined && this.#state.list !== 'app' && this.#state.list !== 'node',
      history: this.#session.history,
      glyphs: this.#theme.glyphs,
    };
  }

  #picture(width: number) {
    this.#columns = plotWidth(width);
    const subject = this.#source.subject();
    const window = this.#window();
    return {
      subject,
      rack: this.#session.target.name,
      unit: unitOf(subject.kind, this.#session.history.percentOnly ?? false),
      usage: this.#source.usage(window),
      limit: this.#session.history.limit(subjectKey(subject)),
      marks: this.#source.marks(window),
      window,
      cursorAt: this.#state.cursorAt,
      width,
      glyphs: this.#theme.glyphs,
    };
  }

  #window(): TimeWindow {
    const to = this.#host.now();
    return { from: to - (this.#state.windowMs ?? this.#source.usualWindow(to)), to };
  }

  #rows(): readonly MetricRow[] {
    return this.#source.rows(this.#state.list, this.#state.sort);
  }

  #rowIndex(rows: readonly MetricRow[]): number {
    return Math.max(
      0,
      rows.findIndex(({ key }) => key === this.#state.row),
    );
  }

  #offers(id: string): boolean {
    if (id === 'metrics.list') return listsFor(this.#source.subject().kind).length > 1;
    if (id === 'metrics.wider') return this.#source.subject().kind !== 'rack';
    return true;
  }

  #move(columns: number): boolean {
    const { from, to } = this.#window();
    return this.#set(movedCursor(this.#state, columns, { now: to, columns: this.#columns, windowMs: to - from }));
  }

  #toDeploy(direction: 1 | -1): boolean {
    const window = this.#window();
    const at = this.#state.cursorAt ?? window.to;
    const marks = this.#source.marks(window).filter((mark) => mark.at >= window.from && mark.at <= window.to);
    const next = direction < 0 ? marks.findLast((mark) => mark.at < at) : marks.find((mark) => mark.at > at);
    if (next === undefined)
      this.#host.toast(`No ${direction < 0 ? 'earlier' : 'later'} deploy in this window`, 'muted');
    else this.#set({ cursorAt: next.at });
    return true;
  }

  #nextList(): boolean {
    const lists = listsFor(this.#source.subject().kind);
    const next = lists[(lists.indexOf(this.#state.list) + 1) % lists.length] ?? 'process';
    return this.#set({ list: next, row: undefined, top: 0 });
  }

  #listCommand(id: string): boolean {
    const rows = this.#rows();
    const at = this.#rowIndex(rows);
    const page = Math.max(1, this.#listRows - 1);
    const to: Readonly<Record<string, number>> = {
      'metrics.down': at + 1,
      'metrics.up': at - 1,
      'metrics.page-down': at + page,
      'metrics.page-up': at - page,
      'metrics.top': 0,
      'metrics.bottom': rows.length - 1,
    };
    const wanted = to[id];
    if (wanted === undefined) return false;
    const window = moveCursor({ cursor: at, top: this.#state.top }, wanted, rows.length, Math.max(1, this.#listRows));
    return this.#set({ row: rows[window.cursor]?.key, top: window.top });
  }

  #spot(): MetricsSpot {
    const rows = this.#rows();
    const row = rows[this.#rowIndex(rows)];
    return { rack: this.#session.target.name, place: this.#place, row, cursorAt: this.#state.cursorAt };
  }

  #set(change: Partial<MetricsViewState>): true {
    this.#state = { ...this.#state, ...change };
    this.#changed();
    return true;
  }

  #changed(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}
