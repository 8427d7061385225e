import type { Column } from '../column.ts';

export type Comparison = '<' | '<=' | '>' | '>=' | '=' | '!=';

/** What filters look at of a column; any column of any resource will do. */
export type FilterColumn = Pick<Column<never>, 'id' | 'header' | 'type'>;

/** One condition; a row must meet all of them. `column` is an index into the columns the filter was read for. */
export type FilterTerm =
  | { readonly kind: 'text'; readonly inverse: boolean; readonly text: string }
  | {
      readonly kind: 'regex';
      readonly inverse: boolean;
      readonly pattern: RegExp;
      /** Length of text that it is tried on: a pattern that backtracks must not hang the terminal. */
      readonly reach: number;
    }
  | { readonly kind: 'contains'; readonly inverse: boolean; readonly column: number; readonly text: string }
  | {
      readonly kind: 'compare';
      readonly inverse: boolean;
      readonly column: number;
      readonly comparison: Comparison;
      readonly value: number;
      /** The column holds a moment and the filter speaks of its age. */
      readonly age: boolean;
    }
  | {
      readonly kind: 'equals';
      readonly inverse: boolean;
      readonly column: number;
      readonly text: string;
    };

export interface Filter {
  readonly source: string;
  readonly terms: readonly FilterTerm[];
  /** What is wrong with the text, as a sentence for the filter bar; the terms that could be read still apply. */
  readonly problem: string | undefined;
}

export const NO_FILTER: Filter = { source: '', terms: [], problem: undefined };
