import type { App } from '../../../../src/domain/app.ts';
import type { Certificate } from '../../../../src/domain/certificate.ts';
import type { DiagnosedPod, Diagnosis, DiagnosisEvent } from '../../../../src/domain/diagnosis.ts';
import type { AppFacts, ProcessSample } from '../../../../src/domain/findings/facts.ts';
import type { Instance } from '../../../../src/domain/instance.ts';
import type { Process } from '../../../../src/domain/process.ts';
import type { Service } from '../../../../src/domain/service.ts';

export const NOW = Date.UTC(2026, 5, 1, 3, 0, 0);
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
export const OLD = 'ROLDOLDOLDO';
export const NEW = 'RNEWNEWNEWN';

export function app(change: Partial<App> = {}): App {
  return {
    name: 'shop',
    status: 'running',
    release: NEW,
    generation: '3',
    locked: false,
    router: '',
    parameters: {},
    ...change,
  };
}

/** `web-6d9f7c5b8-x0001` with the number given. */
export function pod(number: number, change: Partial<Process> = {}): Process {
  const service = change.service ?? 'web';
  return {
    id: `${service}-6d9f7c5b8-x${String(number).padStart(4, '0')}`,
    app: 'shop',
    service,
    status: 'running',
    release: NEW,
    command: '',
    image: '',
    cpu: 0.1,
    memory: 100,
    gpu: 0,
    host: '',
    instance: `node-${number}`,
    ports: [],
    startedAt: NOW - 2 * HOUR,
    ...change,
  };
}

export function service(change: Partial<Service> = {}): Service {
  return {
    name: 'web',
    domain: '',
    count: 2,
    cpu: 250,
    memory: 512,
    gpu: 0,
    ports: [],
    nlb: [],
    min: undefined,
    max: undefined,
    coldStart: false,
    autoscale: undefined,
    agent: false,
    ...change,
  };
}

export function node(id: string, change: Partial<Instance> = {}): Instance {
  return {
    id,
    status: 'running',
    cpu: 1,
    memory: 2_000,
    cpuCapacity: 4,
    cpuAllocatable: 4,
    memoryCapacity: 8_000,
    memoryAllocatable: 8_000,
    gpuCapacity: undefined,
    gpuAllocatable: undefined,
    processes: 12,
    privateIp: '',
    publicIp: '',
    startedAt: NOW - 10 * DAY,
    ...change,
  };
}

export function certificate(id: string, days: number, change: Partial<Certificate> = {}): Certificate {
  const domain = 'shop.example.com';
  return { id, domain, domains: [domain], expiresAt: NOW + days * DAY, status: '', ...change };
}

export function event(change: Partial<DiagnosisEvent> = {}): DiagnosisEvent {
  return {
    timestamp: NOW - 5 * MINUTE,
    type: 'Warning',
    reason: 'Unhealthy',
    object: 'x',
    message: 'm',
    hint: undefined,
    ...change,
  };
}

export function diagnosedPod(change: Partial<DiagnosedPod> = {}): DiagnosedPod {
  return {
    name: pod(1).id,
    service: 'web',
    phase: 'Running',
    ready: '0/1',
    ageSeconds: 600,
    restarts: 4,
    classification: 'unhealthy',
    stateDetail: undefined,
    hint: undefined,
    logs: undefined,
    previousLogs: undefined,
    events: [],
    ...change,
  };
}

export function diagnosis(change: Partial<Diagnosis> = {}): Diagnosis {
  return { app: 'shop', timestamp: NOW, services: [], events: [], pods: [], ...change };
}

export function sample(number: number, ago: number, change: Partial<ProcessSample> = {}): ProcessSample {
  return { at: NOW - ago, id: pod(number).id, service: 'web', release: NEW, status: 'running', memory: 100, ...change };
}

/** Two healthy processes on two nodes; everything read, nothing wrong. */
export function facts(change: Partial<AppFacts> = {}): AppFacts {
  return {
    app: app(),
    processes: [pod(1), pod(2)],
    services: [service()],
    releases: [],
    builds: [],
    instances: [node('node-1'), node('node-2')],
    certificates: [],
    diagnosis: diagnosis(),
    ...change,
  };
}
