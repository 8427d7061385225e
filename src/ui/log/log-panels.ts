import type { FacetQuery } from '../../domain/facet-query.ts';
import { SingleTimer } from '../../live/timers.ts';
import { drawRow } from '../text/draw-row.ts';
import { fitText } from '../text/text-width.ts';
import { FieldPanel } from './field-panel.ts';
import type { LogStage } from './log-stage.ts';
import type { PanelKind } from './log-view-state.ts';
import type { PanelContent, PanelHint, PanelRow } from './panel-content.ts';
import { ProcessPanel } from './process-panel.ts';
import type { SeenProcess } from './process-register.ts';
import { TopPanel } from './top-panel.ts';

const MOST_ROWS = 16;
/** Of the height that log and panel share. */
const SHARE = 0.45;
/** Below this there is no room for two. */
const LEAST_HEIGHT = 6;
/** While a backlog is counted, figures move this often. */
const SHOW_EVERY_MS = 100;

interface OpenPanel {
  readonly kind: PanelKind | 'top';
  readonly content: PanelContent;
  /** Row under the cursor, and the first one in the window. */
  cursor: string | undefined;
  top: number;
  /** As drawn last: what page keys move by. */
  height: number;
}

/** The panel below the lines, if any: opens, moves about in it, does its work in slices between two keys. */
export class LogPanels {
  readonly #stage: LogStage;
  readonly #askPreviousLife: (process: SeenProcess) => void;
  readonly #work: SingleTimer;
  #open: OpenPanel | undefined;
  #busy = false;
  #shownAt = Number.NEGATIVE_INFINITY;

  constructor(stage: LogStage, askPreviousLife: (process: SeenProcess) => void) {
    this.#stage = stage;
    this.#askPreviousLife = askPreviousLife;
    this.#work = new SingleTimer(stage.timers);
  }

  get isOpen(): boolean {
    return this.#open !== undefined;
  }

  hints(): readonly PanelHint[] {
    return this.#open?.content.hints ?? [];
  }

