import type { App } from '../app.ts';
import type { Budget } from '../budget.ts';
import type { Build } from '../build.ts';
import type { Certificate } from '../certificate.ts';
import type { Diagnosis } from '../diagnosis.ts';
import type { Instance } from '../instance.ts';
import type { NewSignature } from '../log-errors.ts';
import type { Process } from '../process.ts';
import type { AppSample, Promote, Rollback } from '../promote.ts';
import type { Release } from '../release.ts';
import type { Service } from '../service.ts';
import type { RackVersion } from '../version.ts';

/** One process as it was seen at one instant. */
export interface ProcessSample {
  readonly at: number;
  readonly id: string;
  readonly service: string;
  readonly release: string;
  readonly status: string;
  /** MiB on v3 racks, percent of the reservation on v2 ones; 0 may mean unknown. */
  readonly memory: number;
}

/** Errors that are new since a release was promoted (`firstNewSignatures` of the logs around that instant). */
export interface NewErrors {
  readonly release: string;
  readonly signatures: readonly NewSignature[];
}

/**
 * What is known of an app. Only `app` and `processes` are needed; what is undefined was not read, and the rules that need
 * it say nothing. An empty list was read and is empty.
 */
export interface AppFacts {
  readonly app: App;
  /** Of this app alone. */
  readonly processes: readonly Process[];
  readonly services?: readonly Service[] | undefined;
  /** Newest first, as the rack lists them. */
  readonly releases?: readonly Release[] | undefined;
  readonly builds?: readonly Build[] | undefined;
  readonly budget?: Budget | undefined;
  readonly diagnosis?: Diagnosis | undefined;
  readonly instances?: readonly Instance[] | undefined;
  readonly certificates?: readonly Certificate[] | undefined;
  /** From the gateway's audit log or the own journal; those that samples show are found by the rules themselves. */
  readonly promotes?: readonly Promote[] | undefined;
  readonly rollbacks?: readonly Rollback[] | undefined;
  /** Release id -> who created it (gateway.md 7.1). */
  readonly creators?: ReadonlyMap<string, string> | undefined;
  readonly appSamples?: readonly AppSample[] | undefined;
  readonly processSamples?: readonly ProcessSample[] | undefined;
  readonly newErrors?: NewErrors | undefined;
  /** Decides units (convox-api.md 5.1); undefined counts as v3. */
  readonly version?: RackVersion | undefined;
}

export interface RackFacts {
  readonly rack: string;
  readonly apps: readonly AppFacts[];
  readonly instances?: readonly Instance[] | undefined;
  readonly certificates?: readonly Certificate[] | undefined;
  readonly version?: RackVersion | undefined;
}
