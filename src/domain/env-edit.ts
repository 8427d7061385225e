import { MASK, parseEnv } from './env-text.ts';

type Env = ReadonlyMap<string, string>;

/** A change of an environment that somebody typed. Values are secret. */
export interface EnvEdit {
  readonly set: Env;
  readonly remove: readonly string[];
}

/** What an edit does to an environment: names only. Each list is sorted. */
export interface EnvEditEffect {
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly removed: readonly string[];
  /** Set to what they are already. */
  readonly same: readonly string[];
  /** Of `changed`: their present value is hidden, so they may be the same. */
  readonly hidden: readonly string[];
  /** To be removed, but not there. */
  readonly missing: readonly string[];
}

/** Names that Kubernetes takes; dots and dashes are what old environments may hold. */
const NAME = /^[A-Za-z_][A-Za-z0-9_.-]{0,254}$/;
/** A line longer than that is cut by the rack (convox-api.md 6.2). */
const MAX_LINE = 64 * 1_024;
const MAX_KEYS = 20_000;

/**
 * `KEY=VALUE` lines as a person writes them, or why they will not do: one sentence, which never holds a value. A rack would
 * drop or mangle in silence what is refused here (convox-api.md 6.2).
 */
export function readEnvLines(text: string): { readonly env: Env } | { readonly problem: string } {
  const env = new Map<string, string>();
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.replace(/\r$/, '');
    if (line.trim() === '') continue;
    const problem = lineProblem(line, env);
    if (problem !== undefined) return { problem: `Line ${index + 1} ${problem}` };
    const at = line.indexOf('=');
    env.set(line.slice(0, at).trim(), line.slice(at + 1));
    if (env.size > MAX_KEYS) return { problem: `That is more than ${MAX_KEYS} variables` };
  }
  return { env };
}

/** To follow `Line 3`. */
function lineProblem(line: string, env: Env): string | undefined {
  if (line.trimStart().startsWith('#')) return 'starts with #, which is no comment here: take it out';
  const at = line.indexOf('=');
  if (at < 0) return 'has no "=": write KEY=VALUE; a value cannot have several lines';
  const key = line.slice(0, at).trim();
  if (!NAME.test(key)) {
    return 'does not begin with the name of a variable; a value cannot have several lines';
  }
  if (env.has(key)) return `sets ${key} a second time`;
  if (line.length > MAX_LINE) return `is longer than ${MAX_LINE / 1_024} KiB, where a rack cuts it`;
  return hasControl(line) ? 'holds a control character' : undefined;
}

function hasControl(line: string): boolean {
  for (let at = 0; at < line.length; at += 1) {
    const code = line.charCodeAt(at);
    if ((code < 32 && code !== 9) || code === 127) return true;
  }
  return false;
}

/** Names, one a line or separated by spaces or commas. */
export function readEnvKeys(text: string): { readonly keys: readonly string[] } | { readonly problem: string } {
  const keys = [...new Set(text.split(/[\s,]+/).filter((key) => key !== ''))];
  if (keys.some((key) => key.includes('='))) return { problem: 'Give the names alone, without "=" and value' };
  return { keys };
}

/** From one whole environment to another. A mask that stood there before means: as it was. */
export function editBetween(before: Env, after: Env): EnvEdit {
  const set = [...after].filter(([key, value]) => before.get(key) !== value);
  return { set: new Map(set), remove: [...before.keys()].filter((key) => !after.has(key)) };
}

export function effectOf(base: Env, { set, remove }: EnvEdit): EnvEditEffect {
  const added: string[] = [];
  const changed: string[] = [];
  const same: string[] = [];
  for (const [key, value] of set) {
    const old = base.get(key);
    if (old === undefined) added.push(key);
    else (old === value ? same : changed).push(key);
  }
  const gone = remove.filter((key) => !set.has(key));
  return {
    added: added.sort(),
    changed: changed.sort(),
    same: same.sort(),
    removed: gone.filter((key) => base.has(key)).sort(),
    hidden: changed.filter((key) => base.get(key) === MASK).sort(),
    missing: gone.filter((key) => !base.has(key)).sort(),
  };
}

/** The environment after an edit; keys that were there keep their place. */
export function applyEdit(base: Env, { set, remove }: EnvEdit): Env {
  const result = new Map(base);
  for (const key of remove) result.delete(key);
  for (const [key, value] of set) result.set(key, value);
  return result;
}

/** As `POST /apps/{app}/releases` takes it. */
export function envLines(env: Env): string {
  return [...env].map(([key, value]) => `${key}=${value}`).join('\n');
}

/** Keys set to what only ever stands for a hidden value. Where nothing was hidden, the text would become the value. */
export function masksIn(edit: EnvEdit): readonly string[] {
  return [...edit.set]
    .filter(([, value]) => value === MASK)
    .map(([key]) => key)
    .sort();
}

/** Keys whose values look as if a shell would read them: quotes and blanks at the ends become part of the value. */
export function suspectValues(edit: EnvEdit): readonly string[] {
  return [...edit.set]
    .filter(([, value]) => /^(["']).*\1$/s.test(value) || value !== value.trim())
    .map(([key]) => key)
    .sort();
}

/** Whether an environment is what was expected; `unseen`: all that can be compared is, but some values are hidden. */
export function compareWith(expected: Env, found: Env): 'same' | 'unseen' | 'different' {
  if (expected.size !== found.size) return 'different';
  let unseen = false;
  for (const [key, value] of expected) {
    const other = found.get(key);
    if (other === undefined) return 'different';
    if (other === MASK || value === MASK) unseen ||= other !== value || value === MASK;
    else if (other !== value) return 'different';
  }
  return unseen ? 'unseen' : 'same';
}

/** Names that a gateway hides by their spelling (gateway.md 6.4). */
export function isGatewaySecret(key: string): boolean {
  return /SECRET|TOKEN/.test(key) || /_KEY(?:_ID)?$/.test(key);
}

/** The environment of a release, junk of several-line values included: what is written back must not lose anything. */
export function envOf(text: string): Env {
  return parseEnv(text);
}
