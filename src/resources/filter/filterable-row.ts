import type { AnyResource, OpaqueRow } from '../define-resource.ts';
import type { FilterableRow } from './match-filter.ts';

const SEPARATOR = '\u0001';

/** A row as filters see it, for callers that keep no table of prepared rows. */
export function filterableRow(resource: AnyResource, row: OpaqueRow, now: number): FilterableRow {
  const texts = resource.columns.map((column) => column.cell(row, now).text);
  const values = resource.columns.map((column) => column.value(row));
  // Ages change by themselves: a text filter on them would come and go. They have typed filters.
  const haystack = texts
    .filter((_, index) => resource.columns[index]?.type !== 'time')
    .join(SEPARATOR)
    .toLowerCase();
  return { texts, values, haystack };
}
