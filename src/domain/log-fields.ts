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
