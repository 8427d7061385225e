import * as z from 'zod/mini';
import type { KeyBinding, KeyContext } from './key-binding.ts';
import { keyLabel } from './key-label.ts';

/** The key table in force, with what was wrong with the overrides (whole sentences). */
export interface KeyMap {
  readonly bindings: readonly KeyBinding[];
  readonly problems: readonly string[];
  /** The binding that `key` means in `context`; modal contexts see their own bindings only. */
  find(context: KeyContext, key: string): KeyBinding | undefined;
  /** By id; undefined for an id that no screen has. */
  get(id: string): KeyBinding | undefined;
}

const NAMED_KEY =
  /^(?:(?:ctrl|alt|shift)\+)*(?:enter|escape|tab|space|backspace|delete|up|down|left|right|pageup|pagedown|home|end|[\u0021-\u007e])$/;
const overrideSchema = z.array(z.string().check(z.regex(NAMED_KEY))).check(z.maxLength(8));

/** A context of its own: keys of `global` do not reach through it. */
const MODAL: ReadonlySet<KeyContext> = new Set(['prompt', 'palette', 'menu', 'dialog']);
/** Leaving and reaching the help must stay possible whatever the file says. */
const REQUIRED: ReadonlySet<string> = new Set([
  'app.quit',
  'app.back',
  'app.help',
  'prompt.cancel',
  'menu.close',
  'dialog.cancel',
]);

/**
 * Applies the config file's `keys` to the table. An override that is malformed, names an unknown binding or takes a key
 * that already means something else is left out with a sentence; the rest applies.
 */
export function buildKeyMap(
  defaults: readonly KeyBinding[],
  overrides: Readonly<Record<string, readonly string[]>>,
): KeyMap {
  const problems: string[] = [];
  const byId = new Map(defaults.map((binding) => [binding.id, binding]));
  for (const [id, wanted] of Object.entries(overrides)) {
    const current = byId.get(id);
    const problem = current ? overrideProblem(current, wanted, [...byId.values()]) : unknownBinding(id, byId.keys());
    if (problem !== undefined) problems.push(problem);
    else if (current) byId.set(id, { ...current, keys: [...wanted] });
  }
  const bindings = [...byId.values()];
  const index = new Map<string, KeyBinding>();
  for (const binding of bindings) for (const key of binding.keys) index.set(`${binding.context} ${key}`, binding);
  return {
    bindings,
    problems,
    find: (context, key) =>
      index.get(`${context} ${key}`) ?? (MODAL.has(context) ? undefined : index.get(`global ${key}`)),
    get: (id) => byId.get(id),
  };
}

function overrideProblem(
  binding: KeyBinding,
  wanted: readonly string[],
  all: readonly KeyBinding[],
): string | undefined {
  const parsed = overrideSchema.safeParse(wanted);
  if (!parsed.success) {
    const bad = Array.isArray(wanted) ? wanted.find((key) => !NAMED_KEY.test(String(key))) : undefined;
    const shown = bad === undefined ? 'its value' : `'${String(bad).slice(0, 20)}'`;
    return `keys.${binding.id}: ${shown} is no key name; write for example "j", "ctrl+d", "shift+tab" or "pageup".`;
  }
  if (wanted.length === 0 && REQUIRED.has(binding.id)) return `keys.${binding.id} needs at least one key.`;
  for (const other of all) {
    if (other.id === binding.id || !meet(binding, other)) continue;
    const taken = wanted.find((key) => other.keys.includes(key));
    if (taken !== undefined) {
      return `keys.${binding.id}: '${keyLabel(taken)}' already means '${other.label}' (${other.id}); give that one another key first.`;
    }
  }
  return undefined;
}

/** Do two bindings live side by side, so that one key cannot mean both? */
function meet(a: KeyBinding, b: KeyBinding): boolean {
  if (a.context === b.context) return true;
  if (MODAL.has(a.context) || MODAL.has(b.context)) return false;
  return a.context === 'global' || b.context === 'global';
}

function unknownBinding(id: string, known: Iterable<string>): string {
  const tail = id.split('.').at(-1) ?? id;
  const near = [...known].filter((name) => name.endsWith(`.${tail}`) || name.startsWith(id)).slice(0, 3);
  const advice = near.length > 0 ? `did you mean ${near.join(' or ')}?` : 'press ? for the list of keys.';
  return `keys.${id.slice(0, 40)}: there is no such key binding; ${advice}`;
}
