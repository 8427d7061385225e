import type { Promote, Rollback } from '../domain/promote.ts';
import type { Release } from '../domain/release.ts';
import type { TimelineEvent } from '../domain/timeline-event.ts';
import type { QueryContext } from './define-resource.ts';

/** How far back promotes are of use: a release that served for days is as healthy as one gets. */
const LOOK_BACK_MS = 30 * 86_400_000;
/** A promote is seen when the app is next asked for: later than the gateway wrote it down, by no more than this. */
const SAME_MS = 2 * 60_000;

export interface SeenDeployFacts {
  readonly promotes: readonly Promote[] | undefined;
  readonly rollbacks: readonly Rollback[] | undefined;
}

/**
 * Promotes and rollbacks of an app that were seen here or that the gateway's audit log told when somebody asked; a rack keeps
 * no record of them. `releases` are the app's own: the audit log names the release, not always its app.
 */
export function seenDeploys(
  { history, now }: QueryContext,
  app: string,
  releases: readonly Release[] = [],
): SeenDeployFacts {
  if (!history) return { promotes: undefined, rollbacks: undefined };
  const own = new Set(releases.map(({ id }) => id));
  const isOwn = (event: TimelineEvent): boolean =>
    event.app === app || (event.app === '' && event.release !== undefined && own.has(event.release));
  const promotes: Promote[] = [];
  const rollbacks: Rollback[] = [];
  for (const event of history.events(now - LOOK_BACK_MS, now)) {
    const { release, at } = event;
    if (release === undefined || !isOwn(event)) continue;
    if (event.kind === 'promote') {
      promotes.push({ release, at, by: event.by, source: event.source === 'audit' ? 'audit' : 'seen' });
    } else if (event.kind === 'rollback') {
      rollbacks.push({ release, to: undefined, at });
    }
  }
  return { promotes: toldOnce(promotes), rollbacks };
}

/** Oldest first; what both tell is the audit log's: it knows the instant and who it was. */
function toldOnce(promotes: readonly Promote[]): readonly Promote[] {
  const written = promotes.filter(({ source }) => source === 'audit');
  const isWritten = ({ release, at }: Promote): boolean =>
    written.some((promote) => promote.release === release && Math.abs(promote.at - at) < SAME_MS);
  return promotes
    .filter((promote) => promote.source === 'audit' || !isWritten(promote))
    .toSorted((a, b) => a.at - b.at);
}
