import type { Process } from './process.ts';
import type { Severity } from './severity.ts';

/** What a status word means; the set is open, an unknown word is shown verbatim as `unknown` (convox-api.md 4.3). */
const STATUS: Readonly<Record<string, Severity>> = {
  running: 'ok',
  complete: 'ok',
  pending: 'info',
  provisioning: 'info',
  activating: 'info',
  starting: 'info',
  deactivating: 'info',
  stopping: 'info',
  stopped: 'info',
  deprovisioning: 'info',
  unhealthy: 'warning',
  crashed: 'critical',
  failed: 'critical',
};

/** A process that has not started by now is more than slow. */
export const PENDING_TOO_LONG_MS = 3 * 60_000;
/** Before 3.24.6 `unhealthy` also covers normal start-up (convox-api.md 4.3). */
export const STARTUP_GRACE_MS = 60_000;

export function statusSeverity(status: string): Severity {
  return STATUS[status.toLowerCase()] ?? 'unknown';
}

export function processSeverity(process: Process, now: number): Severity {
  const severity = statusSeverity(process.status);
  const age = process.startedAt === undefined ? undefined : now - process.startedAt;
  if (severity === 'warning' && age !== undefined && age < STARTUP_GRACE_MS) return 'info';
  const waiting = process.status === 'pending' || process.status === 'starting';
  if (waiting && age !== undefined && age > PENDING_TOO_LONG_MS) return 'warning';
  return severity;
}

/** A one-off: a build pod, or a `run` pod, which is named `<service>-<5>` instead of `<service>-<hash>-<5>`. */
export function isOneOff(process: Process): boolean {
  if (process.service === 'build') return true;
  const rest = process.id.startsWith(`${process.service}-`) ? process.id.slice(process.service.length + 1) : undefined;
  return rest !== undefined && /^[a-z0-9]{5}$/.test(rest) && process.command !== '';
}
