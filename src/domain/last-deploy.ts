import type { Process } from './process.ts';
import type { Release } from './release.ts';

/** When the release that an app wants began to serve, as far as that can be told from outside. */
export interface LastDeploy {
  readonly release: string;
  readonly at: number;
  /** `started`: its oldest process came up; `created`: it was made, no process of it says more. */
  readonly by: 'started' | 'created';
}

/** A process that came up this long after its release was made is a restart or a later promote: it tells less than it seems. */
const PROMPT_MS = 30 * 60_000;

/**
 * A rack keeps no date of a promote (convox-api.md 4.3). The oldest process of the release came up with it, unless all were
 * replaced since; the release itself is older than its promote. Undefined where neither is known.
 */
export function lastDeploy(
  active: string,
  processes: readonly Process[],
  releases: readonly Release[],
): LastDeploy | undefined {
  if (active === '') return undefined;
  const createdAt = releases.find((release) => release.id.toUpperCase() === active.toUpperCase())?.createdAt;
  let startedAt: number | undefined;
  let hasOlder = false;
  for (const { release, startedAt: at, service } of processes) {
    if (service === 'build' || at === undefined || release === '') continue;
    if (release.toUpperCase() !== active.toUpperCase()) hasOlder = true;
    else if (startedAt === undefined || at < startedAt) startedAt = at;
  }
  if (startedAt === undefined)
    return createdAt === undefined ? undefined : { release: active, at: createdAt, by: 'created' };
  // Old processes still there: the deploy runs now, or is stuck. Promptly after the release: it is the deploy.
  if (createdAt === undefined || hasOlder || startedAt - createdAt <= PROMPT_MS) {
    return { release: active, at: startedAt, by: 'started' };
  }
  return isPromotedAgain(startedAt, active, releases)
    ? { release: active, at: startedAt, by: 'started' }
    : { release: active, at: createdAt, by: 'created' };
}

/** A newer release exists: the active one was promoted again, later than it was made. */
function isPromotedAgain(startedAt: number, active: string, releases: readonly Release[]): boolean {
  const own = releases.find((release) => release.id.toUpperCase() === active.toUpperCase())?.createdAt;
  return releases.some(
    ({ createdAt }) => createdAt !== undefined && own !== undefined && createdAt > own && createdAt < startedAt,
  );
}
