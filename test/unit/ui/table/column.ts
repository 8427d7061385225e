import type { CellValue, Tone } from '../../../../src/resources/column.ts';
import { orderKey } from '../../../../src/ui/table/row-order.ts';
import type { TableColumn } from '../../../../src/ui/table/table-column.ts';
import type { TableRow } from '../../../../src/ui/table/table-row.ts';

export function column(id: string, type: TableColumn['type'] = 'text', shape: Partial<TableColumn> = {}): TableColumn {
  return {
    id,
    header: id.toUpperCase(),
    type,
    align: 'left',
    min: 0,
    max: 60,
    least: undefined,
    grow: false,
    priority: 1,
    inTable: true,
    value: () => null,
    cell: () => ({ text: '' }),
    ...shape,
  };
}

export function row(key: string, values: readonly CellValue[], tones: readonly Tone[] = []): TableRow {
  const texts = values.map((value) => (value === null ? '-' : String(value)));
  return {
    key,
    order: orderKey(key),
    source: { rack: 'prod', row: { opaque: undefined as never } },
    severity: tones.includes('critical') ? 'critical' : 'ok',
    values,
    texts,
    tones,
    widths: texts.map((text) => text.length),
    haystack: texts.join('\u0001').toLowerCase(),
  };
}
