import type { Capacity } from './capacity.ts';
import type { Instance } from './instance.ts';

/** What a service requests: millicores (v2: CPU units) and MiB for each replica. */
export interface Requests {
  readonly count: number;
  readonly cpu: number;
  readonly memory: number;
}

/** What more a rack would have to reserve, and what it has left. Cpu as in {@link Requests}, memory in decimal MB. */
export interface ScaleFit {
  readonly cpu: Need;
  readonly memory: Need;
  /** No node is large enough for one replica, however empty it is; undefined where nodes do not tell their size. */
  readonly tooLarge: 'cpu' | 'memory' | undefined;
}

export interface Need {
  /** Negative: it is given back. */
  readonly more: number;
  readonly free: number;
  readonly fits: boolean;
}

/** Racks count requests of processes in decimal MB (convox-api.md 5.1). */
const MB_PER_MIB = 1.048_576;

/** Does the new scale fit, by what is reserved (a scheduler looks at nothing else)? */
export function scaleFit(
  before: Requests,
  after: Requests,
  capacity: Capacity,
  instances: readonly Instance[],
): ScaleFit {
  const cpu = after.count * after.cpu - before.count * before.cpu;
  const memory = (after.count * after.memory - before.count * before.memory) * MB_PER_MIB;
  return {
    cpu: needOf(cpu, capacity.clusterCpu - capacity.processCpu),
    memory: needOf(memory, capacity.clusterMemory - capacity.processMemory),
    tooLarge: after.count === 0 ? undefined : tooLarge(after, instances),
  };
}

function needOf(more: number, free: number): Need {
  return { more: Math.round(more), free: Math.round(free), fits: more <= 0 || more <= free };
}

/** v3 nodes say what can be given away, in cores and MiB. */
function tooLarge({ cpu, memory }: Requests, instances: readonly Instance[]): ScaleFit['tooLarge'] {
  const cores = instances.flatMap(({ cpuAllocatable }) => cpuAllocatable ?? []);
  const mebibytes = instances.flatMap(({ memoryAllocatable }) => memoryAllocatable ?? []);
  if (cores.length > 0 && Math.max(...cores) > 0 && cpu > Math.max(...cores) * 1_000) return 'cpu';
  if (mebibytes.length > 0 && Math.max(...mebibytes) > 0 && memory > Math.max(...mebibytes)) return 'memory';
  return undefined;
}
