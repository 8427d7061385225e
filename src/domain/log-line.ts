import { detectLogLevel } from './log-level.ts';

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal';

/** One log line, split into its parts (three formats, convox-api.md 2.4). */
export interface LogLine {
  /** The whole line as shown in raw mode: sanitised, SGR colour kept. */
  readonly raw: string;
  /** Epoch ms from the line's prefix; undefined without one. */
  readonly time: number | undefined;
  /** `service/web/web-6d9f-x2x4q`, `system/k8s/...`, `pod/...`; `''` without a prefix. */
  readonly stream: string;
  /** Service and process where the prefix names them. */
  readonly service: string | undefined;
  readonly process: string | undefined;
  /** What follows the prefix. */
  readonly message: string;
  readonly level: LogLevel | undefined;
}

const KUBERNETES = 'system/k8s/';

/**
 * Whose line it is, for telling processes apart: the process; of what Kubernetes says (`system/k8s/web-6d9f-x2x4q`) the object
 * it speaks of; else service or stream, `''` for a line without a prefix.
 */
export function logWriter(line: Pick<LogLine, 'process' | 'service' | 'stream'>): string {
  if (line.process !== undefined) return line.process;
  const { stream } = line;
  if (!stream.startsWith(KUBERNETES)) return line.service ?? stream;
  const object = stream.slice(KUBERNETES.length);
  return object.includes('/') ? 'events' : object;
}

/** The prefix of a line without the cost of its level. */
export interface LogPrefix {
  readonly time: number | undefined;
  readonly stream: string;
  readonly service: string | undefined;
  readonly process: string | undefined;
  /** Index at which the message begins. */
  readonly messageAt: number;
}

/**
 * Any of: `<time> <stream> <message>` (app, rack and process logs), `[pod/<pod>/<container>] <time> <message>` (service
 * logs), `<time> <message>`, or a bare message (build logs). Never fails: what is no prefix is message.
 */
export function parseLogLine(raw: string): LogLine {
  const { time, stream, service, process, messageAt } = parseLogPrefix(raw);
  const message = messageAt === 0 ? raw : raw.slice(messageAt);
  return { raw, time, stream, service, process, message, level: detectLogLevel(message) };
}

export function parseLogPrefix(raw: string): LogPrefix {
  if (raw.startsWith('[pod/')) return podPrefix(raw) ?? NO_PREFIX;
  const end = timeEnd(raw, 0);
  if (end < 0) return NO_PREFIX;
  const time = parseTime(raw, 0, end);
  if (time === undefined) return NO_PREFIX;
  return streamPrefix(raw, time, end);
}

/** Only the time, for lag and gaps. */
export function logLineTime(raw: string): number | undefined {
  const start = raw.startsWith('[pod/') ? raw.indexOf('] ') + 2 : 0;
  if (start === 1) return undefined;
  const end = timeEnd(raw, start);
  return end < 0 ? undefined : parseTime(raw, start, end);
}

const NO_PREFIX: LogPrefix = { time: undefined, stream: '', service: undefined, process: undefined, messageAt: 0 };

const STREAM_KINDS: readonly string[] = ['service/', 'system/', 'build/', 'release/', 'resource/', 'timer/', 'pod/'];

function streamPrefix(raw: string, time: number, timeEndsAt: number): LogPrefix {
  const start = timeEndsAt + 1;
  const space = raw.indexOf(' ', start);
  const end = space < 0 ? raw.length : space;
  const messageOnly = {
    time,
    stream: '',
    service: undefined,
    process: undefined,
    messageAt: Math.min(start, raw.length),
  };
  if (end === start || !STREAM_KINDS.some((kind) => raw.startsWith(kind, start))) return messageOnly;
  const stream = raw.slice(start, end);
  const messageAt = Math.min(end + 1, raw.length);
  if (!stream.startsWith('service/')) return { time, stream, service: undefined, process: undefined, messageAt };
  const slash = stream.indexOf('/', 8);
  const service = slash < 0 ? stream.slice(8) : stream.slice(8, slash);
  const process = slash < 0 ? undefined : stream.slice(slash + 1);
  return { time, stream, service: service || undefined, process: process || undefined, messageAt };
}

