import { ageText } from '../../domain/age.ts';
import { asFailure } from '../../domain/failure.ts';
import type { Verdict } from '../../domain/verdict.ts';
import type { GuideEntry } from '../../guides/guide-catalogue.ts';
import type { RackSession } from '../../live/rack-session.ts';
import { type Standing, standingOf } from '../actions/outcome-words.ts';
import type { Hint } from '../keys/hint.ts';
import type { BodyView } from '../shell/body-view.ts';
import { contextHints } from '../shell/context-hints.ts';
import type { TableHost } from '../shell/table-host.ts';
import type { RackShare } from '../table/row-feed.ts';
import { moveCursor, type TableWindow } from '../table/table-window.ts';
import { type Line, lineText, truncateLine } from '../text/line.ts';
import { shownText } from '../text/shown-text.ts';
import { fitText, textWidth } from '../text/text-width.ts';
import type { Theme } from '../theme/theme.ts';
import type { GuideCommandHost } from './guide-commands.ts';
import type { GuideDesk } from './guide-desk.ts';
import { appliesTo, guideDestination } from './guide-places.ts';
import type { GuideStanding } from './guide-services.ts';
import { progressWords } from './step-words.ts';

export interface GuideListOptions {
  readonly desk: GuideDesk;
  /** Of one rack, or of all. */
  readonly sessions: readonly RackSession[];
  readonly host: TableHost & GuideCommandHost;
  readonly theme: Theme;
}

interface Row {
  readonly entry: GuideEntry;
  readonly session: RackSession;
}

const LONGEST_NAME = 36;
const STANDING_WIDTH = 17;

/** Which guides there are, whether they are for a rack, and how far each is there. */
export class GuideList implements BodyView {
  readonly context = 'guide' as const;
  readonly #options: GuideListOptions;
  readonly #rows: readonly Row[];
  readonly #standings = new Map<Row, GuideStanding>();
  readonly #listeners = new Set<() => void>();
  readonly #stops: (() => void)[];
  #window: TableWindow = { cursor: 0, top: 0 };
  #height = 1;
  #width = 80;

  constructor(options: GuideListOptions) {
    this.#options = options;
    const { desk, sessions } = options;
    this.#rows = sessions.flatMap((session) => desk.catalogue.map((entry) => ({ entry, session })));
    // What a guide is for depends on provider and version: watching is what asks for them.
    this.#stops = sessions.map((session) => session.system.subscribe(() => this.#notify()));
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  command(id: string): boolean {
    const at = this.#window.cursor;
    const page = Math.max(1, this.#height - 1);
    const moves: Readonly<Record<string, number>> = {
      'guide.down': at + 1,
      'guide.up': at - 1,
      'guide.top': 0,
      'guide.bottom': this.#rows.length - 1,
      'guide.half-down': at + Math.ceil(page / 2),
      'guide.half-up': at - Math.ceil(page / 2),
      'guide.page-down': at + page,
      'guide.page-up': at - page,
    };
    const to = Object.hasOwn(moves, id) ? moves[id] : undefined;
    if (to !== undefined) this.#window = moveCursor(this.#window, to, this.#rows.length, this.#height);
    else if (id === 'guide.open') this.#open();
    else if (id === 'guide.check') this.refresh();
    else return false;
    this.#notify();
    return true;
  }

  rows(width: number, height: number): readonly string[] {
    this.#width = width;
    this.#height = Math.max(1, height - 1);
    this.#window = moveCursor(this.#window, Math.max(0, this.#window.cursor), this.#rows.length, this.#height);
    const { top } = this.#window;
    const lines = [this.#header(), ...this.#rows.slice(top, top + this.#height).map((row) => this.#line(row))];
    const { ellipsis } = this.#options.theme.glyphs;
    return Array.from({ length: height }, (_, at) =>
      this.#options.theme.paint(truncateLine(lines[at] ?? [], width, ellipsis)),
    );
  }

  linear(): readonly string[] {
    return this.#rows.map((row) => lineText(this.#line(row)).trim().replace(/ {2,}/g, '  '));
  }

  status(): Line {
    const row = this.#rows[this.#window.cursor];
    // In a narrow terminal the row itself is cut off.
    const about = row ? `   ${this.#standing(row, appliesTo(row.entry, row.session)).more}${row.entry.about}` : '';
    return [{ text: ` ${this.#window.cursor + 1}/${this.#rows.length}` }, { text: about, role: 'muted' }];
  }

  hints(): readonly Hint[] {
    const own = new Set(['guide.open', 'guide.check']);
    const offers = (id: string): boolean => !id.startsWith('guide.') || own.has(id);
    const hints = contextHints(this.#options.host.keys, 'guide', { offers });
    return hints.map((hint) => (hint.label === 'check again' ? { ...hint, label: 'read again' } : hint));
  }

  shares(): readonly RackShare[] {
    return [];
  }

  focus(): { readonly rack?: string } {
    const row = this.#rows[this.#window.cursor];
    return row ? { rack: row.session.target.name } : {};
  }

  refresh(): void {
    void this.#readAll();
  }

  show(visible: boolean): void {
    if (visible) void this.#readAll();
  }

  tick(): void {
    this.#notify();
  }

  dispose(): void {
    for (const stop of this.#stops.splice(0)) stop();
    this.#listeners.clear();
  }

  #open(): void {
    const row = this.#rows[this.#window.cursor];
    if (!row) return;
    const { entry, session } = row;
    const verdict = appliesTo(entry, session);
    const { host } = this.#options;
    if (!verdict.allowed && verdict.because === 'target') {
      host.toast(`${entry.title}: ${verdict.reason}`, 'warning');
      return;
    }
    host.open(guideDestination(entry.id, session.target.name));
    // It can be looked at all the same: its checks say what is missing.
    if (!verdict.allowed) host.toast(`${entry.title}: ${verdict.reason}`, 'warning');
  }

  async #readAll(): Promise<void> {
    const { desk } = this.#options;
    await Promise.all(
      this.#rows.map(async (row) => {
        const standing = await desk.services
          .standing(row.entry.id, row.session)
          .catch((error: unknown): GuideStanding => ({ kind: 'damaged', words: asFailure(error).message }));
        this.#standings.set(row, standing);
      }),
    );
    this.#notify();
  }

  #header(): Line {
    const { names, racks } = this.#widths();
    const columns = ['GUIDE'.padEnd(names), ...(racks > 0 ? ['RACK'.padEnd(racks)] : [])];
    return [{ text: `  ${columns.join('  ')}  ${'PROGRESS'.padEnd(STANDING_WIDTH)}  WHAT FOR`, role: 'column-header' }];
  }

