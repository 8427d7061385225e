import type { LogLevel } from '../../domain/log-line.ts';
import type { LogQuery } from '../../domain/log-query.ts';
import type { Tone } from '../../resources/column.ts';
import type { RowItems, RowPosition } from '../text/row-window.ts';
import type { ExportRequest } from './export-request.ts';
import type { LensSettings, SearchHits, ShownLines } from './log-lens.ts';
import { ALL_PROCESSES } from './process-choice.ts';

export type TimestampMode = 'local' | 'relative' | 'off';

/** What stands before a line of a merged log. */
export type PrefixMode = 'name' | 'letter' | 'off';

/** Everything about a log view that is not in the ring itself: plain data, kept when the view is left and come back to. */
export interface LogViewState extends LensSettings {
  /** The newest line stays at the bottom. */
  readonly follow: boolean;
  /** The ring's end when following stopped: lines from here on are new. */
  readonly pausedAt: number;
  /** First row of the body; ids are sequence numbers. */
  readonly top: RowPosition;
  /** Line under the cursor. */
  readonly cursor: number;
  readonly wrap: boolean;
  /** Cells scrolled to the right while not wrapping. */
  readonly left: number;
  readonly timestamps: TimestampMode;
  readonly prefix: PrefixMode;
  readonly search: LogQuery | undefined;
  /** While a search is being typed: highlighted, not yet jumped to. */
  readonly typing: LogQuery | undefined;
  readonly sinceMs: number;
  /** Marked lines, ascending. */
  readonly marks: readonly number[];
  /** What the last key did or could not do; gone with the next one. */
  readonly message: LogMessage | undefined;
  /** Size of the body, cells. */
  readonly rows: number;
  readonly columns: number;
}

export interface LogMessage {
  readonly text: string;
  readonly tone: Tone;
}

/** What typed text is for. */
export type Asked = 'search' | 'filter' | 'since' | 'jump' | 'top' | 'export';

/** What stands below the lines when asked for. */
export type PanelKind = 'processes' | 'fields';

/** What a key wants from the world outside; the view carries it out. */
export type LogEffect =
  | { readonly kind: 'ask'; readonly what: Asked; readonly initial: string }
  | { readonly kind: 'reopen'; readonly sinceMs: number }
  | { readonly kind: 'open-line'; readonly sequence: number }
  | { readonly kind: 'copy-line'; readonly sequence: number }
  | { readonly kind: 'copy-screen' }
  | { readonly kind: 'export'; readonly request: ExportRequest }
  | { readonly kind: 'panel'; readonly panel: PanelKind }
  /** To the first error that is new since the last deploy, or the next one. */
  | { readonly kind: 'new-error' }
  /** The earlier life of the process that wrote the line under the cursor. */
  | { readonly kind: 'previous-life'; readonly sequence: number };

export interface LogStep {
  readonly state: LogViewState;
  readonly effects: readonly LogEffect[];
}

/** What the reducer may look at: the ring through its indexes, and how tall lines are. */
export interface LogWorld {
  /** Of the ring: first kept sequence number, and one past the last. */
  readonly first: number;
  readonly end: number;
  /** No more lines will come. */
  readonly ended: boolean;
  shown(settings: LensSettings): ShownLines;
  hits(state: LogViewState): SearchHits | undefined;
  /** Shown lines with their heights under the state's wrap, size and columns. */
  items(state: LogViewState): RowItems;
  /** Whose line it is (logWriter); undefined where there is none. */
  writer(sequence: number): string | undefined;
}

export function initialLogState(options: {
  readonly sinceMs: number;
  readonly prefix: boolean;
  readonly filter?: LogQuery | undefined;
}): LogViewState {
  return {
    follow: true,
    pausedAt: 0,
    top: { id: 0, row: 0 },
    cursor: 0,
    wrap: true,
    left: 0,
    timestamps: 'local',
    prefix: options.prefix ? 'name' : 'off',
    filter: options.filter,
    context: 0,
    level: undefined,
    clearedBefore: 0,
    processes: ALL_PROCESSES,
    search: undefined,
    typing: undefined,
    sinceMs: options.sinceMs,
    marks: [],
    message: undefined,
    rows: 0,
    columns: 0,
  };
}

/** Least levels in the order in which the key walks through them. */
export const LEVEL_STEPS: readonly (LogLevel | undefined)[] = [undefined, 'info', 'warn', 'error'];
