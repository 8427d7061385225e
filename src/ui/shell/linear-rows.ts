import type { Frame } from './compose-frame.ts';
import type { Dashboard } from './dashboard.ts';
import { plainRow } from './plain-rows.ts';

/**
 * The screen as a screen reader should hear it: where one is, how fresh it is, the row under the cursor with every column
 * named, then what can be done. Tables, logs and texts that have no linear form are read as they stand.
 */
export function linearRows(dashboard: Dashboard, frame: Frame): readonly string[] {
  const plain = frame.rows.map((row) => plainRow(row).trim()).filter((row) => row !== '');
  if (frame.overlay) return frame.overlay.rows.map((row) => unboxed(plainRow(row))).filter((row) => row !== '');
  const linear = dashboard.sessions.length > 0 ? dashboard.body()?.linear?.() : undefined;
  if (linear === undefined) return plain;
  return [...plain.slice(0, 1), ...linear, ...plain.slice(-2)];
}

/** Lines of a box without its frame. */
function unboxed(row: string): string {
  return row
    .replace(/^[│|╭╰+][─-]*\s?/u, '')
    .replace(/[\s─-]*[│|╮╯+]$/u, '')
    .trim();
}
