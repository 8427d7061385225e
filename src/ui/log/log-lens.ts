import { logLevelRank } from '../../domain/log-level.ts';
import { type LogLevel, type LogLine, logWriter } from '../../domain/log-line.ts';
import type { LogQuery } from '../../domain/log-query.ts';
import { isChosen, type ProcessChoice, showsAll } from './process-choice.ts';
import { SequenceList } from './sequence-list.ts';

/** The part of a LogFollow that looking at lines needs (live/log-follow.ts). */
export interface LineRing {
  readonly first: number;
  readonly end: number;
  line(sequence: number): LogLine | undefined;
}

/** What is shown and what is hidden. */
export interface LensSettings {
  readonly filter: LogQuery | undefined;
  /** Lines shown around each line that passes the filter. */
  readonly context: number;
  /** Least level shown. */
  readonly level: LogLevel | undefined;
  /** Lines before this sequence number are cleared from view. */
  readonly clearedBefore: number;
  readonly processes: ProcessChoice;
}

/** The lines that are shown, in order. */
export interface ShownLines {
  readonly size: number;
  /** Lines that pass filter and level themselves, without context. */
  readonly passed: number;
  idAt(index: number): number | undefined;
  indexAtOrAfter(sequence: number): number;
  /** Shown only as context of another line. */
  isContext(sequence: number): boolean;
}

// The rest of a stack trace has no level of its own; hiding it from the error above it would hide the answer.
const CONTINUATION = /^(?:\s|at |\.\.\. \d+ more|Caused by:|Traceback |[)\]}]+[,;]?$)/;

/** Everything from `clearedBefore` on: nothing to index. */
class AllLines implements ShownLines {
  readonly #ring: LineRing;
  readonly #clearedBefore: number;

  constructor(ring: LineRing, clearedBefore: number) {
    this.#ring = ring;
    this.#clearedBefore = clearedBefore;
  }

  get #first(): number {
    return Math.min(this.#ring.end, Math.max(this.#ring.first, this.#clearedBefore));
  }

  get size(): number {
    return this.#ring.end - this.#first;
  }

  get passed(): number {
    return this.size;
  }

  idAt(index: number): number | undefined {
    return index >= 0 && index < this.size ? this.#first + index : undefined;
  }

