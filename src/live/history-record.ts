import * as z from 'zod/mini';
import { safeText } from '../domain/safe-text.ts';
import type { TimelineEvent } from '../domain/timeline-event.ts';
import type { Usage } from '../domain/usage.ts';
import { parseSubjectKey } from '../domain/usage-subject.ts';

/** One line of the history file: load of one minute, or one event. */
export type HistoryRecord =
  | { readonly kind: 'usage'; readonly at: number; readonly usage: ReadonlyMap<string, Usage> }
  | { readonly kind: 'event'; readonly at: number; readonly event: TimelineEvent };

const VERSION = 1;
/** Longest line that is read; ours have at most {@link MOST_SUBJECTS} subjects. */
const LONGEST_LINE = 65_536;
const MOST_SUBJECTS = 500;
const LATEST = 8.64e15;

const short = z.string().check(z.maxLength(400));
const at = z.number().check(z.minimum(0), z.maximum(LATEST));

const eventSchema = z.object({
  id: short,
  kind: z.enum([
    'release',
    'promote',
    'rollback',
    'build',
    'env',
    'scale',
    'restart',
    'started',
    'ended',
    'crashed',
    'recovered',
    'status',
    'lock',
    'node',
    'audit',
  ]),
  severity: z.enum(['ok', 'unknown', 'info', 'warning', 'critical']),
  app: short,
  service: z.optional(short),
  process: z.optional(short),
  release: z.optional(short),
  build: z.optional(short),
  instance: z.optional(short),
  what: short,
  by: z.optional(short),
  source: z.enum(['rack', 'seen', 'audit']),
  count: z.optional(z.number()),
});
const usageLine = z.object({
  v: z.literal(VERSION),
  at,
  u: z.record(short, z.tuple([z.nullable(z.number()), z.nullable(z.number())])),
});
const eventLine = z.object({ v: z.literal(VERSION), at, e: eventSchema });

/** `{"v":1,"at":1772334000000,"u":{"app:shop":[1.2,640]}}` or `{"v":1,"at":...,"e":{...}}`, without the newline. */
export function historyLine(record: HistoryRecord): string {
  if (record.kind === 'event') {
    const { at: time, ...event } = record.event;
    return JSON.stringify({ v: VERSION, at: time, e: event });
  }
  const usage: Record<string, readonly [number | null, number | null]> = {};
  for (const [subject, { cpu, memory }] of record.usage) usage[subject] = [rounded(cpu), rounded(memory)];
  return JSON.stringify({ v: VERSION, at: record.at, u: usage });
}

/** Undefined for a torn, damaged or foreign line. What a file says is made printable like anything from outside. */
export function parseHistoryLine(line: string): HistoryRecord | undefined {
  if (line.length > LONGEST_LINE || !line.startsWith('{')) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  const usage = usageLine.safeParse(value);
  if (usage.success) return usageRecord(usage.data.at, usage.data.u);
  const event = eventLine.safeParse(value);
  if (!event.success) return undefined;
  return { kind: 'event', at: event.data.at, event: printable({ ...event.data.e, at: event.data.at }) };
}

/** The time of a line without reading all of it; undefined where it does not begin as ours do. */
export function timeOfLine(line: string): number | undefined {
  const match = /^\{"v":\d+,"at":(\d{1,16})[,}]/.exec(line.slice(0, 48));
  return match ? Number(match[1]) : undefined;
}

export function isUsageLine(line: string): boolean {
  return /^\{"v":\d+,"at":\d{1,16},"u":/.test(line.slice(0, 48));
}

function usageRecord(time: number, table: Readonly<Record<string, readonly [number | null, number | null]>>) {
  const usage = new Map<string, Usage>();
  for (const [key, [cpu, memory]] of Object.entries(table).slice(0, MOST_SUBJECTS)) {
    if (parseSubjectKey(key) === undefined || key !== safeText(key)) continue;
    usage.set(key, { cpu: cpu ?? undefined, memory: memory ?? undefined });
  }
  return { kind: 'usage' as const, at: time, usage };
}

function printable(event: z.infer<typeof eventSchema> & { readonly at: number }): TimelineEvent {
  const entries = Object.entries(event).filter(([, value]) => value !== undefined);
  // Every text of it, whatever it is called; numbers and words of closed sets stay as they are.
  const clean = entries.map(([name, value]) => [name, typeof value === 'string' ? safeText(value) : value]);
  return Object.fromEntries(clean) as TimelineEvent;
}

/** Four figures are more than anybody reads off a chart. */
function rounded(value: number | undefined): number | null {
  return value === undefined || !Number.isFinite(value) ? null : Number(value.toPrecision(4));
}
