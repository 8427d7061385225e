import { type Observable, ObservableValue } from '../domain/observable-value.ts';

/** What made this run of the program read-only; undefined: it is not. */
export type ReadOnlyCause = 'flag' | 'variable' | 'key';

const ON: Readonly<Record<ReadOnlyCause, string>> = {
  flag: 'read-only: asked for with --read-only',
  variable: 'read-only: asked for with RACKDECK_READ_ONLY',
  key: 'read-only: switched on with R',
};

/** For a refusal. */
export function readOnlyReason(cause: ReadOnlyCause): string {
  return ON[cause];
}

/** `--read-only` and `RACKDECK_READ_ONLY`; of the variable everything but an explicit "no" counts as yes. */
export function forcedReadOnly(flag: boolean, variable: string | undefined): 'flag' | 'variable' | undefined {
  if (flag) return 'flag';
  const value = variable?.trim().toLowerCase() ?? '';
  return ['', '0', 'false', 'no', 'off'].includes(value) ? undefined : 'variable';
}

/**
 * Read-only for all racks of this run (key `R`). It only ever adds: what the settings make read-only stays so, whatever this
 * says (access/guardrails.ts), and what the command line asked for is not switched off by a key.
 */
export class ReadOnlySwitch {
  readonly #forced: 'flag' | 'variable' | undefined;
  readonly #cause: ObservableValue<ReadOnlyCause | undefined>;

  constructor(forced?: 'flag' | 'variable') {
    this.#forced = forced;
    this.#cause = new ObservableValue<ReadOnlyCause | undefined>(forced);
  }

  get cause(): Observable<ReadOnlyCause | undefined> {
    return this.#cause;
  }

  /** Says what holds now, for the status line. */
  toggle(): string {
    if (this.#forced !== undefined) return `Stays ${readOnlyReason(this.#forced)}.`;
    const on = this.#cause.get() === undefined;
    this.#cause.set(on ? 'key' : undefined);
    return on
      ? 'Read-only switched on for all racks.'
      : 'Read-only switched off; what the settings forbid stays forbidden.';
  }
}
