/** Where a binding works; a screen activates its own context beside `global`. */
export type KeyContext =
  | 'global'
  | 'table'
  | 'log'
  | 'text'
  | 'metrics'
  | 'timeline'
  | 'action'
  | 'guide'
  | 'start'
  | 'prompt'
  | 'palette'
  | 'menu'
  | 'dialog';

/**
 * One row of the key table. Key names: single characters as typed (`j`, `G`, `[`, `/`), `enter`, `escape`, `tab`, `space`,
 * `backspace`, `up`, `down`, `left`, `right`, `pageup`, `pagedown`, `home`, `end`, `ctrl+d`, `shift+tab`.
 */
export interface KeyBinding {
  /** Stable name for the config file: `table.down`, `log.pause`. */
  readonly id: string;
  readonly context: KeyContext;
  readonly keys: readonly string[];
  /** Two or three words for hints and help. */
  readonly label: string;
  /** Shown in the hint line (most important first); others only in help. */
  readonly hint?: number;
}
