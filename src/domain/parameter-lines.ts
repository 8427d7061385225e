/** What a v3 rack knows; others it skips in silence (convox-api.md 3). */
export const V3_APP_PARAMETERS: readonly string[] = ['BuildCpu', 'BuildLabels', 'BuildMem'];

const NAME = /^[A-Za-z][A-Za-z0-9_.-]{0,127}$/;

/** `Key=Value` lines as a person writes them, or why they will not do; the problem never holds a value. */
export function readParameterLines(
  text: string,
): { readonly parameters: ReadonlyMap<string, string> } | { readonly problem: string } {
  const parameters = new Map<string, string>();
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.replace(/\r$/, '');
    if (line.trim() === '') continue;
    const at = line.indexOf('=');
    const key = line.slice(0, Math.max(0, at)).trim();
    if (at < 0 || !NAME.test(key)) return { problem: `Line ${index + 1} is no Key=Value` };
    if (parameters.has(key)) return { problem: `Line ${index + 1} sets ${key} a second time` };
    parameters.set(key, line.slice(at + 1).trim());
  }
  return { parameters };
}

export interface ParameterEffect {
  readonly changed: readonly string[];
  /** Set to what they are already. */
  readonly same: readonly string[];
  /** The rack will skip them without a word. */
  readonly unknown: readonly string[];
}

/** `known`: what the app has; `generation` decides what a rack takes besides. Lists are sorted. */
export function parameterEffect(
  known: Readonly<Record<string, string>>,
  wanted: ReadonlyMap<string, string>,
  generation: 'v2' | 'v3',
): ParameterEffect {
  const taken = new Set(generation === 'v3' ? V3_APP_PARAMETERS : Object.keys(known));
  const names = [...wanted.keys()].sort();
  const unknown = names.filter((key) => !taken.has(key));
  const same = names.filter((key) => taken.has(key) && Object.hasOwn(known, key) && known[key] === wanted.get(key));
  return { changed: names.filter((key) => !unknown.includes(key) && !same.includes(key)), same, unknown };
}
