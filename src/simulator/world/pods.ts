import type { AppState, Defect, ReleaseState, ServiceState } from './app.ts';
import { parseManifest } from './manifest.ts';
import { podName } from './names.ts';
import { type Pod, type PodFate, type PodKind, typicalUsage } from './pod.ts';
import { hashText } from './random.ts';
import type { SimulatedRack } from './simulated-rack.ts';

export interface PodPlan {
  readonly id: string;
  readonly app: string;
  readonly service: string;
  readonly kind: PodKind;
  readonly release: string;
  readonly build?: string;
  readonly command?: string;
  readonly ports?: readonly string[];
  readonly bornAt: number;
  readonly cpuRequest: number;
  readonly memoryRequest: number;
  readonly fate?: PodFate;
}

/** A process on some ready node; not yet part of the rack. */
export function newPod(rack: SimulatedRack, plan: PodPlan): Pod {
  const seed = hashText(plan.id, rack.seed);
  const node = pickNode(rack, seed, plan.fate);
  return {
    id: plan.id,
    app: plan.app,
    service: plan.service,
    kind: plan.kind,
    release: plan.release,
    command: plan.command ?? '',
    image: `012345678901.dkr.ecr.us-east-1.amazonaws.com/${rack.shortName}-${plan.app}:${plan.service}.${plan.build ?? 'latest'}`,
    ports: plan.ports ?? [],
    host: node === '' ? '' : `10.1.${64 + (seed % 60)}.${2 + ((seed >>> 8) % 250)}`,
    node,
    bornAt: plan.bornAt,
    removedAt: undefined,
    fate: plan.fate ?? { kind: 'healthy' },
    ...typicalUsage(seed, plan.cpuRequest, plan.memoryRequest),
    limit: plan.memoryRequest,
    seed,
    cpuRequest: plan.cpuRequest,
    memoryRequest: plan.memoryRequest,
  };
}

function pickNode(rack: SimulatedRack, seed: number, fate: PodFate | undefined): string {
  if (fate?.kind === 'unschedulable') return '';
  const nodes = rack.nodes.filter((node) => node.removedAt === undefined && node.readyAt <= rack.now());
  return nodes[seed % Math.max(1, nodes.length)]?.id ?? '';
}

/** Processes of a service that nobody has asked to go. */
export function standing(rack: SimulatedRack, app: string, service: string): Pod[] {
  return [...rack.podsOf(app)].filter(
    (pod) => pod.kind === 'service' && pod.service === service && pod.removedAt === undefined,
  );
}

/** Adds one replica of a service at `bornAt`. */
export function addReplica(
  rack: SimulatedRack,
  app: AppState,
  service: ServiceState,
  release: ReleaseState,
  bornAt: number,
): Pod {
  const spec = parseManifest(release.manifest).services.find(({ name }) => name === service.name);
  return rack.addPod(
    newPod(rack, {
      id: podName(rack.random, service.name, release.id),
      app: app.name,
      service: service.name,
      kind: 'service',
      release: release.id,
      build: release.build,
      command: spec?.command ?? '',
      ports: spec?.port === undefined ? [] : [String(spec.port)],
      bornAt,
      cpuRequest: service.cpu,
      memoryRequest: service.memory,
      fate: fateOf(app, service, release),
    }),
  );
}

/** The defect that a release brings with it, by itself or by its build. */
export function defectOf(app: AppState, release: ReleaseState): Defect | undefined {
  return release.defect ?? app.builds.find((build) => build.id === release.build)?.defect;
}

function fateOf(app: AppState, service: ServiceState, release: ReleaseState): PodFate {
  const defect = defectOf(app, release);
  if (defect?.service === service.name) {
    const { code, exception, unplaceable } = defect;
    return unplaceable === undefined
      ? { kind: 'crash-loop', code, exception }
      : { kind: 'unschedulable', reason: unplaceable };
  }
  if (typeof service.fate === 'object') return service.fate;
  return service.fate === 'leak' ? { kind: 'leak', periodMs: 3 * 3_600_000 } : { kind: 'healthy' };
}

/**
 * Replaces all replicas of a service by ones of `release`, in two waves as a rolling update does. Replicas that never
 * become healthy stop it half way: they stand beside half of the old ones. Returns when the last one is running.
 */
export function replaceReplicas(
  rack: SimulatedRack,
  app: AppState,
  service: ServiceState,
  release: ReleaseState,
  at: number,
): number {
  const old = standing(rack, app.name, service.name);
  const stuck = defectOf(app, release)?.service === service.name;
  const wave = Math.max(1, Math.ceil(service.count / 2));
  let readyAt = at;
  for (let i = 0; i < service.count; i++) {
    const bornAt = at + Math.floor(i / wave) * (rack.timings.podStarting + rack.timings.podStagger);
    addReplica(rack, app, service, release, bornAt);
    readyAt = Math.max(readyAt, bornAt + rack.timings.podStarting);
    const leaving = old[i];
    if (leaving !== undefined && !(stuck && i >= Math.floor(service.count / 2))) {
      leaving.removedAt = bornAt + rack.timings.podStarting + rack.timings.podTerminating;
    }
  }
  for (const surplus of old.slice(service.count)) surplus.removedAt = readyAt;
  return readyAt;
}

/** Brings the number of replicas to the wanted count, with pods of `release`. */
export function reconcileReplicas(
  rack: SimulatedRack,
  app: AppState,
  service: ServiceState,
  release: ReleaseState,
  at: number,
): void {
  // While a rollout runs, the replicas of the other release are its business.
  const rolling = app.deploy !== undefined && app.deploy.rollbackAt === undefined;
  const have = standing(rack, app.name, service.name).filter((pod) => !rolling || pod.release === release.id);
  for (let i = have.length; i < service.count; i++) addReplica(rack, app, service, release, at);
  // The youngest go first, as a ReplicaSet does.
  const surplus = have.sort((a, b) => b.bornAt - a.bornAt).slice(0, Math.max(0, have.length - service.count));
  for (const pod of surplus) pod.removedAt = at + rack.timings.podTerminating;
}

/** Takes a process away; one of a service gets a successor of the same release, which fares no better. */
export function evict(rack: SimulatedRack, pod: Pod, now: number, removedAt: number): void {
  const leaving = pod.removedAt !== undefined;
  pod.removedAt = Math.min(pod.removedAt ?? removedAt, removedAt);
  const app = rack.apps.get(pod.app);
  const service = app?.services.get(pod.service);
  const release = app?.releases.find((candidate) => candidate.id === pod.release);
  if (leaving || pod.kind !== 'service' || app === undefined || service === undefined || release === undefined) return;
  const successor = addReplica(rack, app, service, release, now);
  if (pod.fate.kind !== 'unschedulable') return;
  successor.fate = pod.fate;
  successor.node = '';
}
