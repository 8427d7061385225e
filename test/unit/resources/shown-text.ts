import type { Resource } from '../../../src/resources/define-resource.ts';
import { describeRow, rowJson } from '../../../src/resources/row-json.ts';

/** Everything of a row that a person or a script can get to see, in one text. */
export function shownText<Row>(resource: Resource<Row>, rows: readonly Row[], now: number): string {
  return JSON.stringify(
    rows.map((row) => [
      resource.key(row),
      rowJson(resource, row),
      describeRow(resource, row, now),
      resource.columns.map((column) => [column.value(row), column.cell(row, now)]),
    ]),
  );
}

/** The cells of one column, as a person reads them. */
export function cellsOf<Row>(resource: Resource<Row>, rows: readonly Row[], column: string, now: number): string[] {
  const found = resource.columns.find(({ id }) => id === column);
  if (!found) throw new Error(`${resource.id} has no column ${column}`);
  return rows.map((row) => found.cell(row, now).text);
}
