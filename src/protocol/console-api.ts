import type { ConsoleRack } from '../domain/console-rack.ts';
import type { ReadOptions } from './rack-api.ts';

/** A Convox console (convox-api.md 7.5). Every call rejects with a `Failure`. */
export interface ConsoleApi {
  /** `GET /auth`; `not-logged-in` when the CLI token is expired or wrong. Resolves with the account id. */
  authenticate(options?: ReadOptions): Promise<{ readonly id: string }>;
  racks(options?: ReadOptions): Promise<readonly ConsoleRack[]>;
  rack(
    organization: string,
    name: string,
    options?: ReadOptions,
  ): Promise<
    ConsoleRack & {
      readonly deletable: boolean;
      readonly version: string;
      readonly parameters: Readonly<Record<string, string>>;
    }
  >;
  close(): Promise<void>;
}
