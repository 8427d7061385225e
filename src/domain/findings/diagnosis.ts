import type { DiagnosedPod, DiagnosedService, DiagnosisEvent } from '../diagnosis.ts';
import type { Evidence, Finding } from '../finding.ts';
import { detectLogLevel } from '../log-level.ts';
import { counted, earliest, found, line, type Scene } from './scene.ts';

/** A pod that is not ready by then is more than slow. */
const NOT_READY_S = 180;
const OUT_OF_MEMORY = /\bOOM|out of memory/i;
const BROKEN = /crash|error|exit code|backoff/i;

/** Pods that the rack's own report calls unhealthy (>= 3.24.0), by service, with its details, hints and last words. */
export function diagnosedPods(scene: Scene): readonly Finding[] {
  const report = scene.facts.diagnosis;
  if (!report) return [];
  const bad = report.pods.filter(
    (pod) => pod.classification === 'unhealthy' || (pod.classification === 'not-ready' && pod.ageSeconds > NOT_READY_S),
  );
  return [...Map.groupBy(bad, (pod) => pod.service)].flatMap(([service, pods]) => {
    const starved = pods.filter(isStarved);
    const others = pods.filter((pod) => !isStarved(pod));
    return [
      ...(starved.length > 0 ? [outOfMemory(scene, service, starved)] : []),
      ...(others.length > 0 ? [diagnosed(scene, service, others)] : []),
    ];
  });
}

function isStarved(pod: DiagnosedPod): boolean {
  return [pod.stateDetail, pod.hint, ...pod.events.map(({ reason }) => reason)].some((text) =>
    OUT_OF_MEMORY.test(text ?? ''),
  );
}

function outOfMemory(scene: Scene, service: string, pods: readonly DiagnosedPod[]): Finding {
  const request = scene.facts.services?.find(({ name }) => name === service)?.memory;
  return found(scene, {
    rule: 'out-of-memory',
    severity: 'critical',
    service,
    summary: `${pods.length} ${service} killed for want of memory`,
    since: sinceOf(scene, pods),
    release: releaseOf(scene, pods),
    next: `Raise the memory of ${service}${request ? ` (${request} MiB)` : ''}, or roll back if a release made it grow`,
    evidence: podEvidence(pods),
  });
}

function diagnosed(scene: Scene, service: string, pods: readonly DiagnosedPod[]): Finding {
  const detail = pods.find((pod) => pod.stateDetail?.trim())?.stateDetail;
  const broken = pods.some((pod) => pod.classification === 'unhealthy' && BROKEN.test(pod.stateDetail ?? ''));
  return found(scene, {
    rule: 'diagnosed-pods',
    severity: broken ? 'critical' : 'warning',
    service,
    summary: `${pods.length} ${service} not ready${detail?.trim() ? `: ${short(detail)}` : ''}`,
    since: sinceOf(scene, pods),
    release: releaseOf(scene, pods),
    next: hintOf(pods) ?? `Look at the logs of ${pods[0]?.name ?? service}`,
    evidence: podEvidence(pods),
  });
}

function sinceOf(scene: Scene, pods: readonly DiagnosedPod[]): number | undefined {
  const asOf = scene.facts.diagnosis?.timestamp ?? scene.now;
  const ages = pods.map((pod) => pod.ageSeconds).filter((age) => age > 0);
  return ages.length > 0 ? asOf - ages.reduce((most, age) => Math.max(most, age), 0) * 1_000 : undefined;
}

function releaseOf(scene: Scene, pods: readonly DiagnosedPod[]): string | undefined {
  const names = new Set(pods.map(({ name }) => name));
  return scene.facts.processes.find((process) => names.has(process.id))?.release || undefined;
}

function hintOf(pods: readonly DiagnosedPod[]): string | undefined {
  for (const pod of pods) {
    for (const hint of [pod.hint, ...pod.events.map((event) => event.hint)]) {
      const text = hint === undefined ? '' : line('note', hint).text;
      if (text !== '') return text;
    }
  }
  return undefined;
}

