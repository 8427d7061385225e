/**
 * One field of a JSON or logfmt message as text: `status`, `http.status`, `user`. Undefined where the message has no such
 * field. Reads the text instead of parsing all of it: filters ask this of every line.
 */
export function logField(message: string, name: string): string | undefined {
  const text = message.trimStart();
  return text.startsWith('{') ? jsonField(text, name) : logfmtField(text, name);
}

const PATTERNS = new Map<string, { readonly json: RegExp; readonly logfmt: RegExp }>();
const MAX_PATTERNS = 200;

function patternsOf(name: string): { readonly json: RegExp; readonly logfmt: RegExp } {
  const known = PATTERNS.get(name);
  if (known) return known;
  const escaped = name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const patterns = {
    json: new RegExp(`"${escaped}"\\s*:\\s*(?:"((?:[^"\\\\]|\\\\.)*)"|(-?\\d[\\d.eE+-]*|true|false|null))`),
    logfmt: new RegExp(`(?:^|\\s)${escaped}=(?:"((?:[^"\\\\]|\\\\.)*)"|([^\\s"]*))`),
  };
  if (PATTERNS.size >= MAX_PATTERNS) PATTERNS.clear();
  PATTERNS.set(name, patterns);
  return patterns;
}

function jsonField(text: string, name: string): string | undefined {
  const match = patternsOf(name).json.exec(text);
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

function logfmtField(text: string, name: string): string | undefined {
  const match = patternsOf(name).logfmt.exec(text);
  if (!match) return undefined;
  return match[1] !== undefined ? unescaped(match[1]) : match[2];
}

function unescaped(quoted: string): string {
  if (!quoted.includes('\\')) return quoted;
  try {
    return JSON.parse(`"${quoted}"`) as string;
  } catch {
    return quoted;
  }
}
