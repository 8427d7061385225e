import { drift, rounded, sawtooth } from './load.ts';
import { fraction } from './random.ts';
import type { Timings } from './timings.ts';

/** What becomes of a process once it has started. */
export type PodFate =
  | { readonly kind: 'healthy' }
  /** Starts, throws `exception`, dies with `code`, is restarted after a back-off, for ever. */
  | { readonly kind: 'crash-loop'; readonly code: number; readonly exception: readonly string[] }
  /** No node has room: `pending` for ever. */
  | { readonly kind: 'unschedulable'; readonly reason: string }
  /** A command that ends by itself. */
  | { readonly kind: 'exits'; readonly afterMs: number; readonly code: number }
  /** Memory climbs towards the limit. */
  | { readonly kind: 'leak'; readonly periodMs: number }
  /** Memory climbs to the limit within `periodMs`, the kernel kills it, it is restarted, for ever. */
  | { readonly kind: 'oom'; readonly periodMs: number }
  /** Takes this many cores, whatever it has requested. */
  | { readonly kind: 'greedy'; readonly cores: number }
  /** Gets too little CPU to answer its health checks every time; several take turns when their `turn` differs. */
  | { readonly kind: 'starved'; readonly turn: number };

export type PodKind = 'service' | 'run' | 'build' | 'system';

/** A process. Its status and usage are pure functions of the time; only birth and removal are stored. */
export interface Pod {
  readonly id: string;
  readonly app: string;
  readonly service: string;
  readonly kind: PodKind;
  release: string;
  readonly command: string;
  readonly image: string;
  readonly ports: readonly string[];
  readonly host: string;
  node: string;
  readonly bornAt: number;
  /** When it disappears from the lists; undefined while nobody has asked it to go. */
  removedAt: number | undefined;
  fate: PodFate;
  /** Typical usage: cores and MiB, and the limit in MiB. */
  readonly cores: number;
  readonly mebibytes: number;
  readonly limit: number;
  readonly seed: number;
  /** Requests, for the capacity sums: millicores and MiB. */
  readonly cpuRequest: number;
  readonly memoryRequest: number;
}

/** Whether its container dies and is restarted again and again. */
export const dies = (pod: Pod): boolean => pod.fate.kind === 'crash-loop' || pod.fate.kind === 'oom';

/** One life of a dying container: starting, failing its checks (or growing), then lying dead until the back-off ends. */
export const crashPeriod = (pod: Pod): number =>
  pod.fate.kind === 'oom' ? pod.fate.periodMs + OOM_BACK_OFF_MS : 60_000 + (pod.seed % 30_000);
/** Into its life, when it dies. */
export const crashAfter = (pod: Pod): number => (pod.fate.kind === 'oom' ? pod.fate.periodMs : CRASH_AFTER_MS);
const CRASH_AFTER_MS = 17_000;
const OOM_BACK_OFF_MS = 80_000;
/** A starved process fails its checks for the first part of each of these; of three in turn one always does. */
const STARVED_PERIOD_MS = 150_000;
const STARVED_MS = 60_000;
const STARVED_TURN_MS = 50_000;

export const visible = (pod: Pod, now: number): boolean =>
  pod.bornAt <= now && (pod.removedAt === undefined || now < pod.removedAt);

/** How often the container has been restarted. */
export function restarts(pod: Pod, now: number): number {
  return dies(pod) ? Math.max(0, Math.floor((now - pod.bornAt) / crashPeriod(pod))) : 0;
}

/** Status word of a v3 rack >= 3.24.6; older racks say `unhealthy` for `starting`. */
export function podStatus(pod: Pod, now: number, timings: Timings): string {
  const age = now - pod.bornAt;
  if (pod.fate.kind === 'unschedulable' || age < timings.podPending) return 'pending';
  if (pod.fate.kind === 'crash-loop') {
    const phase = age % crashPeriod(pod);
    if (phase < timings.podStarting) return 'starting';
    return phase < CRASH_AFTER_MS ? 'unhealthy' : 'crashed';
  }
  if (pod.fate.kind === 'oom') {
    const phase = age % crashPeriod(pod);
    if (phase < timings.podStarting) return 'starting';
    return phase < crashAfter(pod) ? 'running' : 'crashed';
  }
  if (pod.kind !== 'run' && age < timings.podStarting) return 'starting';
  if (pod.fate.kind === 'starved') {
    return (now + pod.fate.turn * STARVED_TURN_MS) % STARVED_PERIOD_MS < STARVED_MS ? 'unhealthy' : 'running';
  }
  if (pod.fate.kind === 'exits' && age >= timings.podPending + pod.fate.afterMs) {
    return pod.fate.code === 0 ? 'complete' : 'failed';
  }
  return 'running';
}

/** Usage in cores and MiB. Zero while the container does not run or is too young to have been measured. */
export function podUsage(pod: Pod, now: number, timings: Timings): { cpu: number; memory: number } {
  const status = podStatus(pod, now, timings);
  const measured = now - pod.bornAt >= timings.podStarting + 10_000;
  if (!measured || (status !== 'running' && status !== 'unhealthy')) return { cpu: 0, memory: 0 };
  const cpu = pod.fate.kind === 'greedy' ? pod.fate.cores * drift(pod.seed, now, 0.03) : coresOf(pod, now);
  const memory = memoryOf(pod, now);
  return { cpu: rounded(Math.max(cpu, 0.001), 3), memory: rounded(Math.min(memory, pod.limit), 1) };
}

const coresOf = (pod: Pod, now: number): number =>
  pod.cores * drift(pod.seed, now, 0.45) * (pod.fate.kind === 'starved' ? 0.3 : 1);

function memoryOf(pod: Pod, now: number): number {
  switch (pod.fate.kind) {
    case 'leak':
      return sawtooth(now + pod.seed, pod.fate.periodMs, pod.limit * 0.86, pod.limit * 0.985);
    case 'oom': {
      const lived = ((now - pod.bornAt) % crashPeriod(pod)) / pod.fate.periodMs;
      return pod.limit * Math.min(1, 0.4 + 0.6 * lived);
    }
    default:
      return pod.mebibytes * drift(pod.seed ^ 0x55aa, now, 0.08);
  }
}

/** A typical share of a request that a process really uses. */
export function typicalUsage(
  seed: number,
  cpuRequest: number,
  memoryRequest: number,
): { cores: number; mebibytes: number } {
  return {
    cores: (cpuRequest / 1000) * (0.2 + 0.5 * fraction(seed, 11)),
    mebibytes: memoryRequest * (0.35 + 0.35 * fraction(seed, 12)),
  };
}
