import { isUnhealthy } from '../../domain/severity.ts';
import type { Filter } from '../../resources/filter/filter-term.ts';
import { matchesFilter, narrows } from '../../resources/filter/match-filter.ts';
import { inPreviousOrder, type SortOrder, sortRows } from './row-order.ts';
import type { TableColumn } from './table-column.ts';
import type { TableRow } from './table-row.ts';

export interface TableQuery {
  readonly columns: readonly TableColumn[];
  /** A new array whenever anything changed: identity is what the caches go by. */
  readonly rows: readonly TableRow[];
  readonly filter: Filter;
  readonly sort: SortOrder;
  readonly unhealthyOnly: boolean;
  readonly now: number;
}

export interface TableResult {
  /** Sorted and filtered. */
  readonly rows: readonly TableRow[];
  /** Before the filter. */
  readonly total: number;
  indexOf(key: string): number | undefined;
}

/**
 * Rows -> sorted -> filtered, each step remembered: a filter keystroke never sorts, a longer word looks only at the rows
 * found so far, a refresh re-sorts a nearly sorted list.
 */
export class TableModel {
  #sorted:
    | { rows: readonly TableRow[]; columns: readonly TableColumn[]; sort: SortOrder; result: TableRow[] }
    | undefined;
  #filtered:
    | { sorted: readonly TableRow[]; filter: Filter; unhealthyOnly: boolean; at: number; result: TableResult }
    | undefined;

  query(query: TableQuery): TableResult {
    const sorted = this.#sort(query);
    const last = this.#filtered;
    const { filter, unhealthyOnly } = query;
    const at = looksAtAge(filter) ? Math.floor(query.now / 1_000) : 0;
    if (last && last.sorted === sorted && last.unhealthyOnly === unhealthyOnly && last.at === at) {
      if (last.filter === filter) return last.result;
    }
    const base =
      last && last.sorted === sorted && last.unhealthyOnly === unhealthyOnly && narrowable(filter, last.filter)
        ? last.result.rows
        : sorted;
    const found = select(base, filter, unhealthyOnly, query.now);
    const result = new Found(found, query.rows.length);
    this.#filtered = { sorted, filter, unhealthyOnly, at, result };
    return result;
  }

  #sort({ rows, columns, sort }: TableQuery): readonly TableRow[] {
    const last = this.#sorted;
    if (last && last.columns === columns && sameOrder(last.sort, sort)) {
      if (last.rows === rows) return last.result;
      const result = sortRows(inPreviousOrder(rows, last.result), columns, sort);
      this.#sorted = { rows, columns, sort, result };
      return result;
    }
    const result = sortRows(rows, columns, sort);
    this.#sorted = { rows, columns, sort, result };
    return result;
  }
}

class Found implements TableResult {
  readonly rows: readonly TableRow[];
  readonly total: number;
  #index: Map<string, number> | undefined;

  constructor(rows: readonly TableRow[], total: number) {
    this.rows = rows;
    this.total = total;
  }

  indexOf(key: string): number | undefined {
    this.#index ??= new Map(this.rows.map((row, index) => [row.key, index]));
    return this.#index.get(key);
  }
}

function select(rows: readonly TableRow[], filter: Filter, unhealthyOnly: boolean, now: number): readonly TableRow[] {
  if (filter.terms.length === 0 && !unhealthyOnly) return rows;
  return rows.filter((row) => (!unhealthyOnly || isUnhealthy(row.severity)) && matchesFilter(row, filter, now));
}

function looksAtAge(filter: Filter): boolean {
  return filter.terms.some((term) => term.kind === 'compare' && term.age);
}

function narrowable(next: Filter, previous: Filter): boolean {
  return !looksAtAge(next) && narrows(next, previous);
}

function sameOrder(a: SortOrder, b: SortOrder): boolean {
  return a.column === b.column && a.descending === b.descending;
}
