import { isUnhealthy } from '../../domain/severity.ts';
import type { TimelineEvent, TimelineKind } from '../../domain/timeline-event.ts';
import type { TimeWindow } from '../../domain/usage-series.ts';

/** Everything about a timeline that keys change; kept while it is behind another view. */
export interface TimelineViewState {
  /** Id of the event under the cursor; undefined: the newest, whichever that is. */
  readonly event: string | undefined;
  /** When that event was, for when it is gone or told together with others. */
  readonly at: number | undefined;
  readonly top: number;
  readonly stripMs: number;
  readonly show: 'all' | 'unhealthy' | 'deploys';
}

const DEPLOYS: ReadonlySet<TimelineKind> = new Set([
  'release',
  'promote',
  'rollback',
  'build',
  'env',
  'scale',
  'restart',
]);

export function isShown(event: TimelineEvent, show: TimelineViewState['show']): boolean {
  if (show === 'unhealthy') return isUnhealthy(event.severity);
  return show === 'all' || DEPLOYS.has(event.kind);
}

/** Where the cursor stands among the events; -1 without any. An event that is gone leaves it at the nearest in time. */
export function cursorIndex(events: readonly TimelineEvent[], { event, at }: TimelineViewState): number {
  if (event === undefined && at === undefined) return events.length - 1;
  const found = event === undefined ? -1 : events.findIndex(({ id }) => id === event);
  if (found >= 0 || at === undefined) return found >= 0 ? found : events.length - 1;
  let best = events.length - 1;
  events.forEach((each, index) => {
    if (Math.abs(each.at - at) < Math.abs((events[best]?.at ?? 0) - at)) best = index;
  });
  return best;
}

/** The strip ends now, unless the cursor is further back: then it has it a quarter from its end. */
export function stripWindow(now: number, cursorAt: number | undefined, stripMs: number): TimeWindow {
  const to = cursorAt === undefined || cursorAt >= now - stripMs ? now : Math.min(now, cursorAt + stripMs / 4);
  return { from: to - stripMs, to };
}
