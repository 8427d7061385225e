/** One entry of the hint line: `x stop`, greyed with its reason where it cannot be done now. */
export interface Hint {
  /** As printed: `enter`, `l`, `^d`. */
  readonly key: string;
  readonly label: string;
  readonly disabled?: string;
}
