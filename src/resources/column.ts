export type CellValue = string | number | boolean | null;

/** Semantic colour of a cell; the theme maps it, glyph and word always accompany it. */
export type Tone = 'plain' | 'muted' | 'good' | 'notice' | 'warning' | 'critical' | 'accent';

export interface Cell {
  readonly text: string;
  readonly tone?: Tone;
}

/**
 * One column of a resource. `value` is the typed truth (sorting, typed filters, `--json`); `cell` what a person reads.
 * Ages are values in epoch ms and become text at paint time, so that they tick without a new poll.
 */
export interface Column<Row> {
  /** Key in `--json` and typed filters: `cpu`, `status`, `startedAt`. */
  readonly id: string;
  readonly header: string;
  readonly value: (row: Row) => CellValue;
  /** For `--json`, where `value` is made for sorting only. */
  readonly json?: (row: Row) => CellValue;
  readonly cell: (row: Row, now: number) => Cell;
  readonly align?: 'left' | 'right';
  /** Least width in cells; the header's width counts too. */
  readonly min?: number;
  readonly max?: number;
  /** May be cut down to this many cells before another column is dropped; what must stay readable stands at its beginning. */
  readonly least?: number;
  /** Takes what is left; at most one per view does well. */
  readonly grow?: boolean;
  /** Dropped first (highest number) when the terminal is narrow; 0 never. */
  readonly priority?: number;
  /** How typed filters compare: `age<2h`, `cpu>500m`, `memory>1Gi`, `status:crashed`. */
  readonly type: 'text' | 'number' | 'time' | 'duration' | 'cpu' | 'memory' | 'percent' | 'status' | 'boolean';
  /** False: shown in describe and JSON only. */
  readonly inTable?: boolean;
}
