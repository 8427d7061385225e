import type { Process } from './process.ts';
import { statusSeverity } from './process-health.ts';

/** How far a rolling restart of one service has come. */
export interface Replacement {
  readonly service: string;
  /** Processes from before that are still there. */
  readonly old: number;
  /** New ones that run, and how many are wanted. */
  readonly running: number;
  readonly crashed: number;
  readonly wanted: number;
}

/** `before`: ids of the service's processes when it began. */
export function replacementOf(
  service: string,
  wanted: number,
  before: ReadonlySet<string>,
  now: readonly Process[],
): Replacement {
  const own = now.filter((process) => process.service === service);
  const fresh = own.filter((process) => !before.has(process.id));
  return {
    service,
    old: own.length - fresh.length,
    running: fresh.filter((process) => process.status === 'running').length,
    crashed: fresh.filter((process) => statusSeverity(process.status) === 'critical').length,
    wanted,
  };
}

export function isReplaced({ old, running, wanted }: Replacement): boolean {
  return old === 0 && running >= wanted;
}

/** Nothing has happened to it. */
export function isUntouched({ old, running, crashed }: Replacement, before: number): boolean {
  return old === before && running === 0 && crashed === 0;
}

/** `2 of 4 new ones run, 1 crashed, 2 old ones left`. */
export function replacementText({ old, running, crashed, wanted }: Replacement): string {
  const parts = [`${running} of ${wanted} new ones run`];
  if (crashed > 0) parts.push(`${crashed} crashed`);
  if (old > 0) parts.push(`${old} old ${old === 1 ? 'one' : 'ones'} left`);
  return parts.join(', ');
}
