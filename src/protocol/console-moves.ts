import type { ReadOptions } from './rack-api.ts';

/** What a console keeps of one rack, as a move needs it (convox-api.md 7.5, 8.4). */
export interface ConsoleRackDetails {
  readonly organization: string;
  readonly name: string;
  readonly provider: string;
  readonly status: string;
  readonly version: string;
  /** False: the console refuses to give it away. */
  readonly deletable: boolean;
  /** As they stand, to be sent back; may hold secrets: show names, or masked and cleaned. Undefined where the console keeps none. */
  readonly parameters: Readonly<Record<string, string>> | undefined;
  /** Decoded terraform state; holds every secret of the rack. Undefined: null, as of v2 racks and of those never applied. */
  readonly state: string | undefined;
  /** The state is there and is no base64. */
  readonly stateDamaged: boolean;
}

export interface ConsoleMoves {
  /** Undefined where the console has no such rack, or does not show it. */
  details(organization: string, name: string, options?: ReadOptions): Promise<ConsoleRackDetails | undefined>;
  /** Runtime integrations of the organisation: ids and titles. */
  runtimes(organization: string, options?: ReadOptions): Promise<readonly ConsoleRuntime[]>;
  /** Of one rack. */
  rackRuntimes(organization: string, name: string, options?: ReadOptions): Promise<readonly ConsoleRuntime[]>;
}

export interface ConsoleRuntime {
  readonly id: string;
  readonly title: string;
}
