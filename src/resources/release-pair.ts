import type { App } from '../domain/app.ts';
import { Failure } from '../domain/failure.ts';
import type { Release } from '../domain/release.ts';
import { diffReleases, type ReleaseDiff } from '../domain/release-diff.ts';
import { newestFirst } from '../domain/release-order.ts';
import { creatorsOf, PARTS, RELEASES } from './app-facts.ts';
import type { QueryContext } from './define-resource.ts';
import { Look } from './look.ts';
import { seenDeploys } from './seen-deploys.ts';

export interface ReleasePair {
  readonly diff: ReleaseDiff;
  /** What the app runs or deploys to. */
  readonly active: string;
  /** Why these two, where that was chosen here; `''` where both were asked for. */
  readonly choice: string;
  readonly missing: readonly string[];
}

export interface PairRequest {
  readonly app: string;
  readonly release: string;
  /** Compared with it; undefined: the active release, or the one before where it is the active one itself. */
  readonly against?: string | undefined;
}

/** As many as releases, so that each has its commit. */
const BUILDS = 25;

/** Reads what is needed to tell two releases apart. Rejects with a Failure where one of them does not exist. */
export async function readPair(context: QueryContext, request: PairRequest): Promise<ReleasePair> {
  const look = await Look.at(context);
  const { reads, signal } = context;
  const [app, listed, builds] = await Promise.all([
    reads.app(request.app, { signal }),
    reads.releases(request.app, { limit: RELEASES }, { signal }),
    look.part(PARTS.builds, () => reads.builds(request.app, { limit: BUILDS }, { signal })),
  ]);
  const releases = newestFirst(listed);
  const { against, choice } = otherOf(request, app, releases);
  const find = (id: string): Release | Promise<Release> =>
    releases.find((release) => release.id === id) ?? reads.release(request.app, id, { signal });
  const [one, other, creators] = await Promise.all([
    find(request.release),
    find(against),
    creatorsOf(context, look, releases),
  ]);
  const { promotes } = seenDeploys(context, request.app);
  const [before, after] = inOrder(other, one, choice);
  const diff = diffReleases(before, after, { releases, builds, promotes, active: app.release, creators });
  return { diff, active: app.release, choice, missing: look.missing };
}

function otherOf({ release, against }: PairRequest, app: App, releases: readonly Release[]) {
  if (against !== undefined) return { against, choice: '' };
  if (app.release !== '' && release !== app.release) return { against: app.release, choice: 'the active release' };
  const at = releases.findIndex(({ id }) => id === release);
  const before = at < 0 ? undefined : releases[at + 1];
  if (!before) {
    throw new Failure({
      kind: 'not-found',
      what: `There is nothing to compare ${release} with`,
      why: 'it is the oldest release in the list',
      next: 'Mark two releases with space and press D.',
    });
  }
  return { against: before.id, choice: 'the release before it' };
}

/** What was marked is told from old to new; what was chosen here from what serves to what was pointed at. */
function inOrder(other: Release, one: Release, choice: string): readonly [Release, Release] {
  if (choice !== '' || other.createdAt === undefined || one.createdAt === undefined) return [other, one];
  return other.createdAt <= one.createdAt ? [other, one] : [one, other];
}
