import { createAccess } from '../../../src/access/create-access.ts';
import type { App } from '../../../src/domain/app.ts';
import type { Instance } from '../../../src/domain/instance.ts';
import type { Process } from '../../../src/domain/process.ts';
import type { Release } from '../../../src/domain/release.ts';
import type { Service } from '../../../src/domain/service.ts';
import type { System } from '../../../src/domain/system.ts';
import type { RackReads } from '../../../src/protocol/rack-api.ts';
import type { Place, QueryContext } from '../../../src/resources/define-resource.ts';

export const NOW = Date.UTC(2026, 5, 1, 3, 0, 0);

export const SYSTEM: System = {
  name: 'prod',
  provider: 'aws',
  status: 'running',
  version: '3.24.9',
  domain: '',
  rackDomain: '',
  routerInternal: undefined,
  region: '',
  type: '',
  count: 0,
  parameters: undefined,
  outputs: undefined,
};

export function anApp(changes: Partial<App> = {}): App {
  return {
    name: 'shop',
    status: 'running',
    release: 'RNEW',
    generation: '3',
    locked: false,
    router: '',
    parameters: {},
    ...changes,
  };
}

export function aProcess(changes: Partial<Process> = {}): Process {
  return {
    id: 'web-6d9f7c5b8-x2x4q',
    app: 'shop',
    service: 'web',
    status: 'running',
    release: 'RNEW',
    command: '',
    image: '',
    cpu: 0.25,
    memory: 128,
    gpu: 0,
    host: '',
    instance: 'node-1',
    ports: [],
    startedAt: NOW - 3_600_000,
    ...changes,
  };
}

export function aService(changes: Partial<Service> = {}): Service {
  return {
    name: 'web',
    domain: '',
    count: 2,
    cpu: 500,
    memory: 256,
    gpu: 0,
    ports: [],
    nlb: [],
    min: undefined,
    max: undefined,
    coldStart: false,
    autoscale: undefined,
    agent: false,
    ...changes,
  };
}

export function aRelease(changes: Partial<Release> = {}): Release {
  return {
    id: 'RNEW',
    app: 'shop',
    build: 'B1',
    env: 'A=1',
    manifest: '',
    description: '',
    createdAt: NOW - 60_000,
    ...changes,
  };
}

export function anInstance(changes: Partial<Instance> = {}): Instance {
  return {
    id: 'node-1',
    status: 'running',
    cpu: 1,
    memory: 1_000,
    cpuCapacity: 4,
    cpuAllocatable: 4,
    memoryCapacity: 4_000,
    memoryAllocatable: 4_000,
    gpuCapacity: undefined,
    gpuAllocatable: undefined,
    processes: 3,
    privateIp: '',
    publicIp: '',
    startedAt: NOW - 86_400_000,
    ...changes,
  };
}

/** A context whose reads answer what the test says; any other read is an error of the test. */
export function contextWith(
  reads: Partial<RackReads>,
  at: Place = {},
  changes: Partial<QueryContext> = {},
): QueryContext {
  const all = new Proxy(reads, {
    get(target, method: keyof RackReads) {
      const read = target[method];
      if (read) return read;
      throw new Error(`The view asked for ${method}, which this test does not answer`);
    },
  }) as RackReads;
  return {
    rack: { name: 'prod', kind: 'direct', origin: 'https://api.example.com', source: 'RACK_URL', demo: false },
    reads: all,
    gateway: undefined,
    access: createAccess({ kind: 'direct' }),
    system: SYSTEM,
    at,
    now: NOW,
    signal: new AbortController().signal,
    ...changes,
  };
}
