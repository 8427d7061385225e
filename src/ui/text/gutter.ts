/** Cells in front of each line: cursor, and mark or hit. */
export const GUTTER = 2;

/** Cells left for the text; a window too narrow for both has no gutter. */
export function bodyColumns(width: number): number {
  return Math.max(1, width - (width > 2 * GUTTER ? GUTTER : 0));
}
