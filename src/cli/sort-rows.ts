import type { CellValue } from '../resources/column.ts';
import type { AnyResource, OpaqueRow } from '../resources/define-resource.ts';

/** The view's own order, then by key, so that two runs print the same lines in the same order. */
export function sortRows(resource: AnyResource, rows: readonly OpaqueRow[]): readonly OpaqueRow[] {
  const [columnId, direction] = resource.sort;
  const column = resource.columns.find((candidate) => candidate.id === columnId);
  const sign = direction === 'asc' ? 1 : -1;
  return [...rows].sort((a, b) => {
    const order = column ? sign * compare(column.value(a), column.value(b)) : 0;
    return order !== 0 ? order : compare(resource.key(a), resource.key(b));
  });
}

/** Unknown values come last in ascending order. */
function compare(a: CellValue, b: CellValue): number {
  if (a === b) return 0;
  if (a === null) return 1;
  if (b === null) return -1;
  if (typeof a === 'string' && typeof b === 'string') return a < b ? -1 : 1;
  return Number(a) - Number(b);
}
