import { breakRows, type RowSpan } from './cells.ts';
import type { StyledLine } from './styled-line.ts';

interface Wrapped {
  readonly columns: number;
  readonly rows: readonly RowSpan[];
}

const kept = new WeakMap<StyledLine, Wrapped>();

/** Rows of a line wrapped at words. A frame asks several times for the same ones; lines never change, so one answer is kept. */
export function wrappedRows(line: StyledLine, columns: number): readonly RowSpan[] {
  const before = kept.get(line);
  if (before?.columns === columns) return before.rows;
  const rows = breakRows(line.text, columns, 'words');
  kept.set(line, { columns, rows });
  return rows;
}
