import { RackError } from '../wire/rack-error.ts';
import type { AppState, Deploy, ReleaseState, ServiceState } from './app.ts';
import { parseManifest, type ServiceSpec } from './manifest.ts';
import { defectOf, reconcileReplicas, replaceReplicas, standing } from './pods.ts';
import { findRelease } from './releases.ts';
import type { SimulatedRack } from './simulated-rack.ts';

/** Seconds after which a v3 rack gives a deploy up. */
export const DEPLOY_TIMEOUT_S = 3000;

/** What a reader sees: during a deploy `release` already is the target, during a rollback the old one again. */
export function appView(app: AppState, now: number): { status: string; release: string } {
  const { deploy } = app;
  if (app.deletedAt !== undefined) return { status: 'deleting', release: app.release };
  if (deploy === undefined || now < deploy.startsAt) return { status: 'running', release: app.release };
  if (deploy.rollbackAt !== undefined) return { status: 'rollback', release: deploy.previous };
  return { status: 'updating', release: deploy.release };
}

/** The release that new replicas get: the one being rolled out, else the active one. */
export function targetRelease(app: AppState): ReleaseState | undefined {
  const id = app.deploy !== undefined && app.deploy.rollbackAt === undefined ? app.deploy.release : app.release;
  return app.releases.find((release) => release.id === id);
}

export interface PromoteOptions {
  readonly force?: boolean;
  readonly timeoutSeconds?: number;
}

/** Server checks of convox-api.md 6.2, then the rollout; answers before anything is visible. */
export function promote(rack: SimulatedRack, app: AppState, id: string, options: PromoteOptions, now: number): void {
  const release = findRelease(app, id);
  checkBudget(app);
  if (appView(app, now).status !== 'running' && options.force !== true) {
    throw new RackError(403, 'app is currently updating');
  }
  if (release.manifest.trim() === '') throw new RackError(400, 'can not promote a release with an empty manifest');
  const active = app.releases.find((candidate) => candidate.id === app.release);
  if (active !== undefined && release.createdAt < active.createdAt) {
    throw new RackError(400, 'can not promote an older release, try rollback');
  }
  rollOut(rack, app, release, now, options.timeoutSeconds ?? DEPLOY_TIMEOUT_S);
}

/** Re-applies the active release, as lock, unlock and parameter changes do. Without changes no pod is replaced. */
export function reapply(rack: SimulatedRack, app: AppState, now: number): void {
  if (app.release === '' || app.deploy !== undefined) return;
  checkBudget(app);
  const startsAt = now + rack.timings.promoteVisible;
  app.deploy = {
    release: app.release,
    previous: app.release,
    requestedAt: now,
    startsAt,
    completesAt: startsAt + rack.timings.rolloutSettle,
    deadlineAt: startsAt + 30_000,
    rollbackAt: undefined,
  };
  announce(app, app.deploy);
}

export function cancel(rack: SimulatedRack, app: AppState, now: number): void {
  if (app.deploy === undefined || appView(app, now).status !== 'updating')
    throw new RackError(403, 'app is not updating');
  beginRollback(rack, app, app.deploy, now);
}

/** 409 once the budget breaker is tripped and its action blocks (convox-api.md 4.2). */
export function checkBudget(app: AppState): void {
  const action = app.budget.config?.['at-cap-action'];
  if (app.budget.state?.['circuit-breaker-tripped'] === true && action !== 'alert-only') {
    const cap = Number(app.budget.config?.['monthly-cap-usd'] ?? 0);
    const spend = Number(app.budget.state['current-month-spend-usd'] ?? 0);
    throw new RackError(
      409,
      `budget cap exceeded for app ${app.name}: current spend $${spend.toFixed(2)} of cap $${cap.toFixed(2)}`,
    );
  }
}

function rollOut(rack: SimulatedRack, app: AppState, release: ReleaseState, now: number, timeoutSeconds: number): void {
  const startsAt = now + rack.timings.promoteVisible;
  applyManifest(rack, app, release, startsAt);
  let readyAt = startsAt;
  for (const service of app.services.values()) {
    readyAt = Math.max(readyAt, replaceReplicas(rack, app, service, release, startsAt));
  }
  const defect = defectOf(app, release);
  const stuck = defect !== undefined && (app.services.get(defect.service)?.count ?? 0) > 0;
  app.deploy = {
    release: release.id,
    previous: app.release,
    requestedAt: now,
    startsAt,
    completesAt: stuck ? undefined : readyAt + rack.timings.rolloutSettle,
    deadlineAt: startsAt + timeoutSeconds * 1000,
    rollbackAt: undefined,
  };
  announce(app, app.deploy);
}

