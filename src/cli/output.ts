/** Where a command prints; injected, so that a test reads what a script would. */
export interface Output {
  out(text: string): void;
  err(text: string): void;
  readonly isTerminal: boolean;
  readonly columns: number;
}
