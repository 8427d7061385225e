import type { App } from '../domain/app.ts';
import type { Build } from '../domain/build.ts';
import type { Release } from '../domain/release.ts';
import type { GuardedCalls } from './guarded-calls.ts';
import type { Options } from './option-encoding.ts';
import { RACK_WRITE_ROUTES } from './rack-write-routes.ts';
import type { WriteOptions } from './rack-writes.ts';
import { readApp } from './schemas/app.ts';
import { readBuild } from './schemas/build.ts';
import { readRelease } from './schemas/release.ts';
import { readSafeJson, type SafeJson } from './schemas/safe-json.ts';
import { readDismissal, readStoredObject } from './schemas/write-answers.ts';
import { decimal } from './write-options.ts';

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

const R = RACK_WRITE_ROUTES;

export function appWrites(calls: GuardedCalls): AppWrites {
  return { ...ownWrites(calls), ...releaseWrites(calls), ...buildWrites(calls), ...budgetWrites(calls) };
}

type OwnWrites = Pick<AppWrites, 'createApp' | 'updateApp' | 'deleteApp' | 'cancelDeploy' | 'setConfig' | 'updateSsl'>;

function ownWrites({ call, done }: GuardedCalls): OwnWrites {
  return {
    createApp: ({ name, generation, timeoutSeconds }, o) =>
      call(R.createApp, readApp, { form: { name, generation, timeout: timeoutSeconds } }, o),
    updateApp: (name, { lock, parameters }, o) => {
      const form = { lock, parameters: parameters && { map: parameters } };
      return done(R.updateApp, { variables: { name }, form, secrets: Object.values(parameters ?? {}) }, o);
    },
    deleteApp: (name, o) => done(R.deleteApp, { variables: { name } }, o),
    cancelDeploy: (name, o) => done(R.cancelDeploy, { variables: { name } }, o),
    setConfig: (app, name, value, o) => {
      const encoded = Buffer.from(value, 'utf8').toString('base64');
      return done(R.setConfig, { variables: { app, name }, form: { value: encoded }, secrets: [value, encoded] }, o);
    },
    updateSsl: (app, service, port, certificate, o) =>
      done(R.updateSsl, { variables: { app, service, port: String(port) }, form: { id: certificate } }, o),
  };
}

function releaseWrites({ call, done }: GuardedCalls): Pick<AppWrites, 'createRelease' | 'promoteRelease'> {
  return {
    createRelease: (app, { build, env, description, parentRelease }, o) => {
      const form = { build, env, description, 'parent-release': parentRelease };
      return call(R.createRelease, readRelease, { variables: { app }, form, secrets: env ? [env] : [] }, o);
    },
    promoteRelease: (app, id, { timeoutSeconds, ...promote } = {}, o) =>
      done(R.promoteRelease, { variables: { app, id }, form: { ...promote, timeout: timeoutSeconds } }, o),
  };
}

type BuildWrites = Pick<AppWrites, 'storeObject' | 'createBuild' | 'importBuild' | 'importImage'>;

function buildWrites({ call, answer }: GuardedCalls): BuildWrites {
  return {
    storeObject: (app, key, content, o) =>
      call(R.storeObject, readStoredObject, { variables: { app, key }, body: content }, o),
    createBuild: (app, build, o) =>
      call(R.createBuild, readBuild, { variables: { app }, form: buildForm(build), secrets: build.buildArgs ?? [] }, o),
    importBuild: (app, archive, o) => call(R.importBuild, readBuild, { variables: { app }, body: archive }, o),
    // 202 with an empty body.
    importImage: async (app, id, { image, user, password }, o) => {
      const form = { image, 'src-creds-user': user, 'src-creds-pass': password };
      await answer(R.importImage, { variables: { app, id }, form, secrets: password ? [password] : [] }, o);
    },
  };
}

function buildForm(build: NewBuild): Options {
  return {
    url: build.url,
    description: build.description,
    development: build.development,
    external: build.external,
    manifest: build.manifest,
    'no-cache': build.noCache,
    'wildcard-domain': build.wildcardDomain,
    'build-args': build.buildArgs && { csv: build.buildArgs },
    'git-sha': build.gitSha,
  };
}

type BudgetWrites = Pick<
  AppWrites,
  'setBudget' | 'clearBudget' | 'resetBudget' | 'simulateShutdown' | 'dismissRecovery'
>;

function budgetWrites({ call, done }: GuardedCalls): BudgetWrites {
  return {
    setBudget: async (app, budget, o) => {
      const form = {
        'monthly-cap-usd': decimal('monthly-cap-usd', budget.monthlyCapUsd),
        'alert-threshold-percent': decimal('alert-threshold-percent', budget.alertThresholdPercent),
        'at-cap-action': budget.atCapAction,
        'pricing-adjustment': decimal('pricing-adjustment', budget.pricingAdjustment),
        ack_by: o?.ackBy,
      };
      return done(R.setBudget, { variables: { app }, form }, o);
    },
    // Of a DELETE only the query is read (convox-api.md 1.3).
    clearBudget: (app, o) => done(R.clearBudget, { variables: { app }, query: { ack_by: o?.ackBy } }, o),
    resetBudget: (app, o) => {
      const form = { ack_by: o?.ackBy, force_clear_cooldown: o?.forceClearCooldown, reset_period: o?.resetPeriod };
      return done(R.resetBudget, { variables: { app }, form }, o);
    },
    simulateShutdown: (app, o) => call(R.simulateShutdown, readSafeJson, { variables: { app } }, o),
    dismissRecovery: (app, o) =>
      call(R.dismissRecovery, readDismissal, { variables: { app }, form: { ack_by: o?.ackBy } }, o),
  };
}
