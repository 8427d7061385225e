import type { AnyResource, Place } from '../../resources/define-resource.ts';
import type { Filter } from '../../resources/filter/filter-term.ts';
import { parseFilter } from '../../resources/filter/parse-filter.ts';
import { statusLine } from '../frame/status-line.ts';
import type { Hint } from '../keys/hint.ts';
import type { Location } from '../navigation/location.ts';
import { type ColumnLayout, layoutColumns, naturalWidths } from '../table/column-layout.ts';
import type { RackShare, RowFeed } from '../table/row-feed.ts';
import { GUTTER, headerLine, rowLine } from '../table/row-line.ts';
import type { SortOrder } from '../table/row-order.ts';
import { type SourceRow, type TableColumn, tableColumns } from '../table/table-column.ts';
import { TableModel, type TableResult } from '../table/table-model.ts';
import { RowPreparer, type TableRow } from '../table/table-row.ts';
import { placeWindow, type TableWindow } from '../table/table-window.ts';
import { fitLine, type Line, truncateLine } from '../text/line.ts';
import type { Theme } from '../theme/theme.ts';
import type { BodyView } from './body-view.ts';
import { runTableCommand, runTableKey } from './table-commands.ts';
import { tableHints } from './table-hints.ts';
import type { TableHost } from './table-host.ts';
import { emptyLines, troubleLines } from './table-messages.ts';

/** Nothing is said about loading before this: a quick answer must not flash. */
export const LOADING_AFTER_MS = 150;

export interface TableBodyOptions {
  readonly resource: AnyResource;
  readonly feed: RowFeed;
  /** Several racks joined: show which. */
  readonly withRack: boolean;
  readonly host: TableHost;
  readonly theme: Theme;
}

/** What is on screen now, for commands and painting alike. */
export interface TableFrame {
  readonly location: Location;
  readonly result: TableResult;
  readonly window: TableWindow;
  readonly height: number;
  readonly layout: ColumnLayout;
  readonly sort: SortOrder;
  readonly filter: Filter;
  readonly current: TableRow | undefined;
  readonly trouble: readonly Line[];
}

/** A resource's rows as a windowed table. All state that outlives it is in the location. */
export class TableBody implements BodyView {
  readonly context = 'table' as const;
  readonly resource: AnyResource;
  readonly columns: readonly TableColumn[];
  readonly host: TableHost;
  readonly #feed: RowFeed;
  readonly #theme: Theme;
  readonly #preparer: RowPreparer;
  readonly #model = new TableModel();
  readonly #openedAt: number;
  #size = { width: 80, height: 20 };
  #prepared: { sources: readonly SourceRow[]; rows: readonly TableRow[] } | undefined;
  #filter: { text: string; filter: Filter } | undefined;
  #natural: { rows: readonly TableRow[]; widths: readonly number[]; told: ReadonlySet<string> } | undefined;
  #layout: { natural: readonly number[]; width: number; sort: string; layout: ColumnLayout } | undefined;
  /** Rows that describe and raw speak of stay readable after they are gone. */
  readonly #remembered = new Map<string, TableRow>();

  constructor(options: TableBodyOptions) {
    this.resource = options.resource;
    this.columns = tableColumns(options.resource, options.withRack);
    this.host = options.host;
    this.#feed = options.feed;
    this.#theme = options.theme;
    this.#preparer = new RowPreparer(options.resource, this.columns);
    this.#openedAt = options.host.now();
  }

  get theme(): Theme {
    return this.#theme;
  }

