import { ageText } from '../domain/age.ts';
import type { App } from '../domain/app.ts';
import type { Process } from '../domain/process.ts';
import { RECENT_MS, type RecentChange, recentChanges, youngRelease } from '../domain/recent-changes.ts';
import { envEvents, releaseEvents } from '../domain/reported-events.ts';
import type { TimelineEvent } from '../domain/timeline-event.ts';
import { PARTS } from './app-facts.ts';
import type { Column } from './column.ts';
import type { QueryContext } from './define-resource.ts';
import { Look } from './look.ts';

/**
 * What was done in the last hour, by app (`''`: to the rack), from what came by anyway. Has the releases of an app read, a few
 * a minute, where all processes of a release are new: they tell a deploy from a restart, and what it changed.
 */
export async function changesOf(
  context: QueryContext,
  apps: readonly App[],
  processes: ReadonlyMap<string, readonly Process[]>,
): Promise<ReadonlyMap<string, readonly RecentChange[]>> {
  const { history, now } = context;
  const from = now - RECENT_MS;
  const seen = history?.events(from, now) ?? [];
  const told = await reportedOf(context, apps, processes);
  const reported = [...told, ...(history?.reported(from - RECENT_MS) ?? [])];
  return recentChanges({ seen, reported, processes, apps }, now);
}

/** Releases that one command reads by itself, apps at most; they carry environments and manifests: the newest will do. */
const MOST_APPS = 3;
const NEWEST_RELEASES = 5;
const NOBODY: ReadonlyMap<string, string> = new Map();

/** In a dashboard nothing: what is read behind the scenes is told by the history. */
async function reportedOf(
  context: QueryContext,
  apps: readonly App[],
  processes: ReadonlyMap<string, readonly Process[]>,
): Promise<readonly TimelineEvent[]> {
  const { lately, reads, signal, now } = context;
  const look = await Look.at(context);
  if (look.refusal(PARTS.releases) !== undefined) return [];
  const young = apps.flatMap(({ name }) => {
    const release = youngRelease(processes.get(name) ?? [], now);
    return release === undefined ? [] : [{ name, release }];
  });
  if (lately) {
    for (const { name, release } of young) lately.releases(name, release);
    return [];
  }
  const lists = await Promise.all(
    young
      .slice(0, MOST_APPS)
      .map(({ name }) => look.part(PARTS.releases, () => reads.releases(name, { limit: NEWEST_RELEASES }, { signal }))),
  );
  return lists.flatMap((list) => [...releaseEvents(list ?? [], NOBODY), ...envEvents(list ?? [])]);
}

/** More than these are counted. */
const MOST_TOLD = 3;
/** The longest that an age is within an hour: `119s`. */
const LONGEST_AGE = 4;

/** `promoted RNEW 12m by ann, env +1 ~2 13m`: newest first, ages at paint time; no longer later than now. */
export function changedColumn<Row>(changes: (row: Row) => readonly RecentChange[]): Column<Row> {
  return {
    id: 'changed',
    header: 'CHANGED',
    // Sorted, filtered and printed as the time of the newest; its ages tick.
    type: 'time',
    align: 'left',
    priority: 4,
    // Where there is no room for it, an empty one must not narrow the finding either.
    min: 26,
    least: 26,
    max: 96,
    value: (row) => changes(row)[0]?.at ?? null,
    cell: (row, now) => {
      const list = changes(row);
      return list.length === 0 ? { text: '' } : { text: changesText(list, now), tone: 'notice' };
    },
  };
}

export function changesText(changes: readonly RecentChange[], now: number): string {
  let slack = 0;
  const told = changes.slice(0, MOST_TOLD).map(({ at, what, by }) => {
    const age = ageText(at, now);
    slack += Math.max(0, LONGEST_AGE - age.length);
    return `${what} ${age}${by === undefined ? '' : ` by ${shortName(by)}`}`;
  });
  const more = changes.length - told.length;
  // Widths are measured once: an age that grows must find its room.
  return `${told.join(', ')}${more > 0 ? `, ${more} more` : ''}${' '.repeat(slack)}`;
}

/** `ann@example.com with ci` -> `ann with ci`. */
function shortName(by: string): string {
  return by.replace(/@\S+/, '');
}
