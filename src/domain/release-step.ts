import type { Build } from './build.ts';
import type { Promote } from './promote.ts';
import type { Release } from './release.ts';
import { newestFirst } from './release-order.ts';

/** One release without its secrets. */
export interface ReleaseStep {
  readonly id: string;
  readonly createdAt: number | undefined;
  readonly description: string;
  readonly build: string;
  /** `''` where the build is not known or names no commit. */
  readonly gitSha: string;
  readonly buildDescription: string;
  /** Whether it ever was: racks keep no such record, so often only the history of promotes can tell. */
  readonly promoted: 'yes' | 'no' | 'unknown';
  /** By which it was created or promoted, where known. */
  readonly by: string | undefined;
}

/** What is known beside the two releases; every part makes the answer fuller, none is needed. */
export interface ReleaseContext {
  readonly releases?: readonly Release[] | undefined;
  readonly builds?: readonly Build[] | undefined;
  readonly promotes?: readonly Promote[] | undefined;
  /** From when on `promotes` is complete; epoch ms. */
  readonly promotesSince?: number | undefined;
  /** `app.release`. */
  readonly active?: string | undefined;
  /** Release id -> who created it (gateway.md 7.1). */
  readonly creators?: ReadonlyMap<string, string> | undefined;
}

/** Releases that are newer than the active one and not known to have been promoted, newest first. */
export function unpromotedReleases(active: string, context: ReleaseContext): readonly ReleaseStep[] {
  const ordered = newestFirst(context.releases ?? []);
  const at = ordered.findIndex((release) => release.id === active);
  if (at < 0) return [];
  const stepOf = stepMaker(ordered, { ...context, active });
  return ordered
    .slice(0, at)
    .map(stepOf)
    .filter((step) => step.promoted !== 'yes');
}

/** Tells releases as steps, with what is known beside them. `ordered`: newest first. */
export function stepMaker(ordered: readonly Release[], context: ReleaseContext): (release: Release) => ReleaseStep {
  const builds = new Map((context.builds ?? []).map((build) => [build.id, build] as const));
  const promotes = new Map((context.promotes ?? []).map((promote) => [promote.release, promote] as const));
  const places = new Map(ordered.map((release, index) => [release.id, index] as const));
  const activeAt = context.active ? places.get(context.active) : undefined;
  return (release) => {
    const build = builds.get(release.build);
    const at = places.get(release.id);
    const newer = activeAt !== undefined && at !== undefined && at < activeAt;
    return {
      id: release.id,
      createdAt: release.createdAt,
      description: release.description,
      build: release.build,
      gitSha: build?.gitSha ?? '',
      buildDescription: build?.description ?? '',
      promoted: promotedState(release, newer, promotes.has(release.id), context),
      by: promotes.get(release.id)?.by ?? context.creators?.get(release.id),
    };
  };
}

/** A rack refuses to promote a release older than the active one (6.2): what is newer was not promoted, or was rolled back. */
function promotedState(
  release: Release,
  newer: boolean,
  known: boolean,
  context: ReleaseContext,
): ReleaseStep['promoted'] {
  if (known || release.id === context.active) return 'yes';
  if (newer) return 'no';
  const complete = context.promotesSince !== undefined && release.createdAt !== undefined;
  return complete && (release.createdAt ?? 0) >= (context.promotesSince ?? 0) ? 'no' : 'unknown';
}
