import { diffLines, type LineChange } from './line-diff.ts';
import { readManifest } from './manifest-tree.ts';
import { diffTrees, type TreeChange } from './manifest-tree-diff.ts';
import { HIDDEN, isSecretName, withoutSecrets } from './secret-text.ts';

/**
 * How two manifests (convox.yml) differ. Values under a key whose name tells of a secret are hidden, on both sides, in
 * either form; changes beyond a bound are counted in `more`.
 */
export type ManifestDiff =
  | { readonly kind: 'same' }
  | { readonly kind: 'structured'; readonly changes: readonly TreeChange[]; readonly more: number }
  | {
      readonly kind: 'lines';
      /** Why the manifests could not be compared by structure: a whole sentence. */
      readonly reason: string;
      readonly changes: readonly LineChange[];
      readonly more: number;
    };

/** Changes listed before the rest is counted. */
const MAX_CHANGES = 500;
/** Lines looked at where texts are compared as lines. */
const MAX_LINES = 20_000;

/** Two manifests as releases carry them; never throws, whatever they hold. */
export function diffManifests(before: string, after: string): ManifestDiff {
  if (before === after) return { kind: 'same' };
  const old = readManifest(before);
  const fresh = readManifest(after);
  const reason =
    old.kind === 'unreadable'
      ? `The older manifest ${old.reason}.`
      : fresh.kind === 'unreadable'
        ? `The newer manifest ${fresh.reason}.`
        : undefined;
  if (old.kind === 'unreadable' || fresh.kind === 'unreadable') return asLines(before, after, reason ?? '');
  const changes = diffTrees(old.root, fresh.root);
  // Comments, quotes and order of keys: nothing that a rack would act on.
  if (changes.length === 0) return { kind: 'structured', changes: [], more: 0 };
  return {
    kind: 'structured',
    changes: changes.slice(0, MAX_CHANGES),
    more: Math.max(0, changes.length - MAX_CHANGES),
  };
}

/** `3 manifest changes`, `''` where nothing differs. */
export function manifestDiffText(diff: ManifestDiff): string {
  if (diff.kind === 'same') return '';
  const count = diff.changes.length + diff.more;
  if (diff.kind === 'lines') return count === 0 ? '' : `${count} manifest ${count === 1 ? 'line' : 'lines'}`;
  if (count === 1) return `manifest ${diff.changes[0]?.path ?? ''}`;
  return count === 0 ? '' : `${count} manifest changes`;
}

function asLines(before: string, after: string, reason: string): ManifestDiff {
  const old = linesOf(before);
  const fresh = linesOf(after);
  const changes = diffLines(old.lines, fresh.lines);
  // What is hidden differs in the text as it was, not in what is shown of it.
  const shown = changes
    .slice(0, MAX_CHANGES)
    .map((change) => ({ ...change, text: (change.op === 'added' ? fresh : old).shown(change.line - 1) }));
  const note = old.cut || fresh.cut ? ` Only the first ${MAX_LINES} lines were compared.` : '';
  return {
    kind: 'lines',
    reason: `${reason}${note}`,
    changes: shown,
    more: Math.max(0, changes.length - MAX_CHANGES),
  };
}

interface Lines {
  readonly lines: readonly string[];
  readonly cut: boolean;
  readonly shown: (index: number) => string;
}

function linesOf(text: string): Lines {
  const all = text.split('\n', MAX_LINES + 1);
  const lines = all.slice(0, MAX_LINES);
  let hidden: ReadonlySet<number> | undefined;
  return {
    lines,
    cut: all.length > MAX_LINES,
    shown: (index) => {
      hidden ??= secretLines(lines);
      return hidden.has(index) ? `${indentOf(lines[index] ?? '')}${HIDDEN}` : withoutSecrets(lines[index] ?? '');
    },
  };
}

const KEY = /^\s*(?:-\s+)?["']?([A-Za-z_][\w.-]*)["']?\s*:/;

/** Lines that belong to a secret key above them: block scalars and whatever else is indented further than the key. */
function secretLines(lines: readonly string[]): ReadonlySet<number> {
  const hidden = new Set<number>();
  let under: number | undefined;
  for (const [index, line] of lines.entries()) {
    if (line.trim() === '') continue;
    const indent = indentOf(line).length;
    if (under !== undefined && indent > under) {
      hidden.add(index);
      continue;
    }
    const key = KEY.exec(line)?.[1];
    under = key !== undefined && isSecretName(key) ? indent : undefined;
  }
  return hidden;
}

function indentOf(line: string): string {
  return /^\s{0,200}/.exec(line)?.[0] ?? '';
}
