import type { Severity } from '../../domain/severity.ts';
import type { CellValue, Tone } from '../../resources/column.ts';
import type { AnyResource } from '../../resources/define-resource.ts';
import type { FilterableRow } from '../../resources/filter/match-filter.ts';
import { textWidth } from '../text/text-width.ts';
import { orderKey } from './row-order.ts';
import type { SourceRow, TableColumn } from './table-column.ts';

/** A row made ready once: texts, typed values and widths per column, so that sort, filter and layout never ask again. */
export interface TableRow extends FilterableRow {
  /** Unique on screen: the rack's name goes in front where several racks are joined. */
  readonly key: string;
  /** The key in the form that orders names, to settle ties. */
  readonly order: string;
  readonly source: SourceRow;
  readonly severity: Severity;
  readonly values: readonly CellValue[];
  readonly texts: readonly string[];
  readonly tones: readonly Tone[];
  readonly widths: readonly number[];
}

const SEPARATOR = '\u0001';

/**
 * Prepares rows, remembering each by identity: polls keep unchanged rows (structural sharing in the query cache), so a
 * refresh of 5,000 rows with one change prepares one row.
 */
export class RowPreparer {
  readonly #resource: AnyResource;
  readonly #columns: readonly TableColumn[];
  readonly #known = new WeakMap<object, TableRow>();

  constructor(resource: AnyResource, columns: readonly TableColumn[]) {
    this.#resource = resource;
    this.#columns = columns;
  }

  prepare(source: SourceRow, now: number): TableRow {
    const known = this.#known.get(source.row);
    if (known !== undefined && known.source.rack === source.rack) return known;
    const row = this.#make(source, now);
    this.#known.set(source.row, row);
    return row;
  }

  #make(source: SourceRow, now: number): TableRow {
    const values: CellValue[] = [];
    const texts: string[] = [];
    const tones: Tone[] = [];
    const widths: number[] = [];
    let haystack = '';
    for (const column of this.#columns) {
      const cell = column.cell(source, now);
      values.push(column.value(source));
      texts.push(cell.text);
      tones.push(cell.tone ?? 'plain');
      widths.push(column.inTable ? textWidth(cell.text) : 0);
      // Ages change by themselves: a text filter on them would come and go. They have typed filters.
      if (column.type !== 'time') haystack += cell.text.toLowerCase() + SEPARATOR;
    }
    const key = `${source.rack}/${this.#resource.key(source.row)}`;
    return {
      key,
      order: orderKey(key),
      source,
      severity: this.#resource.severity(source.row),
      values,
      texts,
      tones,
      widths,
      haystack,
    };
  }
}
