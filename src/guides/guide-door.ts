import type { ConsoleRack } from '../domain/console-rack.ts';
import type { AwsReads, AwsWrites } from '../protocol/aws-api.ts';
import type { ConsoleMoves } from '../protocol/console-moves.ts';
import type { KubernetesReads, KubernetesWrites } from '../protocol/kubernetes-api.ts';
import type { MutationGuard } from '../protocol/mutation-guard.ts';
import type { RackReads, ReadOptions } from '../protocol/rack-api.ts';
import type { RackFolder } from '../targets/rack-folder.ts';
import type { TargetKind } from '../targets/target.ts';

/** Everything that a guide may ask about; each part only when a check wants it. Every call rejects with a `Failure`. */
export interface GuideReads {
  readonly rack: GuideRackReads;
  /** `region` undefined: the one of the credential chain. */
  readonly aws: (region: string | undefined) => AwsReads;
  readonly kubernetes: KubernetesReads;
  readonly console: ConsoleReads;
  readonly local: LocalReads;
  /**
   * A rack where the convox CLI finds it now: `rack` by the address in its terraform folder here, `org/rack` through the console.
   * Opened when it is first asked. Rejects with a Failure where no address can be found.
   */
  at(name: string): Promise<PlacedReads>;
}

export type GuideRackReads = Pick<RackReads, 'system' | 'parameters' | 'instances'>;

export interface PlacedReads {
  /** Where it is asked, without credentials. */
  readonly origin: string;
  readonly kind: TargetKind;
  readonly rack: GuideRackReads;
  readonly kubernetes: KubernetesReads;
}

/** The console that this machine is logged in to. */
export interface ConsoleReads extends ConsoleMoves {
  /** False: this machine is logged in to no console; the others reject with `not-logged-in` then. */
  known(): Promise<boolean>;
  racks(options?: ReadOptions): Promise<readonly ConsoleRack[]>;
}

/** What lies on this machine. */
export interface LocalReads {
  /** A terraform rack of the convox settings folder; undefined: there is none of that name, not even a broken one. */
  rackFolder(name: string): Promise<RackFolder | undefined>;
  /** Where the folder of a rack lies, or would lie; for showing: `~/.config/convox/racks/staging`. */
  rackPath(name: string): Promise<string>;
  /** Everything here that names a rack for the convox CLI, what counts first (convox-api.md 7.1): variables, `.convox/rack`, `current`. */
  namedRacks(): Promise<readonly NamedRack[]>;
  /** A file that the person named, such as `credentials.csv`. Its text is secret: never kept, never shown. */
  secretFile(path: string): Promise<string>;
  /** Names of variables that are set and not blank; never a value. */
  variables(names: readonly string[]): readonly string[];
  /** A file that a guide kept, by the path it got; undefined where it is gone. */
  keptFile(path: string): Promise<string | undefined>;
  /** Its SHA-256, hex. */
  keptDigest(path: string): Promise<string | undefined>;
  /** Is a program of this name on PATH? It is never started. */
  hasProgram(name: string): Promise<boolean>;
}

export interface NamedRack {
  readonly name: string;
  /** `~/.config/convox/current`, `.convox/rack`, `CONVOX_RACK`. */
  readonly from: string;
}

export interface GuideWrites {
  readonly aws: (region: string | undefined) => AwsWrites;
  readonly kubernetes: KubernetesWrites;
  /** Sets rack parameters through the console: all that are to hold afterwards, with the rack's own version. */
  readonly setParameters: (
    rack: string,
    parameters: Readonly<Record<string, string>>,
    version: string,
  ) => Promise<void>;
  readonly keep: KeepsFiles;
}

/** New private files (0600 in folders 0700) in the state folder; nothing is ever overwritten. */
export interface KeepsFiles {
  text(name: string, text: string): Promise<KeptFile>;
  /** A copy of a rack's folder, `.terraform` left out: it is downloaded again by `terraform init`. `begun` comes before its first file. */
  rackFolder(name: string, begun: (path: string) => Promise<void>): Promise<KeptFile>;
  /** Removes what one of the others has made; nothing else. */
  remove(path: string): Promise<void>;
}

export interface KeptFile {
  readonly path: string;
  /** SHA-256, hex; of a folder, of its list of checksums. */
  readonly sha256: string;
}

/** The way to a target for one guide; closes what it opened. */
export interface GuideDoor {
  readonly reads: GuideReads;
  /** Only guides/runner.ts asks for it. */
  writes(guard: MutationGuard): GuideWrites;
  close(): Promise<void>;
}
