import { readParameterLines } from '../domain/parameter-lines.ts';
import type { ActionField } from './action-field.ts';

/** Parameters as `key=value` lines; values may be secret. */
export const PARAMETER_LINES = {
  id: 'parameters',
  label: 'Parameters',
  kind: 'lines',
  sensitive: true,
  check: (value: string) => {
    const read = readParameterLines(value);
    if ('problem' in read) return read.problem;
    return read.parameters.size === 0 ? 'At least one line key=value is needed' : undefined;
  },
} as const satisfies Omit<ActionField, 'required'>;

/** None where the field is empty; a wrong one never gets as far as a plan. */
export function givenParameters({
  parameters = '',
}: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const read = readParameterLines(parameters);
  return 'problem' in read ? {} : Object.fromEntries(read.parameters);
}
