/**
 * One field of a JSON or logfmt message as text: `status`, `http.status`, `user`. Undefined where the message has no such
 * field. Reads the text instead of parsing all of it: filters ask this of every line.
 */
export function logField(message: string, name: string): string | undefined {
  const text = message.trimStart();
  return text.startsWith('{') ? jsonField(text, name) : logfmtField(text, name);
}

const PATTERNS = new Map<string, RegExp>();
const MAX_PATTERNS = 200;

function jsonPattern(name: string): RegExp {
  const known = PATTERNS.get(name);
  if (known) return known;
  const escaped = name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const pattern = new RegExp(`"${escaped}"\\s*:\\s*(?:"((?:[^"\\\\]|\\\\.)*)"|(-?\\d[\\d.eE+-]*|true|false|null))`);
  if (PATTERNS.size >= MAX_PATTERNS) PATTERNS.clear();
  PATTERNS.set(name, pattern);
  return pattern;
}

function jsonField(text: string, name: string): string | undefined {
  const match = jsonPattern(name).exec(text);
  if (match) return match[1] !== undefined ? unescaped(match[1]) : match[2];
  return name.includes('.') ? nestedField(text, name) : undefined;
}

/** `http.status` of `{"http":{"status":500}}`: rare enough to parse the whole line. */
function nestedField(text: string, path: string): string | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  for (const part of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined;
    value = (value as Record<string, unknown>)[part];
  }
  return typeof value === 'object' && value !== null ? undefined : String(value);
}

const QUOTED = /"((?:[^"\\]|\\.)*)"/y;
const BARE = /[^\s"]*/y;

function logfmtField(text: string, name: string): string | undefined {
  const key = `${name}=`;
  let at = text.indexOf(key);
  while (at > 0 && !/\s/.test(text.charAt(at - 1))) at = text.indexOf(key, at + 1);
  if (at < 0) return undefined;
  QUOTED.lastIndex = at + key.length;
  const quoted = QUOTED.exec(text)?.[1];
  if (quoted !== undefined) return unescaped(quoted);
  BARE.lastIndex = at + key.length;
  return BARE.exec(text)?.[0];
}

function unescaped(quoted: string): string {
  if (!quoted.includes('\\')) return quoted;
  try {
    return JSON.parse(`"${quoted}"`) as string;
  } catch {
    return quoted;
  }
}

/** Called for each field of a message; nested JSON fields have dots in their names: `http.status`. */
export type FieldVisitor = (name: string, value: string) => void;

const SGR = /\u001b\[[0-9;:]*m/g;
const PAIR = /(?:^|\s)([A-Za-z_@][\w.@-]*)=(?:"((?:[^"\\]|\\.)*)"|([^\s"]*))/g;
const MAX_FIELDS = 40;
const MAX_VALUE = 200;
const MAX_MESSAGE = 16_384;
const MAX_DEPTH = 3;

/** Every JSON or logfmt field of a message with a value that is no list; at most 40, values at most 200 characters. */
export function eachLogField(message: string, visit: FieldVisitor): void {
  if (message.length > MAX_MESSAGE) return;
  const text = message.includes('\u001b') ? message.replace(SGR, '') : message;
  const object = text.trimStart().startsWith('{') ? parsed(text) : undefined;
  if (object) visitObject(object, '', 1, { visit, left: MAX_FIELDS });
  else if (text.includes('=')) visitPairs(text, visit);
}

function parsed(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return JSON.parse(text) as Readonly<Record<string, unknown>>;
  } catch {
    return undefined;
  }
}

function visitObject(
  object: Readonly<Record<string, unknown>>,
  prefix: string,
  depth: number,
  budget: { readonly visit: FieldVisitor; left: number },
): void {
  for (const name of Object.keys(object)) {
    if (budget.left <= 0) return;
    const value = object[name];
    if (typeof value === 'object' && value !== null) {
      if (!Array.isArray(value) && depth < MAX_DEPTH) {
        visitObject(value as Readonly<Record<string, unknown>>, `${prefix}${name}.`, depth + 1, budget);
      }
      continue;
    }
    budget.left -= 1;
    const text = String(value);
    budget.visit(prefix + name, text.length > MAX_VALUE ? text.slice(0, MAX_VALUE) : text);
  }
}

function visitPairs(text: string, visit: FieldVisitor): void {
  let left = MAX_FIELDS;
  PAIR.lastIndex = 0;
  for (let match = PAIR.exec(text); match && left > 0; match = PAIR.exec(text)) {
    const [, name = '', quoted, bare = ''] = match;
    left -= 1;
    visit(name, (quoted === undefined ? bare : unescaped(quoted)).slice(0, MAX_VALUE));
  }
}
