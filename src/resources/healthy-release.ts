import { type CrashEvidence, type LastHealthy, lastHealthyRelease } from '../domain/last-healthy-release.ts';
import type { Release } from '../domain/release.ts';
import type { QueryContext } from './define-resource.ts';
import { seenDeploys } from './seen-deploys.ts';

const LOOK_BACK_MS = 30 * 86_400_000;

/** The release to go back to, as far as what was seen here can tell; says why, or why it cannot know. */
export function healthyRelease(
  context: QueryContext,
  app: string,
  active: string,
  releases: readonly Release[],
): LastHealthy {
  const { history, now } = context;
  const { promotes, rollbacks } = seenDeploys(context, app);
  return lastHealthyRelease({
    releases,
    promotes: promotes ?? [],
    rollbacks: rollbacks ?? [],
    crashes: crashesOf(context, app),
    watchedSince: history?.since,
    except: new Set([active]),
    now,
  });
}

function crashesOf({ history, now }: QueryContext, app: string): readonly CrashEvidence[] {
  const events = history?.events(now - LOOK_BACK_MS, now) ?? [];
  return events.flatMap(({ kind, app: whose, release, at, count }) =>
    kind === 'crashed' && whose === app && release !== undefined ? [{ release, at, count: count ?? 1 }] : [],
  );
}
