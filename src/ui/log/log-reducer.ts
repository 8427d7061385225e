import type { LogQuery } from '../../domain/log-query.ts';
import { SAVE_ALL, SAVE_SHOWN } from './export-request.ts';
import { QUICK_SINCE } from './log-bindings.ts';
import { goTo, moveCursor, pause, resume, scroll, settle, toFirst } from './log-moves.ts';
import {
  type Asked,
  LEVEL_STEPS,
  type LogEffect,
  type LogMessage,
  type LogStep,
  type LogViewState,
  type LogWorld,
  type PrefixMode,
  type TimestampMode,
} from './log-view-state.ts';
import { ALL_PROCESSES, alone, type ProcessChoice, showsAll } from './process-choice.ts';

export type LogEvent =
  /** A binding's id: `log.pause`. */
  | { readonly kind: 'command'; readonly id: string }
  /** Lines came, or fell off the ring, or the link changed. */
  | { readonly kind: 'lines' }
  | { readonly kind: 'resize'; readonly rows: number; readonly columns: number }
  /** A search while it is typed; undefined takes the highlight away again. */
  | { readonly kind: 'typing'; readonly search: LogQuery | undefined }
  /** Undefined: an empty query, which switches search or filter off. */
  | { readonly kind: 'search'; readonly query: LogQuery | undefined }
  | { readonly kind: 'filter'; readonly query: LogQuery | undefined }
  | { readonly kind: 'since'; readonly sinceMs: number }
  /** To a line; whatever hides it is switched off. */
  | { readonly kind: 'go'; readonly sequence: number; readonly message: LogMessage }
  | { readonly kind: 'processes'; readonly choice: ProcessChoice }
  /** The outcome of an effect: saved where, why not copied. */
  | { readonly kind: 'said'; readonly message: LogMessage };

export const MAX_CONTEXT = 5;

/** The state machine of the log view. Pure: the same state, event and ring give the same step. */
export function reduceLog(state: LogViewState, event: LogEvent, world: LogWorld): LogStep {
  const step = react(state, event, world);
  return { state: settle(step.state, world), effects: step.effects };
}

function react(state: LogViewState, event: LogEvent, world: LogWorld): LogStep {
  switch (event.kind) {
    case 'lines':
      return only(state);
    case 'resize':
      return only({ ...state, rows: event.rows, columns: event.columns });
    case 'typing':
      return only({ ...state, typing: event.search });
    case 'search':
      return only(startSearch({ ...state, typing: undefined, message: undefined }, world, event.query));
    case 'filter':
      return only(startFilter({ ...state, message: undefined }, world, event.query));
    case 'since':
      return reopen(state, event.sinceMs, world);
    case 'go':
      return only(goShown({ ...state, message: event.message }, world, event.sequence));
    case 'processes':
      return only({ ...state, processes: event.choice, message: undefined });
    case 'said':
      return only({ ...state, message: event.message });
    case 'command':
      return command({ ...state, message: undefined }, event.id, world);
  }
}

function only(state: LogViewState, message?: LogMessage): LogStep {
  return { state: message ? { ...state, message } : state, effects: [] };
}

function wants(state: LogViewState, effect: LogEffect): LogStep {
  return { state, effects: [effect] };
}

function note(text: string): LogMessage {
  return { text, tone: 'notice' };
}

type Command = (state: LogViewState, world: LogWorld) => LogStep;

const page = (state: LogViewState) => Math.max(1, state.rows - 1);
const half = (state: LogViewState) => Math.max(1, Math.floor(state.rows / 2));
const ask =
  (what: Asked, initial: (state: LogViewState) => string): Command =>
  (state) =>
    wants(state, { kind: 'ask', what, initial: initial(state) });

