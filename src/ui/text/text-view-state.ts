import type { Tone } from '../../resources/column.ts';
import { atFirst, atLast, type CursorWindow, centered, scrolled, settled, stepped } from './cursor-window.ts';
import type { Phrase } from './phrase.ts';
import type { RowItems } from './row-window.ts';
import type { StyledLine } from './styled-line.ts';
import { wrappedRows } from './wrapped-rows.ts';

/** Everything about a text on screen; plain data, kept when the screen is left and come back to. */
export interface TextViewState extends CursorWindow {
  readonly lines: readonly StyledLine[];
  readonly columns: number;
  readonly wrap: boolean;
  /** Cells scrolled to the right while not wrapping. */
  readonly left: number;
  readonly search: Phrase | undefined;
  /** While a search is being typed: highlighted, not yet jumped to. */
  readonly typing: Phrase | undefined;
  /** Indexes of the lines that the search finds, ascending. */
  readonly hits: readonly number[];
  readonly message: { readonly text: string; readonly tone: Tone } | undefined;
}

export type TextEvent =
  | { readonly kind: 'command'; readonly id: string }
  | { readonly kind: 'resize'; readonly rows: number; readonly columns: number }
  /** The text itself changed (a describe screen is polled): the place is kept. */
  | { readonly kind: 'lines'; readonly lines: readonly StyledLine[] }
  | { readonly kind: 'typing'; readonly search: Phrase | undefined }
  | { readonly kind: 'search'; readonly search: Phrase | undefined };

export type TextEffect =
  | { readonly kind: 'ask' }
  | { readonly kind: 'copy'; readonly text: string; readonly what: string };

export interface TextStep {
  readonly state: TextViewState;
  readonly effects: readonly TextEffect[];
}

export function initialTextState(lines: readonly StyledLine[]): TextViewState {
  return {
    lines,
    top: { id: 0, row: 0 },
    cursor: 0,
    rows: 0,
    columns: 0,
    wrap: true,
    left: 0,
    search: undefined,
    typing: undefined,
    hits: [],
    message: undefined,
  };
}

/** The state machine of the text screen; pure. */
export function reduceText(state: TextViewState, event: TextEvent): TextStep {
  const step = react(state, event);
  return { ...step, state: { ...step.state, ...settled(textItems(step.state), step.state) } };
}

function react(state: TextViewState, event: TextEvent): TextStep {
  switch (event.kind) {
    case 'resize':
      return only({ ...state, rows: event.rows, columns: event.columns });
    case 'lines':
      return only({ ...state, lines: event.lines, hits: hitsOf(event.lines, state.search) });
    case 'typing':
      return only({ ...state, typing: event.search });
    case 'search':
      return only(startSearch({ ...state, typing: undefined, message: undefined }, event.search));
    case 'command':
      return COMMANDS[event.id]?.({ ...state, message: undefined }) ?? only(state);
  }
}

function only(state: TextViewState): TextStep {
  return { state, effects: [] };
}

type Command = (state: TextViewState) => TextStep;

const moves =
  (move: (items: RowItems, state: TextViewState) => Pick<CursorWindow, 'top' | 'cursor'>): Command =>
  (state) =>
    only({ ...state, ...move(textItems(state), state) });
const half = (state: TextViewState) => Math.max(1, Math.floor(state.rows / 2));
const page = (state: TextViewState) => Math.max(1, state.rows - 1);

const COMMANDS: Readonly<Record<string, Command>> = {
  'text.down': moves((items, state) => stepped(items, state, 1)),
  'text.up': moves((items, state) => stepped(items, state, -1)),
  'text.half-down': moves((items, state) => scrolled(items, state, half(state))),
  'text.half-up': moves((items, state) => scrolled(items, state, -half(state))),
  'text.page-down': moves((items, state) => scrolled(items, state, page(state))),
  'text.page-up': moves((items, state) => scrolled(items, state, -page(state))),
  'text.top': moves(atFirst),
  'text.bottom': moves(atLast),
  'text.search': (state) => ({ state, effects: [{ kind: 'ask' }] }),
  'text.next': (state) => only(jump(state, 1)),
  'text.previous': (state) => only(jump(state, -1)),
  'text.wrap': (state) => only({ ...state, wrap: !state.wrap, left: 0 }),
  'text.left': (state) => only(sideways(state, -1)),
  'text.right': (state) => only(sideways(state, 1)),
  'text.copy': (state) => copy(state, state.lines.slice(state.cursor, state.cursor + 1), 'line'),
  'text.copy-all': (state) => copy(state, state.lines, `${state.lines.length} lines`),
  'app.back': (state) => only({ ...state, search: undefined, hits: [] }),
};

/** Does the screen act on this binding now? `app.back` takes the search away before it leaves. */
export function handlesTextCommand(state: TextViewState, id: string): boolean {
  return id === 'app.back' ? state.search !== undefined : id in COMMANDS;
}

function startSearch(state: TextViewState, search: Phrase | undefined): TextViewState {
  const hits = hitsOf(state.lines, search);
  const searching = { ...state, search, hits };
  if (!search) return searching;
  const target = hits.find((hit) => hit >= state.cursor) ?? hits[0];
  if (target === undefined) {
    return { ...searching, message: { text: `No line has '${search.text}'`, tone: 'warning' } };
  }
  return { ...searching, ...centered(textItems(searching), searching, target) };
}

function hitsOf(lines: readonly StyledLine[], search: Phrase | undefined): readonly number[] {
  return search ? lines.flatMap((line, index) => (search.in(line.text) ? [index] : [])) : [];
}

function jump(state: TextViewState, by: 1 | -1): TextViewState {
  if (!state.search) return { ...state, message: { text: 'Nothing searched yet: / searches', tone: 'notice' } };
  const onward =
    by > 0 ? state.hits.find((hit) => hit > state.cursor) : state.hits.findLast((hit) => hit < state.cursor);
  const target = onward ?? (by > 0 ? state.hits[0] : state.hits.at(-1));
  if (target === undefined) {
    return { ...state, message: { text: `No line has '${state.search.text}'`, tone: 'warning' } };
  }
  const text = by > 0 ? 'Last hit passed; this is the first' : 'First hit passed; this is the last';
  const message = onward === undefined ? ({ text, tone: 'notice' } as const) : undefined;
  return { ...state, ...centered(textItems(state), state, target), message };
}

function sideways(state: TextViewState, by: 1 | -1): TextViewState {
  if (state.wrap) return { ...state, message: { text: 'Lines are wrapped: w switches it off', tone: 'notice' } };
  return { ...state, left: Math.max(0, state.left + by * Math.max(1, Math.floor(state.columns / 4))) };
}

function copy(state: TextViewState, lines: readonly StyledLine[], what: string): TextStep {
  if (lines.length === 0) return only(state);
  return { state, effects: [{ kind: 'copy', text: lines.map((line) => line.text).join('\n'), what }] };
}

/** The lines as items of a window: ids are indexes. */
export function textItems(state: TextViewState): RowItems {
  const { lines, columns, wrap } = state;
  return {
    size: lines.length,
    idAt: (index) => (index >= 0 && index < lines.length ? index : undefined),
    indexAtOrAfter: (id) => Math.max(0, Math.min(id, lines.length)),
    rowsOf: (id) => {
      const line = lines[id];
      return wrap && columns > 0 && line ? wrappedRows(line, columns).length : 1;
    },
  };
}
