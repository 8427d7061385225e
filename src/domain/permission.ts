/**
 * `<scope>:<resource>:<action>`, `*` per segment. Quirk kept from the gateway: `convox:*:*` matches every scope
 * (gateway.md 5.1).
 */
export function grants(granted: readonly string[], wanted: string): boolean {
  return granted.some((pattern) => pattern === 'convox:*:*' || matches(pattern, wanted));
}

function matches(pattern: string, wanted: string): boolean {
  const left = pattern.split(':');
  const right = wanted.split(':');
  return left.length === right.length && left.every((segment, i) => segment === '*' || segment === right[i]);
}
