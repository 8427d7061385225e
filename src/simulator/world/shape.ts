import { goTime, ZERO_TIME } from '../wire/go-json.ts';
import type { AppState, BuildState, ReleaseState, ResourceState, ServiceState } from './app.ts';
import { appView } from './deploy.ts';
import { parseManifest } from './manifest.ts';
import { type Pod, podStatus, podUsage } from './pod.ts';
import type { CertificateState } from './rack-state.ts';
import type { SimulatedRack } from './simulated-rack.ts';

/** State as JSON of that rack's version (convox-api.md 4.1). A key that is undefined does not appear on the wire. */

export function appShape(rack: SimulatedRack, app: AppState, now: number): object {
  const view = appView(app, now);
  return {
    generation: rack.generation.v2 ? '2' : '3',
    locked: app.locked,
    name: app.name,
    parameters: app.parameters,
    release: view.release,
    router: rack.generation.v2 ? '' : 'nginx',
    status: view.status,
  };
}

export function processShape(rack: SimulatedRack, pod: Pod, now: number): object {
  const { generation } = rack;
  const status = podStatus(pod, now, rack.timings);
  const usage = rack.metricsOff ? { cpu: 0, memory: 0 } : podUsage(pod, rack.pulse, rack.timings);
  const v2 = generation.v2;
  return {
    id: pod.id,
    app: pod.app,
    command: pod.command,
    cpu: v2 ? percent(usage.cpu * 1000, pod.cpuRequest) : usage.cpu,
    gpu: generation.since('3.24.5') ? 0 : undefined,
    host: pod.host,
    image: pod.image,
    instance: v2 ? (rack.nodes.find((node) => node.id === pod.node)?.ec2Id ?? '') : pod.node,
    memory: v2 ? percent(usage.memory, pod.memoryRequest) : usage.memory,
    name: pod.service,
    ports: pod.ports.length === 0 ? null : pod.ports,
    release: pod.release,
    service: generation.since('3.24.6') ? pod.service : undefined,
    started: goTime(pod.bornAt),
    status: statusWord(status, rack),
    task_definition: v2
      ? `arn:aws:ecs:us-east-1:012345678901:task-definition/${rack.shortName}-${pod.app}-${pod.service}:7`
      : undefined,
  };
}

function statusWord(status: string, rack: SimulatedRack): string {
  if (rack.generation.v2) return { starting: 'activating', unhealthy: 'running', crashed: 'stopped' }[status] ?? status;
  return status === 'starting' && !rack.generation.since('3.24.6') ? 'unhealthy' : status;
}

const percent = (used: number, of: number): number => (of === 0 ? 0 : Math.round((used / of) * 10_000) / 100);

export function serviceShape(rack: SimulatedRack, app: AppState, service: ServiceState): object {
  const { generation } = rack;
  const release = app.releases.find(({ id }) => id === app.release);
  const spec = parseManifest(release?.manifest ?? '').services.find(({ name }) => name === service.name);
  const modern = generation.since('3.24.6');
  const gpu = generation.since('3.24.5');
  const port = spec?.port;
  return {
    name: service.name,
    domain: port === undefined || spec?.internal === true ? '' : `${service.name}.${app.name}.${rackDomain(rack)}`,
    count: service.count,
    cpu: service.cpu,
    memory: service.memory,
    gpu: gpu ? service.gpu : undefined,
    'gpu-vendor': gpu ? service.gpuVendor : undefined,
    ports:
      port === undefined ? [] : [{ balancer: spec?.internal === true ? 0 : 443, certificate: '', container: port }],
    nlb: gpu ? null : undefined,
    min: modern ? service.min : undefined,
    max: modern ? service.max : undefined,
    autoscale: modern ? autoscaleShape(service, spec?.targetCpu, spec?.targetMemory) : undefined,
    agent: modern && spec?.agent === true ? true : undefined,
    'scale-override-active': modern ? service.scaleOverride : undefined,
    'triggers-override-active': modern ? service.triggersOverride : undefined,
  };
}

function autoscaleShape(
  service: ServiceState,
  cpu: number | undefined,
  memory: number | undefined,
): object | undefined {
  const thresholds = {
    'cpu-threshold': service.triggers.cpu ?? cpu,
    'mem-threshold': service.triggers.memory ?? memory,
    'gpu-threshold': service.triggers.gpuUtilization,
    'queue-threshold': service.triggers.queueDepth,
  };
  return Object.values(thresholds).some((value) => value !== undefined) ? { enabled: true, ...thresholds } : undefined;
}

export function buildShape(rack: SimulatedRack, app: AppState, build: BuildState): object {
  return {
    id: build.id,
    app: app.name,
    description: build.description,
    ended: build.endedAt === undefined ? ZERO_TIME : goTime(build.endedAt),
    entrypoint: build.entrypoint,
    'git-sha': rack.generation.since('3.11.0') ? build.gitSha : undefined,
    logs: build.logs,
    manifest: build.manifest,
    process: build.process,
    reason: build.reason,
    release: build.release,
    repository: rack.generation.v2 ? undefined : build.repository,
    'wildcard-domain': rack.generation.v2 ? false : undefined,
    started: goTime(build.startedAt),
    status: build.status,
  };
}

export function releaseShape(app: AppState, release: ReleaseState): object {
  return {
    id: release.id,
    app: app.name,
    build: release.build,
    created: new Date(release.createdAt).toISOString().replace('Z', '123456Z'),
    description: release.description,
    env: release.env,
    manifest: release.manifest,
  };
}

export const resourceShape = (resource: ResourceState): object => ({
  name: resource.name,
  parameters: Object.keys(resource.parameters).length === 0 ? undefined : resource.parameters,
  status: resource.status,
  type: resource.type,
  url: resource.url,
});

export const certificateShape = (rack: SimulatedRack, certificate: CertificateState): object => ({
  domain: certificate.domains[0] ?? '',
  domains: certificate.domains.length === 0 ? null : certificate.domains,
  expiration: goTime(certificate.expiresAt),
  id: certificate.id,
  status: rack.generation.since('3.18.10') ? certificate.status : undefined,
});

export const rackDomain = (rack: SimulatedRack): string =>
  `${rack.seed.toString(16).padStart(8, '0')}${(rack.seed >>> 7).toString(16).padStart(4, '0').slice(0, 4)}.convox.cloud`;
