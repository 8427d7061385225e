import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readApps } from '../../../src/protocol/schemas/app.ts';
import { readConfigs } from '../../../src/protocol/schemas/app-config.ts';
import { readBackingResources, readBackingResourceTypes } from '../../../src/protocol/schemas/backing-resource.ts';
import { readBalancers } from '../../../src/protocol/schemas/balancer.ts';
import { readBuilds } from '../../../src/protocol/schemas/build.ts';
import { readCertificates, readRegistries } from '../../../src/protocol/schemas/certificate.ts';
import { readBudget, readCost } from '../../../src/protocol/schemas/cost.ts';
import { readDiagnosis } from '../../../src/protocol/schemas/diagnosis.ts';
import { readInstances } from '../../../src/protocol/schemas/instance.ts';
import { readMetrics, readServiceMetrics } from '../../../src/protocol/schemas/metric.ts';
import { readProcesses } from '../../../src/protocol/schemas/process.ts';
import { readReleases } from '../../../src/protocol/schemas/release.ts';
import { readServices } from '../../../src/protocol/schemas/service.ts';
import { ShapeMismatch } from '../../../src/protocol/schemas/shape-mismatch.ts';
import { readCapacity, readSystem } from '../../../src/protocol/schemas/system.ts';

const process = {
  id: 'web-6d9f7c5b8-x2x4q',
  app: 'myapp',
  command: '',
  cpu: 0.012,
  gpu: 0,
  host: '10.1.80.33',
  image: '1234.dkr.ecr.us-east-1.amazonaws.com/x:web.BABCDEFGHIJ',
  instance: 'ip-10-1-80-201.ec2.internal',
  memory: 143.5,
  name: 'web',
  ports: ['3000'],
  release: 'RABCDEFGHIJ',
  started: '2026-05-01T10:00:00Z',
  status: 'running',
  service: 'web',
};

