import type { LogLine } from './log-line.ts';
import { logSignature } from './log-signature.ts';

/** One error of a log, the frames and causes that follow it folded in. */
export interface LogError {
  readonly signature: string;
  readonly level: 'error' | 'fatal';
  /** The line that names the error, and its place in what was given. */
  readonly line: LogLine;
  readonly index: number;
  /** Lines that belong to it: stack frames, `Caused by`, `... 12 more`. */
  readonly frames: number;
}

interface Open {
  signature: string;
  level: 'error' | 'fatal';
  line: LogLine;
  index: number;
  frames: number;
  /** A Python traceback names its error in its last line. */
  awaitsName: boolean;
  isPanic: boolean;
}

/** Longer traces go on as something new. */
const MAX_FRAMES = 500;

/**
 * Errors of a log in order of their lines. Lines of several processes may be mixed: frames belong to the error above them
 * of the same stream. Never throws.
 */
export function logErrors(lines: Iterable<LogLine>): readonly LogError[] {
  const found: Open[] = [];
  const open = new Map<string, Open>();
  let index = -1;
  for (const line of lines) {
    index += 1;
    const { stream, message } = line;
    const above = open.get(stream);
    if (above && above.frames < MAX_FRAMES && belongs(message, above)) {
      above.frames += 1;
      continue;
    }
    if (above) open.delete(stream);
    const level = errorLevel(line);
    if (level === undefined) continue;
    const error = {
      signature: logSignature(message),
      level,
      line,
      index,
      frames: 0,
      awaitsName: message.includes('Traceback (most recent'),
      isPanic: message.startsWith('panic:'),
    };
    found.push(error);
    open.set(stream, error);
  }
  return found.map(({ signature, level, line, index: at, frames }) => ({ signature, level, line, index: at, frames }));
}

function errorLevel(line: LogLine): 'error' | 'fatal' | undefined {
  const { level } = line;
  return level === 'error' || level === 'fatal' ? level : undefined;
}

/** What begins a line that goes on with the error above: Java, Go, Python; an indented line always does. */
const CONTINUATIONS: readonly string[] = [
  'at ',
  'from /',
  'Caused by: ',
  '... ',
  'goroutine ',
  'created by ',
  'During handling of the above',
  'The above exception was',
];
/** `app/models/order.rb:12:in`, `/app/main.go:12 +0x1d`. */
const FRAME = /^[\w./-]+:\d+(?::in\b| \+0x)/;
/** `main.handler(0xc000012345, {0x0, 0x0})`: the first half of a frame of a Go panic. */
const GO_FRAME = /^[\w./*-]+(?:\(\*\w+\)[\w.]*)?\(.{0,300}\)$/;

function belongs(message: string, above: Open): boolean {
  const code = message.charCodeAt(0);
  if (code <= 32 || message === '') return true;
  if (above.awaitsName) return nameOf(message, above);
  if (CONTINUATIONS.some((start) => message.startsWith(start)) || FRAME.test(message)) return true;
  return above.isPanic && GO_FRAME.test(message);
}

const NAMED = /^[A-Za-z_][\w.]*(?:$|:\s|\()/;

/** The line that ends a Python traceback gives the error its signature. */
function nameOf(message: string, above: Open): boolean {
  above.awaitsName = false;
  if (!NAMED.test(message)) return false;
  above.signature = logSignature(message);
  return true;
}

/** A kind of error that is new, and how often it occurred. */
export interface NewSignature {
  readonly signature: string;
  readonly level: 'error' | 'fatal';
  readonly count: number;
  /** Its first occurrence: the line to jump to, its index in `after`, its time where the line has one. */
  readonly first: LogLine;
  readonly firstIndex: number;
  readonly firstAt: number | undefined;
  readonly lastAt: number | undefined;
  /** Streams (processes) it occurred in. */
  readonly processes: number;
  readonly services: readonly string[];
}

/**
 * Signatures of errors in `after` that do not occur in `before`, worst first: fatal, then in how many processes, then how
 * often, then which came first. The two together are usually one log, cut at the instant of a promote (`splitAt`).
 */
export function firstNewSignatures(before: Iterable<LogLine>, after: Iterable<LogLine>): readonly NewSignature[] {
  const known = new Set<string>();
  for (const error of logErrors(before)) known.add(error.signature);
  const groups = new Map<string, LogError[]>();
  for (const error of logErrors(after)) {
    if (error.signature === '' || known.has(error.signature)) continue;
    const group = groups.get(error.signature);
    if (group) group.push(error);
    else groups.set(error.signature, [error]);
  }
  return [...groups].flatMap(([signature, errors]) => summary(signature, errors)).sort(worstFirst);
}

function summary(signature: string, errors: readonly LogError[]): NewSignature[] {
  const [first] = errors;
  if (!first) return [];
  return [
    {
      signature,
      level: errors.some((error) => error.level === 'fatal') ? 'fatal' : 'error',
      count: errors.length,
      first: first.line,
      firstIndex: first.index,
      firstAt: first.line.time,
      lastAt: errors.at(-1)?.line.time,
      processes: new Set(errors.map((error) => error.line.stream)).size,
      services: [...new Set(errors.flatMap((error) => error.line.service ?? []))].sort(),
    },
  ];
}

function worstFirst(a: NewSignature, b: NewSignature): number {
  if (a.level !== b.level) return a.level === 'fatal' ? -1 : 1;
  return b.processes - a.processes || b.count - a.count || a.firstIndex - b.firstIndex;
}

/** A log cut at an instant; a line without a time stays with the one above it. */
export function splitAt(
  lines: Iterable<LogLine>,
  instant: number,
): { readonly before: readonly LogLine[]; readonly after: readonly LogLine[] } {
  const before: LogLine[] = [];
  const after: LogLine[] = [];
  let isAfter = false;
  for (const line of lines) {
    if (line.time !== undefined) isAfter = line.time >= instant;
    (isAfter ? after : before).push(line);
  }
  return { before, after };
}
