/** One value that an action needs from the person before it can be planned. */
export interface ActionField {
  readonly id: string;
  readonly label: string;
  /** `secret`: shown as dots; `lines`: several lines of text; `flag`: `yes` or empty. */
  readonly kind: 'text' | 'number' | 'choice' | 'flag' | 'lines' | 'secret';
  readonly required: boolean;
  /** Its value may be secret (env values): not taken from a command line. `secret` always is. */
  readonly sensitive?: boolean;
  /** One sentence under the field. */
  readonly help?: string;
  readonly choices?: readonly { readonly value: string; readonly label: string }[];
  /** The text itself is wrong: one sentence that says what would be right. */
  readonly check?: (value: string) => string | undefined;
}

/** The first thing wrong with each value, by field id; empty: all is well. */
export function fieldProblems(
  fields: readonly ActionField[],
  input: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const problems: Record<string, string> = {};
  for (const field of fields) {
    const problem = fieldProblem(field, input[field.id] ?? '');
    if (problem !== undefined) problems[field.id] = problem;
  }
  for (const id of Object.keys(input)) {
    if (!fields.some((field) => field.id === id)) problems[id] = `there is no field "${id}"`;
  }
  return problems;
}

function fieldProblem(field: ActionField, value: string): string | undefined {
  if (value === '') return field.required ? `${field.label} is needed` : undefined;
  if (field.kind === 'number' && !/^\d{1,9}$/.test(value)) return `${field.label} must be a whole number`;
  if (field.kind === 'flag' && value !== 'yes') return `${field.label} is either "yes" or left out`;
  if (field.kind !== 'lines' && /[\r\n]/.test(value)) return `${field.label} must be one line`;
  if (field.choices && !field.choices.some((choice) => choice.value === value)) {
    return `${field.label} must be one of ${field.choices.map((choice) => choice.value).join(', ')}`;
  }
  return field.check?.(value);
}
