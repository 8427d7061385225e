import { Failure } from '../domain/failure.ts';
import type { AnyResource, OpaqueRow } from '../resources/define-resource.ts';
import { filterableRow } from '../resources/filter/filterable-row.ts';
import { matchesFilter } from '../resources/filter/match-filter.ts';
import { parseFilter } from '../resources/filter/parse-filter.ts';

/** `--filter`, in the dashboard's filter language; a filter that cannot be read is a usage failure, not an empty list. */
export function filterRows(
  resource: AnyResource,
  rows: readonly OpaqueRow[],
  text: string | undefined,
  now: number,
): readonly OpaqueRow[] {
  if (text === undefined || text.trim() === '') return rows;
  const filter = parseFilter(text, resource.columns);
  if (filter.problem !== undefined) {
    throw new Failure({
      kind: 'usage',
      what: `The filter cannot be read: ${filter.problem}`,
      next: 'Mend it or leave --filter away.',
    });
  }
  return rows.filter((row) => matchesFilter(filterableRow(resource, row, now), filter, now));
}