/** Deployments follow the manifest; a running count survives, a new service starts with the manifest's. */
export function applyManifest(rack: SimulatedRack, app: AppState, release: ReleaseState, at: number): void {
  const specs = parseManifest(release.manifest).services;
  for (const spec of specs) {
    const known = app.services.get(spec.name);
    if (known === undefined) app.services.set(spec.name, serviceState(spec));
    else {
      known.cpu = spec.cpu;
      known.memory = spec.memory;
      if (known.count === 0 && !known.scaleOverride) known.count = spec.count;
    }
  }
  for (const name of [...app.services.keys()]) {
    if (specs.some((spec) => spec.name === name)) continue;
    for (const pod of standing(rack, app.name, name)) pod.removedAt = at + rack.timings.podTerminating;
    app.services.delete(name);
  }
}

function serviceState(spec: ServiceSpec): ServiceState {
  return {
    name: spec.name,
    count: spec.count,
    cpu: spec.cpu,
    memory: spec.memory,
    gpu: 0,
    gpuVendor: '',
    min: spec.maxCount === undefined ? undefined : spec.count,
    max: spec.maxCount,
    scaleOverride: false,
    triggersOverride: false,
    triggers: {},
    fate: 'healthy',
  };
}

/** Proceeds a rollout to `now`; true when something changed. */
export function settleDeploy(rack: SimulatedRack, app: AppState, now: number): boolean {
  const { deploy } = app;
  if (deploy === undefined) return false;
  if (deploy.rollbackAt === undefined && deploy.completesAt !== undefined && deploy.completesAt <= deploy.deadlineAt) {
    if (now < deploy.completesAt) return false;
    app.release = deploy.release;
    app.deploy = undefined;
    return true;
  }
  if (deploy.rollbackAt === undefined) {
    if (now < deploy.deadlineAt) return false;
    beginRollback(rack, app, deploy, deploy.deadlineAt);
  }
  const endsAt = (deploy.rollbackAt ?? now) + rack.timings.rollback;
  if (now >= endsAt) app.deploy = undefined;
  return true;
}

function beginRollback(rack: SimulatedRack, app: AppState, deploy: Deploy, at: number): void {
  deploy.rollbackAt = at;
  // What was announced for later does not happen any more.
  app.events.splice(0, app.events.length, ...app.events.filter((event) => event.at <= at));
  app.events.push(atomEvent(at, 'Updating => Rollback', 'Warning'));
  app.events.push(atomEvent(at + rack.timings.rollback, 'Rollback => Running'));
  const previous = app.releases.find((release) => release.id === deploy.previous);
  for (const pod of [...rack.podsOf(app.name)]) {
    if (pod.kind !== 'service') continue;
    const fresh = pod.bornAt >= deploy.startsAt && pod.release === deploy.release;
    if (fresh && pod.bornAt > at) rack.dropPod(pod);
    else if (fresh && deploy.release !== deploy.previous) pod.removedAt = at + rack.timings.podTerminating;
    else if (pod.removedAt !== undefined && pod.removedAt > at) pod.removedAt = undefined;
  }
  if (previous === undefined) return;
  applyManifest(rack, app, previous, at);
  for (const service of app.services.values()) reconcileReplicas(rack, app, service, previous, at);
}

function announce(app: AppState, deploy: Deploy): void {
  app.events.push(
    atomEvent(deploy.startsAt, 'Running => Pending'),
    atomEvent(deploy.startsAt + 400, 'Pending => Updating'),
  );
  if (deploy.completesAt !== undefined) app.events.push(atomEvent(deploy.completesAt, 'Updating => Running'));
  if (app.events.length > 400) app.events.splice(0, app.events.length - 300);
}

const atomEvent = (at: number, change: string, type: 'Normal' | 'Warning' = 'Normal') => ({
  at,
  object: 'atom/app',
  message: `Status: ${change}`,
  type,
  reason: 'StatusChange',
});
