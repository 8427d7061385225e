import type { Promote, Rollback } from '../domain/promote.ts';
import type { QueryContext } from './define-resource.ts';

/** How far back promotes are of use: a release that served for days is as healthy as one gets. */
const LOOK_BACK_MS = 30 * 86_400_000;

export interface SeenDeployFacts {
  readonly promotes: readonly Promote[] | undefined;
  readonly rollbacks: readonly Rollback[] | undefined;
}

/** Promotes and rollbacks of an app that were seen here; a rack keeps no record of them. */
export function seenDeploys({ history, now }: QueryContext, app: string): SeenDeployFacts {
  if (!history) return { promotes: undefined, rollbacks: undefined };
  const promotes: Promote[] = [];
  const rollbacks: Rollback[] = [];
  for (const event of history.events(now - LOOK_BACK_MS, now)) {
    const { release, at } = event;
    if (event.app !== app || release === undefined) continue;
    if (event.kind === 'promote') {
      promotes.push({ release, at, by: event.by, source: event.source === 'audit' ? 'audit' : 'seen' });
    } else if (event.kind === 'rollback') {
      rollbacks.push({ release, to: undefined, at });
    }
  }
  return { promotes, rollbacks };
}
