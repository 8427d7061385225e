/** What the gateway puts in place of a secret value (gateway.md 6.4). */
export const MASK = '*'.repeat(20);

/**
 * A release's environment as the rack stores it: one `KEY=VALUE` per line, split at the first `=`, no quotes, no comments
 * (convox-api.md 6.2). Values are secret.
 */
export function parseEnv(text: string): ReadonlyMap<string, string> {
  const result = new Map<string, string>();
  for (const line of text.split('\n')) {
    const at = line.indexOf('=');
    if (at <= 0) continue;
    result.set(line.slice(0, at).trim(), line.slice(at + 1).replace(/\r$/, ''));
  }
  return result;
}

const NAME = /^[A-Za-z_][A-Za-z0-9_.-]{0,255}$/;

/**
 * A key as it may be shown. What cannot be the name of a variable is not shown at all: it is a line of a value of several
 * lines (a private key, say), whose text happens to hold a `=`.
 */
export function envKeyText(key: string): string {
  return NAME.test(key) ? key : '(no name)';
}

export interface EnvDelta {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  /** Two masked values look alike, so a change behind the mask cannot be seen. */
  readonly changed: readonly string[];
}

/** Key names only: a delta never carries a value. */
export function envDelta(before: string, after: string): EnvDelta {
  const left = parseEnv(before);
  const right = parseEnv(after);
  const added: string[] = [];
  const changed: string[] = [];
  for (const [key, value] of right) {
    if (!left.has(key)) added.push(key);
    else if (left.get(key) !== value) changed.push(key);
  }
  return {
    added: added.sort(),
    changed: changed.sort(),
    removed: [...left.keys()].filter((key) => !right.has(key)).sort(),
  };
}

/** `+1 ~2 -1`; `''` where nothing differs. */
export function envDeltaText(delta: EnvDelta): string {
  const parts = [
    delta.added.length > 0 ? `+${delta.added.length}` : '',
    delta.changed.length > 0 ? `~${delta.changed.length}` : '',
    delta.removed.length > 0 ? `-${delta.removed.length}` : '',
  ];
  return parts.filter((part) => part !== '').join(' ');
}
