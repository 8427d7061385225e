import type { AnyAction } from '../../actions/define-action.ts';
import type { AnyResource, Link, OpaqueRow } from '../../resources/define-resource.ts';
import { diffDestination } from '../diff/diff-destination.ts';
import { keyLabel } from '../keys/key-label.ts';
import type { Destination } from '../navigation/location.ts';
import { startsDescending } from '../table/row-order.ts';
import type { TableRow } from '../table/table-row.ts';
import { moveCursor } from '../table/table-window.ts';
import type { TableBody, TableFrame } from './table-body.ts';
import { tableSelection } from './table-selection.ts';
import { unavailableSentence } from './unavailable.ts';

type Command = (body: TableBody, frame: TableFrame, key: string) => void;

const COMMANDS: Readonly<Record<string, Command>> = {
  'table.down': (body, frame) => moveTo(body, frame, frame.window.cursor + 1),
  'table.up': (body, frame) => moveTo(body, frame, frame.window.cursor - 1),
  'table.top': (body, frame) => moveTo(body, frame, 0),
  'table.bottom': (body, frame) => moveTo(body, frame, frame.result.rows.length - 1),
  'table.half-down': (body, frame) => moveTo(body, frame, frame.window.cursor + half(frame)),
  'table.half-up': (body, frame) => moveTo(body, frame, frame.window.cursor - half(frame)),
  'table.page-down': (body, frame) => moveTo(body, frame, frame.window.cursor + Math.max(1, frame.height - 1)),
  'table.page-up': (body, frame) => moveTo(body, frame, frame.window.cursor - Math.max(1, frame.height - 1)),
  'table.column-left': (body, frame) => moveColumn(body, frame, -1),
  'table.column-right': (body, frame) => moveColumn(body, frame, 1),
  'table.sort': (body, frame, key) => sortByKey(body, frame, key),
  'table.reverse': (body, frame) => body.host.patch({ sort: { ...frame.sort, descending: !frame.sort.descending } }),
  'table.mark': mark,
  'table.mark-all': markAll,
  'table.copy-cell': copyCell,
  'table.copy-row': copyRow,
  'table.unhealthy': (body, frame) => body.host.patch({ unhealthyOnly: !frame.location.unhealthyOnly }),
  'table.filter': askFilter,
  'table.describe': (body, frame) => openText(body, frame, 'describe'),
  'table.raw': (body, frame) => openText(body, frame, 'raw'),
  'table.why': openWhy,
};

/** Runs a binding on the table. A link of the resource on the binding's key comes first: `l` means what the row says. */
export function runTableCommand(body: TableBody, id: string, key: string): boolean {
  const frame = body.frame();
  const link = linkFor(body, id);
  if (link !== undefined) {
    follow(body, frame, link);
    return true;
  }
  const command = COMMANDS[id];
  if (command !== undefined) {
    command(body, frame, key);
    return true;
  }
  const action = actionFor(body, id);
  const sentence = unavailableSentence(id);
  if (action !== undefined) act(body, frame, action);
  else if (id === 'table.actions') openMenu(body, frame);
  else if (id in ACTION_KEYS) body.host.toast(noAction(body, id), 'notice');
  else if (sentence !== undefined) body.host.toast(sentence, 'notice');
  else if (id === 'table.open') body.host.toast('Nothing opens from here', 'notice');
  else if (isLinkOnly(id)) body.host.toast(`No ${body.host.keys.get(id)?.label ?? 'such view'} from here`, 'notice');
  else return false;
  return true;
}

/** A key that only this resource gives a meaning: `v` services, `h` releases. */
export function runTableKey(body: TableBody, key: string): boolean {
  const link = Object.hasOwn(body.resource.open, key) ? body.resource.open[key] : undefined;
  const action = link === undefined ? body.host.actions?.byKey(body.resource.id, key) : undefined;
  if (link !== undefined) follow(body, body.frame(), link);
  else if (action !== undefined) act(body, body.frame(), action);
  return link !== undefined || action !== undefined;
}

/** Bindings that mean what an action of the view makes of them, by the key that both have by default. */
export const ACTION_KEYS: Readonly<Record<string, string>> = { 'table.shell': 's', 'table.stop': 'x' };

