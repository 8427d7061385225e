import type { Tone } from '../../resources/column.ts';
import type { Hint } from '../keys/hint.ts';
import type { KeyContext } from '../keys/key-binding.ts';
import type { KeyPress } from '../keys/key-press.ts';
import type { RackShare } from '../table/row-feed.ts';
import type { Line } from '../text/line.ts';

/** A sentence for the foot of the frame, with what it means. */
export interface Message {
  readonly text: string;
  readonly tone: Tone;
}

/** What stands between the vitals and the status line: a table, a log, a text. Lives outside React. */
export interface BodyView {
  readonly context: KeyContext;
  /** Calls back when something may look different. */
  subscribe(listener: () => void): () => void;
  /** A binding of `context` (or global, before the shell's own meaning); false: nothing to do here. */
  command(id: string, key: string): boolean;
  /** A key that no binding has: links of a table row. */
  key?(key: string): boolean;
  /** Something is typed into it now: keys are text first, and a paste is meant. */
  takesText?(): boolean;
  /** Every key, before any binding; false: it is none that is typed. */
  press?(press: KeyPress): boolean;
  /** False: nothing takes it. */
  paste?(text: string): boolean;
  /** Exactly `height` painted rows of at most `width` cells. */
  rows(width: number, height: number): readonly string[];
  /** At most `width` cells. */
  status(width: number): Line;
  /** What the last key did or could not do; stands in place of the hints. */
  message?(): Message | undefined;
  hints(): readonly Hint[];
  /** Racks that the body shows, for freshness and banner. */
  shares(): readonly RackShare[];
  /** The app and rack that the cursor stands on, where it does. */
  focus?(): { readonly rack?: string; readonly app?: string };
  refresh(): void;
  /** On screen, or behind another view. */
  show(visible: boolean): void;
  /** Once a second while on screen. */
  tick(): void;
  /** Linear text for screen readers; default: the rows. */
  linear?(): readonly string[];
  dispose(): void;
}
