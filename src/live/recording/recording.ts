import { Failure, type FailureKind } from '../../domain/failure.ts';
import { parseLogLine } from '../../domain/log-line.ts';
import type { LogSource } from '../../protocol/log-stream.ts';
import type { RecordedFailure, RecordingHeader, RecordingLine } from '../../protocol/recording/recording-line.ts';

/** One answer, or one failure, and when it came. */
export interface RecordedMoment {
  readonly at: number;
  readonly value: unknown;
  readonly failed: RecordedFailure | undefined;
}

interface RecordedLogLine {
  readonly at: number;
  readonly raw: string;
}

/** What one rack said over time. */
export class RecordedRack {
  readonly name: string;
  readonly kind: string;
  /** By question, by question without its options (limits, windows), and for every question the moments in order. */
  readonly #exact = new Map<string, RecordedMoment[]>();
  readonly #loose = new Map<string, RecordedMoment[]>();
  readonly #logs = new Map<string, { readonly source: LogSource; readonly lines: RecordedLogLine[] }>();

  constructor(name: string, kind: string) {
    this.name = name;
    this.kind = kind;
  }

  add(read: string, args: readonly unknown[], moment: RecordedMoment): void {
    push(this.#exact, exactKey(read, args), moment);
    push(this.#loose, looseKey(read, args), moment);
  }

  /** The last moment of a question, for "the same again". */
  last(read: string, args: readonly unknown[]): RecordedMoment | undefined {
    return this.#exact.get(exactKey(read, args))?.at(-1);
  }

  addLines(source: LogSource, t: number, lines: readonly string[]): void {
    const key = JSON.stringify(source);
    const log = this.#logs.get(key) ?? { source, lines: [] };
    this.#logs.set(key, log);
    for (const raw of lines) log.lines.push({ at: parseLogLine(raw).time ?? t, raw });
  }

  /** Everything is in: lines by their own time. */
  finish(): void {
    for (const { lines } of this.#logs.values()) lines.sort((a, b) => a.at - b.at);
  }

  /**
   * What this question was answered with at an instant; the first answer also counts for the moments before it came, while
   * the recording was just beginning. Undefined where it was not asked by then.
   */
  answer(read: string, args: readonly unknown[], at: number): RecordedMoment | undefined {
    const exact = momentAt(this.#exact.get(exactKey(read, args)), at);
    return exact ?? (BOUNDED.has(read) ? momentAt(this.#loose.get(looseKey(read, args)), at) : undefined);
  }

  /** Whether it was ever asked, with whatever options. */
  knows(read: string, args: readonly unknown[]): boolean {
    return this.#loose.has(looseKey(read, args));
  }

  /** Lines of a log with `from < at <= to`; of a process or service also those that its app's log holds. */
  lines(source: LogSource, from: number, to: number): readonly string[] | undefined {
    const logs = [...this.#logs.values()].filter((log) => matches(log.source, source));
    if (logs.length === 0) return undefined;
    const seen = new Set<string>();
    const found: RecordedLogLine[] = [];
    for (const log of logs) {
      const whole = JSON.stringify(log.source) === JSON.stringify(source);
      for (let index = firstAfter(log.lines, from); index < log.lines.length; index += 1) {
        const line = log.lines[index];
        if (line === undefined || line.at > to) break;
        if (seen.has(line.raw) || !(whole || isOf(line.raw, source))) continue;
        seen.add(line.raw);
        found.push(line);
      }
    }
    if (logs.length > 1) found.sort((a, b) => a.at - b.at);
    return found.map(({ raw }) => raw);
  }
}

/** A question's first answer may be this late. */
const BEGINNING_MS = 15_000;

function momentAt(moments: readonly RecordedMoment[] | undefined, at: number): RecordedMoment | undefined {
  const [first] = moments ?? [];
  if (!moments || !first) return undefined;
  const index = firstAfter(moments, at) - 1;
  if (index >= 0) return moments[index];
  return first.at - at <= BEGINNING_MS ? first : undefined;
}

/** Index of the first element that comes after `at`. */
function firstAfter(items: readonly { readonly at: number }[], at: number): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((items[middle]?.at ?? 0) <= at) low = middle + 1;
    else high = middle;
  }
  return low;
}

function push(map: Map<string, RecordedMoment[]>, key: string, moment: RecordedMoment): void {
  const moments = map.get(key);
  if (moments) moments.push(moment);
  else map.set(key, [moment]);
}

/** Reads whose options only say how much is wanted: an answer to other options will do. */
const BOUNDED: ReadonlySet<string> = new Set([
  'releases',
  'builds',
  'diagnose',
  'systemMetrics',
  'appMetrics',
  'serviceMetrics',
  'metricsByService',
]);

/** JSON has no undefined, and no options are as good as an empty set of them. */
function exactKey(read: string, args: readonly unknown[]): string {
  return JSON.stringify([read, ...args.filter((arg) => arg !== undefined && arg !== null && !isEmpty(arg))]);
}

function isEmpty(arg: unknown): boolean {
  return typeof arg === 'object' && arg !== null && Object.values(arg).every((value) => value === undefined);
}

const looseKey = (read: string, args: readonly unknown[]): string =>
  JSON.stringify([read, ...args.filter((arg) => typeof arg === 'string')]);

function matches(recorded: LogSource, wanted: LogSource): boolean {
  if (JSON.stringify(recorded) === JSON.stringify(wanted)) return true;
  if (wanted.kind !== 'process' && wanted.kind !== 'service') return false;
  return recorded.kind === 'app' && recorded.app === wanted.app;
}

function isOf(raw: string, source: LogSource): boolean {
  const line = parseLogLine(raw);
  if (source.kind === 'process') return line.process === source.process;
  return source.kind === 'service' && line.service === source.service;
}

/** A whole recording in memory. */
export interface Recording {
  readonly header: RecordingHeader;
  readonly from: number;
  readonly to: number;
  /** Where it is not whole: `the file is cut off`; undefined where it is. */
  readonly damage: string | undefined;
  readonly racks: readonly RecordedRack[];
  /** Every second in which something changed (its last millisecond), ascending. */
  readonly instants: readonly number[];
}

/** Collects lines into a recording. */
export class RecordingBuilder {
  readonly #header: RecordingHeader;
  readonly #racks: readonly RecordedRack[];
  readonly #instants = new Set<number>();
  #to: number;
  ended = false;

  constructor(header: RecordingHeader) {
    this.#header = header;
    this.#to = header.startedAt;
    this.#racks = header.racks.map(({ name, kind }) => new RecordedRack(name, kind));
  }

  /** False for a line that cannot be: it speaks of a rack that the header does not name. */
  add(line: RecordingLine): boolean {
    this.#to = Math.max(this.#to, line.t);
    if ('end' in line) {
      this.ended = true;
      return true;
    }
    const rack = this.#racks[line.rack];
    if (!rack) return false;
    if ('log' in line) {
      rack.addLines(line.log, line.t, line.lines);
      return true;
    }
    // The end of its second: one step shows everything that came together.
    if (!('same' in line)) this.#instants.add(Math.floor(line.t / 1_000) * 1_000 + 999);
    const same = 'same' in line ? rack.last(line.read, line.args) : undefined;
    const value = 'value' in line ? line.value : same?.value;
    rack.add(line.read, line.args, { at: line.t, value, failed: 'failed' in line ? line.failed : same?.failed });
    return true;
  }

  finish(damage: string | undefined): Recording {
    for (const rack of this.#racks) rack.finish();
    return {
      header: this.#header,
      from: this.#header.startedAt,
      to: this.#to,
      damage,
      racks: this.#racks,
      instants: [...this.#instants].sort((a, b) => a - b),
    };
  }
}

const KINDS: ReadonlySet<string> = new Set<FailureKind>([
  'unreachable',
  'timeout',
  'tls',
  'not-logged-in',
  'account-blocked',
  'mfa-required',
  'mfa-enrollment',
  'forbidden',
  'not-found',
  'route-missing',
  'unsupported',
  'conflict',
  'invalid',
  'rate-limited',
  'server',
  'malformed',
]);

/** What the rack failed with then. */
export function failureOf({ kind, what, why, next }: RecordedFailure): Failure {
  return new Failure({ kind: KINDS.has(kind) ? kind : 'server', what, why, next });
}
