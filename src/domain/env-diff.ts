import { envKeyText, MASK, parseEnv } from './env-text.ts';

/** How two environments differ, by key name alone: no value ever leaves this module. Each list is sorted. */
export interface EnvDiff {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly changed: readonly string[];
  /** On both sides, masked on at least one: whether the value changed cannot be seen (gateway.md 6.4). */
  readonly unseen: readonly string[];
}

/** Two environment texts as releases carry them (convox-api.md 6.2). */
export function diffEnv(before: string, after: string): EnvDiff {
  const left = parseEnv(before);
  const right = parseEnv(after);
  const added: string[] = [];
  const changed: string[] = [];
  const unseen: string[] = [];
  for (const [key, value] of right) {
    const old = left.get(key);
    if (old === undefined) added.push(key);
    else if (old === MASK || value === MASK) unseen.push(key);
    else if (old !== value) changed.push(key);
  }
  const removed = [...left.keys()].filter((key) => !right.has(key));
  return { added: added.sort(), removed: removed.sort(), changed: changed.sort(), unseen: unseen.sort() };
}

/** Names listed before the rest is counted. */
const MAX_NAMES = 4;

/** `+NEW_FLAG ~POOL_SIZE -OLD`, `''` where nothing is seen to differ. */
export function envDiffText(diff: EnvDiff): string {
  const names = [
    ...diff.added.map((key) => `+${envKeyText(key)}`),
    ...diff.changed.map((key) => `~${envKeyText(key)}`),
    ...diff.removed.map((key) => `-${envKeyText(key)}`),
  ];
  const shown = names.slice(0, MAX_NAMES).join(' ');
  return names.length > MAX_NAMES ? `${shown} and ${names.length - MAX_NAMES} more` : shown;
}
