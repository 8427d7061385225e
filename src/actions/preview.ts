/** One line of a difference. `masked` values were hidden before they came here. */
export interface PreviewLine {
  readonly kind: 'added' | 'removed' | 'changed' | 'same' | 'heading';
  readonly text: string;
}

/** A small table, drawn with ink-table: what stands where, before and after. */
export interface PreviewTable {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/**
 * What will change, in words and differences, before it does. The same facts give the same preview: no ages, no times of
 * day, nothing secret; its digest is what `--expect-preview` and the re-read before running compare.
 */
export interface Preview {
  /** `Stop the process web-1 of shop on acme/prod`. A sentence without its full stop. */
  readonly headline: string;
  /** What follows from it: `A replacement starts at once.` */
  readonly effects: readonly string[];
  /** What a tired person would overlook. */
  readonly warnings: readonly string[];
  readonly lines?: readonly PreviewLine[];
  readonly tables?: readonly PreviewTable[];
  /** Why it must not run as it stands (nothing to change, no capacity, wrong name), and what to do instead. */
  readonly blocked?: string | undefined;
}

/** The text whose digest stands for a preview: one field per line, unambiguous, in a fixed order. */
export function previewText(actionId: string, rack: string, preview: Preview): string {
  const { headline, effects, warnings, lines = [], tables = [], blocked = '' } = preview;
  return JSON.stringify([
    actionId,
    rack,
    headline,
    effects,
    warnings,
    lines.map(({ kind, text }) => [kind, text]),
    tables.map(({ title, columns, rows }) => [title, columns, rows]),
    blocked,
  ]);
}
