import { spanText } from './age.ts';
import type { Process } from './process.ts';
import type { Severity } from './severity.ts';

/** What a status word means; the set is open, an unknown word is shown verbatim as `unknown` (convox-api.md 4.3). */
const STATUS: ReadonlyMap<string, Severity> = new Map<string, Severity>(
  Object.entries({
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
  }),
);

/** A process that has not started by now is more than slow. */
export const PENDING_TOO_LONG_MS = 3 * 60_000;
/** Before 3.24.6 `unhealthy` also covers normal start-up (convox-api.md 4.3). */
export const STARTUP_GRACE_MS = 60_000;

export function statusSeverity(status: string): Severity {
  return STATUS.get(status.toLowerCase()) ?? 'unknown';
}

export interface ProcessHealth {
  readonly severity: Severity;
  /** The rack's own word, verbatim. */
  readonly word: string;
  /** Why it is judged so, where the word alone does not say it: `pending for 4m: is there room on the nodes?`. */
  readonly reason: string | undefined;
}

/** Status word and age together; an unknown word is `unknown`, never an error. */
export function processHealth(process: Process, now: number): ProcessHealth {
  const word = process.status;
  const severity = statusSeverity(word);
  const age = process.startedAt === undefined ? undefined : now - process.startedAt;
  if (severity === 'unknown')
    return { severity, word, reason: word === '' ? 'the rack does not say' : 'unknown status' };
  if (severity === 'warning' && age !== undefined && age < STARTUP_GRACE_MS) {
    return { severity: 'info', word, reason: 'still starting' };
  }
  if (isStuck(process, now)) {
    return { severity: 'warning', word, reason: `${word} for ${spanText(age ?? 0)}: is there room on the nodes?` };
  }
  return { severity, word, reason: REASONS.get(word.toLowerCase()) };
}

const REASONS: ReadonlyMap<string, string> = new Map([
  ['unhealthy', 'its health check fails'],
  ['crashed', 'it ended with an error; its log says why'],
  ['failed', 'it ended with an error; its log says why'],
]);

export function processSeverity(process: Process, now: number): Severity {
  return processHealth(process, now).severity;
}

/** Waiting to start for longer than slow can explain. */
export function isStuck(process: Process, now: number): boolean {
  const status = process.status.toLowerCase();
  if (status !== 'pending' && status !== 'starting' && status !== 'provisioning') return false;
  return process.startedAt !== undefined && now - process.startedAt > PENDING_TOO_LONG_MS;
}

const FINISHED: ReadonlySet<string> = new Set(['complete', 'stopped', 'deprovisioning']);

/** Done with its work, as a timer or a job is: neither up nor missing. */
export function isFinished(process: Process): boolean {
  return FINISHED.has(process.status.toLowerCase());
}

/** A one-off: a build pod, or a `run` pod, which is named `<service>-<5>` instead of `<service>-<hash>-<5>`. */
export function isOneOff(process: Pick<Process, 'id' | 'service' | 'command'>): boolean {
  if (process.service === 'build') return true;
  const rest = process.id.startsWith(`${process.service}-`) ? process.id.slice(process.service.length + 1) : undefined;
  return rest !== undefined && /^[a-z0-9]{5}$/.test(rest) && process.command !== '';
}
