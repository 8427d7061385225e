import type { Approval } from '../domain/approval.ts';
import type { WriteOptions } from './rack-writes.ts';

export interface EnvChange {
  /**
   * Values are secret. A value of exactly 20 asterisks keeps the current one of that key. Secret keys need `secret:set`,
   * protected keys are refused even for admins (gateway.md 6.4, 6.5).
   */
  readonly set?: Readonly<Record<string, string>>;
  /** Taken out before `set` is applied. */
  readonly remove?: readonly string[];
}

export interface EnvChanged {
  /** The new set, secret and protected values masked. */
  readonly env: ReadonlyMap<string, string>;
  /** The release that was created, not promoted; undefined where nothing changed. */
  readonly release: string | undefined;
}

export interface NewApproval {
  readonly message: string;
  readonly app: string;
  /** At most 40 characters. */
  readonly gitCommit: string;
  readonly gitBranch?: string;
  readonly ciMetadata?: Readonly<Record<string, unknown>>;
  /** API token that will deploy: name or numeric id, or its UUID. People must name one; tokens default to themselves. */
  readonly targetToken?: string;
  readonly targetTokenId?: string;
}

/** The gateway's own writes (gateway.md 6.5, 7.5), under the same rules as `RackWrites`. */
export interface GatewayWrites {
  /**
   * Creates a release from the newest one (not the promoted one) and does not promote it; a step-up. Keys that are not named
   * stay as they are. Not safe against a concurrent edit: read again right before.
   */
  changeEnv(app: string, change: EnvChange, options?: WriteOptions): Promise<EnvChanged>;
  /** `created` false: one was pending or approved already for this token and commit, and is what comes back. */
  requestApproval(
    request: NewApproval,
    options?: WriteOptions,
  ): Promise<{ readonly approval: Approval; readonly created: boolean }>;
  /** Admins; wants a code of its own each time. `not-found` where the request is not pending any more; as `reject`. */
  approve(id: string, notes?: string, options?: WriteOptions): Promise<Approval>;
  reject(id: string, notes?: string, options?: WriteOptions): Promise<Approval>;
  /** Moves the end of an approved request to now plus the gateway's window, also of an expired one. */
  extendApproval(id: string, notes?: string, options?: WriteOptions): Promise<Approval>;
}
