import { goTime } from '../wire/go-json.ts';
import type { AppState, ServiceState } from './app.ts';
import { podLines, previousLines } from './app-log.ts';
import { parseManifest } from './manifest.ts';
import { crashAfter, crashPeriod, dies, type Pod, podStatus, restarts, visible } from './pod.ts';
import type { SimulatedRack } from './simulated-rack.ts';

export interface DiagnosisOptions {
  readonly checks: readonly string[];
  readonly services: readonly string[];
  readonly ageSeconds: number;
  readonly all: boolean;
  readonly lines: number;
  readonly events: boolean;
  readonly previous: boolean;
}

/** A pod without a node for this long stalls its rollout. */
const STALLED_MS = 3 * 60_000;

type Classification = 'unhealthy' | 'not-ready' | 'new' | 'healthy';

/** The report of `GET /apps/{app}/diagnose` (convox-api.md 4.2). */
export function diagnosis(rack: SimulatedRack, app: AppState, now: number, options: DiagnosisOptions): object {
  const wanted = (service: string): boolean => options.services.length === 0 || options.services.includes(service);
  const pods = [...rack.podsOf(app.name)].filter(
    (pod) => pod.kind === 'service' && visible(pod, now) && wanted(pod.service),
  );
  const services = [...app.services.values()].filter((service) => wanted(service.name));
  const report: Record<string, unknown> = {
    namespace: `${rack.shortName}-${app.name}`,
    rack: rack.shortName,
    app: app.name,
    timestamp: goTime(now),
  };
  if (options.checks.includes('overview')) {
    const rows = services.map((service) => overviewRow(rack, app, service, pods, now));
    report.overview = {
      services: rows.length === 0 ? null : rows,
      ...(options.events ? { events: appEvents(app, now) } : {}),
    };
  }
  if (options.checks.includes('init')) report.initPods = [];
  if (options.checks.includes('services')) {
    const rows = pods.map((pod) => ({ pod, classification: classify(rack, pod, now, options.ageSeconds) }));
    report.pods = rows
      .filter((row) => options.all || row.classification !== 'healthy')
      .map((row) => podRow(rack, app, row.pod, row.classification, now, options));
    const count = (classification: Classification): number =>
      rows.filter((row) => row.classification === classification).length;
    report.summary = {
      total: rows.length,
      unhealthy: count('unhealthy'),
      notReady: count('not-ready'),
      new: count('new'),
      healthy: count('healthy'),
    };
  }
  return report;
}

function overviewRow(
  rack: SimulatedRack,
  app: AppState,
  service: ServiceState,
  pods: readonly Pod[],
  now: number,
): object {
  const own = pods.filter((pod) => pod.service === service.name);
  const ready = own.filter((pod) => podStatus(pod, now, rack.timings) === 'running').length;
  const target = app.deploy?.rollbackAt === undefined ? (app.deploy?.release ?? app.release) : app.release;
  const failing = own.some(dies);
  const homeless = own.some((pod) => pod.fate.kind === 'unschedulable' && now - pod.bornAt > STALLED_MS);
  const status =
    service.count === 0
      ? 'scaled-down'
      : failing || homeless || (ready < service.count && app.deploy === undefined)
        ? 'stalled'
        : app.deploy === undefined
          ? 'running'
          : 'deploying';
  const spec = parseManifest(app.releases.find(({ id }) => id === app.release)?.manifest ?? '');
  return {
    name: service.name,
    desiredReplicas: service.count,
    readyReplicas: Math.min(ready, service.count),
    updatedReplicas: own.filter((pod) => pod.release === target).length,
    status,
    stallReason:
      status === 'stalled' ? (failing ? 'containers keep exiting (CrashLoopBackOff)' : unscheduled(own)) : undefined,
    agent: spec.services.some(({ name, agent }) => name === service.name && agent === true) ? true : undefined,
  };
}

function unscheduled(pods: readonly Pod[]): string {
  for (const { fate } of pods) if (fate.kind === 'unschedulable') return fate.reason;
  return 'replicas are not ready';
}

