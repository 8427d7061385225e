import type { CrashEvidence } from '../domain/last-healthy-release.ts';
import type { Promote, Rollback } from '../domain/promote.ts';
import type { TimelineEvent } from '../domain/timeline-event.ts';
import type { ActionContext } from './define-action.ts';

/** A release that served for days is as healthy as one gets. */
const LOOK_BACK_MS = 30 * 86_400_000;

/** What was seen of an app's deploys; racks keep no record of them. */
export interface KnownDeploys {
  readonly promotes: readonly Promote[];
  readonly rollbacks: readonly Rollback[];
  readonly crashes: readonly CrashEvidence[];
  readonly watchedSince: number | undefined;
}

export async function knownDeploys({ history, now }: ActionContext, app: string): Promise<KnownDeploys> {
  await history.load();
  const at = now();
  const events = history.events(at - LOOK_BACK_MS, at).filter((event) => event.app === app);
  return {
    promotes: events.flatMap(promoteOf),
    rollbacks: events.flatMap(({ kind, release, at: when }) =>
      kind === 'rollback' && release !== undefined ? [{ release, to: undefined, at: when }] : [],
    ),
    crashes: events.flatMap(({ kind, release, at: when, count }) =>
      kind === 'crashed' && release !== undefined ? [{ release, at: when, count: count ?? 1 }] : [],
    ),
    watchedSince: history.since,
  };
}

function promoteOf({ kind, release, at, by, source }: TimelineEvent): readonly Promote[] {
  if (kind !== 'promote' || release === undefined) return [];
  return [{ release, at, by, source: source === 'audit' ? 'audit' : 'seen' }];
}

/** Crashes of an app between two instants, as far as they were seen; of one release only, where it is named. */
export function crashesBetween(
  { history }: ActionContext,
  {
    app,
    release,
    from,
    to,
  }: { readonly app: string; readonly release?: string; readonly from: number; readonly to: number },
): number {
  return history
    .events(from, to)
    .filter((event) => event.app === app && event.kind === 'crashed')
    .filter((event) => release === undefined || event.release === release)
    .reduce((sum, { count }) => sum + (count ?? 1), 0);
}
