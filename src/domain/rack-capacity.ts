import type { Capacity } from './capacity.ts';
import { coresText } from './cpu.ts';

/** One thing a rack has a limited amount of. */
export interface CapacityLine {
  readonly resource: string;
  /** `cores`, `MB` (decimal), `CPU units` (v2), `GPUs`, `processes`. */
  readonly unit: string;
  /** Of all nodes together; undefined where the line only counts. */
  readonly total: number | undefined;
  /** What processes have reserved, used or not. */
  readonly requested: number | undefined;
}

/** v3 speaks in millicores, v2 in CPU units of which a core has 1024; both in decimal MB (convox-api.md 5.1). */
export function capacityLines(capacity: Capacity, generation: 'v2' | 'v3'): readonly CapacityLine[] {
  const v2 = generation === 'v2';
  const cpu = (value: number): number => (v2 ? value : value / 1_000);
  const cpuUnit = v2 ? 'CPU units' : 'cores';
  const lines: CapacityLine[] = [
    { resource: 'cpu', unit: cpuUnit, total: cpu(capacity.clusterCpu), requested: cpu(capacity.processCpu) },
    { resource: 'memory', unit: 'MB', total: capacity.clusterMemory, requested: capacity.processMemory },
  ];
  if ((capacity.clusterGpu ?? 0) > 0 || (capacity.processGpu ?? 0) > 0) {
    lines.push({ resource: 'gpu', unit: 'GPUs', total: capacity.clusterGpu, requested: capacity.processGpu });
  }
  lines.push({ resource: 'processes', unit: 'processes', total: undefined, requested: capacity.processCount });
  if (capacity.instanceCpu !== undefined)
    lines.push(perInstance('cpu per instance', cpuUnit, cpu(capacity.instanceCpu)));
  if (capacity.instanceMemory !== undefined) {
    lines.push(perInstance('memory per instance', 'MB', capacity.instanceMemory));
  }
  if (capacity.processWidth !== undefined) {
    lines.push({ resource: 'process width', unit: 'processes', total: undefined, requested: capacity.processWidth });
  }
  return lines;
}

function perInstance(resource: string, unit: string, total: number): CapacityLine {
  return { resource, unit, total, requested: undefined };
}

/** `4.00c`, `15.8 GB`, `2048 units`, `212`; `-` where unknown. */
export function capacityText(amount: number | undefined, unit: string): string {
  if (amount === undefined) return '-';
  if (unit === 'cores') return coresText(amount);
  if (unit === 'MB') return amount >= 1_000 ? `${(amount / 1_000).toFixed(1)} GB` : `${Math.round(amount)} MB`;
  return unit === 'CPU units' ? `${Math.round(amount)} units` : `${Math.round(amount)}`;
}
