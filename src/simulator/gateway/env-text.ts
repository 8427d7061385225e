/** Environment text as racks carry it: `KEY=value` lines. */
export function parseEnv(text: string): Map<string, string> {
  const env = new Map<string, string>();
  for (const line of text.split('\n')) {
    const equals = line.indexOf('=');
    if (equals > 0) env.set(line.slice(0, equals).trim(), line.slice(equals + 1).replace(/\r$/, ''));
  }
  return env;
}

export function formatEnv(env: ReadonlyMap<string, string>): string {
  return [...env]
    .toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([key, value]) => `${key}=${value}`)
    .join('\n');
}
