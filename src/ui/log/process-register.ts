import { type LogLine, logWriter } from '../../domain/log-line.ts';
import type { ScreenStyles } from '../text/screen-styles.ts';
import { plainText } from '../text/styled-line.ts';
import type { LineRing } from './log-lens.ts';

/** A process of a merged log, known by colour and letter for as long as the log is open. */
export interface SeenProcess {
  readonly writer: string;
  /** What it is called on screen. */
  readonly name: string;
  readonly letter: string;
  /** SGR parameters, `''` without colours. */
  readonly style: string;
  readonly service: string | undefined;
  /** Lines counted, and the time of the newest that has one. */
  readonly lines: number;
  readonly lastAt: number | undefined;
}

type Entry = { -readonly [Key in keyof SeenProcess]: SeenProcess[Key] };

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** Beyond this many everybody else shares one entry: nobody tells so many apart. */
const MAX_PROCESSES = 500;

/** Gives every process a letter and a colour at first sight; counts lines only while somebody looks. */
export class ProcessRegister {
  readonly #ring: LineRing;
  readonly #styles: Pick<ScreenStyles, 'hue' | 'hues'>;
  readonly #entries = new Map<string, Entry>();
  readonly #taken = new Set<string>();
  #counted = 0;

  constructor(ring: LineRing, styles: Pick<ScreenStyles, 'hue' | 'hues'>) {
    this.#ring = ring;
    this.#styles = styles;
  }

  of(line: LogLine): SeenProcess {
    return this.#entry(logWriter(line), line.service);
  }

  /** In the order of their letters. */
  list(): readonly SeenProcess[] {
    return [...this.#entries.values()];
  }

  /** Counts at most `most` lines that were not counted yet; true when none is left. */
  advance(most: number): boolean {
    const { first, end } = this.#ring;
    const from = Math.max(this.#counted, first);
    const to = Math.min(end, from + most);
    for (let at = from; at < to; at += 1) {
      const line = this.#ring.line(at);
      if (!line) continue;
      const entry = this.#entry(logWriter(line), line.service);
      entry.lines += 1;
      if (line.time !== undefined) entry.lastAt = Math.max(entry.lastAt ?? line.time, line.time);
    }
    this.#counted = to;
    return to >= end;
  }

  #entry(writer: string, service: string | undefined): Entry {
    const known = this.#entries.get(writer);
    if (known) {
      known.service ??= service;
      return known;
    }
    const size = this.#entries.size;
    if (size >= MAX_PROCESSES && writer !== 'others') return this.#entry('others', undefined);
    const entry = {
      writer,
      name: plainText(writer) || 'no name',
      letter: letterAt(size),
      style: this.#hue(writer),
      service,
      lines: 0,
      lastAt: undefined,
    };
    this.#entries.set(writer, entry);
    return entry;
  }

  /** The colour that its name stands for, so that it is the same tomorrow; the next free one where another has it. */
  #hue(writer: string): string {
    const { hues } = this.#styles;
    const start = hues.indexOf(this.#styles.hue(writer));
    for (let step = 0; step < hues.length; step += 1) {
      const hue = hues[(start + step) % hues.length] ?? '';
      if (this.#taken.has(hue)) continue;
      this.#taken.add(hue);
      return hue;
    }
    return hues[start] ?? '';
  }
}

/** A-Z, a-z, then A2 and so on. */
export function letterAt(index: number): string {
  const round = Math.floor(index / LETTERS.length);
  const letter = LETTERS.charAt(index % LETTERS.length);
  return round === 0 ? letter : `${letter}${round + 1}`;
}
