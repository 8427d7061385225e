import type { Cell, CellValue, Column } from '../../resources/column.ts';
import type { AnyResource, OpaqueRow } from '../../resources/define-resource.ts';

/** A row as the feed delivers it: what the resource made, and the rack it came from. */
export interface SourceRow {
  readonly rack: string;
  readonly row: OpaqueRow;
}

/** A column of the screen: a resource's own, or the rack in views over several racks. */
export interface TableColumn extends Pick<Column<never>, 'id' | 'header' | 'type'> {
  readonly align: 'left' | 'right';
  readonly min: number;
  readonly max: number;
  /** Undefined: not cut before columns are dropped. */
  readonly least: number | undefined;
  readonly grow: boolean;
  readonly priority: number;
  readonly inTable: boolean;
  readonly value: (source: SourceRow) => CellValue;
  readonly cell: (source: SourceRow, now: number) => Cell;
}

const RIGHT: ReadonlySet<string> = new Set(['number', 'cpu', 'memory', 'percent', 'duration']);
const DEFAULT_MAX = 60;

/** `withRack`: prefix the rack's name, for views that join several racks and have no such column themselves. */
export function tableColumns(resource: AnyResource, withRack: boolean): readonly TableColumn[] {
  const own = resource.columns.map((column) => fromColumn(column));
  return withRack && !own.some((column) => column.id === 'rack') ? [RACK_COLUMN, ...own] : own;
}

const RACK_COLUMN: TableColumn = {
  id: 'rack',
  header: 'RACK',
  type: 'text',
  align: 'left',
  min: 4,
  max: 24,
  least: undefined,
  grow: false,
  priority: 0,
  inTable: true,
  value: (source) => source.rack,
  cell: (source) => ({ text: source.rack }),
};

function fromColumn(column: Column<OpaqueRow>): TableColumn {
  return {
    id: column.id,
    header: column.header,
    type: column.type,
    align: column.align ?? (RIGHT.has(column.type) ? 'right' : 'left'),
    min: column.min ?? 0,
    max: column.max ?? DEFAULT_MAX,
    least: column.least,
    grow: column.grow ?? false,
    priority: column.priority ?? 1,
    inTable: column.inTable !== false,
    value: (source) => column.value(source.row),
    cell: (source, now) => column.cell(source.row, now),
  };
}