  #line(row: Row): Line {
    const { entry, session } = row;
    const { glyphs } = this.#options.theme;
    const { names, racks } = this.#widths();
    const isSelected = this.#rows[this.#window.cursor] === row;
    const cell = (text: string, width: number): string => fitText(text, width, 'left', glyphs.ellipsis);
    const verdict = appliesTo(entry, session);
    const { standing, more } = this.#standing(row, verdict);
    const off = !verdict.allowed;
    return [
      { text: isSelected ? `${glyphs.cursor} ` : '  ', role: 'key' },
      { text: cell(entry.title, names), ...(off ? { role: 'muted' } : isSelected ? { role: 'title' } : {}) },
      ...(racks > 0 ? [{ text: `  ${cell(session.target.name, racks)}`, role: 'muted' as const }] : []),
      { text: `  ${cell(`${standing.glyph} ${standing.word}`, STANDING_WIDTH)}`, role: standing.tone },
      { text: `  ${more}${entry.about}`, role: 'muted' },
    ];
  }

  /** What is being done, else what was seen, else what the notes say. */
  #standing(row: Row, verdict: Verdict): { readonly standing: Standing; readonly more: string } {
    const { desk, host } = this.#options;
    const open = desk.known(row.entry.id, row.session);
    if (open?.change) return { standing: standingOf(open.change.state.get()), more: '' };
    if (open?.state) {
      const words = progressWords(open.state);
      const all = open.state.steps.every(({ result }) => result?.state === 'ok' || result?.state === 'not-needed');
      return { standing: all ? DONE : { glyph: '~', word: words, tone: 'notice' }, more: '' };
    }
    if (!verdict.allowed) {
      return { standing: verdict.because === 'version' ? TOO_OLD : NOT_HERE, more: `${verdict.reason}. ` };
    }
    const known = this.#standings.get(row);
    if (known?.kind === 'damaged') return { standing: DAMAGED, more: `${shownText(known.words)} ` };
    if (known?.kind !== 'begun') return { standing: known ? NOT_STARTED : READING, more: '' };
    if (known.cutOff !== undefined) return { standing: CUT_OFF, more: `"${known.cutOff}" was cut off. ` };
    const seen = `seen ${ageText(known.at, host.now())} ago. `;
    const words = `${known.green} of ${known.total} done`;
    return { standing: known.green === known.total ? DONE : { glyph: '~', word: words, tone: 'notice' }, more: seen };
  }

  #widths(): { readonly names: number; readonly racks: number } {
    const { desk, sessions } = this.#options;
    const wide = this.#width >= 100 ? LONGEST_NAME : 26;
    const names = Math.min(wide, Math.max(...desk.catalogue.map(({ title }) => textWidth(title))));
    const racks = sessions.length > 1 ? Math.max(4, ...sessions.map(({ target }) => textWidth(target.name))) : 0;
    return { names, racks: Math.min(racks, this.#width >= 100 ? 30 : 14) };
  }

  #notify(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}

const DONE: Standing = { glyph: '+', word: 'done', tone: 'good' };
const NOT_STARTED: Standing = { glyph: '-', word: 'not started', tone: 'muted' };
const READING: Standing = { glyph: '~', word: 'reading', tone: 'muted' };
const NOT_HERE: Standing = { glyph: 'x', word: 'not here', tone: 'muted' };
const TOO_OLD: Standing = { glyph: 'x', word: 'rack too old', tone: 'muted' };
const DAMAGED: Standing = { glyph: '!', word: 'notes damaged', tone: 'warning' };
const CUT_OFF: Standing = { glyph: '!', word: 'cut off', tone: 'warning' };
