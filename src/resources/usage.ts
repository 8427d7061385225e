import type { Process } from '../domain/process.ts';
import type { System } from '../domain/system.ts';
import { parseVersion } from '../domain/version.ts';
import type { QueryContext } from './define-resource.ts';

/** Version decides units; asked once where nobody has yet. */
export async function systemOf(context: QueryContext): Promise<System> {
  return context.system ?? context.reads.system({ signal: context.signal });
}

/** v2 racks report usage as percent of the reservation, v3 racks in cores and MiB (convox-api.md 5.1). */
export function isPercentOnly(system: System): boolean {
  return parseVersion(system.version).generation === 'v2';
}

/** Where every process of a list reads zero, metrics are off: zero then means unknown (convox-api.md 5.3). */
export function hasUsage(processes: readonly Process[]): boolean {
  return processes.some((process) => process.cpu > 0 || process.memory > 0);
}

export interface UsageSum {
  readonly cpu: number | undefined;
  readonly memory: number | undefined;
}

/** Sum over processes; meaningless (undefined) for v2 percentages and where metrics are off. */
export function sumUsage(processes: readonly Process[], known: boolean, percentOnly: boolean): UsageSum {
  if (!known || percentOnly) return { cpu: undefined, memory: undefined };
  let cpu = 0;
  let memory = 0;
  for (const process of processes) {
    cpu += process.cpu;
    memory += process.memory;
  }
  return { cpu, memory };
}
