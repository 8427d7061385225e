/**
 * JSON files that belong to another program are rewritten without losing what we do not understand: unknown keys, their
 * order, and numbers that a JavaScript number would round.
 */
export type JsonObject = { [key: string]: unknown };

// Standard since Node 21 (JSON.parse source text access), not yet in TypeScript's library of our language level.
type SourceReviver = (key: string, value: unknown, context: { readonly source?: string }) => unknown;
const parse = JSON.parse as (text: string, reviver: SourceReviver) => unknown;
const rawNumber = (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON;

/** A JSON object for rewriting. Numbers that would change are kept as their text. Throws SyntaxError. */
export function parseDocument(text: string): JsonObject {
  const value = parse(text, (_key, item, { source }) =>
    typeof item === 'number' && source !== undefined && JSON.stringify(item) !== source ? rawNumber(source) : item,
  );
  if (!isJsonObject(value)) throw new SyntaxError('it is not a JSON object');
  return value;
}

/** As the Go tools write it: two spaces, newline at the end. */
export function formatDocument(document: JsonObject): string {
  return `${JSON.stringify(document, undefined, 2)}\n`;
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Own property only: a file may well have a key called `constructor` or `__proto__`. */
export function member(object: JsonObject, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

/** Sets an own property, also where the name is `__proto__`. */
export function setMember(object: JsonObject, key: string, value: unknown): void {
  Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
}
