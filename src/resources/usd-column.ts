import { usdText } from '../domain/usd.ts';
import type { Column } from './column.ts';

/** A column of dollars: the plain number in JSON and filters. */
export function usd<Row>(
  header: string,
  value: (row: Row) => number | undefined,
  shape: { readonly id?: string; readonly priority?: number } = {},
): Column<Row> {
  return {
    id: header.toLowerCase(),
    header,
    type: 'number',
    align: 'right',
    value: (row) => value(row) ?? null,
    cell: (row) => ({ text: usdText(value(row)) }),
    ...shape,
  };
}
