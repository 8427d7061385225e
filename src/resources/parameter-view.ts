import type { ShownParameter } from '../domain/parameter.ts';
import { name, text } from './columns.ts';
import type { Resource } from './define-resource.ts';

/** What the parameters of an app and those of a rack have in common. Rows are masked before they get here. */
export const PARAMETER_VIEW = {
  pace: 10,
  key: (parameter) => parameter.name,
  columns: [
    name('NAME', (parameter) => parameter.name, { min: 12 }),
    {
      id: 'secret',
      header: 'SECRET',
      type: 'boolean',
      inTable: false,
      value: (parameter) => parameter.secret,
      cell: (parameter) => ({ text: parameter.secret ? 'yes' : '' }),
    },
    text('VALUE', (parameter) => parameter.value, { grow: true, priority: 1 }),
  ],
  sort: ['name', 'asc'],
  severity: () => 'ok',
  open: { enter: { to: 'describe', label: 'describe', place: (_parameter, at) => at } },
} as const satisfies Partial<Resource<ShownParameter>>;
