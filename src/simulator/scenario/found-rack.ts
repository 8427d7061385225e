import type { AppState } from '../world/app.ts';
import { targetRelease } from '../world/deploy.ts';
import { podName, runPodName } from '../world/names.ts';
import { newNode } from '../world/nodes.ts';
import { visible } from '../world/pod.ts';
import { newPod, reconcileReplicas, standing } from '../world/pods.ts';
import type { SimulatedRack } from '../world/simulated-rack.ts';
import { type AppPlan, DAY, foundApp, HOUR } from './app-plan.ts';
import { fillerPlan } from './other-plans.ts';

export interface RackSize {
  /** Total number of apps; the plans' own when absent. */
  readonly apps?: number | undefined;
  /** Total number of processes, the rack's own included; what the plans need when absent. */
  readonly processes?: number | undefined;
  readonly nodes: number;
}

const NODE_SIZE = { cpu: 4000, memory: 15_800 };
const PODS_PER_NODE = 28;

/** Fills an empty rack: nodes, its own processes, the planned apps, then as many more as the size asks for. */
export function foundRack(rack: SimulatedRack, plans: readonly AppPlan[], size: RackSize): void {
  const now = rack.now();
  const nodes = Math.max(size.nodes, Math.ceil((size.processes ?? 0) / PODS_PER_NODE));
  for (let i = 0; i < nodes; i++) {
    rack.nodes.push(
      newNode(rack, NODE_SIZE, now - rack.random.between(2, 40) * DAY - rack.random.between(0, 23) * HOUR),
    );
  }
  foundSystem(rack, now);
  const wanted = size.apps ?? plans.length;
  for (let i = 0; i < wanted; i++) foundApp(rack, plans[i] ?? fillerPlan(i - plans.length), now);
  rack.change(() => {});
}

function foundSystem(rack: SimulatedRack, now: number): void {
  const one = (service: string, count: number, cpuRequest: number, memoryRequest: number): void => {
    for (let i = 0; i < count; i++) {
      const id = podName(rack.random, service, rack.version);
      const bornAt = now - 9 * DAY - i * HOUR;
      const plan = { id, app: 'system', service, kind: 'system', release: rack.version, bornAt } as const;
      rack.addPod(newPod(rack, { ...plan, cpuRequest, memoryRequest }));
    }
  };
  one('api', 2, 128, 512);
  one('atom', 1, 32, 128);
  one('resolver', 2, 32, 64);
  one('nginx', 2, 128, 512);
}

/** Grows or shrinks services until the rack shows `target` processes; services with a story keep their size. */
export function stretch(rack: SimulatedRack, target: number, keeps: (app: AppState, service: string) => boolean): void {
  const now = rack.now();
  let missing = target - rack.processes.length;
  const services = [...rack.apps.values()].flatMap((app) =>
    [...app.services.values()].filter((service) => !keeps(app, service.name)).map((service) => ({ app, service })),
  );
  for (let i = 0; services.length > 0 && missing !== 0; i++) {
    const slot = services[i % services.length];
    if (slot === undefined) break;
    if (missing > 0) slot.service.count++;
    else if (slot.service.count > 1) slot.service.count--;
    else if (services.every(({ service }) => service.count <= 1)) break;
    else continue;
    missing -= Math.sign(missing);
  }
  rack.change(() => {
    for (const { app, service } of services) {
      const release = targetRelease(app);
      if (release === undefined) continue;
      reconcileReplicas(rack, app, service, release, Math.max(release.createdAt, now - 3 * DAY));
    }
  });
}

/** Turns one replica of a service into one that finds no node. */
export function strandReplica(rack: SimulatedRack, app: AppState, service: string, bornAt: number): void {
  const victim = standing(rack, app.name, service)[0];
  const state = app.services.get(service);
  if (victim === undefined || state === undefined) return;
  rack.dropPod(victim);
  rack.addPod(
    newPod(rack, {
      id: `${victim.id.slice(0, -5)}${runPodName(rack.random, '').slice(1)}`,
      app: app.name,
      service,
      kind: 'service',
      release: victim.release,
      command: victim.command,
      bornAt,
      cpuRequest: victim.cpuRequest,
      memoryRequest: victim.memoryRequest,
      fate: {
        kind: 'unschedulable',
        reason: `0/${rack.nodes.length} nodes are available: ${rack.nodes.length} Insufficient memory.`,
      },
    }),
  );
}

/** Memory of a service's processes climbs to the edge of its limit. */
export function makeHungry(rack: SimulatedRack, app: AppState, service: string): void {
  const state = app.services.get(service);
  if (state !== undefined) state.fate = 'leak';
  for (const pod of standing(rack, app.name, service)) {
    if (visible(pod, rack.now())) pod.fate = { kind: 'leak', periodMs: 3 * HOUR };
  }
}

/** Nothing to remark on: certificates are ready, no service has all its replicas on one node. */
export function makeSound(rack: SimulatedRack): void {
  rack.change(() => {
    for (const certificate of rack.certificates) certificate.status = '';
    for (const app of rack.apps.values()) for (const service of app.services.keys()) spread(rack, app.name, service);
  });
}

function spread(rack: SimulatedRack, app: string, service: string): void {
  const [first, ...others] = standing(rack, app, service);
  const other = rack.nodes.find(({ id }) => id !== first?.node);
  const [second] = others;
  if (second && other && others.every((pod) => pod.node === first?.node)) second.node = other.id;
}
