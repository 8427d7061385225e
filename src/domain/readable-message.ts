import { safeText } from './safe-text.ts';

const LEVEL_KEYS: readonly string[] = ['level', 'lvl', 'severity', 'levelname', 'log.level'];
const MESSAGE_KEYS: readonly string[] = ['msg', 'message', '@message', 'event', 'log'];
/** When it was written stands in front of the line already. */
const TIME_KEYS: ReadonlySet<string> = new Set(['time', 'ts', 'timestamp', '@timestamp', 'datetime']);
/** Where numbers stand for levels (pino, bunyan), these do. */
const NUMERIC: Readonly<Record<number, string>> = {
  10: 'trace',
  20: 'debug',
  30: 'info',
  40: 'warn',
  50: 'error',
  60: 'fatal',
};
const MAX_DEPTH = 3;
const SGR = /\u001b\[[0-9;:]*m/g;
/** Words, numbers and paths need no quotes to end where they end. */
const BARE = /^[^\s"=]+$/;

type Fields = Readonly<Record<string, unknown>>;

/**
 * A JSON log message as a person reads one: `ERROR could not pay request_id=7 user.id=12`; fields in their own order, nested
 * ones dotted, the time left out where the line has one (`timed`). Undefined for anything but one whole JSON object. What a
 * JSON escape hides (`\u001b[2J`) is as hostile as the byte itself: the result is safe text.
 */
export function readableMessage(message: string, timed: boolean): string | undefined {
  const text = (message.includes('\u001b') ? message.replace(SGR, '') : message).trim();
  if (!text.startsWith('{') || !text.endsWith('}')) return undefined;
  const fields = parsed(text);
  if (!fields) return undefined;
  const level = LEVEL_KEYS.find((key) => isScalar(fields[key]));
  const said = MESSAGE_KEYS.find((key) => typeof fields[key] === 'string');
  const parts: string[] = [];
  if (level !== undefined) parts.push(levelText(fields[level]));
  if (said !== undefined) parts.push(String(fields[said]));
  for (const [key, value] of Object.entries(fields)) {
    if (key === level || key === said || (timed && TIME_KEYS.has(key))) continue;
    addField(parts, key, value, 1);
  }
  return safeText(parts.join(' '), Number.POSITIVE_INFINITY);
}

function parsed(text: string): Fields | undefined {
  try {
    return JSON.parse(text) as Fields;
  } catch {
    return undefined;
  }
}

function isScalar(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number';
}

function levelText(value: unknown): string {
  const word = typeof value === 'number' ? (NUMERIC[value] ?? String(value)) : String(value);
  return word.toUpperCase();
}

function addField(parts: string[], key: string, value: unknown, depth: number): void {
  if (typeof value === 'object' && value !== null && !Array.isArray(value) && depth < MAX_DEPTH) {
    for (const [name, inner] of Object.entries(value)) addField(parts, `${key}.${name}`, inner, depth + 1);
    return;
  }
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  parts.push(`${key}=${BARE.test(text) ? text : JSON.stringify(text)}`);
}