  indexAtOrAfter(sequence: number): number {
    return Math.max(0, Math.min(sequence - this.#first, this.size));
  }

  isContext(): boolean {
    return false;
  }
}

/** Lines that pass a filter, found as they arrive: a line is looked at once. */
class PassingLines implements ShownLines {
  readonly #ring: LineRing;
  readonly #settings: LensSettings;
  readonly #shown = new SequenceList();
  readonly #passed = new SequenceList();
  /** Per stream: did its last line with a level pass? For continuation lines. */
  readonly #streams = new Map<string, boolean>();
  readonly #everybody: boolean;
  #scanned: number;
  #shownUntil = -1;

  constructor(ring: LineRing, settings: LensSettings) {
    this.#ring = ring;
    this.#settings = settings;
    this.#everybody = showsAll(settings.processes);
    this.#scanned = settings.clearedBefore;
  }

  get size(): number {
    return this.#shown.size;
  }

  get passed(): number {
    return this.#passed.size;
  }

  idAt(index: number): number | undefined {
    return this.#shown.at(index);
  }

  indexAtOrAfter(sequence: number): number {
    return this.#shown.indexAtOrAfter(sequence);
  }

  isContext(sequence: number): boolean {
    return !this.#passed.has(sequence);
  }

  /** Takes in what arrived and forgets what fell off the ring. */
  catchUp(): void {
    const { first, end } = this.#ring;
    this.#shown.dropBefore(first);
    this.#passed.dropBefore(first);
    for (let at = Math.max(this.#scanned, first); at < end; at++) {
      const line = this.#ring.line(at);
      if (line) this.#take(at, line);
    }
    this.#scanned = Math.max(this.#scanned, end);
  }

  #take(at: number, line: LogLine): void {
    // A process that is off is not there at all, also not as context.
    if (!this.#isOn(line)) return;
    const { context, filter } = this.#settings;
    // The level first, for every line: continuation needs to know of lines that the filter hides.
    const passes = this.#levelPasses(line) && (filter === undefined || filter.matches(line));
    if (!passes) {
      if (at <= this.#shownUntil) this.#shown.push(at);
      return;
    }
    const from = Math.max(at - context, (this.#shown.last ?? -1) + 1, this.#ring.first, this.#settings.clearedBefore);
    for (let before = from; before < at; before++) if (this.#isOnAt(before)) this.#shown.push(before);
    this.#shown.push(at);
    this.#passed.push(at);
    this.#shownUntil = at + context;
  }

  #isOn(line: LogLine): boolean {
    return this.#everybody || isChosen(this.#settings.processes, logWriter(line));
  }

  #isOnAt(sequence: number): boolean {
    if (this.#everybody) return true;
    const line = this.#ring.line(sequence);
    return line !== undefined && this.#isOn(line);
  }

  #levelPasses(line: LogLine): boolean {
    const least = this.#settings.level;
    if (least === undefined) return true;
    if (line.level === undefined) return CONTINUATION.test(line.message) && this.#streams.get(line.stream) === true;
    const passes = logLevelRank(line.level) >= logLevelRank(least);
    this.#streams.set(line.stream, passes);
    return passes;
  }
}

/** Lines among the shown ones that a search finds. */
export interface SearchHits {
  readonly size: number;
  at(index: number): number | undefined;
  indexAtOrAfter(sequence: number): number;
  has(sequence: number): boolean;
}

class HitIndex {
  readonly list = new SequenceList();
  readonly #ring: LineRing;
  readonly #shown: ShownLines;
  readonly #search: LogQuery;
  #scanned = -1;

  constructor(ring: LineRing, shown: ShownLines, search: LogQuery) {
    this.#ring = ring;
    this.#shown = shown;
    this.#search = search;
  }

  catchUp(): void {
    this.list.dropBefore(this.#ring.first);
    let index = this.#shown.indexAtOrAfter(this.#scanned + 1);
    for (let id = this.#shown.idAt(index); id !== undefined; id = this.#shown.idAt(++index)) {
      const line = this.#ring.line(id);
      if (line && this.#search.matches(line)) this.list.push(id);
      this.#scanned = id;
    }
  }
}

/**
 * The indexes behind the view, kept for the settings last asked for. For the reducer this is a pure function of the ring
 * and the settings; that it remembers is what keeps a search over 100,000 lines within its budget (performance.md P10).
 */
export class LogLens {
  readonly ring: LineRing;
  #settings: LensSettings | undefined;
  #shown: ShownLines | undefined;
  #search: LogQuery | undefined;
  #hits: HitIndex | undefined;

  constructor(ring: LineRing) {
    this.ring = ring;
  }

  shown(settings: LensSettings): ShownLines {
    if (!this.#shown || !this.#settings || !sameSettings(this.#settings, settings)) {
      const { filter, level, clearedBefore, context, processes } = settings;
      this.#settings = { filter, level, clearedBefore, context, processes };
      const everything = filter === undefined && level === undefined && showsAll(processes);
      this.#shown = everything ? new AllLines(this.ring, clearedBefore) : new PassingLines(this.ring, this.#settings);
      this.#hits = undefined;
    }
    if (this.#shown instanceof PassingLines) this.#shown.catchUp();
    return this.#shown;
  }

  hits(settings: LensSettings, search: LogQuery | undefined): SearchHits | undefined {
    const shown = this.shown(settings);
    if (!search) return undefined;
    if (!this.#hits || this.#search !== search) {
      this.#search = search;
      this.#hits = new HitIndex(this.ring, shown, search);
    }
    this.#hits.catchUp();
    return this.#hits.list;
  }
}

function sameSettings(a: LensSettings, b: LensSettings): boolean {
  if (a.processes !== b.processes) return false;
  const context = a.context === b.context || (a.filter === undefined && a.level === undefined);
  return context && a.filter === b.filter && a.level === b.level && a.clearedBefore === b.clearedBefore;
}