const COMMANDS: Readonly<Record<string, Command>> = {
  'log.pause': (state, world) => only(state.follow ? pause(state, world) : resume(state)),
  'log.follow': (state) => only(resume(state)),
  'log.bottom': (state) => only(resume(state)),
  'log.down': (state, world) => only(state.follow ? state : moveCursor(state, world, 1)),
  'log.up': (state, world) => only(moveCursor(pause(state, world), world, -1)),
  'log.half-down': (state, world) => only(state.follow ? state : scroll(state, world, half(state))),
  'log.half-up': (state, world) => only(scroll(pause(state, world), world, -half(state))),
  'log.page-down': (state, world) => only(state.follow ? state : scroll(state, world, page(state))),
  'log.page-up': (state, world) => only(scroll(pause(state, world), world, -page(state))),
  'log.top': (state, world) => only(toFirst(pause(state, world), world)),
  'log.search': ask('search', () => ''),
  'log.filter': ask('filter', (state) => state.filter?.text ?? ''),
  'log.since': ask('since', () => ''),
  'log.next': (state, world) => only(jump(state, world, 1)),
  'log.previous': (state, world) => only(jump(state, world, -1)),
  'log.context-more': (state) => only(setContext(state, state.context + 1)),
  'log.context-less': (state) => only(setContext(state, state.context - 1)),
  'log.level': (state) => only(nextLevel(state)),
  'log.wrap': (state) => only({ ...state, wrap: !state.wrap, left: 0 }),
  'log.left': (state) => only(sideways(state, -1)),
  'log.right': (state) => only(sideways(state, 1)),
  'log.timestamps': (state) => only({ ...state, timestamps: nextTimestamps(state.timestamps) }),
  'log.prefix': (state) => only({ ...state, prefix: nextPrefix(state.prefix) }),
  'log.processes': (state) => wants(state, { kind: 'panel', panel: 'processes' }),
  'log.fields': (state) => wants(state, { kind: 'panel', panel: 'fields' }),
  'log.only': (state, world) => only(onlyThis(state, world)),
  'log.all': (state) => only({ ...state, processes: ALL_PROCESSES, message: note('All processes') }),
  'log.previous-life': (state, world) => withLine(state, world, { kind: 'previous-life', sequence: state.cursor }),
  'log.new-error': (state) => wants(state, { kind: 'new-error' }),
  'log.top-values': ask('top', () => ''),
  'log.jump': ask('jump', () => ''),
  'log.export': ask('export', (state) => (state.marks.length > 0 ? 'marked text' : 'visible text')),
  'log.mark': (state, world) => only(toggleMark(state, world)),
  'log.next-mark': (state, world) => only(nextMark(state, world)),
  'log.open': (state, world) => withLine(state, world, { kind: 'open-line', sequence: state.cursor }),
  'log.copy': (state, world) => withLine(state, world, { kind: 'copy-line', sequence: state.cursor }),
  'log.copy-visible': (state, world) => withLine(state, world, { kind: 'copy-screen' }),
  'log.save': (state, world) => withLine(state, world, { kind: 'export', request: SAVE_SHOWN }),
  'log.save-all': (state) => wants(state, { kind: 'export', request: SAVE_ALL }),
  'log.clear': (state, world) => only(clear(state, world)),
  'log.unclear': (state) => only({ ...state, clearedBefore: 0 }),
  'app.refresh': (state, world) => reopen(state, state.sinceMs, world),
};

/** Does the view act on this binding now? `app.back` is the view's own while a search or filter can be left first. */
export function handlesCommand(state: LogViewState, id: string): boolean {
  if (id === 'app.back') return state.search !== undefined || isFiltering(state);
  return id in COMMANDS || id in QUICK_SINCE;
}

function command(state: LogViewState, id: string, world: LogWorld): LogStep {
  if (id === 'app.back') return only(leaveInner(state));
  const since = QUICK_SINCE[id];
  if (since !== undefined) return reopen(state, since, world);
  return COMMANDS[id]?.(state, world) ?? only(state);
}

function leaveInner(state: LogViewState): LogViewState {
  if (state.search) return { ...state, search: undefined };
  return { ...state, ...UNFILTERED };
}

const UNFILTERED = { filter: undefined, level: undefined, processes: ALL_PROCESSES } as const;

/** Is anything hidden but what was cleared? */
export function isFiltering(state: LogViewState): boolean {
  return state.filter !== undefined || state.level !== undefined || !showsAll(state.processes);
}

/** The line asked for matters more than what hides it. */
function goShown(state: LogViewState, world: LogWorld, sequence: number): LogViewState {
  const shown = world.shown(state);
  if (shown.idAt(shown.indexAtOrAfter(sequence)) === sequence) return goTo(state, world, sequence);
  const clearedBefore = sequence < state.clearedBefore ? 0 : state.clearedBefore;
  return goTo({ ...state, ...UNFILTERED, clearedBefore }, world, sequence);
}

function onlyThis(state: LogViewState, world: LogWorld): LogViewState {
  const writer = world.writer(state.cursor);
  if (writer === undefined) return { ...state, message: note('There is no line yet') };
  if (writer === '') return { ...state, message: note('These lines do not say which process wrote them') };
  return { ...state, processes: alone(state.processes, writer) };
}

const PREFIXES: readonly PrefixMode[] = ['name', 'letter', 'off'];

function nextPrefix(mode: PrefixMode): PrefixMode {
  return PREFIXES[(PREFIXES.indexOf(mode) + 1) % PREFIXES.length] ?? 'name';
}

