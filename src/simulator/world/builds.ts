import { kubernetesNotFound } from '../wire/rack-error.ts';
import type { AppState, BuildState, Defect } from './app.ts';
import { buildId, hexText, runPodName } from './names.ts';
import { newPod } from './pods.ts';
import { createRelease } from './releases.ts';
import type { SimulatedRack } from './simulated-rack.ts';

export interface NewBuild {
  readonly description: string;
  readonly gitSha: string;
  readonly manifest: string;
  readonly defect?: Defect | undefined;
  readonly fails?: boolean;
  /** Running time; the rack's usual one when absent. */
  readonly durationMs?: number;
}

export function findBuild(app: AppState, id: string): BuildState {
  const wanted = id.toUpperCase();
  const build = app.builds.findLast((candidate) => candidate.id === wanted);
  if (build === undefined) throw kubernetesNotFound('builds.convox.com', id.toLowerCase());
  return build;
}

/** Starts a build: created, then running, then complete with a release of its own (or failed), all by time. */
export function startBuild(rack: SimulatedRack, app: AppState, given: NewBuild, at: number): BuildState {
  const id = buildId(rack.random);
  const runningAt = at + rack.timings.buildCreated;
  const endsAt = runningAt + (given.durationMs ?? rack.timings.build);
  const pod = newPod(rack, {
    id: runPodName(rack.random, 'build'),
    app: app.name,
    service: 'build',
    kind: 'build',
    release: '',
    command: `build -method tgz -cache true ${id}`,
    bornAt: at,
    cpuRequest: 500,
    memoryRequest: 1024,
  });
  pod.removedAt = endsAt;
  rack.addPod(pod);
  const build: BuildState = {
    id,
    description: given.description,
    gitSha: given.gitSha,
    manifest: given.manifest,
    entrypoint: '',
    process: pod.id,
    release: '',
    reason: '',
    repository: `012345678901.dkr.ecr.us-east-1.amazonaws.com/${rack.shortName}-${app.name}-${hexText(rack.random, 8)}`,
    logs: '',
    status: 'created',
    startedAt: at,
    endedAt: undefined,
    plan: { runningAt, endsAt, fails: given.fails ?? false },
    defect: given.defect,
  };
  app.builds.push(build);
  return build;
}

export function settleBuilds(rack: SimulatedRack, app: AppState, now: number): boolean {
  let changed = false;
  for (const build of app.builds) {
    if (build.endedAt !== undefined) continue;
    if (build.status === 'created' && now >= build.plan.runningAt) {
      build.status = 'running';
      changed = true;
    }
    if (now < build.plan.endsAt) continue;
    finishBuild(rack, app, build);
    changed = true;
  }
  return changed;
}

function finishBuild(rack: SimulatedRack, app: AppState, build: BuildState): void {
  const { endsAt, fails } = build.plan;
  build.endedAt = endsAt;
  build.logs = `object://${app.name}/build/${build.id}/logs`;
  build.status = fails ? 'failed' : 'complete';
  if (fails) {
    build.reason = 'exit status 1';
    return;
  }
  const release = createRelease(rack, app, { build: build.id, description: build.description }, endsAt);
  build.release = release.id;
}
