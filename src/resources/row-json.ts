import { isoText, untilText } from '../domain/age.ts';
import type { Column } from './column.ts';
import type { Resource } from './define-resource.ts';

/** One row as `--json` and the raw screen show it: every column's value under its id, times as RFC 3339, unknown as null. */
export function rowJson<Row>(resource: Resource<Row>, row: Row): Readonly<Record<string, unknown>> {
  return resource.json ? resource.json(row) : columnsJson(resource.columns, row);
}

/** Every column's value under its id, for views that add to it. */
export function columnsJson<Row>(columns: readonly Column<Row>[], row: Row): Readonly<Record<string, unknown>> {
  const result: Record<string, unknown> = {};
  for (const column of columns) {
    const value = column.json ? column.json(row) : column.value(row);
    result[column.id] = column.type === 'time' && typeof value === 'number' ? isoText(value) || null : value;
  }
  return result;
}

/** The describe screen: label and value of every column, or what the view itself says. */
export function describeRow<Row>(
  resource: Resource<Row>,
  row: Row,
  now: number,
): readonly (readonly [string, string])[] {
  if (resource.describe) return withAges(resource.describe(row), now);
  return resource.columns.map((column) => {
    const value = column.value(row);
    const text = column.cell(row, now).text;
    return [
      column.header,
      column.type === 'time' && typeof value === 'number' ? `${text}  (${isoText(value)})` : text,
    ] as const;
  });
}

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/;

/** Nobody counts back from UTC at three in the morning: values that are a time get how long ago that was, or how far ahead. */
export function withAges(
  rows: readonly (readonly [string, string])[],
  now: number,
): readonly (readonly [string, string])[] {
  return rows.map(([label, value]) => {
    const at = TIME.test(value) ? Date.parse(value) : Number.NaN;
    if (Number.isNaN(at)) return [label, value] as const;
    const distance = untilText(at, now);
    return [label, `${value}  (${distance === 'now ago' || distance === 'in now' ? 'now' : distance})`] as const;
  });
}
