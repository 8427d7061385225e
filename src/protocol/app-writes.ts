import type { App } from '../domain/app.ts';
import type { Build } from '../domain/build.ts';
import type { Release } from '../domain/release.ts';
import type { WriteOptions } from './rack-writes.ts';
import type { SafeJson } from './schemas/safe-json.ts';

export interface NewApp {
  readonly name: string;
  /** `2` or `1` on v2 racks; v3 ignores it. */
  readonly generation?: string;
  /** Seconds. Since 3.19.6. */
  readonly timeoutSeconds?: number;
}

/** On v3 either one applies the active release again (convox-api.md 6.2), with all that a promote does. */
export interface AppUpdate {
  readonly lock?: boolean;
  /** v3 knows BuildCpu, BuildMem, BuildLabels and skips others in silence; v2: stack parameters. */
  readonly parameters?: Readonly<Record<string, string>>;
}

/** A release forks from `parentRelease`, else from the newest one, and takes from it what is absent here. */
export interface NewRelease {
  readonly build?: string;
  /**
   * The complete set, `KEY=value` lines; replaces the environment. Secret. Through a gateway a masked value keeps the current
   * one and a missing line deletes the key (gateway.md 6.4).
   */
  readonly env?: string;
  readonly description?: string;
  /** Since 3.21.1. */
  readonly parentRelease?: string;
}

export interface Promote {
  /** Promotes although the app is not `running`; nothing else is skipped. */
  readonly force?: boolean;
  readonly development?: boolean;
  readonly idle?: boolean;
  readonly min?: number;
  readonly max?: number;
  /** Rolls back after that long; the rack's default is 3000. */
  readonly timeoutSeconds?: number;
}

export interface NewBuild {
  /** `object://app/tmp/....tgz`, from {@link AppWrites.storeObject}. */
  readonly url: string;
  readonly description?: string;
  readonly development?: boolean;
  readonly external?: boolean;
  readonly manifest?: string;
  readonly noCache?: boolean;
  readonly wildcardDomain?: boolean;
  /** `KEY=value`; since 3.8.1. Secret. */
  readonly buildArgs?: readonly string[];
  /** Since 3.11.0. */
  readonly gitSha?: string;
}

export interface BudgetSettings {
  readonly monthlyCapUsd?: number;
  readonly alertThresholdPercent?: number;
  readonly atCapAction?: 'alert-only' | 'block-new-deploys' | 'auto-shutdown';
  readonly pricingAdjustment?: number;
}

/** Who takes responsibility, for the rack's own record; the login's name by default. */
export interface AckOptions extends WriteOptions {
  readonly ackBy?: string;
}

/** Apps, releases, builds and budgets (convox-api.md 3, "Apps", "Builds, releases, objects"; waiting rules: 6.2). */
export interface AppWrites {
  /** Slow. Not `running` yet when it resolves. `conflict` where the name is taken, `invalid` where it is reserved. */
  createApp(app: NewApp, options?: WriteOptions): Promise<App>;
  updateApp(app: string, update: AppUpdate, options?: WriteOptions): Promise<void>;
  /** `conflict` while the app is locked; it is gone only once reads say so. */
  deleteApp(app: string, options?: WriteOptions): Promise<void>;
  /** Aborts a deploy; `conflict` unless the app is `updating`. */
  cancelDeploy(app: string, options?: WriteOptions): Promise<void>;
  /** Mounted file of an app (`value` as it is; sent as Base64). Secret. Since 3.19.7, not on v2. */
  setConfig(app: string, name: string, value: string, options?: WriteOptions): Promise<void>;
  /** v2 only: certificate of one port. */
  updateSsl(app: string, service: string, port: number, certificate: string, options?: WriteOptions): Promise<void>;
  /** Changes nothing until it is promoted. Its `env` is secret. */
  createRelease(app: string, release: NewRelease, options?: WriteOptions): Promise<Release>;
  /** Slow to answer, and only begins the deploy: follow the app (convox-api.md 6.2). */
  promoteRelease(app: string, release: string, promote?: Promote, options?: WriteOptions): Promise<void>;
  /** Slow. `key` starts with `tmp/` through a gateway. Resolves with the `object://` URL. */
  storeObject(app: string, key: string, content: Uint8Array, options?: WriteOptions): Promise<{ readonly url: string }>;
  createBuild(app: string, build: NewBuild, options?: WriteOptions): Promise<Build>;
  /** Slow. `archive`: what an export gave (tgz). */
  importBuild(app: string, archive: Uint8Array, options?: WriteOptions): Promise<Build>;
  /** Relays a prebuilt image into a build; `password` is secret. Since 3.24.6. Accepted is not done. */
  importImage(
    app: string,
    build: string,
    image: { readonly image: string; readonly user?: string; readonly password?: string },
    options?: WriteOptions,
  ): Promise<void>;
  /** Budgets: since 3.24.6, not on v2; set, clear and forced resets want an admin. */
  setBudget(app: string, budget: BudgetSettings, options?: AckOptions): Promise<void>;
  clearBudget(app: string, options?: AckOptions): Promise<void>;
  /** Deploys are possible again after the cap was hit. */
  resetBudget(
    app: string,
    options?: AckOptions & { readonly forceClearCooldown?: boolean; readonly resetPeriod?: boolean },
  ): Promise<void>;
  /** What a shutdown at the cap would do; a dry run. The shape is not documented: sanitised JSON. */
  simulateShutdown(app: string, options?: WriteOptions): Promise<SafeJson>;
  /** Resolves with `dismissed`, `already-dismissed` or `no-banner`. */
  dismissRecovery(app: string, options?: AckOptions): Promise<string>;
}
