import { asFailure, type Failure } from '../domain/failure.ts';
import type { Process } from '../domain/process.ts';
import type { QueryContext } from './define-resource.ts';

export interface RackProcesses {
  readonly processes: readonly Process[];
  /** The rack cannot list all processes at once (convox-api.md 5.3: one pod with a sidecar breaks the call). */
  readonly failure: Failure | undefined;
}

/**
 * Every process of the rack in one request. Where that one call fails for a reason of its own, the caller still has its
 * apps: the failure is data, not an error screen.
 */
export async function rackProcesses(context: QueryContext): Promise<RackProcesses> {
  try {
    return {
      processes: await context.reads.systemProcesses({ all: true }, { signal: context.signal }),
      failure: undefined,
    };
  } catch (error) {
    const failure = asFailure(error);
    if (failure.kind === 'server' || failure.kind === 'forbidden' || failure.kind === 'unsupported') {
      return { processes: [], failure };
    }
    throw failure;
  }
}

export function byApp(processes: readonly Process[]): ReadonlyMap<string, readonly Process[]> {
  const groups = new Map<string, Process[]>();
  for (const process of processes) {
    const group = groups.get(process.app);
    if (group) group.push(process);
    else groups.set(process.app, [process]);
  }
  return groups;
}