describe('nouns', () => {
  test('a v3 system, as in the reference', () => {
    const wire =
      '{"count":0,"domain":"router.0a1b.convox.cloud","name":"staging","provider":"aws","rack-domain":"api.0a1b.convox.cloud","router-internal":"","region":"","status":"running","type":"","version":"3.24.9"}';
    expect(readSystem.read(JSON.parse(wire))).toEqual({
      name: 'staging',
      provider: 'aws',
      status: 'running',
      version: '3.24.9',
      domain: 'router.0a1b.convox.cloud',
      rackDomain: 'api.0a1b.convox.cloud',
      routerInternal: '',
      region: '',
      type: '',
      count: 0,
      parameters: undefined,
      outputs: undefined,
    });
  });

  test('a v2 system has parameters; an old one no router-internal', () => {
    const system = readSystem.read({
      name: 'x',
      version: '20260418101514',
      parameters: { Autoscale: 'Yes', Empty: null },
    });
    expect(system.parameters).toEqual({ Autoscale: 'Yes', Empty: '' });
    expect(system.routerInternal).toBeUndefined();
  });

  test('capacity', () => {
    const capacity = readCapacity.read({ 'cluster-cpu': 4000, 'cluster-memory': 16_000, 'process-count': 3 });
    expect(capacity).toMatchObject({ clusterCpu: 4000, clusterMemory: 16_000, processCount: 3, processCpu: 0 });
    expect(capacity.clusterGpu).toBeUndefined();
  });

  test('a process, as in the reference', () => {
    expect(readProcesses.read([process])).toEqual([
      {
        id: process.id,
        app: 'myapp',
        service: 'web',
        status: 'running',
        release: 'RABCDEFGHIJ',
        command: '',
        image: process.image,
        cpu: 0.012,
        memory: 143.5,
        gpu: 0,
        host: '10.1.80.33',
        instance: process.instance,
        ports: ['3000'],
        startedAt: Date.UTC(2026, 4, 1, 10),
      },
    ]);
  });

  test('a process with next to nothing', () => {
    expect(
      readProcesses.read([{ id: 'p', service: 'web', ports: null, started: '0001-01-01T00:00:00Z' }])[0],
    ).toMatchObject({
      service: 'web',
      status: 'unknown',
      ports: [],
      startedAt: undefined,
      cpu: 0,
    });
  });

  test('services are sorted, nulls tolerated, GPU-era fields optional', () => {
    const services = readServices.read([
      { name: 'worker', ports: null, nlb: null },
      {
        name: 'web',
        count: 2,
        ports: [{ balancer: 443, certificate: 'c', container: 3000 }],
        nlb: [{ 'container-port': 1, port: 2, protocol: 'tcp', scheme: 'public', certificate: '' }],
        min: 1,
        max: 4,
        'cold-start': true,
        autoscale: { enabled: true, 'cpu-threshold': 70 },
      },
    ]);
    expect(services.map(({ name }) => name)).toEqual(['web', 'worker']);
    expect(services[0]).toMatchObject({
      ports: [{ balancer: 443, container: 3000 }],
      nlb: [{ containerPort: 1, port: 2 }],
      min: 1,
      max: 4,
      coldStart: true,
      autoscale: { enabled: true, cpuThreshold: 70, memThreshold: undefined },
    });
    expect(services[1]).toMatchObject({ ports: [], nlb: [], min: undefined, autoscale: undefined, agent: false });
  });

  test('builds and releases', () => {
    const [build] = readBuilds.read([{ id: 'B1', 'git-sha': 'abc', status: 'created', ended: '0001-01-01T00:00:00Z' }]);
    expect(build).toMatchObject({ id: 'B1', gitSha: 'abc', status: 'created', endedAt: undefined });
    const env = 'A=1\nB=\u001b[31mraw\u001b[0m =x\n';
    const [release] = readReleases.read([{ id: 'R1', env, manifest: 'services:\n\tweb:\u001b[2J\n', version: 3 }]);
    expect(release).toMatchObject({ env, manifest: 'services:\n  web:\n', createdAt: undefined });
  });

  test('instances: both spellings of the addresses', () => {
    expect(readInstances.read([{ id: 'a', 'private-ip': '10.0.0.1', 'cpu-allocatable': 2 }])[0]).toMatchObject({
      privateIp: '10.0.0.1',
      cpuAllocatable: 2,
      memoryAllocatable: undefined,
    });
    expect(
      readInstances.read([{ id: 'b', private_ip: '10.0.0.2', public_ip: '1.2.3.4', instance_type: 't3' }])[0],
    ).toMatchObject({
      privateIp: '10.0.0.2',
      publicIp: '1.2.3.4',
    });
  });

  test('metrics: oldest first, points without a time dropped, null values', () => {
    const point = (time: string | null, avg: number) => ({ time, avg, min: avg, max: avg, sum: avg, count: 1 });
    const [metric, empty] = readMetrics.read([
      { name: 'cpu', values: [point('2026-05-01T10:01:00Z', 2), point(null, 9), point('2026-05-01T10:00:00Z', 1)] },
      { name: 'mem', values: null },
    ]);
    expect(metric?.values.map(({ avg }) => avg)).toEqual([1, 2]);
    expect(empty?.values).toEqual([]);
    expect(readServiceMetrics.read([{ name: 'web', metrics: null }])).toEqual([{ service: 'web', metrics: [] }]);
  });

  test('the password of a registry stays outside', () => {
    const registries = readRegistries.read([{ server: 's', username: 'u', password: 'hunter2' }]);
    expect(registries).toEqual([{ server: 's', username: 'u' }]);
  });

  test('the small ones', () => {
    expect(readApps.read([{ name: 'a', created_at: 'x', budget: {} }])[0]).toMatchObject({
      name: 'a',
      status: 'unknown',
      locked: false,
    });
    expect(readConfigs.read([{ name: 'b' }, { name: 'a', value: 'ü\r\ty' }])).toEqual([
      { name: 'a', value: 'ü\n  y', bytes: 5 },
      { name: 'b', value: '', bytes: 0 },
    ]);
    expect(
      readBalancers.read([{ name: 'b', ports: [{ protocol: 'TCP', source: 1, target: 2 }] }])[0]?.ports,
    ).toHaveLength(1);
    expect(readBackingResources.read([{ name: 'db', url: 'postgres://u:p@h/d', apps: null }])[0]?.parameters).toEqual(
      {},
    );
    expect(
      readBackingResourceTypes.read([{ name: 'webhook', parameters: [{ name: 'Url' }] }])[0]?.parameters[0]?.default,
    ).toBe('');
    expect(readCertificates.read([{ id: 'c', domains: null, expiration: '2027-01-01T00:00:00Z' }])[0]).toMatchObject({
      domains: [],
      expiresAt: Date.UTC(2027, 0, 1),
      status: '',
    });
  });

  test('budget, cost, diagnosis', () => {
    expect(readBudget.read({ config: null, state: null })).toEqual({ cap: undefined, state: undefined });
    expect(
      readBudget.read({ config: { 'monthly-cap-usd': 90 }, state: { 'circuit-breaker-tripped': true } }),
    ).toMatchObject({
      cap: { monthlyCapUsd: 90, atCapAction: undefined },
      state: { breakerTripped: true, asOf: undefined },
    });
    expect(readCost.read({ app: 'a', breakdown: null, 'spend-usd': 1.5 })).toMatchObject({
      spendUsd: 1.5,
      breakdown: [],
    });
    const report = readDiagnosis.read({
      app: 'a',
      timestamp: '2026-05-01T10:00:00Z',
      overview: { services: null, events: [{ message: 'Back-off\nrestarting', timestamp: '' }] },
      pods: [
        { name: 'web-1', classification: 'unhealthy', restarts: 4, previousLogs: 'boom\u001b[2J\n', events: null },
      ],
    });
    expect(report.events[0]).toMatchObject({ message: 'Back-off\nrestarting', timestamp: undefined });
    expect(report.pods[0]).toMatchObject({ restarts: 4, previousLogs: 'boom\n', logs: undefined, events: [] });
  });
});