/** The action of the view behind a binding; remapping moves the binding and the action with it. */
export function actionFor(body: TableBody, id: string): AnyAction | undefined {
  const key = ACTION_KEYS[id];
  return key === undefined ? undefined : body.host.actions?.byKey(body.resource.id, key);
}

function act(body: TableBody, frame: TableFrame, action: AnyAction): void {
  const selection = tableSelection(body, frame);
  settle(body, frame);
  body.host.actions?.choose(action, selection);
}

function openMenu(body: TableBody, frame: TableFrame): void {
  const selection = tableSelection(body, frame);
  settle(body, frame);
  body.host.actions?.openMenu(selection);
}

function noAction(body: TableBody, id: string): string {
  const what = body.host.keys.get(id)?.label ?? 'such action';
  const closed = body.host.actions?.closed;
  return closed === undefined ? `No ${what} from here` : `No ${what}: ${closed}`;
}

/** The resource's link behind a binding, by the key that the binding has by default: remapping moves both. */
export function linkFor(body: { readonly resource: AnyResource }, id: string): Link<OpaqueRow> | undefined {
  const key = LINK_KEYS[id];
  return key === undefined ? undefined : body.resource.open[key];
}

/** Bindings that mean nothing but what a resource makes of them. */
export function isLinkOnly(id: string): boolean {
  return id in LINK_KEYS && !(id in COMMANDS) && !(id in ACTION_KEYS) && unavailableSentence(id) === undefined;
}

export const LINK_KEYS: Readonly<Record<string, string>> = {
  'table.open': 'enter',
  'table.logs': 'l',
  'table.describe': 'd',
  'table.raw': 'y',
  'table.why': 'w',
  'table.shell': 's',
  'table.metrics': 'm',
  'table.env': 'e',
  'table.timeline': 't',
};

function follow(body: TableBody, frame: TableFrame, link: Link<OpaqueRow>): void {
  const { current, location } = frame;
  if (current === undefined) {
    body.host.toast('No row to open', 'muted');
    return;
  }
  if (link.to === 'describe' || link.to === 'raw') {
    openText(body, frame, link.to);
    return;
  }
  const { row, rack } = current.source;
  const destination: Destination = {
    view: link.to,
    rack: link.rack?.(row) ?? rack,
    place: link.place(row, location.place),
    filter: link.filter?.(row),
  };
  settle(body, frame);
  body.host.open((link.to === 'diff' ? markedPair(body, frame) : undefined) ?? destination);
}

/** Two marked rows are compared with each other, whichever the cursor is on. */
function markedPair(body: TableBody, frame: TableFrame): Destination | undefined {
  const marked = frame.result.rows.filter((row) => frame.location.marks.has(row.key));
  const [one, other] = marked;
  const { app } = frame.location.place;
  if (!one || !other || marked.length > 2 || app === undefined) return undefined;
  const id = (each: TableRow): string => body.resource.key(each.source.row);
  return diffDestination(one.source.rack, app, id(one), id(other));
}

function openText(body: TableBody, frame: TableFrame, view: 'describe' | 'raw'): void {
  const { current, location } = frame;
  if (current === undefined) {
    body.host.toast('No row to describe', 'muted');
    return;
  }
  settle(body, frame);
  body.host.open({
    view,
    rack: current.source.rack,
    place: location.place,
    subject: { resource: body.resource.id, rack: location.rack, rowKey: current.key, name: rowName(body, current) },
  });
}

/** Of the app under the cursor, else of the one that the view stands in, else of the rack. */
function openWhy(body: TableBody, frame: TableFrame): void {
  const focus = body.focus();
  const rack = focus.rack ?? frame.location.rack;
  if (rack === undefined) {
    body.host.toast('Choose a rack first', 'notice');
    return;
  }
  const app = focus.app ?? frame.location.place.app;
  settle(body, frame);
  body.host.open({ view: 'why', rack, place: app === undefined ? {} : { app } });
}

/** Leaving: coming back finds this very row, whatever happened to the list meanwhile. */
function settle(body: TableBody, frame: TableFrame): void {
  if (frame.current) body.host.patch({ cursorKey: frame.current.key, window: frame.window });
}