  /** Opens a panel, or closes it where it is open already. */
  show(kind: PanelKind): void {
    if (this.#open?.kind === kind) this.close();
    else if (kind === 'processes') this.#put(kind, new ProcessPanel(this.#stage, this.#askPreviousLife));
    else this.#put(kind, new FieldPanel(this.#stage));
  }

  query(query: FacetQuery): void {
    this.#put('top', new TopPanel(this.#stage, query));
  }

  close(): void {
    this.#work.stop();
    this.#open = undefined;
    this.#stage.changed();
  }

  dispose(): void {
    this.#work.stop();
    this.#open = undefined;
  }

  /** Lines came, or others are shown: there may be something to count. */
  caughtUp(): void {
    if (this.#open && !this.#work.pending) this.#slice();
  }

  /** Keys while a panel is open; false for those that still mean the log. */
  command(id: string): boolean {
    const open = this.#open;
    if (!open) return false;
    if (id === 'app.back') {
      this.close();
      return true;
    }
    const act = COMMANDS[id];
    if (!act) return false;
    const rows = open.content.rows(WIDE);
    const at = Math.max(
      0,
      rows.findIndex((row) => row.id === open.cursor),
    );
    const to = act(open, rows[at]?.id, at, rows.length);
    if (to === undefined) return false;
    open.cursor = rows[Math.max(0, Math.min(rows.length - 1, to))]?.id;
    this.#stage.changed();
    return true;
  }

  /** Rows that it takes of `height`. */
  height(height: number): number {
    if (!this.#open || height < LEAST_HEIGHT) return 0;
    const most = Math.max(3, Math.min(MOST_ROWS, Math.floor(height * SHARE)));
    return Math.max(3, Math.min(most, 1 + this.#open.content.rows(WIDE).length));
  }

  /** Exactly `height` rows. */
  rows(width: number, height: number): readonly string[] {
    const open = this.#open;
    if (!open || height <= 0) return [];
    const all = open.content.rows(Math.max(1, width - 2));
    const room = height - 1;
    const at = Math.max(
      0,
      all.findIndex((row) => row.id === open.cursor),
    );
    open.height = room;
    open.top = Math.max(0, Math.min(Math.max(Math.min(open.top, at), at - room + 1), all.length - room));
    const body = all
      .slice(open.top, open.top + room)
      .map((row, index) => this.#row(row, open.top + index === at, width));
    if (all.length === 0) body.push(this.#emptyRow(width));
    while (body.length < room) body.push('');
    return [this.#titleRow(width, all.length), ...body].slice(0, height);
  }

  #put(kind: OpenPanel['kind'], content: PanelContent): void {
    this.#work.stop();
    this.#open = { kind, content, cursor: undefined, top: 0, height: 0 };
    this.#busy = true;
    this.#slice();
    this.#stage.changed();
  }

  #slice(): void {
    const open = this.#open;
    if (!open) return;
    this.#busy = !open.content.advance();
    if (this.#busy) this.#work.start(0, () => this.#slice());
    const now = this.#stage.now();
    if (this.#busy && now >= this.#shownAt && now - this.#shownAt < SHOW_EVERY_MS) return;
    this.#shownAt = now;
    this.#stage.changed();
  }

  #titleRow(width: number, rows: number): string {
    const { theme, styles } = this.#stage;
    const { content = undefined, top = 0, height = 0 } = this.#open ?? {};
    const more = rows > height ? ` ${top + 1}-${Math.min(rows, top + height)} of ${rows}` : '';
    const text = ` ${content?.title() ?? ''}${more}${this.#busy ? ' (counting)' : ''} `;
    const dash = theme.glyphs.box.horizontal;
    const shown = fitText(text, Math.min(text.length, Math.max(1, width - 3)), 'left', styles.ellipsis);
    return theme.paint([
      { text: dash.repeat(Math.min(2, width)), role: 'border' },
      { text: width > 3 ? shown : '', role: 'title' },
      { text: dash.repeat(Math.max(0, width - 2 - shown.length)), role: 'border' },
    ]);
  }

  #row({ line }: PanelRow, here: boolean, width: number): string {
    const { theme } = this.#stage;
    const text = drawRow(line, { from: 0, to: line.text.length }, Math.max(1, width - 2));
    if (width <= 2) return text;
    return theme.paint([{ text: here ? `${theme.glyphs.cursor} ` : '  ', role: 'accent', bold: true }]) + text;
  }

  #emptyRow(width: number): string {
    const { theme, styles } = this.#stage;
    const text = this.#busy ? 'Counting ...' : (this.#open?.content.empty() ?? '');
    return theme.paint([{ text: fitText(`  ${text}`, width, 'left', styles.ellipsis).trimEnd(), role: 'muted' }]);
  }
}

/** Ids do not depend on the width. */
const WIDE = 80;

/** What a key does; the result is the row that the cursor goes to, undefined where the panel has no use for the key. */
type PanelCommand = (open: OpenPanel, id: string | undefined, at: number, size: number) => number | undefined;

const on =
  (act: (content: PanelContent, id: string) => void): PanelCommand =>
  ({ content }, id, at) => {
    if (id !== undefined) act(content, id);
    return at;
  };
const fold =
  (wanted: boolean): PanelCommand =>
  ({ content }, id, at) => {
    if (!content.fold) return undefined;
    if (id !== undefined) content.fold(id, wanted);
    return at;
  };

const COMMANDS: Readonly<Record<string, PanelCommand>> = {
  'log.down': (_open, _id, at) => at + 1,
  'log.up': (_open, _id, at) => at - 1,
  'log.half-down': ({ height }, _id, at) => at + Math.max(1, Math.floor(height / 2)),
  'log.half-up': ({ height }, _id, at) => at - Math.max(1, Math.floor(height / 2)),
  'log.page-down': ({ height }, _id, at) => at + Math.max(1, height - 1),
  'log.page-up': ({ height }, _id, at) => at - Math.max(1, height - 1),
  'log.top': () => 0,
  'log.bottom': (_open, _id, _at, size) => size - 1,
  'log.open': on((content, id) => content.choose(id)),
  'log.pause': ({ content }, id, at) => {
    if (!content.toggle) return undefined;
    if (id !== undefined) content.toggle(id);
    return at;
  },
  'log.right': fold(true),
  'log.left': fold(false),
  'log.previous-life': ({ content }, id, at) => {
    if (!content.previousLife) return undefined;
    if (id !== undefined) content.previousLife(id);
    return at;
  },
};