function podEvidence(pods: readonly DiagnosedPod[]): readonly Evidence[] {
  return pods.slice(0, 3).flatMap((pod) => {
    const words = lastWords(pod.previousLogs) ?? lastWords(pod.logs);
    return [
      line(
        'process',
        `${pod.name}: ${pod.stateDetail ?? pod.classification}, ${counted(pod.restarts, 'restart', 'restarts')}`,
        undefined,
        pod.name,
      ),
      ...(words === undefined ? [] : [line('log', words, undefined, pod.name)]),
      ...warnings(pod.events).slice(0, 2),
      ...(pod.hint === undefined ? [] : [line('note', pod.hint, undefined, pod.name)]),
    ];
  });
}

/** The last error a process wrote, else its last line. */
function lastWords(log: string | undefined): string | undefined {
  const lines = (log ?? '')
    .slice(-20_000)
    .split('\n')
    .map((text) => text.trim())
    .filter((text) => text !== '');
  const error = lines.findLast((text) => {
    const level = detectLogLevel(text);
    return level === 'error' || level === 'fatal';
  });
  return error ?? lines.at(-1);
}

/** Warnings, each kind once, newest first. */
function warnings(events: readonly DiagnosisEvent[]): readonly Evidence[] {
  const newest = [...events]
    .filter((event) => event.type !== 'Normal')
    .sort((a, b) => (b.timestamp ?? 0) - (a.timestamp ?? 0));
  const kinds = new Map<string, DiagnosisEvent>();
  for (const event of newest) {
    const kind = `${event.reason} ${event.object}`;
    if (!kinds.has(kind)) kinds.set(kind, event);
  }
  return [...kinds.values()].map((event) =>
    line('event', `${event.reason} ${event.object}: ${event.message}`, event.timestamp, event.object),
  );
}

function short(text: string): string {
  const flat = line('note', text).text;
  return flat.length > 80 ? `${flat.slice(0, 79)}…` : flat;
}

/** Services that the report calls stalled. */
export function stalledServices(scene: Scene): readonly Finding[] {
  return (scene.facts.diagnosis?.services ?? [])
    .filter((service) => service.status === 'stalled')
    .map((service: DiagnosedService) =>
      found(scene, {
        rule: 'stalled-service',
        severity: service.readyReplicas === 0 && service.desiredReplicas > 0 ? 'critical' : 'warning',
        service: service.name,
        summary: `${service.name} stalled${service.stallReason ? `: ${short(service.stallReason)}` : ''}`,
        release: scene.app.release || undefined,
        next: `Look at the processes of ${service.name}`,
        evidence: [
          line(
            'service',
            `${service.readyReplicas} of ${service.desiredReplicas} ready, ${service.updatedReplicas} updated`,
            undefined,
            service.name,
          ),
          ...(service.stallReason ? [line('note', service.stallReason, undefined, service.name)] : []),
        ],
      }),
    );
}

const EVENT_NEWS_MS = 60 * 60_000;

/** Warnings of the app as a whole that no pod above tells. */
export function warningEvents(scene: Scene): readonly Finding[] {
  const report = scene.facts.diagnosis;
  if (!report) return [];
  const told = new Set(report.pods.map(({ name }) => name));
  const recent = report.events.filter(
    (event) =>
      event.type === 'Warning' &&
      event.timestamp !== undefined &&
      scene.now - event.timestamp <= EVENT_NEWS_MS &&
      // A rollout's own changes of state have a rule of their own.
      !/\bStatus: /.test(event.message) &&
      !told.has(event.object.replace(/^pod\//i, '')),
  );
  const evidence = warnings(recent);
  const [first] = evidence;
  if (!first) return [];
  return [
    found(scene, {
      rule: 'warning-events',
      severity: 'info',
      summary: `${counted(evidence.length, 'warning', 'warnings')} from the cluster: ${short(first.text)}`,
      since: earliest(recent.map(({ timestamp }) => timestamp)),
      next: recent.find((event) => event.hint?.trim())?.hint ?? 'Look at the events of the app',
      evidence: evidence.slice(0, 5),
    }),
  ];
}
