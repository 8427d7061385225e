import { goTime } from '../wire/go-json.ts';
import { drift, rounded } from './load.ts';
import { hexText, nodeName } from './names.ts';
import { type Pod, podUsage, visible } from './pod.ts';
import type { NodeState } from './rack-state.ts';
import { hashText } from './random.ts';
import type { SimulatedRack } from './simulated-rack.ts';

/** A node of the given size that has been up since `startedAt`. */
export function newNode(
  rack: SimulatedRack,
  size: { cpu: number; memory: number },
  startedAt: number,
  readyAt = startedAt,
): NodeState {
  const taken = new Set(rack.nodes.map((node) => node.privateIp));
  let privateIp: string;
  do {
    privateIp = `10.1.${80 + rack.random.between(0, 39)}.${rack.random.between(5, 250)}`;
  } while (taken.has(privateIp));
  return {
    id: nodeName(privateIp),
    ec2Id: `i-0${hexText(rack.random, 16)}`,
    privateIp,
    publicIp: '',
    startedAt,
    readyAt,
    removedAt: undefined,
    cpu: size.cpu,
    memory: size.memory,
    systemMemory: Math.round(size.memory * 0.06),
    systemPods: 7,
  };
}

/** Share of a node that pods may use. */
const ALLOCATABLE_CPU = 0.98;
const ALLOCATABLE_MEMORY = 0.93;

/** All nodes with their pods, as `GET /instances` shows them. */
export function instanceShapes(rack: SimulatedRack, now: number): object[] {
  const byNode = new Map<string, Pod[]>();
  for (const pod of rack.pods.values()) {
    if (pod.node === '' || !visible(pod, now)) continue;
    const list = byNode.get(pod.node);
    if (list === undefined) byNode.set(pod.node, [pod]);
    else list.push(pod);
  }
  return [...rack.nodes]
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .map((node) => instanceShape(rack, node, byNode.get(node.id) ?? [], now));
}

function instanceShape(rack: SimulatedRack, node: NodeState, pods: readonly Pod[], now: number): object {
  const shared = {
    agent: rack.generation.v2,
    'private-ip': node.privateIp,
    'public-ip': node.publicIp,
    started: goTime(node.startedAt),
  };
  if (rack.generation.v2) {
    const cpu = pods.reduce((sum, pod) => sum + pod.cpuRequest, 0) / node.cpu;
    const memory = pods.reduce((sum, pod) => sum + pod.memoryRequest, 0) / node.memory;
    const usage = { cpu: rounded(cpu, 4), memory: rounded(memory, 4) };
    return { ...shared, ...usage, id: node.ec2Id, processes: pods.length, status: 'active' };
  }
  const usage = rack.metricsOff ? { cpu: 0, memory: 0 } : nodeUsage(rack, node, pods);
  const gpu = rack.generation.since('3.24.5') ? { 'gpu-allocatable': 0, 'gpu-capacity': 0 } : {};
  return {
    ...shared,
    ...gpu,
    id: node.id,
    cpu: usage.cpu,
    'cpu-allocatable': rounded((node.cpu / 1000) * ALLOCATABLE_CPU, 3),
    'cpu-capacity': node.cpu / 1000,
    memory: usage.memory,
    'memory-allocatable': Math.round(node.memory * ALLOCATABLE_MEMORY),
    'memory-capacity': node.memory,
    processes: pods.length + node.systemPods,
    status: now >= node.readyAt ? 'running' : 'pending',
  };
}

function nodeUsage(rack: SimulatedRack, node: NodeState, pods: readonly Pod[]): { cpu: number; memory: number } {
  const seed = hashText(node.id);
  let cpu = 0.12 * drift(seed, rack.pulse, 0.2);
  let memory = node.systemMemory * drift(seed ^ 1, rack.pulse, 0.01);
  for (const pod of pods) {
    const usage = podUsage(pod, rack.pulse, rack.timings);
    cpu += usage.cpu;
    memory += usage.memory;
  }
  return {
    cpu: rounded(Math.min(cpu, node.cpu / 1000), 3),
    memory: rounded(Math.min(memory, node.memory * ALLOCATABLE_MEMORY * 0.985), 1),
  };
}

/** `GET /system/capacity`: millicores and decimal MB; requests, not usage. */
export function capacityShape(rack: SimulatedRack, now: number): object {
  const pods = [...rack.pods.values()].filter((pod) => pod.kind !== 'system' && visible(pod, now));
  const decimal = (mebibytes: number): number => Math.round(mebibytes * 1.048576);
  const total = (pick: (pod: Pod) => number): number => pods.reduce((sum, pod) => sum + pick(pod), 0);
  const shape: Record<string, number> = {
    'cluster-cpu': rack.nodes.reduce((sum, node) => sum + node.cpu, 0),
    'cluster-memory': decimal(rack.nodes.reduce((sum, node) => sum + node.memory, 0)),
    'process-count': pods.length,
    'process-cpu': total((pod) => pod.cpuRequest),
    'process-memory': decimal(total((pod) => pod.memoryRequest)),
  };
  if (rack.generation.since('3.24.5')) Object.assign(shape, { 'cluster-gpu': 0, 'process-gpu': 0 });
  if (rack.generation.v2) {
    const node = rack.nodes[0];
    Object.assign(shape, { 'instance-cpu': node?.cpu ?? 0, 'instance-memory': node?.memory ?? 0, 'process-width': 4 });
  }
  return shape;
}
