import type { Instance } from './instance.ts';
import type { Metric } from './metric.ts';
import type { Process } from './process.ts';
import type { Usage } from './usage.ts';
import type { UsagePoint } from './usage-series.ts';
import { appSubject, nodeSubject, processSubject, serviceSubject, subjectKey } from './usage-subject.ts';

/** Load by subject key at one instant. */
export type UsageReading = Map<string, Usage>;

/**
 * Load of every process of a list, of their services and apps. Where the whole list reads zero, metrics are off and nothing
 * is known; so it is of one process that does not run and reads zero (convox-api.md 5.3). On v2 racks every process of a
 * service shows the service's average in percent of its reservation: a sum would mean nothing, an app has no number (5.1).
 */
export function processUsage(processes: readonly Process[], percentOnly: boolean): UsageReading {
  const reading: UsageReading = new Map();
  if (!processes.some(({ cpu, memory }) => cpu > 0 || memory > 0)) return reading;
  const sums = new Map<string, { cpu: number; memory: number; count: number }>();
  const add = (key: string, { cpu, memory }: Process): void => {
    const sum = sums.get(key) ?? { cpu: 0, memory: 0, count: 0 };
    sum.cpu += cpu;
    sum.memory += memory;
    sum.count += 1;
    sums.set(key, sum);
  };
  const scale = percentOnly ? 0.01 : 1;
  for (const process of processes) {
    if (process.app === '' || isSilent(process)) continue;
    const key = subjectKey(processSubject(process.app, process.service, process.id));
    reading.set(key, { cpu: process.cpu * scale, memory: process.memory * scale });
    add(subjectKey(serviceSubject(process.app, process.service)), process);
    if (!percentOnly) add(subjectKey(appSubject(process.app)), process);
  }
  for (const [key, { cpu, memory, count }] of sums) {
    const by = percentOnly ? scale / count : 1;
    reading.set(key, { cpu: cpu * by, memory: memory * by });
  }
  return reading;
}

function isSilent({ cpu, memory, status }: Process): boolean {
  return cpu === 0 && memory === 0 && status !== 'running';
}

/** Load of the nodes and of the rack as a whole; nothing where no node uses anything: metrics are off then. */
export function instanceUsage(instances: readonly Instance[], percentOnly: boolean): UsageReading {
  const reading: UsageReading = new Map();
  if (!instances.some(({ cpu, memory }) => cpu > 0 || memory > 0)) return reading;
  for (const { id, cpu, memory } of instances) reading.set(subjectKey(nodeSubject(id)), { cpu, memory });
  reading.set('rack', rackUsage(instances, percentOnly));
  return reading;
}

/** As a share of everything allocatable. v2 nodes report shares of their own (convox-api.md 5.1). */
function rackUsage(instances: readonly Instance[], percentOnly: boolean): Usage {
  if (percentOnly) {
    const of = instances.length;
    return { cpu: sum(instances, ({ cpu }) => cpu) / of, memory: sum(instances, ({ memory }) => memory) / of };
  }
  return {
    cpu: ratio(
      sum(instances, ({ cpu }) => cpu),
      sum(instances, ({ cpuAllocatable }) => cpuAllocatable ?? 0),
    ),
    memory: ratio(
      sum(instances, ({ memory }) => memory),
      sum(instances, ({ memoryAllocatable }) => memoryAllocatable ?? 0),
    ),
  };
}

function sum(instances: readonly Instance[], value: (instance: Instance) => number): number {
  return instances.reduce((total, instance) => total + value(instance), 0);
}

function ratio(used: number, of: number): number | undefined {
  return of > 0 ? used / of : undefined;
}

/** The rack's own history (`GET /system/metrics`, percent of allocatable, convox-api.md 5.1) as shares, oldest first. */
export function rackHistoryPoints(metrics: readonly Metric[]): readonly UsagePoint[] {
  const byTime = new Map<number, { cpu: number | undefined; memory: number | undefined }>();
  const take = (name: string, measure: 'cpu' | 'memory'): void => {
    for (const { time, avg } of metrics.find((metric) => metric.name === name)?.values ?? []) {
      const point = byTime.get(time) ?? { cpu: undefined, memory: undefined };
      point[measure] = avg / 100;
      byTime.set(time, point);
    }
  };
  take('cluster:cpu:utilization', 'cpu');
  take('cluster:mem:utilization', 'memory');
  return [...byTime].sort(([a], [b]) => a - b).map(([at, usage]) => ({ at, ...usage }));
}