describe('hostile input', () => {
  const readers = {
    readApps,
    readBalancers,
    readBuilds,
    readBudget,
    readCertificates,
    readConfigs,
    readCost,
    readDiagnosis,
    readInstances,
    readMetrics,
    readProcesses,
    readServices,
    readSystem,
  };

  test('nothing printable carries an escape', () => {
    const evil = 'a\u001b[2J\u009b1m\u0007\u202eb';
    const everywhere = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, evil]));
    const wire = [{ ...everywhere(Object.keys(process)), cpu: 1, gpu: 1, memory: 1, ports: [evil], started: '' }];
    for (const value of Object.values(readProcesses.read(wire)[0] ?? {})) {
      if (typeof value === 'string') expect(value).toBe('ab');
    }
    expect(readApps.read([{ name: evil, parameters: { [evil]: evil } }])[0]?.parameters).toEqual({ ab: 'ab' });
  });

  test('any JSON is either read or refused with a place', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(...Object.values(readers)), (json, reader) => {
        try {
          reader.read(json);
        } catch (error) {
          expect(error).toBeInstanceOf(ShapeMismatch);
          expect((error as ShapeMismatch).problem).toMatch(/^expected .+, got .+$/);
        }
      }),
    );
  });

  test('a broken member anywhere is found', () => {
    fc.assert(
      fc.property(fc.nat({ max: 30 }), fc.constantFrom('status', 'image', 'started', 'host'), (at, member) => {
        const wire = Array.from({ length: 31 }, (_, i) => (i === at ? { ...process, [member]: { a: 1 } } : process));
        expect(() => readProcesses.read(wire)).toThrowError(`[${at}].${member}: expected a string, got an object`);
      }),
    );
  });

  test('keys of maps cannot reach the prototype', () => {
    const system = readSystem.read(JSON.parse('{"name":"x","parameters":{"__proto__":"evil","constructor":"c"}}'));
    expect(({} as Record<string, unknown>).evil).toBeUndefined();
    expect(Object.getPrototypeOf(system.parameters)).toBe(Object.prototype);
    expect(system.parameters?.constructor).toBe('c');
  });

  test('a key of the server in an error is bounded and clean', () => {
    const read = () => readSystem.read({ parameters: { [`\u001b[2J${'k'.repeat(200)}`]: 1 } });
    expect(read).toThrowError(/^parameters\["k{59}…"\]: expected a string, got a number$/);
  });
});

describe('5,000 processes', () => {
  const text = JSON.stringify(
    Array.from({ length: 5_000 }, (_, i) => ({ ...process, id: `web-6d9f7c5b8-${i}` })),
    null,
    2,
  );

  test('the prepared reader says the same', async () => {
    const before = readProcesses.read(JSON.parse(text));
    await readProcesses.prepare?.();
    expect(readProcesses.read(JSON.parse(text))).toEqual(before);
    expect(() => readProcesses.read([process, { ...process, status: 3 }])).toThrowError(
      '[1].status: expected a string, got a number',
    );
  });

  test('are checked, sanitised and mapped in about the time that JSON.parse takes', async () => {
    await readProcesses.prepare?.();
    const parse: number[] = [];
    const read: number[] = [];
    for (let i = 0; i < 15; i++) {
      const start = performance.now();
      const json = JSON.parse(text);
      const parsed = performance.now();
      readProcesses.read(json);
      parse.push(parsed - start);
      read.push(performance.now() - parsed);
    }
    const best = (times: readonly number[]) => Math.min(...times);
    // Against a floor of the same run, because machines and their load differ.
    expect(best(read)).toBeLessThan(best(parse) * 2);
  });
});