  subscribe(listener: () => void): () => void {
    return this.#feed.subscribe(() => {
      this.#follow();
      listener();
    });
  }

  command(id: string, key: string): boolean {
    return runTableCommand(this, id, key);
  }

  key(key: string): boolean {
    return runTableKey(this, key);
  }

  shares(): readonly RackShare[] {
    return this.#feed.get().shares;
  }

  refresh(): void {
    void this.#feed.refresh();
  }

  show(visible: boolean): void {
    this.#feed.setVisibility(visible ? 'visible' : 'hidden');
  }

  tick(): void {}

  dispose(): void {
    this.#feed.dispose();
  }

  /** The row of a key, also after it has left the table. */
  row(key: string): { readonly row: TableRow; readonly gone: boolean } | undefined {
    const row = this.#rows().find((each) => each.key === key);
    if (row) this.#remembered.set(key, row);
    const known = row ?? this.#remembered.get(key);
    return known && { row: known, gone: row === undefined };
  }

  frame(): TableFrame {
    const location = this.host.location();
    const rows = this.#rows();
    const sort = location.sort ?? { column: this.resource.sort[0], descending: this.resource.sort[1] === 'desc' };
    const filter = this.filterOf(location.filter);
    const now = this.host.now();
    const { unhealthyOnly } = location;
    const result = this.#model.query({ columns: this.columns, rows, filter, sort, unhealthyOnly, now });
    const trouble = rows.length === 0 ? [] : troubleLines(this.#feed.get().shares, this.resource, this.#size.width);
    const height = Math.max(1, this.#size.height - 1 - trouble.length);
    const found = location.cursorKey === undefined ? 0 : result.indexOf(location.cursorKey);
    const window = placeWindow({ length: result.rows.length, height, found, previous: location.window });
    const current = result.rows[window.cursor];
    return {
      location,
      result,
      window,
      height,
      layout: this.#layoutOf(rows, sort.column, location.place),
      sort,
      filter,
      current,
      trouble,
    };
  }

  filterOf(text: string): Filter {
    if (this.#filter?.text !== text) this.#filter = { text, filter: parseFilter(text, this.columns) };
    return this.#filter.filter;
  }

  focus(): { readonly rack?: string; readonly app?: string } {
    const { current } = this.frame();
    if (current === undefined) return {};
    const column = this.columns.findIndex(({ id }) => id === (this.resource.id === 'apps' ? 'name' : 'app'));
    const app = current.values[column];
    const rack = this.resource.id === 'racks' ? String(current.values[0] ?? '') : current.source.rack;
    return { rack, ...(typeof app === 'string' && app !== '' ? { app } : {}) };
  }

  rows(width: number, height: number): readonly string[] {
    this.#size = { width, height };
    const frame = this.frame();
    const lines = this.#lines(frame, width, height);
    while (lines.length < height) lines.push('');
    return lines.slice(0, height);
  }

  status(width: number): Line {
    const frame = this.frame();
    const { result, window, sort, location, filter } = frame;
    return statusLine(
      {
        position: window.cursor + 1,
        shown: result.rows.length,
        total: result.total,
        filter: location.filter,
        filterProblem: filter.problem,
        unhealthyOnly: location.unhealthyOnly,
        marks: location.marks.size,
        sortHeader: sortName(this.columns, sort),
        descending: sort.descending,
        dropped: frame.layout.dropped,
      },
      width,
      this.#theme.glyphs,
    );
  }

  hints(): readonly Hint[] {
    return tableHints(this);
  }

  /** For screen readers: where the cursor is, then its row with every column named. */
  linear(): readonly string[] {
    const { current, window, result, layout } = this.frame();
    if (current === undefined) return this.#messages(80).map((line) => line.map((part) => part.text).join(''));
    const cells = layout.columns.flatMap(({ column, index }) => {
      const text = column.type === 'time' ? column.cell(current.source, this.host.now()).text : current.texts[index];
      // The sign in front of a state is for the eye; the word says it. Nothing is said of an empty cell.
      const said = column.type === 'status' ? text?.replace(/^[+x!~?] /, '') : text;
      return said === undefined || said === '' ? [] : [`${column.header.toLowerCase()} ${said}`];
    });
    const mark = this.host.location().marks.has(current.key) ? ', marked' : '';
    return [`row ${window.cursor + 1} of ${result.rows.length}${mark}: ${cells.join(', ')}`];
  }

  #lines(frame: TableFrame, width: number, height: number): string[] {
    const { result, window, location, layout } = frame;
    const paint = (line: Line): string => this.#theme.paint(line);
    const lines = frame.trouble.map(paint);
    if (result.rows.length === 0) {
      lines.push(...this.#messages(width).slice(0, height).map(paint));
      return lines;
    }
    const { glyphs } = this.#theme;
    const now = this.host.now();
    const frozen = isFrozen(this.#feed.get().shares);
    lines.push(paint(truncateLine(headerLine(layout, frame.sort, glyphs, location.column), width)));
    const shown = result.rows.slice(window.top, window.top + frame.height);
    shown.forEach((row, offset) => {
      const selected = window.top + offset === window.cursor;
      const line = rowLine(row, layout, { cursor: selected, marked: location.marks.has(row.key), now, glyphs });
      lines.push(this.#theme.paint(selected ? fitLine(line, width) : line, { selected, frozen }));
    });
    return lines;
  }

  #messages(width: number): readonly Line[] {
    const location = this.host.location();
    const loading = this.host.clock() - this.#openedAt >= LOADING_AFTER_MS;
    return emptyLines({
      resource: this.resource,
      shares: this.#feed.get().shares,
      total: this.#rows().length,
      filter: this.filterOf(location.filter),
      unhealthyOnly: location.unhealthyOnly,
      loading,
      keys: this.host.keys,
      width,
    });
  }

  #rows(): readonly TableRow[] {
    const sources = this.#feed.get().rows;
    if (this.#prepared?.sources !== sources) {
      const now = this.host.now();
      this.#prepared = { sources, rows: sources.map((source) => this.#preparer.prepare(source, now)) };
    }
    return this.#prepared.rows;
  }

  #layoutOf(rows: readonly TableRow[], sort: string, place: Place): ColumnLayout {
    const width = this.#size.width - GUTTER;
    if (this.#natural?.rows !== rows) {
      const widths = naturalWidths(this.columns, rows);
      const before = this.#natural?.widths;
      // Columns only grow while a view stays open: a table that breathes with every poll cannot be read.
      const kept = before ? widths.map((own, at) => Math.max(own, before[at] ?? 0)) : widths;
      const same = before?.every((own, at) => own === kept[at]);
      const told = toldByPlace(this.columns, rows, place);
      if ([...told].join() !== [...(this.#natural?.told ?? [])].join()) this.#layout = undefined;
      this.#natural = { rows, widths: same && before ? before : kept, told };
    }
    const { widths: natural, told } = this.#natural;
    const last = this.#layout;
    if (last && last.natural === natural && last.width === width && last.sort === sort) return last.layout;
    const layout = layoutColumns(this.columns, natural, width, sort, told);
    this.#layout = { natural, width, sort, layout };
    return layout;
  }

  /** New data moved rows: the place reached is kept, so that the next change starts from what is on screen. */
  #follow(): void {
    const location = this.host.locationOf(this);
    if (location?.cursorKey === undefined) return;
    const { window, current } = this.frame();
    if (current && (current.key !== location.cursorKey || window.cursor !== location.window.cursor)) {
      this.host.patch({ cursorKey: current.key, window });
    }
  }
}

/** Columns in which every row says what the place says already: the app inside an app, the node inside a node. */
function toldByPlace(columns: readonly TableColumn[], rows: readonly TableRow[], place: Place): ReadonlySet<string> {
  const known: Readonly<Record<string, string | undefined>> = { ...place };
  const told = columns.filter(({ id }, at) => {
    const value = Object.hasOwn(known, id) ? known[id] : undefined;
    return value !== undefined && rows.every((row) => row.values[at] === value);
  });
  return new Set(told.map(({ id }) => id));
}

/** A column that is not in the table has no header to point at: its id says what the order is. */
function sortName(columns: readonly TableColumn[], sort: SortOrder): string | undefined {
  const column = columns.find((each) => each.id === sort.column);
  return column?.inTable ? column.header : column?.id;
}

/** No rack behind the rows can be asked now: they are the past and look it. */
function isFrozen(shares: readonly RackShare[]): boolean {
  return shares.length > 0 && shares.every(({ link }) => link.kind === 'offline' || link.kind === 'logged-out');
}
