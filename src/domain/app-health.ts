import type { App } from './app.ts';
import type { Finding } from './finding.ts';
import type { Process } from './process.ts';
import { isFinished, isOneOff, isStuck, PENDING_TOO_LONG_MS, processSeverity } from './process-health.ts';
import { type Severity, severityRank, worst } from './severity.ts';

/** Processes younger than this that crash together point at a crash loop. */
const CRASH_LOOP_AGE_MS = 15 * 60_000;

export interface AppHealth {
  readonly severity: Severity;
  /** Worst first. */
  readonly findings: readonly Finding[];
  /** Processes that run, of all that should: one-offs and finished ones do not count. */
  readonly up: number;
  readonly total: number;
}

/**
 * What an app and its processes say by themselves: no further request is needed, so that a board of all racks stays
 * within one request budget per rack (performance.md P12).
 */
export function appHealth(app: App, processes: readonly Process[], now: number): AppHealth {
  const serving = processes.filter((process) => !isOneOff(process) && !isFinished(process));
  const findings = [
    ...statusFindings(app, serving),
    ...serviceFindings(app, serving, now),
    ...releaseFindings(app, serving),
  ];
  if (app.release !== '' && serving.length === 0) findings.push(nothingRuns(app));
  findings.sort((a, b) => severityRank(b.severity) - severityRank(a.severity));
  return {
    severity: worst(findings.map((finding) => finding.severity)),
    findings,
    up: serving.filter((process) => process.status === 'running').length,
    total: serving.length,
  };
}

function statusFindings(app: App, processes: readonly Process[]): Finding[] {
  const since = newestStart(processes);
  const base = { app: app.name, service: undefined, since, release: app.release || undefined };
  switch (app.status) {
    case 'rollback':
      return [
        {
          ...base,
          rule: 'rolling-back',
          severity: 'critical',
          summary: 'deploy failed, rolling back',
          next: 'Look at the logs of the processes on the newest release',
        },
      ];
    case 'updating':
      return [
        {
          ...base,
          rule: 'updating',
          severity: 'info',
          summary: `deploying ${app.release}`,
          next: 'Watch its processes',
        },
      ];
    case 'deleting':
      return [{ ...base, rule: 'deleting', severity: 'info', summary: 'being deleted', next: 'Nothing to do' }];
    case 'running':
    case 'creating':
    case 'new':
      return [];
    default:
      return [
        {
          ...base,
          rule: 'app-status',
          severity: app.status === 'failed' ? 'critical' : 'unknown',
          summary: `status ${app.status || 'unknown'}`,
          next: 'Look at its processes and releases',
        },
      ];
  }
}

function serviceFindings(app: App, processes: readonly Process[], now: number): Finding[] {
  const findings: Finding[] = [];
  for (const [service, group] of groupByService(processes)) {
    const crashed = group.filter((process) => processSeverity(process, now) === 'critical');
    if (crashed.length > 0) findings.push(crashFinding(app, service, crashed, group.length, now));
    const sick = group.filter(
      (process) => process.status === 'unhealthy' && processSeverity(process, now) === 'warning',
    );
    if (sick.length > 0) {
      findings.push({
        rule: 'unhealthy-processes',
        severity: 'warning',
        app: app.name,
        service,
        summary: `${sick.length} of ${group.length} ${service} unhealthy`,
        since: oldestStart(sick),
        release: sick[0]?.release || undefined,
        next: `Look at the logs of ${sick[0]?.id ?? service}`,
      });
    }
    const stuck = group.filter((process) => isStuck(process, now));
    if (stuck.length > 0) {
      findings.push({
        rule: 'stuck-pending',
        severity: 'warning',
        app: app.name,
        service,
        summary: `${stuck.length} ${service} ${stuck[0]?.status ?? 'pending'} for over ${PENDING_TOO_LONG_MS / 60_000} minutes`,
        since: oldestStart(stuck),
        release: stuck[0]?.release || undefined,
        next: 'Look at the nodes: is there room?',
      });
    }
  }
  return findings;
}

function crashFinding(app: App, service: string, crashed: readonly Process[], total: number, now: number): Finding {
  const young = crashed.filter(
    (process) => process.startedAt !== undefined && now - process.startedAt < CRASH_LOOP_AGE_MS,
  );
  const looping = young.length >= 2 || (young.length > 0 && young.length === crashed.length);
  return {
    rule: 'crashed-processes',
    severity: 'critical',
    app: app.name,
    service,
    summary: `${crashed.length} of ${total} ${service} ${looping ? 'crash-looping' : 'crashed'}`,
    since: oldestStart(crashed),
    release: crashed[0]?.release || undefined,
    next: `Look at the logs of ${crashed[0]?.id ?? service}`,
  };
}

/** Two releases at once while nothing is being deployed: the old one still serves. */
function releaseFindings(app: App, processes: readonly Process[]): Finding[] {
  if (app.status !== 'running' || app.release === '') return [];
  const serving = processes.filter((process) => process.status === 'running' || process.status === 'unhealthy');
  const old = serving.filter((process) => process.release !== '' && process.release !== app.release);
  if (old.length === 0) return [];
  return [
    {
      rule: 'old-release-serving',
      severity: 'warning',
      app: app.name,
      service: undefined,
      summary: `${old.length} of ${serving.length} still on ${old[0]?.release ?? 'an older release'}`,
      since: undefined,
      release: app.release,
      next: `Did ${app.release} come up? Look at its processes`,
    },
  ];
}

function nothingRuns(app: App): Finding {
  return {
    rule: 'nothing-runs',
    severity: 'info',
    app: app.name,
    service: undefined,
    summary: 'no process runs',
    since: undefined,
    release: app.release,
    next: 'Is it scaled to zero? Look at its services',
  };
}

function groupByService(processes: readonly Process[]): ReadonlyMap<string, readonly Process[]> {
  const groups = new Map<string, Process[]>();
  for (const process of processes) {
    const group = groups.get(process.service);
    if (group) group.push(process);
    else groups.set(process.service, [process]);
  }
  return groups;
}

function oldestStart(processes: readonly Process[]): number | undefined {
  return mostOf(processes, (start, known) => start < known);
}

function newestStart(processes: readonly Process[]): number | undefined {
  return mostOf(processes, (start, known) => start > known);
}

/** A loop: so many processes do not fit into the arguments of a call. */
function mostOf(processes: readonly Process[], isMore: (start: number, known: number) => boolean): number | undefined {
  let most: number | undefined;
  for (const { startedAt } of processes) {
    if (startedAt !== undefined && (most === undefined || isMore(startedAt, most))) most = startedAt;
  }
  return most;
}
