import { diffEnv } from './env-diff.ts';
import { parseEnv } from './env-text.ts';
import { manifestParts } from './manifest-parts.ts';

/** What going back to an old release means for the environment: by name alone, each list sorted. */
export interface RollbackEnv {
  /** With the old environment: keys whose values go back, come back, or are gone again. */
  readonly reverted: readonly string[];
  readonly back: readonly string[];
  readonly dropped: readonly string[];
  /** Hidden on either side: whether they go back cannot be seen. */
  readonly unseen: readonly string[];
  /** With today's environment: what the old release had and today's has not. */
  readonly missing: readonly string[];
  /** Of those, and of the rest, what the old manifest requires: the rack refuses the promote without it. */
  readonly required: readonly string[];
}

/** `current`: the environment that runs; `old`: the one of the release to go back to, whose manifest is `manifest`. */
export function rollbackEnv(current: string, old: string, manifest: string): RollbackEnv {
  const { added, changed, removed, unseen } = diffEnv(current, old);
  const now = parseEnv(current);
  const required = (manifestParts(manifest)?.requiredEnv ?? []).filter((key) => !now.has(key));
  return { reverted: changed, back: added, dropped: removed, unseen, missing: added, required };
}
