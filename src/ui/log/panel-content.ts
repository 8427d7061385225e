import type { StyledLine } from '../text/styled-line.ts';

/** One row of a panel below the lines. */
export interface PanelRow {
  /** Stays the same while figures change: the cursor stands on it. */
  readonly id: string;
  readonly line: StyledLine;
}

export type PanelHint = readonly [binding: string, label: string];

/** What a panel shows and what its keys do. Work is done in slices, and only while the panel is open. */
export interface PanelContent {
  title(): string;
  rows(width: number): readonly PanelRow[];
  /** Stands there while there are no rows. */
  empty(): string;
  /** Takes in what arrived: at most a slice; true when nothing is left to do. */
  advance(): boolean;
  /** `enter`. */
  choose(id: string): void;
  /** `space`. */
  toggle?(id: string): void;
  /** Right and left. */
  fold?(id: string, open: boolean): void;
  previousLife?(id: string): void;
  readonly hints: readonly PanelHint[];
}
