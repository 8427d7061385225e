import { byTime, type TimelineEvent, type TimelineKind } from './timeline-event.ts';

/** Like things that happen within this time are one event: a rolling deploy starts twenty processes. */
const GROUP_MS = 2 * 60_000;
/** Two sources tell of one thing at times that differ by less: ours sees it when it next asks. */
const SAME_MS = 2 * 60_000;
/** In a crash loop the next crash may be near. */
const SAME_CRASH_MS = 20_000;
const GROUPED: ReadonlySet<TimelineKind> = new Set(['started', 'ended', 'recovered', 'crashed']);

export interface TimelineFilter {
  /** Undefined: every app and the rack itself. */
  readonly app?: string | undefined;
  readonly service?: string | undefined;
  readonly process?: string | undefined;
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

/** Everything known from all sources on one strip: each event once, like ones told together, oldest first. */
export function mergeTimeline(
  lists: readonly (readonly TimelineEvent[])[],
  filter: TimelineFilter = {},
): readonly TimelineEvent[] {
  const kept = lists.flat().filter((event) => matches(event, filter));
  return grouped(withoutRepeats(kept.sort(byTime)));
}

export function matches(event: TimelineEvent, filter: TimelineFilter): boolean {
  if (!Number.isFinite(event.at)) return false;
  if (filter.from !== undefined && event.at < filter.from) return false;
  if (filter.to !== undefined && event.at > filter.to) return false;
  if (filter.app !== undefined && event.app !== filter.app) return false;
  // A deploy concerns every service of its app.
  if (filter.service !== undefined && event.service !== undefined && event.service !== filter.service) return false;
  return filter.process === undefined || event.process === undefined || event.process === filter.process;
}

/** What names a person beats what the rack says, which beats what was merely seen. */
const RANK: Readonly<Record<TimelineEvent['source'], number>> = { audit: 0, rack: 1, seen: 2 };

function rankOf(event: TimelineEvent): number {
  return RANK[event.source] - (event.by === undefined ? 0 : 3);
}

function withoutRepeats(events: readonly TimelineEvent[]): readonly TimelineEvent[] {
  const kept: (TimelineEvent | undefined)[] = [];
  /** Places in `kept` of the recent events of one subject. */
  const recent = new Map<string, number[]>();
  for (const event of events) {
    const subject = subjectOf(event);
    const places = recent.get(subject) ?? [];
    const twin = places.find((at) => isSame(kept[at], event));
    if (twin === undefined) {
      recent.set(subject, [...places.slice(-3), kept.push(event) - 1]);
      continue;
    }
    const known = kept[twin];
    if (known) kept[twin] = rankOf(event) < rankOf(known) ? merged(event, known) : merged(known, event);
  }
  return kept.filter((event) => event !== undefined).sort(byTime);
}

function isSame(known: TimelineEvent | undefined, event: TimelineEvent): boolean {
  if (known === undefined) return false;
  if (known.id === event.id) return true;
  // A process starts and ends once; a promote may come again.
  if (known.kind === 'started' || known.kind === 'ended') return true;
  // One source does not repeat itself: what it says twice happened twice. Two programs that watched are two sources.
  if (known.source === event.source && event.source !== 'seen') return false;
  const isCrash = known.kind === 'crashed' || known.kind === 'recovered';
  return Math.abs(known.at - event.at) < (isCrash ? SAME_CRASH_MS : SAME_MS);
}

/** What was seen is late by a poll. The rack's own words say more than the gateway's; the gateway knows who it was. */
function merged(better: TimelineEvent, other: TimelineEvent): TimelineEvent {
  if (other.source === 'rack' && better.by !== undefined) return { ...other, by: better.by };
  return { ...other, ...better, at: better.source === 'seen' ? Math.min(better.at, other.at) : better.at };
}

function subjectOf({ kind, app, service, process, release, build, instance, what }: TimelineEvent): string {
  if (kind === 'audit') return JSON.stringify([kind, app, what]);
  if (kind === 'status' || kind === 'lock' || kind === 'node') return JSON.stringify([kind, app, instance, what]);
  if (kind === 'scale' || kind === 'restart') return JSON.stringify([kind, app, service]);
  if (kind === 'promote' || kind === 'release' || kind === 'env') return JSON.stringify([kind, app, release]);
  return JSON.stringify([kind, app, process, release, build]);
}

/** Runs of the same kind for one service and release become one event with a count. */
function grouped(events: readonly TimelineEvent[]): readonly TimelineEvent[] {
  const result: TimelineEvent[] = [];
  const open = new Map<string, { place: number; last: number; members: TimelineEvent[] }>();
  for (const event of events) {
    if (!GROUPED.has(event.kind)) {
      result.push(event);
      continue;
    }
    const key = JSON.stringify([event.kind, event.app, event.service, event.release]);
    const group = open.get(key);
    if (group && event.at - group.last <= GROUP_MS) {
      group.last = event.at;
      group.members.push(event);
      result[group.place] = told(group.members);
    } else {
      open.set(key, { place: result.push(event) - 1, last: event.at, members: [event] });
    }
  }
  return result;
}

const VERB: Readonly<Partial<Record<TimelineKind, string>>> = {
  started: 'started',
  ended: 'ended',
  recovered: 'run again',
  crashed: 'crashed',
};

function told(members: readonly TimelineEvent[]): TimelineEvent {
  const [first] = members;
  if (first === undefined) throw new Error('A group has members');
  const different = new Set(members.map((event) => event.process)).size;
  const { process, instance, ...rest } = first;
  const on = first.release ? ` on ${first.release}` : '';
  const verb = VERB[first.kind] ?? first.kind;
  if (different === 1) {
    const what = `${process ?? first.service ?? 'a process'} ${verb} ${members.length} times${on}`;
    return { ...first, what, count: members.length };
  }
  return {
    ...rest,
    // A crash is looked into at one process: the first of them.
    ...(first.kind === 'crashed' && process !== undefined ? { process } : {}),
    what: `${different} ${first.service || first.app} processes ${verb}${on}`,
    count: members.length,
  };
}
