import type { UsageMeasure } from '../../domain/usage.ts';
import type { UsageKind } from '../../domain/usage-subject.ts';

/** Everything about a chart view that keys change; kept while it is behind another view. */
export interface MetricsViewState {
  /** Undefined: nobody chose one; an hour, or less where less is known. */
  readonly windowMs: number | undefined;
  /** An instant to read values at; undefined: now. */
  readonly cursorAt: number | undefined;
  /** What the list below the charts is of. */
  readonly list: UsageKind;
  readonly sort: UsageMeasure;
  /** Key of the list's row under the cursor; undefined: the first. */
  readonly row: string | undefined;
  /** First row of the list on screen. */
  readonly top: number;
}

const HOUR_MS = 3_600_000;
/** Beyond this there are no samples (live/usage-ring.ts). */
const REACH_MS = 3 * HOUR_MS;

export function initialMetricsState(now: number, at: number | undefined): MetricsViewState {
  const back = at === undefined ? 0 : now - at;
  return {
    windowMs: back > 0.9 * HOUR_MS ? REACH_MS : back > 0 ? HOUR_MS : undefined,
    cursorAt: at === undefined ? undefined : Math.max(at, now - REACH_MS),
    list: 'process',
    sort: 'cpu',
    row: undefined,
    top: 0,
  };
}

/** An hour, unless all that is known (its oldest point at `oldest`) is younger than a quarter of it. */
export function usualWindow(now: number, oldest: number | undefined): number {
  return oldest === undefined || oldest > now - HOUR_MS / 4 ? HOUR_MS / 4 : HOUR_MS;
}

/** Lists that make sense beside a subject. */
export function listsFor(kind: UsageKind): readonly UsageKind[] {
  switch (kind) {
    case 'rack':
      return ['process', 'service', 'app', 'node'];
    case 'app':
      return ['process', 'service'];
    default:
      return ['process'];
  }
}

/** The cursor by so many columns; past the newest one it is `now` again. */
export function movedCursor(
  state: MetricsViewState,
  columns: number,
  world: { readonly now: number; readonly columns: number; readonly windowMs: number },
): MetricsViewState {
  const step = world.windowMs / Math.max(1, world.columns);
  const from = world.now - world.windowMs;
  const at = (state.cursorAt ?? world.now) + columns * step;
  // What the cursor stands in stays as it is while more becomes known.
  return {
    ...state,
    windowMs: world.windowMs,
    cursorAt: at >= world.now - step / 2 ? undefined : Math.max(from + step / 2, at),
  };
}