function podPrefix(raw: string): LogPrefix | undefined {
  const close = raw.indexOf('] ');
  if (close < 0) return undefined;
  const stream = raw.slice(1, close);
  const slash = stream.indexOf('/', 4);
  const process = slash < 0 ? stream.slice(4) : stream.slice(4, slash);
  const container = slash < 0 ? '' : stream.slice(slash + 1);
  const start = close + 2;
  const end = timeEnd(raw, start);
  const time = end < 0 ? undefined : parseTime(raw, start, end);
  const messageAt = time === undefined ? start : Math.min(end + 1, raw.length);
  return { time, stream, service: serviceOf(process, container), process: process || undefined, messageAt };
}

/** `web-6d9f7c5b8-x2x4q` -> `web`; agents and one-off pods have one random part only: `web-x2x4q`. */
const REPLICA_SET_POD = /^(.+)-[a-z0-9]{4,10}-[a-z0-9]{5}$/;
const SINGLE_POD = /^(.+)-[a-z0-9]{5}$/;
const GENERIC_CONTAINERS: ReadonlySet<string> = new Set(['', 'main', 'app']);

function serviceOf(pod: string, container: string): string | undefined {
  // A container that names the pod's first part is the service; the pod's name alone leaves room for doubt.
  if (!GENERIC_CONTAINERS.has(container) && pod.startsWith(`${container}-`)) return container;
  return (REPLICA_SET_POD.exec(pod) ?? SINGLE_POD.exec(pod))?.[1];
}

/** Where the time that begins at `start` ends (a space or the end of the line); -1 where none begins. */
function timeEnd(raw: string, start: number): number {
  // 2026-05-01T10:00:00Z is 20 characters; the T and the dashes rule out nearly everything else at once.
  if (raw.charCodeAt(start + 10) !== 0x54 || raw.charCodeAt(start + 4) !== 0x2d) return -1;
  const space = raw.indexOf(' ', start + 19);
  const end = space < 0 ? raw.length : space;
  return end - start >= 20 && end - start <= 35 ? end : -1;
}

function parseTime(raw: string, start: number, end: number): number | undefined {
  const year = digits(raw, start, 4);
  const month = digits(raw, start + 5, 2);
  const day = digits(raw, start + 8, 2);
  const hour = digits(raw, start + 11, 2);
  const minute = digits(raw, start + 14, 2);
  const second = digits(raw, start + 17, 2);
  if (year < 0 || month < 1 || month > 12 || day < 1 || day > 31 || hour < 0 || hour > 23) return undefined;
  if (minute < 0 || minute > 59 || second < 0 || second > 60) return undefined;
  if (raw.charCodeAt(start + 7) !== 0x2d || raw.charCodeAt(start + 13) !== 0x3a) return undefined;
  if (raw.charCodeAt(start + 16) !== 0x3a) return undefined;
  let at = start + 19;
  let milliseconds = 0;
  if (raw.charCodeAt(at) === 0x2e) {
    const from = at + 1;
    at = from;
    while (at < end && isDigit(raw.charCodeAt(at))) {
      if (at - from < 3) milliseconds += (raw.charCodeAt(at) - 48) * 10 ** (2 - (at - from));
      at += 1;
    }
    if (at === from) return undefined;
  }
  const offset = parseOffset(raw, at, end);
  if (offset === undefined) return undefined;
  return Date.UTC(year, month - 1, day, hour, minute, second, milliseconds) - offset;
}

/** Ms east of UTC: `Z`, `+02:00`. */
function parseOffset(raw: string, at: number, end: number): number | undefined {
  const sign = raw.charCodeAt(at);
  if (sign === 0x5a) return at + 1 === end ? 0 : undefined;
  if ((sign !== 0x2b && sign !== 0x2d) || at + 6 !== end || raw.charCodeAt(at + 3) !== 0x3a) return undefined;
  const hours = digits(raw, at + 1, 2);
  const minutes = digits(raw, at + 4, 2);
  if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return undefined;
  return (sign === 0x2b ? 1 : -1) * (hours * 60 + minutes) * 60_000;
}

/** Value of `count` digits, -1 where one of them is none. */
function digits(raw: string, start: number, count: number): number {
  let value = 0;
  for (let at = start; at < start + count; at += 1) {
    const code = raw.charCodeAt(at);
    if (!isDigit(code)) return -1;
    value = value * 10 + code - 48;
  }
  return value;
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}
