import type { AppState, Defect } from '../world/app.ts';
import { settleApp } from '../world/app-clock.ts';
import { newApp } from '../world/apps.ts';
import { startBuild } from '../world/builds.ts';
import { promote } from '../world/deploy.ts';
import { type Manifest, manifestText } from '../world/manifest.ts';
import { hexText } from '../world/names.ts';
import { createRelease, envMap, envText } from '../world/releases.ts';
import type { SimulatedRack } from '../world/simulated-rack.ts';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** Something that happened to an app `ago` milliseconds before the simulation starts. */
export type HistoryStep =
  | {
      readonly ago: number;
      readonly build: string;
      readonly gitSha?: string;
      readonly manifest?: Manifest;
      readonly defect?: Defect;
      readonly fails?: boolean;
      /** Whether its release was promoted; default yes. */
      readonly promoted?: boolean;
    }
  | { readonly ago: number; readonly env: Readonly<Record<string, string | null>>; readonly promoted?: boolean };

/** An app as data; its present state follows from playing its history through the real state machine. */
export interface AppPlan {
  readonly name: string;
  readonly manifest: Manifest;
  readonly env: Readonly<Record<string, string>>;
  readonly history: readonly HistoryStep[];
  readonly locked?: boolean;
  readonly configs?: Readonly<Record<string, string>>;
}

export function foundApp(rack: SimulatedRack, plan: AppPlan, now: number): AppState {
  const steps = [...plan.history].sort((a, b) => b.ago - a.ago);
  const app = newApp(rack, plan.name, now - (steps[0]?.ago ?? 0) - HOUR);
  for (const [name, value] of Object.entries(plan.configs ?? {})) app.configs.set(name, value);
  app.locked = plan.locked ?? false;
  let first = true;
  for (const step of steps) {
    const at = now - step.ago;
    settleApp(rack, app, at);
    const release = 'build' in step ? playBuild(rack, app, plan, step, at, first) : playEnv(rack, app, step.env, at);
    first = false;
    if (release !== undefined && step.promoted !== false) promote(rack, app, release, { force: true }, at);
  }
  settleApp(rack, app, now);
  foundResources(rack, app, plan.manifest);
  return app;
}

/** The build has ended shortly before the step's time; returns the release it made, if any. */
function playBuild(
  rack: SimulatedRack,
  app: AppState,
  plan: AppPlan,
  step: Extract<HistoryStep, { build: string }>,
  at: number,
  first: boolean,
): string | undefined {
  const durationMs = rack.random.between(70, 280) * 1000;
  const build = startBuild(
    rack,
    app,
    {
      description: `build ${(step.gitSha ?? hexText(rack.random, 40)).slice(0, 10)} ${step.build}`,
      gitSha: step.gitSha ?? hexText(rack.random, 40),
      manifest: manifestText(step.manifest ?? plan.manifest),
      durationMs,
      fails: step.fails ?? false,
      defect: step.defect,
    },
    at - durationMs - rack.timings.buildCreated - 20_000,
  );
  settleApp(rack, app, at);
  if (build.release === '') return undefined;
  if (!first) return build.release;
  return createRelease(rack, app, { env: envText(envMap(lines(plan.env))), description: 'env set' }, at - 10_000).id;
}

function playEnv(
  rack: SimulatedRack,
  app: AppState,
  change: Readonly<Record<string, string | null>>,
  at: number,
): string {
  const env = envMap(app.releases.at(-1)?.env ?? '');
  for (const [key, value] of Object.entries(change)) {
    if (value === null) env.delete(key);
    else env.set(key, value);
  }
  return createRelease(rack, app, { env: envText(env) }, at - 5_000).id;
}

const lines = (env: Readonly<Record<string, string>>): string =>
  Object.entries(env)
    .map(([key, value]) => `${key}=${value}`)
    .join('\n');

const PORTS: Readonly<Record<string, number>> = { postgres: 5432, redis: 6379, mysql: 3306, memcached: 11211 };

function foundResources(rack: SimulatedRack, app: AppState, manifest: Manifest): void {
  for (const [name, type] of Object.entries(manifest.resources)) {
    const host = `resource-${name}.${rack.shortName}-${app.name}.svc.cluster.local:${PORTS[type] ?? 5432}`;
    const credentials = `app:${hexText(rack.random, 18)}@`;
    const url =
      type === 'redis' || type === 'memcached' ? `${type}://${host}/0` : `${type}://${credentials}${host}/app`;
    app.resources.push({ name, type, url, status: 'running', parameters: {} });
  }
}