/** What a person calls the row: its id or name, else its key. */
export function rowName(body: TableBody, row: TableRow): string {
  return (row.texts[nameColumn(body)] ?? '') || body.resource.key(row.source.row);
}

/** Index of the column that a row is known by. */
function nameColumn(body: TableBody): number {
  for (const id of ['id', 'name', 'app']) {
    const at = body.columns.findIndex((column) => column.id === id);
    if (at >= 0) return at;
  }
  return 0;
}

function moveTo(body: TableBody, frame: TableFrame, to: number): void {
  const { rows } = frame.result;
  const window = moveCursor(frame.window, to, rows.length, frame.height);
  body.host.patch({ window, cursorKey: rows[window.cursor]?.key });
}

function half(frame: TableFrame): number {
  return Math.max(1, Math.floor(frame.height / 2));
}

function moveColumn(body: TableBody, frame: TableFrame, by: number): void {
  const { columns } = frame.layout;
  const at = columns.findIndex(({ column }) => column.id === frame.location.column);
  const next = at < 0 ? (by > 0 ? 0 : columns.length - 1) : Math.min(columns.length - 1, Math.max(0, at + by));
  body.host.patch({ column: columns[next]?.column.id });
}

function sortByKey(body: TableBody, frame: TableFrame, key: string): void {
  const position = body.host.keys.get('table.sort')?.keys.indexOf(key) ?? -1;
  const column = frame.layout.columns[position]?.column;
  if (column === undefined) {
    body.host.toast(`There are only ${frame.layout.columns.length} columns to sort by`, 'muted');
    return;
  }
  const again = frame.sort.column === column.id;
  const descending = again ? !frame.sort.descending : startsDescending(column);
  // The top of the new order is what was asked for, unless the cursor had been put on a row.
  body.host.patch({ sort: { column: column.id, descending } });
}

function mark(body: TableBody, frame: TableFrame): void {
  if (frame.current === undefined) return;
  const marks = new Set(frame.location.marks);
  if (!marks.delete(frame.current.key)) marks.add(frame.current.key);
  body.host.patch({ marks });
  moveTo(body, body.frame(), frame.window.cursor + 1);
}

/** Marks every row that the filter shows; the same key takes the marks away when all of them are marked. */
function markAll(body: TableBody, frame: TableFrame): void {
  const shown = frame.result.rows.map((row) => row.key);
  const all = shown.every((key) => frame.location.marks.has(key));
  const marks = new Set(frame.location.marks);
  for (const key of shown) {
    if (all) marks.delete(key);
    else marks.add(key);
  }
  body.host.patch({ marks });
}

function copyCell(body: TableBody, frame: TableFrame): void {
  const { current, location, layout } = frame;
  if (current === undefined) return;
  const wanted = location.column;
  const at = wanted === undefined ? nameColumn(body) : body.columns.findIndex((column) => column.id === wanted);
  const column = body.columns[at] ?? layout.columns[0]?.column;
  if (column === undefined) return;
  body.host.copy(column.cell(current.source, body.host.now()).text.trim(), column.header.toLowerCase());
}

/** Marked rows, or the one under the cursor, as tab-separated text with every column of the screen. */
function copyRow(body: TableBody, frame: TableFrame): void {
  const marked = frame.result.rows.filter((row) => frame.location.marks.has(row.key));
  const rows = marked.length > 0 ? marked : frame.current ? [frame.current] : [];
  if (rows.length === 0) return;
  const now = body.host.now();
  const text = rows
    .map((row) => frame.layout.columns.map(({ column }) => column.cell(row.source, now).text.trim()).join('\t'))
    .join('\n');
  body.host.copy(text, rows.length === 1 ? 'row' : `${rows.length} rows`);
}

function askFilter(body: TableBody, frame: TableFrame): void {
  const before = frame.location.filter;
  body.host.prompt({
    label: keyLabel('/'),
    initial: before,
    example: 'web, !web, status:crashed, cpu>500m, age<2h, /regex/',
    onChange: (text) => {
      body.host.patch({ filter: text });
      return body.filterOf(text).problem;
    },
    onSubmit: () => undefined,
    onCancel: () => body.host.patch({ filter: before }),
  });
}
