import type { EnvDiff } from '../domain/env-diff.ts';
import { envKeyText } from '../domain/env-text.ts';
import type { ManifestDiff } from '../domain/manifest-diff.ts';
import type { TreeChange } from '../domain/manifest-tree-diff.ts';
import type { ReleaseDiff } from '../domain/release-diff.ts';
import type { ReleaseStep } from '../domain/release-step.ts';
import { shownDescription } from '../domain/shown-description.ts';
import type { PreviewLine, PreviewTable } from './preview.ts';

/** Changes of a manifest that are listed before the rest is counted. */
const MAX_CHANGES = 60;

/** A difference of two releases, line by line: build, commit, environment by key, manifest. */
export function releaseLines(diff: ReleaseDiff): readonly PreviewLine[] {
  return [...buildLines(diff), ...envLinesOf(diff.env), ...manifestLines(diff.manifest)];
}

function buildLines({ build, commit, after }: ReleaseDiff): readonly PreviewLine[] {
  if (!build.changed) return [line('same', `build ${after.build || 'none'}, as it runs`)];
  const lines = [line('changed', `build ${build.before || 'none'} -> ${build.after || 'none'}`)];
  if (commit.before !== '' || commit.after !== '') {
    lines.push(line('changed', `commit ${short(commit.before)} -> ${short(commit.after)}`));
  }
  const words = stepText(after);
  return words === '' ? lines : [...lines, line('same', words)];
}

function short(commit: string): string {
  return commit === '' ? 'unknown' : commit.slice(0, 10);
}

/** By name; a value never comes here. */
export function envLinesOf(diff: EnvDiff): readonly PreviewLine[] {
  const lines = [
    ...diff.added.map((key) => line('added', `env ${envKeyText(key)}`)),
    ...diff.changed.map((key) => line('changed', `env ${envKeyText(key)} gets another value`)),
    ...diff.removed.map((key) => line('removed', `env ${envKeyText(key)}`)),
  ];
  if (diff.unseen.length > 0) {
    lines.push(line('same', `env hidden, a change would not show: ${diff.unseen.map(envKeyText).join(', ')}`));
  }
  return lines.length === 0 ? [line('same', 'env, as it is')] : lines;
}

export function manifestLines(diff: ManifestDiff): readonly PreviewLine[] {
  if (diff.kind === 'same') return [line('same', 'manifest, as it is')];
  if (diff.kind === 'lines') {
    const lines = diff.changes.slice(0, MAX_CHANGES).map(({ op, text }) => line(op, `manifest ${text.trim()}`));
    return [line('heading', diff.reason), ...lines, ...restLine(diff.changes.length + diff.more)];
  }
  if (diff.changes.length === 0) return [line('same', 'manifest, but for comments and order')];
  return [...diff.changes.slice(0, MAX_CHANGES).map(treeLine), ...restLine(diff.changes.length + diff.more)];
}

function restLine(count: number): readonly PreviewLine[] {
  return count > MAX_CHANGES ? [line('heading', `and ${count - MAX_CHANGES} more changes of the manifest`)] : [];
}

function treeLine({ op, path, before, after }: TreeChange): PreviewLine {
  if (op === 'added') return line('added', `${path}: ${after ?? ''}`);
  if (op === 'removed') return line('removed', `${path}: ${before ?? ''}`);
  if (op === 'reordered') return line('changed', `${path}: other order`);
  return line('changed', `${path}: ${before ?? ''} -> ${after ?? ''}`);
}

/** What a step says of itself. */
export function stepText({ description, buildDescription }: ReleaseStep): string {
  return shownDescription(description === '' ? buildDescription : description);
}

/** Releases between two, newest first. */
export function stepsTable(title: string, steps: readonly ReleaseStep[]): PreviewTable {
  return {
    title,
    columns: ['release', 'build', 'what'],
    rows: steps.map((step) => [step.id, step.build, stepText(step)]),
  };
}

export function line(kind: PreviewLine['kind'], text: string): PreviewLine {
  return { kind, text };
}
