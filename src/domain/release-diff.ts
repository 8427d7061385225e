import type { Build } from './build.ts';
import { diffEnv, type EnvDiff, envDiffText } from './env-diff.ts';
import { diffManifests, type ManifestDiff, manifestDiffText } from './manifest-diff.ts';
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

export interface ReleaseDiff {
  readonly before: ReleaseStep;
  readonly after: ReleaseStep;
  /** `back`: `after` was created before `before`, as on a rollback. */
  readonly direction: 'forward' | 'back' | 'same' | 'unknown';
  readonly env: EnvDiff;
  readonly manifest: ManifestDiff;
  readonly build: { readonly before: string; readonly after: string; readonly changed: boolean };
  readonly commit: { readonly before: string; readonly after: string; readonly changed: boolean };
  /** What lies between the two, newest first, neither of them included; undefined where the list does not reach. */
  readonly between: readonly ReleaseStep[] | undefined;
  /** Those of the range (`after` included) that were never promoted: a promote of `after` ships them as well. */
  readonly unpromoted: readonly ReleaseStep[];
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

/** What changes from `before` to `after`, in either direction. */
export function diffReleases(before: Release, after: Release, context: ReleaseContext = {}): ReleaseDiff {
  const ordered = newestFirst(context.releases ?? []);
  const stepOf = stepMaker(ordered, context);
  const left = stepOf(before);
  const right = stepOf(after);
  const leftAt = ordered.findIndex((release) => release.id === before.id);
  const rightAt = ordered.findIndex((release) => release.id === after.id);
  const inList = leftAt >= 0 && rightAt >= 0;
  const between = inList
    ? ordered.slice(Math.min(leftAt, rightAt) + 1, Math.max(leftAt, rightAt)).map(stepOf)
    : undefined;
  const range = before.id === after.id ? [] : [right, ...(between ?? [])];
  return {
    before: left,
    after: right,
    direction: directionOf(before, after, leftAt, rightAt),
    env: diffEnv(before.env, after.env),
    manifest: diffManifests(before.manifest, after.manifest),
    build: pair(before.build, after.build),
    commit: pair(left.gitSha, right.gitSha),
    between,
    unpromoted: range.filter((step) => step.promoted === 'no'),
  };
}

function pair(before: string, after: string): { before: string; after: string; changed: boolean } {
  return { before, after, changed: before !== after };
}

function directionOf(before: Release, after: Release, beforeAt: number, afterAt: number): ReleaseDiff['direction'] {
  if (before.id === after.id) return 'same';
  // Lists run from new to old.
  if (beforeAt >= 0 && afterAt >= 0) return afterAt < beforeAt ? 'forward' : 'back';
  if (before.createdAt === undefined || after.createdAt === undefined) return 'unknown';
  if (before.createdAt === after.createdAt) return 'unknown';
  return before.createdAt < after.createdAt ? 'forward' : 'back';
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

function stepMaker(ordered: readonly Release[], context: ReleaseContext): (release: Release) => ReleaseStep {
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

/** In a line: `env +FLAG ~POOL, 2 manifest changes, build BNEW (4f2a9c1), 3 releases between`; `no difference`. */
export function releaseDiffText(diff: ReleaseDiff): string {
  const env = envDiffText(diff.env);
  const parts = [
    env === '' ? '' : `env ${env}`,
    manifestDiffText(diff.manifest),
    diff.build.changed ? buildText(diff.after) : '',
    diff.env.unseen.length > 0
      ? `${diff.env.unseen.length} masked env ${diff.env.unseen.length === 1 ? 'value' : 'values'} cannot be seen`
      : '',
    diff.between && diff.between.length > 0
      ? `${diff.between.length} ${diff.between.length === 1 ? 'release' : 'releases'} between`
      : '',
  ].filter((part) => part !== '');
  return parts.length === 0 ? 'no difference' : parts.join(', ');
}

function buildText(step: ReleaseStep): string {
  if (step.build === '') return 'no build';
  return step.gitSha === '' ? `build ${step.build}` : `build ${step.build} (${step.gitSha.slice(0, 7)})`;
}
