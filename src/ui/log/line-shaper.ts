import { spanText } from '../../domain/age.ts';
import type { LogLevel, LogLine } from '../../domain/log-line.ts';
import { readableMessage } from '../../domain/readable-message.ts';
import { breakRows, type RowSpan } from '../text/cells.ts';
import type { ScreenStyles } from '../text/screen-styles.ts';
import { joinStyled, parseStyled, plainText, type StyledLine, underlay, withBase } from '../text/styled-line.ts';
import { fitText } from '../text/text-width.ts';
import type { PrefixMode, TimestampMode } from './log-view-state.ts';
import type { ProcessRegister } from './process-register.ts';

/** How lines are shown: what decides about their text and their breaks. */
export interface LineShape {
  readonly timestamps: TimestampMode;
  readonly prefix: PrefixMode;
  readonly wrap: boolean;
  /** Cells for the text, without the gutter. */
  readonly columns: number;
}

export interface ShapedLine {
  readonly line: StyledLine;
  /** Where the searchable part begins: what stands before is the time. */
  readonly searchFrom: number;
  readonly rows: readonly RowSpan[];
}

const LEVEL_ROLE: Readonly<Record<LogLevel, 'muted' | 'plain' | 'warning' | 'critical'>> = {
  trace: 'muted',
  debug: 'muted',
  info: 'plain',
  warn: 'warning',
  error: 'critical',
  fatal: 'critical',
};
const MAX_NAME = 32;
const MAX_KEPT = 2_048;

/**
 * Turns log lines into what stands on the screen. Only lines on screen come here, and each once per shape: a following
 * view asks for the same line in every frame until it has scrolled away.
 */
export class LineShaper {
  readonly #styles: ScreenStyles;
  readonly #register: ProcessRegister;
  readonly #now: () => number;
  #shape: LineShape | undefined;
  #kept = new Map<number, ShapedLine>();

  constructor(styles: ScreenStyles, register: ProcessRegister, now: () => number) {
    this.#styles = styles;
    this.#register = register;
    this.#now = now;
  }

  shape(sequence: number, line: LogLine, shape: LineShape): ShapedLine {
    this.#forgetOther(shape);
    const kept = this.#kept.get(sequence);
    if (kept) return kept;
    const shaped = this.#shaped(line, shape);
    // Ages change by the second; their width does not, so the breaks hold. See `refreshed`.
    this.#kept.set(sequence, shaped);
    return shaped;
  }

  /** Ages are of now: forget them once a second, not in every frame. */
  tick(): void {
    if (this.#shape?.timestamps === 'relative') this.#kept.clear();
  }

  #forgetOther(shape: LineShape): void {
    const old = this.#shape;
    const same =
      old !== undefined &&
      old.timestamps === shape.timestamps &&
      old.prefix === shape.prefix &&
      old.wrap === shape.wrap &&
      old.columns === shape.columns;
    if (same && this.#kept.size < MAX_KEPT) return;
    this.#shape = shape;
    this.#kept = new Map();
  }

  #shaped(line: LogLine, shape: LineShape): ShapedLine {
    const time = this.#timeText(line.time, shape.timestamps);
    const [name, hue] = this.#prefix(line, shape.prefix);
    // The raw text is in the line's full view, and what search, filter, copy and export work on.
    const text = readableMessage(line.message, line.time !== undefined) ?? line.message;
    const message = parseStyled(text, this.#styles.depth);
    const level = line.level === undefined ? '' : this.#styles.role(LEVEL_ROLE[line.level]);
    const whole = withBase(
      joinStyled([
        [time === '' ? '' : `${time} `, this.#styles.role('muted')],
        [name === '' ? '' : `${name} `, hue],
        underlay(message, level),
      ]),
    );
    const searchFrom = time === '' ? 0 : time.length + 1;
    const rows = shape.wrap ? breakRows(whole.text, shape.columns) : [{ from: 0, to: whole.text.length }];
    return { line: whole, searchFrom, rows };
  }

  /** Where there are no colours, the letter tells processes apart. */
  #prefix(line: LogLine, mode: PrefixMode): readonly [text: string, style: string] {
    const name = mode === 'off' ? '' : processName(line);
    if (name === '') return ['', ''];
    const { letter, style } = this.#register.of(line);
    if (mode === 'letter') return [letter, style];
    return [this.#styles.depth === 0 ? `${letter} ${name}` : name, style];
  }

  #timeText(time: number | undefined, mode: TimestampMode): string {
    if (time === undefined || mode === 'off') return '';
    if (mode === 'relative') return spanText(Math.max(0, this.#now() - time)).padStart(4);
    return localTime(time, this.#now());
  }
}

/** `14:03:27`, with the day before it where that is not today. */
export function localTime(time: number, now: number): string {
  const at = new Date(time);
  const clock = `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
  if (at.toDateString() === new Date(now).toDateString()) return clock;
  return `${two(at.getMonth() + 1)}-${two(at.getDate())} ${clock}`;
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}

/** What a line's stream is called in front of it: the process, or the event's object. */
export function processName(line: LogLine): string {
  const name = plainText(line.process ?? line.service ?? line.stream.replace(/^system\//, ''));
  return name.length > MAX_NAME ? fitText(name, MAX_NAME).trimEnd() : name;
}
