import * as z from 'zod/mini';
import type { App } from '../../domain/app.ts';
import type { Balancer } from '../../domain/balancer.ts';
import type { Build } from '../../domain/build.ts';
import type { Capacity } from '../../domain/capacity.ts';
import type { Certificate } from '../../domain/certificate.ts';
import type { Cost } from '../../domain/cost.ts';
import type { DiagnosedPod, DiagnosedService, Diagnosis, DiagnosisEvent } from '../../domain/diagnosis.ts';
import type { Instance } from '../../domain/instance.ts';
import type { Metric, MetricValue, ServiceMetrics } from '../../domain/metric.ts';
import type { Process } from '../../domain/process.ts';
import type { Release } from '../../domain/release.ts';
import type { Autoscale, NlbPort, Service, ServicePort } from '../../domain/service.ts';
import type { System } from '../../domain/system.ts';

/**
 * The fields of each noun that a recording holds: an allow-list, which writing and reading share. What is not named here
 * (`image`, `repository`, parameters, URLs of resources ...) never gets into a file; on reading it comes back empty. A field
 * that a noun gains does not type-check until somebody has decided about it.
 */
type Shape<T, Hidden extends keyof T = never> = z.ZodMiniType<{
  [Field in Exclude<keyof T, Hidden>]: T[Field];
}>;

const text = z.string();
const number = z.number();
/** What JSON leaves out comes back as undefined. */
const maybe = <T>(schema: z.ZodMiniType<T>): z.ZodMiniType<T | undefined> =>
  z.optional(schema) as unknown as z.ZodMiniType<T | undefined>;
const list = <T>(schema: z.ZodMiniType<T>): z.ZodMiniType<readonly T[]> => z.array(schema);

export const process: Shape<Process, 'image'> = z.object({
  id: text,
  app: text,
  service: text,
  status: text,
  release: text,
  command: text,
  cpu: number,
  memory: number,
  gpu: number,
  host: text,
  instance: text,
  ports: list(text),
  startedAt: maybe(number),
});

export const app: Shape<App, 'parameters'> = z.object({
  name: text,
  status: text,
  release: text,
  generation: maybe(text),
  locked: z.boolean(),
  router: text,
});

/** `env` and `manifest` are redacted before (record-answer.ts). */
export const release: Shape<Release> = z.object({
  id: text,
  app: text,
  build: text,
  env: text,
  manifest: text,
  description: text,
  createdAt: maybe(number),
});

export const build: Shape<Build, 'entrypoint' | 'logs' | 'repository'> = z.object({
  id: text,
  app: text,
  description: text,
  gitSha: text,
  manifest: text,
  process: text,
  release: text,
  reason: text,
  status: text,
  startedAt: maybe(number),
  endedAt: maybe(number),
});

const port: Shape<ServicePort> = z.object({ balancer: number, certificate: text, container: number });
const nlb: Shape<NlbPort> = z.object({
  containerPort: number,
  port: number,
  protocol: text,
  scheme: text,
  certificate: text,
});
const autoscale: Shape<Autoscale> = z.object({
  enabled: z.boolean(),
  cpuThreshold: maybe(number),
  memThreshold: maybe(number),
  gpuThreshold: maybe(number),
  queueThreshold: maybe(number),
  metricName: maybe(text),
  customTriggers: maybe(number),
});

export const service: Shape<Service> = z.object({
  name: text,
  domain: text,
  count: number,
  cpu: number,
  memory: number,
  gpu: number,
  ports: list(port),
  nlb: list(nlb),
  min: maybe(number),
  max: maybe(number),
  coldStart: z.boolean(),
  autoscale: maybe(autoscale),
  agent: z.boolean(),
});

export const system: Shape<System, 'parameters' | 'outputs'> = z.object({
  name: text,
  provider: text,
  status: text,
  version: text,
  domain: text,
  rackDomain: text,
  routerInternal: maybe(text),
  region: text,
  type: text,
  count: number,
});

export const instance: Shape<Instance> = z.object({
  id: text,
  status: text,
  cpu: number,
  memory: number,
  cpuCapacity: maybe(number),
  cpuAllocatable: maybe(number),
  memoryCapacity: maybe(number),
  memoryAllocatable: maybe(number),
  gpuCapacity: maybe(number),
  gpuAllocatable: maybe(number),
  processes: number,
  privateIp: text,
  publicIp: text,
  startedAt: maybe(number),
});

export const capacity: Shape<Capacity> = z.object({
  clusterCpu: number,
  clusterMemory: number,
  clusterGpu: maybe(number),
  processCount: number,
  processCpu: number,
  processMemory: number,
  processGpu: maybe(number),
  instanceCpu: maybe(number),
  instanceMemory: maybe(number),
  processWidth: maybe(number),
});

export const certificate: Shape<Certificate> = z.object({
  id: text,
  domain: text,
  domains: list(text),
  expiresAt: maybe(number),
  status: text,
});

export const balancer: Shape<Balancer> = z.object({
  name: text,
  endpoint: text,
  service: text,
  ports: list(z.object({ protocol: text, source: number, target: number })),
});

export const cost: Shape<Cost> = z.object({
  app: text,
  monthStart: maybe(number),
  asOf: maybe(number),
  spendUsd: number,
  breakdown: list(
    z.object({
      service: text,
      cpuHours: number,
      memGbHours: number,
      gpuHours: number,
      instanceType: maybe(text),
      spendUsd: number,
    }),
  ),
  trackingEnabled: z.boolean(),
});

const metricValue: Shape<MetricValue> = z.object({
  time: number,
  avg: number,
  min: number,
  max: number,
  sum: number,
  count: number,
  p90: maybe(number),
  p95: maybe(number),
  p99: maybe(number),
});
export const metric: Shape<Metric> = z.object({ name: text, values: list(metricValue) });
export const serviceMetrics: Shape<ServiceMetrics> = z.object({ service: text, metrics: list(metric) });

const event: Shape<DiagnosisEvent> = z.object({
  timestamp: maybe(number),
  type: text,
  reason: text,
  object: text,
  message: text,
  hint: maybe(text),
});
const diagnosedService: Shape<DiagnosedService> = z.object({
  name: text,
  desiredReplicas: number,
  readyReplicas: number,
  updatedReplicas: number,
  status: text,
  stallReason: maybe(text),
});
/** The last words of its containers are log lines: scrubbed like them. */
const diagnosedPod: Shape<DiagnosedPod> = z.object({
  name: text,
  service: text,
  phase: text,
  ready: text,
  ageSeconds: number,
  restarts: number,
  classification: text,
  stateDetail: maybe(text),
  hint: maybe(text),
  logs: maybe(text),
  previousLogs: maybe(text),
  events: list(event),
});
export const diagnosis: Shape<Diagnosis> = z.object({
  app: text,
  timestamp: maybe(number),
  services: list(diagnosedService),
  events: list(event),
  pods: list(diagnosedPod),
});
