/** One line for the debug log: what changed on the way to a rack. Never a secret. */
export interface LiveTrace {
  readonly rack: string;
  /** `link offline`, `link live` ... */
  readonly event: string;
  readonly detail: string | undefined;
}
