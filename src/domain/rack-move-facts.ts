import type { ReadState } from './terraform-state-facts.ts';

/** What was gathered about the local side, `racks/<name>` of the settings folder; undefined: could not be looked at. */
export interface LocalRackFacts {
  /** A directory or a file with this name. */
  readonly exists: boolean;
  /** A plain file: a direct rack, which cannot be moved. */
  readonly isDirectFile: boolean;
  readonly hasMainTf: boolean;
  readonly hasVarsJson: boolean;
  readonly hasStateFile: boolean;
  /** `backend.tf`, or a backend named in the environment: the state is elsewhere. */
  readonly hasRemoteBackend: boolean;
  /** `.terraform.tfstate.lock.info` */
  readonly hasLockFile: boolean;
  /** A symbolic link anywhere on the way to it. */
  readonly isLink: boolean;
  /** `release` of vars.json. */
  readonly release: string | undefined;
  readonly provider: string | undefined;
  readonly state: ReadState;
}

/** What the console says of one rack (`GET /racks/<org>/<rack>`); undefined: could not be asked. */
export interface ConsoleRackFacts {
  readonly exists: boolean;
  readonly deletable: boolean | undefined;
  readonly status: string | undefined;
  readonly provider: string | undefined;
  /** `parameters.release` */
  readonly release: string | undefined;
  readonly state: ReadState;
}

/** Where a look-up was not possible the value is undefined: never taken as a yes. */
export interface RackMoveFacts {
  readonly local: LocalRackFacts | undefined;
  /** Of the source, where it is a console rack. */
  readonly source: ConsoleRackFacts | undefined;
  /** Of the target, where it is a console rack. */
  readonly target: ConsoleRackFacts | undefined;
  /** `System.status` and `System.version` of the rack as it answers now. */
  readonly system: { readonly status: string; readonly version: string } | undefined;
  /** `terraform` is on PATH. */
  readonly hasTerraform: boolean | undefined;
  /** Names of the environment variables that are set and not empty. */
  readonly environment: ReadonlySet<string>;
  /** Organisations that the token reaches. */
  readonly organizations: ReadonlySet<string> | undefined;
}
