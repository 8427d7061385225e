import { impliedDeploys } from './deploy-marks.ts';
import type { Process } from './process.ts';
import { replacementEvents } from './replaced-processes.ts';
import { birthEvents } from './reported-events.ts';
import { mergeTimeline } from './timeline.ts';
import type { TimelineEvent, TimelineKind } from './timeline-event.ts';

/** `What changed in the last hour` (screens.md 6), ms. */
export const RECENT_MS = 3_600_000;

/** Something that somebody did to an app or rack lately, in as few words as a column has room for. */
export interface RecentChange {
  /** Epoch ms. */
  readonly at: number;
  readonly kind: TimelineKind;
  /** `promoted RNEW`, `scaled web 2->4`, `env +1 ~2`. */
  readonly what: string;
  /** Who, where somebody who asked the gateway was told. */
  readonly by: string | undefined;
}

const DEEDS: ReadonlySet<TimelineKind> = new Set([
  'release',
  'promote',
  'rollback',
  'build',
  'env',
  'scale',
  'restart',
  'lock',
  'node',
]);
const REPLACING: ReadonlySet<TimelineKind> = new Set(['started', 'ended', 'crashed']);

export interface ChangeSources {
  /** What was seen, and what the audit log told whoever asked. */
  readonly seen: readonly TimelineEvent[];
  /** What lists of releases and builds tell; those made up to an hour earlier help to know when they were promoted. */
  readonly reported: readonly TimelineEvent[];
  /** All that are known, by app. */
  readonly processes: ReadonlyMap<string, readonly Process[]>;
  /** Of each app, to know whose release the audit log speaks of. */
  readonly apps: readonly { readonly name: string; readonly release: string }[];
}

/** What was done in the last hour, by app, newest first; under `''` what concerns the rack itself. */
export function recentChanges(sources: ChangeSources, now: number): ReadonlyMap<string, readonly RecentChange[]> {
  const from = now - RECENT_MS;
  const lately = ({ at }: TimelineEvent): boolean => at > from && at <= now;
  const ownerOf = owners(sources);
  const deeds: TimelineEvent[] = [];
  const replacing = new Map<string, TimelineEvent[]>();
  for (const event of [...sources.seen, ...sources.reported]) {
    if (!lately(event)) continue;
    if (isDeed(event)) deeds.push(event.app === '' ? { ...event, app: ownerOf(event) } : event);
    else if (REPLACING.has(event.kind)) (replacing.get(event.app) ?? added(replacing, event.app)).push(event);
  }
  const deployed = new Set(deeds.filter(({ kind }) => kind === 'promote' || kind === 'rollback').map(({ app }) => app));
  for (const [app, made] of Map.groupBy(sources.reported, (event) => event.app)) {
    const births = birthEvents(sources.processes.get(app) ?? []);
    const implied = impliedDeploys([...made, ...deeds.filter((deed) => deed.app === app), ...births]).filter(lately);
    if (implied.length > 0) deployed.add(app);
    deeds.push(...implied);
  }
  for (const [app, events] of replacing) {
    // A deploy replaces processes, too: then their coming and going says no more.
    if (deployed.has(app)) continue;
    deeds.push(...replacementEvents(app, sources.processes.get(app) ?? [], events, from));
  }
  const told = mergeTimeline([deeds]);
  const changes = new Map<string, readonly RecentChange[]>();
  for (const [app, events] of Map.groupBy(told, (event) => event.app)) {
    changes.set(app, withoutEchoes(events).map(changeOf).reverse());
  }
  return changes;
}

function added(groups: Map<string, TimelineEvent[]>, app: string): TimelineEvent[] {
  const group: TimelineEvent[] = [];
  groups.set(app, group);
  return group;
}

/**
 * The release of an app that may be new: all its processes came up within the last hour. Its app's releases tell whether it
 * was a deploy; undefined where nothing speaks for one.
 */
export function youngRelease(processes: readonly Process[], now: number): string | undefined {
  const oldest = new Map<string, number>();
  for (const { release, startedAt } of processes) {
    if (release === '') continue;
    oldest.set(release, Math.min(oldest.get(release) ?? Number.POSITIVE_INFINITY, startedAt ?? 0));
  }
  let young: string | undefined;
  let newest = now - RECENT_MS;
  for (const [release, since] of oldest) {
    if (since <= newest || since > now) continue;
    young = release;
    newest = since;
  }
  return young;
}

function isDeed({ kind, source, build }: TimelineEvent): boolean {
  // Of what the audit log tells besides, the builds count: they have no kind of their own while they run.
  return DEEDS.has(kind) || (kind === 'audit' && source === 'audit' && build !== undefined);
}

/** The audit log names the release, not always its app. */
function owners({ seen, reported, apps }: ChangeSources): (event: TimelineEvent) => string {
  const byRelease = new Map<string, string>();
  for (const { app, release } of [...seen, ...reported]) if (app !== '' && release) byRelease.set(release, app);
  for (const { name, release } of apps) if (release !== '') byRelease.set(release, name);
  return ({ release }) => (release === undefined ? '' : (byRelease.get(release) ?? ''));
}

/** What another event tells better: the making of a release that was promoted, the start of a build that has ended. */
function withoutEchoes(events: readonly TimelineEvent[]): readonly TimelineEvent[] {
  const makers = new Map<string, string>();
  for (const { kind, build, release, by } of events) {
    if (by === undefined) continue;
    if (kind === 'audit' && build !== undefined) makers.set(`build ${build}`, by);
    if (kind === 'release' && release !== undefined) makers.set(`env ${release}`, by);
  }
  return events.flatMap((event) => {
    const { kind, build, release } = event;
    const others = events.filter((other) => other !== event && other.kind !== kind);
    if (kind === 'audit' && others.some((other) => other.kind === 'build' && other.build === build)) return [];
    if (kind === 'release' && others.some((other) => other.release === release)) return [];
    const by = event.by ?? makers.get(kind === 'build' ? `build ${build}` : `env ${release}`);
    const isKnown = kind === 'build' || kind === 'env';
    return [isKnown && by !== undefined ? { ...event, by } : event];
  });
}

function changeOf(event: TimelineEvent): RecentChange {
  const { at, kind, by } = event;
  return { at, kind, what: told(event), by };
}

/** Longest text of one change. */
const MOST_TEXT = 48;

function told(event: TimelineEvent): string {
  const text = shortly(event);
  return text.length > MOST_TEXT ? `${text.slice(0, MOST_TEXT - 3)}...` : text;
}

function shortly({ kind, app, release, build, severity, what }: TimelineEvent): string {
  if (kind === 'promote') return `promoted ${release ?? what}`;
  if (kind === 'rollback') return `rolled back ${release ?? what}`;
  if (kind === 'release') return `${release ?? 'release'} created`;
  if (kind === 'lock') return what.startsWith(`${app} `) ? what.slice(app.length + 1) : what;
  if (kind === 'scale') return what.replace(/^(\S+) scaled from (\d+) to (\d+)$/, 'scaled $1 $2->$3');
  if (kind !== 'build') return what;
  if (severity === 'critical') return `build ${build} failed`;
  return / (?:complete|succeeded)\b/.test(what) ? `built ${build}` : `building ${build}`;
}
