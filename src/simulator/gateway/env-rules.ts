/** Exactly twenty asterisks (gateway.md 6.4). */
export const MASK = '*'.repeat(20);

export interface EnvRules {
  /** Names that count as secret beside the patterns. */
  readonly secretNames: readonly string[];
  /** Names that nobody may change; compared without regard to case. */
  readonly protectedNames: readonly string[];
}

export function isSecretKey(key: string, rules: EnvRules): boolean {
  return /SECRET|TOKEN/.test(key) || /_KEY(_ID)?$/.test(key) || rules.secretNames.includes(key);
}

export function isProtectedKey(key: string, rules: EnvRules): boolean {
  return rules.protectedNames.some((name) => name.toLowerCase() === key.toLowerCase());
}

/** Without `env:read` everything is masked; with it, secret and protected values are. */
export function maskEnv(env: ReadonlyMap<string, string>, rules: EnvRules, mayRead: boolean): Map<string, string> {
  return new Map(
    [...env].map(([key, value]) =>
      !mayRead || isSecretKey(key, rules) || isProtectedKey(key, rules) ? [key, MASK] : [key, value],
    ),
  );
}

/**
 * What a posted environment becomes (gateway.md 6.4): full replacement, masks keep the present value, protected keys
 * stay. Undefined when a rule forbids the change.
 */
export function mergePostedEnv(
  posted: ReadonlyMap<string, string>,
  current: ReadonlyMap<string, string>,
  rules: EnvRules,
  maySetSecrets: boolean,
): Map<string, string> | undefined {
  const merged = new Map<string, string>();
  for (const [key, value] of posted) {
    if (value === MASK) {
      merged.set(key, current.get(key) ?? '');
      continue;
    }
    if (isProtectedKey(key, rules)) return undefined;
    if (isSecretKey(key, rules) && !maySetSecrets) return undefined;
    merged.set(key, value);
  }
  for (const [key, value] of current) if (isProtectedKey(key, rules) && !merged.has(key)) merged.set(key, value);
  return merged;
}
