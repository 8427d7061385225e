import type { WriteOptions } from './rack-writes.ts';

/** `PUT /system`: v2 racks, and those of a gateway whose rack can (convox-api.md 7.6); v3 racks answer `unsupported`. */
export interface SystemUpdate {
  readonly count?: number;
  /** Instance type. */
  readonly type?: string;
  readonly version?: string;
  readonly force?: boolean;
  /** May be secret. */
  readonly parameters?: Readonly<Record<string, string>>;
}

/** `PUT /racks/{organization}/{rack}` of a console: how a v3 rack gets a version or parameters (convox-api.md 7.5, 7.6). */
export interface ConsoleRackUpdate {
  /** All parameters, not only changed ones; absent: they stay. May be secret. */
  readonly parameters?: Readonly<Record<string, string>>;
  /** The rack's own version where only parameters change. */
  readonly version: string;
  readonly force?: boolean;
}

/** A new SSH key; shown once, secret. */
export interface KeyPair {
  readonly name: string;
  readonly privateKey: string;
}

/** The rack itself and its instances (convox-api.md 3, "System and rack"). */
export interface SystemWrites {
  updateSystem(update: SystemUpdate, options?: WriteOptions): Promise<void>;
  /** `unsupported`, before anything is sent, where the rack is not reached through a console. */
  updateConsoleRack(update: ConsoleRackUpdate, options?: WriteOptions): Promise<void>;
  /** Slow: cordons and drains first, minutes. On v3 since 3.24.4. */
  terminateInstance(id: string, options?: WriteOptions): Promise<void>;
  /** v3: the new key pair, which then must be set as the parameter `key_pair_name`. Undefined on v2, which updates itself. */
  rollInstanceKeys(options?: WriteOptions): Promise<KeyPair | undefined>;
  /** A secret JWT; `hours` 1 to 8760; `admin` since 3.24.6. Since 3.13.1. */
  mintRackToken(
    token: { readonly role: 'read' | 'write' | 'admin'; readonly hours: number },
    options?: WriteOptions,
  ): Promise<{ readonly token: string }>;
  /** Invalidates every JWT and restarts the API. Since 3.13.1. */
  rotateRackKey(options?: WriteOptions): Promise<void>;
  /** Removes what Karpenter left. Since 3.24.3, not on v2. */
  cleanUpKarpenter(options?: WriteOptions): Promise<void>;
}
