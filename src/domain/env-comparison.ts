import { MASK } from './env-text.ts';

/** `unknown`: a mask on either side, or the active environment could not be read: a change would not show. */
export type EnvKeyState = 'same' | 'changed' | 'added' | 'removed' | 'unknown';

export interface EnvKey {
  readonly key: string;
  readonly state: EnvKeyState;
  /** The server itself keeps the value from us (gateway.md 6.4). */
  readonly masked: boolean;
}

type Env = ReadonlyMap<string, string>;

/**
 * The newest environment against the one of the active release, by key, sorted. Values are compared here and go no further.
 * `active` is `newest` itself where the newest release is the active one, undefined where it could not be read.
 */
export function compareEnv(newest: Env, active: Env | undefined): readonly EnvKey[] {
  const keys = [...new Set([...newest.keys(), ...(active?.keys() ?? [])])].sort();
  return keys.map((key) => ({
    key,
    state: active === undefined ? 'unknown' : stateOf(newest.get(key), active.get(key), newest === active),
    masked: (newest.get(key) ?? active?.get(key)) === MASK,
  }));
}

function stateOf(newest: string | undefined, active: string | undefined, identical: boolean): EnvKeyState {
  if (identical) return 'same';
  if (newest === undefined) return 'removed';
  if (active === undefined) return 'added';
  if (newest === MASK || active === MASK) return 'unknown';
  return newest === active ? 'same' : 'changed';
}
