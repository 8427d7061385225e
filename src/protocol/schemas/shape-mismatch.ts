import { safeText } from '../../domain/safe-text.ts';

const WORDS: Readonly<Record<string, string>> = {
  string: 'a string',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
};

/** An answer that parsed as JSON but is not what the route promises. Holds no value of it, only where and what kind. */
export class ShapeMismatch extends Error {
  override readonly name = 'ShapeMismatch';
  /** `[3].status`, `''` for the answer as a whole. */
  readonly at: string;
  /** `expected a string, got a number`. */
  readonly problem: string;

  constructor(json: unknown, path: readonly PropertyKey[], expected: string | undefined) {
    const at = pathText(path);
    const problem = `expected ${WORDS[expected ?? ''] ?? expected ?? 'something else'}, got ${kindOf(valueAt(json, path))}`;
    super(`${at}: ${problem}`);
    this.at = at;
    this.problem = problem;
  }
}

/** `['a', 3, 'b-c']` to `a[3]["b-c"]`. Keys come from the server: bounded and sanitised. */
function pathText(path: readonly PropertyKey[]): string {
  return path
    .map((key, i) => {
      if (typeof key === 'number') return `[${key}]`;
      const name = safeText(String(key), 60);
      if (!/^[A-Za-z_$][\w$-]*$/.test(name)) return `[${JSON.stringify(name)}]`;
      return i === 0 ? name : `.${name}`;
    })
    .join('');
}

function valueAt(json: unknown, path: readonly PropertyKey[]): unknown {
  let value = json;
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = Reflect.get(value, key);
  }
  return value;
}

export function kindOf(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'number') return Number.isFinite(value) ? 'a number' : 'a number beyond all bounds';
  if (typeof value === 'boolean') return String(value);
  return typeof value === 'string' ? 'a string' : 'an object';
}
