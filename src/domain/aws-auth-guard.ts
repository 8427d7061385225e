import { type AwsAuthData, type AwsAuthSurroundings, readAwsAuth } from './aws-auth-map.ts';
import { readListText, sameValue } from './aws-auth-text.ts';
import { diffLines, type LineChange } from './line-diff.ts';
import { safeText } from './safe-text.ts';

/** One line of a preview of what will be written. */
export interface PreviewLine {
  readonly section: string;
  readonly op: 'added' | 'removed' | 'same';
  /** From 1; of the older text for `removed`, else of the newer one. */
  readonly line: number;
  readonly text: string;
}

/** Lines around a change that a preview shows. */
const CONTEXT = 2;

/** What changes between two states of the ConfigMap, with a few lines around every change; safe to print. */
export function previewAwsAuth(before: AwsAuthData, after: AwsAuthData): readonly PreviewLine[] {
  return sectionsOf(before, after).flatMap((section) => {
    const old = linesOf(before[section] ?? '');
    const fresh = linesOf(after[section] ?? '');
    return withContext(section, fresh, diffLines(old, fresh));
  });
}

function sectionsOf(before: AwsAuthData, after: AwsAuthData): readonly string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((key) => before[key] !== after[key]);
}

function linesOf(text: string): readonly string[] {
  const lines = text.split(/\r?\n/);
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines;
}

function withContext(
  section: string,
  fresh: readonly string[],
  changes: readonly LineChange[],
): readonly PreviewLine[] {
  const added = new Map(changes.flatMap((change) => (change.op === 'added' ? [[change.line, change] as const] : [])));
  const removed = changes.filter(({ op }) => op === 'removed');
  const lines: PreviewLine[] = [];
  // Walking the newer text: a removed line stands before the first line that follows it there.
  let gone = 0;
  let oldLine = 1;
  const push = (op: PreviewLine['op'], line: number, text: string) =>
    lines.push({ section, op, line, text: safeText(text, 500) });
  for (let at = 1; at <= fresh.length + 1; at += 1) {
    for (let next = removed[gone]; next && next.line === oldLine; next = removed[gone]) {
      push('removed', next.line, next.text);
      oldLine += 1;
      gone += 1;
    }
    if (at > fresh.length) break;
    const isNew = added.has(at);
    push(isNew ? 'added' : 'same', at, fresh[at - 1] ?? '');
    if (!isNew) oldLine += 1;
  }
  return lines.filter((line, at) => line.op !== 'same' || near(lines, at));
}

function near(lines: readonly PreviewLine[], at: number): boolean {
  return lines.slice(Math.max(0, at - CONTEXT), at + CONTEXT + 1).some(({ op }) => op !== 'same');
}

/** What a write is meant to do: entries that are taken out or replaced on purpose, by section and place. */
export interface IntendedLosses {
  readonly mapRoles?: readonly number[] | undefined;
  readonly mapUsers?: readonly number[] | undefined;
}

/**
 * The last look before a write: why it must not happen, as whole sentences; `[]` where it may. Independent of how `after` was
 * made: both texts are read anew, every entry of `before` that is not meant to go must stand in `after` unchanged and in the
 * same order, nothing may be unreadable, no node role may be missing that was there, and other keys stay to the letter.
 */
export function writeTrouble(
  before: AwsAuthData,
  after: AwsAuthData,
  intended: IntendedLosses = {},
  around: AwsAuthSurroundings = {},
): readonly string[] {
  const trouble: string[] = [];
  const fresh = readAwsAuth(after, around);
  if (!fresh.writable) trouble.push(`The new text would be damaged. ${fresh.damage[0]?.what ?? ''}`.trim());
  const old = readAwsAuth(before, around);
  const hadNodes = old.writable && !old.damage.some(({ kind }) => NODE_DAMAGE.has(kind));
  if (hadNodes && fresh.damage.some(({ kind }) => NODE_DAMAGE.has(kind))) {
    trouble.push('The mapping of the nodes would be lost: they would go NotReady.');
  }
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    if (key === 'mapRoles' || key === 'mapUsers')
      trouble.push(...sectionTrouble(key, before, after, intended[key] ?? []));
    else if (before[key] !== after[key]) trouble.push(`${safeText(key, 80)} would change, which was not asked for.`);
  }
  return trouble;
}

const NODE_DAMAGE: ReadonlySet<string> = new Set(['missing-node-role', 'node-role-groups']);

function sectionTrouble(
  section: 'mapRoles' | 'mapUsers',
  before: AwsAuthData,
  after: AwsAuthData,
  intended: readonly number[],
): readonly string[] {
  const old = readListText(before[section] ?? '');
  const fresh = readListText(after[section] ?? '');
  if (old.kind === 'unreadable')
    return [`The entries of ${section} before the change are not known: it cannot be read.`];
  if (fresh.kind === 'unreadable') return [`The new ${section} could not be read.`];
  const kept = (old.kind === 'list' ? old.items : []).filter((_, index) => !intended.includes(index));
  const items = fresh.kind === 'list' ? fresh.items : [];
  let from = 0;
  return kept.flatMap((item) => {
    const at = items.findIndex((other, index) => index >= from && sameValue(item.value, other.value));
    if (at < 0) return [`The entry on line ${item.line} of ${section} would be lost or changed.`];
    from = at + 1;
    return [];
  });
}