function classify(rack: SimulatedRack, pod: Pod, now: number, ageSeconds: number): Classification {
  const status = podStatus(pod, now, rack.timings);
  if (dies(pod)) return 'unhealthy';
  if (status === 'running') return now - pod.bornAt < ageSeconds * 1000 ? 'new' : 'healthy';
  return 'not-ready';
}

function podRow(
  rack: SimulatedRack,
  app: AppState,
  pod: Pod,
  classification: Classification,
  now: number,
  options: DiagnosisOptions,
): object {
  const crashing = dies(pod);
  const text = (lines: readonly { message: Buffer }[]): string =>
    lines
      .slice(-options.lines)
      .map((line) => line.message.toString('utf8'))
      .join('\n');
  const status = podStatus(pod, now, rack.timings);
  return {
    name: pod.id,
    service: pod.service,
    phase: status === 'pending' ? 'Pending' : 'Running',
    ready: status === 'running' ? '1/1' : '0/1',
    ageSeconds: Math.floor((now - pod.bornAt) / 1000),
    restarts: restarts(pod, now),
    classification,
    stateDetail: reasonOf(pod),
    hint: crashing ? hintOf(pod) : undefined,
    logs: text(podLines(rack, app, pod, now - 10 * 60_000, now)) || undefined,
    previousLogs: options.previous ? text(previousLines(pod, now)) || undefined : undefined,
    events: options.events ? podEvents(pod, now) : undefined,
  };
}

const hintOf = ({ fate }: Pod): string =>
  fate.kind === 'oom'
    ? 'the container exceeds its memory limit: raise it or find what grows'
    : 'the container starts and exits: read its previous logs';

function reasonOf({ fate }: Pod): string | undefined {
  switch (fate.kind) {
    case 'crash-loop':
      return `CrashLoopBackOff (exit code ${fate.code})`;
    case 'oom':
      return 'OOMKilled (exit code 137)';
    case 'unschedulable':
      return fate.reason;
    default:
      return undefined;
  }
}

function appEvents(app: AppState, now: number): object[] {
  return app.events
    .filter((event) => event.at <= now)
    .slice(-20)
    .map((event) => ({
      timestamp: goTime(event.at),
      type: event.type,
      reason: event.reason,
      object: event.object,
      message: event.message,
    }));
}

function podEvents(pod: Pod, now: number): object[] {
  if (pod.fate.kind === 'unschedulable') {
    const { reason } = pod.fate;
    return [
      {
        timestamp: goTime(pod.bornAt),
        type: 'Warning',
        reason: 'FailedScheduling',
        object: pod.id,
        message: reason,
        hint: 'add a node or lower the requests',
      },
    ];
  }
  if (pod.fate.kind === 'starved') {
    return [
      probeFailure(pod, now - 20_000, 'context deadline exceeded (Client.Timeout exceeded while awaiting headers)'),
    ];
  }
  if (!dies(pod)) return [];
  const life = Math.floor((now - pod.bornAt - crashAfter(pod)) / crashPeriod(pod));
  if (life < 0) return [];
  const at = pod.bornAt + life * crashPeriod(pod) + crashAfter(pod);
  return [
    pod.fate.kind === 'oom'
      ? {
          timestamp: goTime(at),
          type: 'Warning',
          reason: 'OOMKilling',
          object: pod.id,
          message: `Container ${pod.service} was killed: memory limit of ${pod.limit} MiB exceeded`,
        }
      : probeFailure(pod, at - 6_000, 'HTTP probe failed with statuscode: 503'),
    {
      timestamp: goTime(at),
      type: 'Warning',
      reason: 'BackOff',
      object: pod.id,
      message: `Back-off restarting failed container ${pod.service}`,
      hint: 'read the previous logs',
    },
  ];
}

const probeFailure = (pod: Pod, at: number, why: string): object => ({
  timestamp: goTime(at),
  type: 'Warning',
  reason: 'Unhealthy',
  object: pod.id,
  message: `Readiness probe failed: ${why}`,
});
