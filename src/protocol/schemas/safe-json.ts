import { safeText } from '../../domain/safe-text.ts';
import type { Reader } from './reader.ts';

/** JSON of no documented shape whose texts are printable. */
export type SafeJson = string | number | boolean | null | readonly SafeJson[] | { readonly [name: string]: SafeJson };

/** Deeper than any answer of a rack. */
const MAX_DEPTH = 32;

export const readSafeJson: Reader<SafeJson> = { read: (json) => safeJson(json, 0) };

function safeJson(value: unknown, depth: number): SafeJson {
  if (typeof value === 'string') return safeText(value);
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return null;
  if (Array.isArray(value)) return value.map((item) => safeJson(item, depth + 1));
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [safeText(name), safeJson(item, depth + 1)]));
}