function startSearch(state: LogViewState, world: LogWorld, search: LogQuery | undefined): LogViewState {
  const searching = { ...state, search };
  const hits = world.hits(searching);
  if (!hits) return searching;
  if (hits.size === 0)
    return { ...searching, message: { text: `No line has '${search?.text ?? ''}'`, tone: 'warning' } };
  // Following, the newest hit matters most; else the first one from the cursor on.
  const index = state.follow ? hits.size - 1 : hits.indexAtOrAfter(state.cursor);
  return goTo(searching, world, hits.at(index) ?? hits.at(0) ?? state.cursor);
}

function jump(state: LogViewState, world: LogWorld, by: 1 | -1): LogViewState {
  const hits = world.hits(state);
  if (!hits) return { ...state, message: note('Nothing searched yet: / searches') };
  if (hits.size === 0)
    return { ...state, message: { text: `No line has '${state.search?.text ?? ''}'`, tone: 'warning' } };
  const at = by > 0 ? hits.indexAtOrAfter(state.cursor + 1) : hits.indexAtOrAfter(state.cursor) - 1;
  const target = hits.at(at);
  if (target !== undefined) return goTo(state, world, target);
  const wrapped = hits.at(by > 0 ? 0 : hits.size - 1) ?? state.cursor;
  const text = by > 0 ? 'Last hit passed; this is the first' : 'First hit passed; this is the last';
  return { ...goTo(state, world, wrapped), message: note(text) };
}

function startFilter(state: LogViewState, world: LogWorld, filter: LogQuery | undefined): LogViewState {
  const filtering = { ...state, filter };
  if (filter && world.shown(filtering).passed === 0) {
    return { ...filtering, message: { text: `No line so far has '${filter.text}'`, tone: 'warning' } };
  }
  return filtering;
}

function setContext(state: LogViewState, lines: number): LogViewState {
  if (!state.filter && !state.level) return { ...state, message: note('Context lines work with a filter: & filters') };
  const context = Math.max(0, Math.min(MAX_CONTEXT, lines));
  return { ...state, context, message: note(context === 1 ? '1 line of context' : `${context} lines of context`) };
}

function nextLevel(state: LogViewState): LogViewState {
  const level = LEVEL_STEPS[(LEVEL_STEPS.indexOf(state.level) + 1) % LEVEL_STEPS.length];
  return { ...state, level, message: note(level ? `Only ${level} and worse` : 'All levels') };
}

function sideways(state: LogViewState, by: 1 | -1): LogViewState {
  if (state.wrap) return { ...state, message: note('Lines are wrapped: w switches it off') };
  return { ...state, left: Math.max(0, state.left + by * Math.max(1, Math.floor(state.columns / 4))) };
}

const TIMESTAMPS: readonly TimestampMode[] = ['local', 'relative', 'off'];

function nextTimestamps(mode: TimestampMode): TimestampMode {
  return TIMESTAMPS[(TIMESTAMPS.indexOf(mode) + 1) % TIMESTAMPS.length] ?? 'local';
}

function toggleMark(state: LogViewState, world: LogWorld): LogViewState {
  if (world.items(state).size === 0) return state;
  const held = state.marks.filter((mark) => mark >= world.first);
  const marks = held.includes(state.cursor)
    ? held.filter((mark) => mark !== state.cursor)
    : [...held, state.cursor].sort((a, b) => a - b);
  return { ...state, marks };
}

function nextMark(state: LogViewState, world: LogWorld): LogViewState {
  const items = world.items(state);
  const reachable = state.marks.filter((mark) => items.idAt(items.indexAtOrAfter(mark)) === mark);
  const target = reachable.find((mark) => mark > state.cursor) ?? reachable[0];
  if (target !== undefined) return goTo(state, world, target);
  const text = state.marks.length > 0 ? 'The marked lines are not shown now' : 'No line is marked: m marks one';
  return { ...state, message: note(text) };
}

function clear(state: LogViewState, world: LogWorld): LogViewState {
  return { ...resume(state), clearedBefore: world.end, message: note('Cleared: X shows the lines again') };
}

function withLine(state: LogViewState, world: LogWorld, effect: LogEffect): LogStep {
  if (world.items(state).size === 0) return only(state, note('There is no line yet'));
  return wants(state, effect);
}

function reopen(state: LogViewState, sinceMs: number, world: LogWorld): LogStep {
  const fresh = { ...resume(state), sinceMs, marks: [], clearedBefore: 0, pausedAt: world.end, message: undefined };
  return wants(fresh, { kind: 'reopen', sinceMs });
}
