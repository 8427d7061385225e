import * as z from 'zod/mini';

/** What is wrong with one value: where it stands, and how the sentence goes on (`must be true or false`). */
export interface SettingIssue {
  readonly place: string;
  readonly why: string;
}

export type Issues = SettingIssue[];

/** The value as the schema wants it; else what is wrong is added to `issues`. Messages of the schema say what is allowed. */
export function read<Schema extends z.core.$ZodType>(
  schema: Schema,
  value: unknown,
  place: string,
  issues: Issues,
): z.output<Schema> | undefined {
  const result = z.safeParse(schema, value);
  if (result.success) return result.data;
  for (const issue of result.error.issues) {
    const at = `${place}${issue.path.map(step).join('')}`;
    if (issue.code !== 'unrecognized_keys') issues.push({ place: at, why: `must be ${issue.message}` });
    else for (const key of issue.keys) issues.push({ place: `${at}${step(key)}`, why: issue.message });
  }
  return undefined;
}

/** An object of these fields and no other. */
export function fields<const Shape extends z.core.$ZodShape>(shape: Shape) {
  const known = `is not known; known are ${Object.keys(shape).join(', ')}`;
  return z.strictObject(shape, { error: (issue) => (issue.code === 'unrecognized_keys' ? known : 'an object') });
}

export function listOf<Item extends z.core.SomeType>(item: Item, what: string) {
  return z.array(item, { error: `a list of ${what}` });
}

function step(key: PropertyKey): string {
  return typeof key === 'number' ? `[${key}]` : `.${String(key)}`;
}
