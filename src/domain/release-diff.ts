import { diffEnv, type EnvDiff, envDiffText } from './env-diff.ts';
import { diffManifests, type ManifestDiff, manifestDiffText } from './manifest-diff.ts';
import type { Release } from './release.ts';
import { newestFirst } from './release-order.ts';
import { type ReleaseContext, type ReleaseStep, stepMaker } from './release-step.ts';

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
