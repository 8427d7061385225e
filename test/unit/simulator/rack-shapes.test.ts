import { afterEach, describe, expect, test } from 'vitest';
import { Harness } from './rack-harness.ts';

type Fields = Record<string, unknown>;

let harness: Harness;
afterEach(() => harness.close());

async function firstOf(path: string): Promise<Fields> {
  const list = await harness.get<Fields[]>(path);
  const [first] = list;
  if (first === undefined) throw new Error(`${path} is empty`);
  return first;
}

describe('fields that came with a version (convox-api.md 4.1, 10)', () => {
  const cases: [string, string, string, boolean][] = [
    ['3.24.6', '/apps/shop/processes', 'service', true],
    ['3.24.5', '/apps/shop/processes', 'service', false],
    ['3.24.5', '/apps/shop/processes', 'gpu', true],
    ['3.24.4', '/apps/shop/processes', 'gpu', false],
    ['3.24.5', '/apps/shop/services', 'nlb', true],
    ['3.24.4', '/apps/shop/services', 'nlb', false],
    ['3.24.6', '/apps/shop/services', 'scale-override-active', true],
    ['3.24.5', '/apps/shop/services', 'scale-override-active', false],
    ['3.24.5', '/instances', 'gpu-capacity', true],
    ['3.24.4', '/instances', 'gpu-capacity', false],
    ['3.18.10', '/certificates', 'status', true],
    ['3.18.9', '/certificates', 'status', false],
  ];
  test.each(cases)('%s %s: %s present is %s', async (version, path, field, present) => {
    harness = await Harness.start({ version });
    expect(Object.hasOwn(await firstOf(path), field)).toBe(present);
  });

  test.each([
    ['3.13.0', false, false],
    ['3.13.1', true, false],
    ['3.19.1', true, true],
  ])('system of %s: rack-domain %s, router-internal %s', async (version, domain, router) => {
    harness = await Harness.start({ version });
    const system = await harness.get<Fields>('/system');
    expect([Object.hasOwn(system, 'rack-domain'), Object.hasOwn(system, 'router-internal')]).toEqual([domain, router]);
    expect(system).toMatchObject({ name: 'prod', status: 'running', count: 0, type: '', region: '', version });
    expect(Object.hasOwn(system, 'parameters')).toBe(false);
  });

  test.each([
    ['/apps/shop/diagnose', '3.24.0'],
    ['/apps/shop/configs', '3.19.7'],
    ['/apps/shop/budget', '3.24.6'],
    ['/apps/shop/cost', '3.24.6'],
    ['/apps/shop/metrics-by-service', '3.24.6'],
    ['/letsencrypt/config', '3.13.3'],
  ])('%s exists from %s on and is an empty 404 before', async (path, since) => {
    harness = await Harness.start({ version: since });
    expect((await harness.ask(path)).status).toBe(200);
    const [major, minor, patch] = since.split('.').map(Number);
    harness.rack.version = patch === 0 ? `${major}.${(minor ?? 1) - 1}.9` : `${major}.${minor}.${(patch ?? 1) - 1}`;
    const before = await harness.ask(path);
    expect([before.status, before.text]).toEqual([404, '']);
  });

  test('starting is called unhealthy before 3.24.6', async () => {
    harness = await Harness.start({ version: '3.24.5' });
    await harness.post('/apps/notify/services/worker/restart');
    harness.advance(2_000);
    const statuses = (await harness.get<{ status: string }[]>('/apps/notify/processes')).map(
      (process) => process.status,
    );
    expect(statuses).toContain('unhealthy');
    expect(statuses).not.toContain('starting');
  });
});

describe('v3 values', () => {
  test('nulls, zero times and units', async () => {
    harness = await Harness.start();
    const processes = await harness.get<Fields[]>('/apps/shop/processes');
    expect(processes.find((process) => process.name === 'worker')?.ports).toBeNull();
    expect(processes.find((process) => process.name === 'web')?.ports).toEqual(['3000']);
    expect((await firstOf('/apps/shop/services')).nlb).toBeNull();
    const certificates = await harness.get<Fields[]>('/certificates');
    expect(certificates.map((certificate) => certificate.domains)).toContain(null);
    expect(certificates.map((certificate) => certificate.status)).toContain('Not Ready');
    for (const process of processes) {
      expect(Number(process.cpu)).toBeGreaterThan(0);
      expect(Number(process.cpu)).toBeLessThan(1);
      expect(Number(process.memory)).toBeGreaterThan(30);
    }
    const far = await harness.get<{ values: unknown }[]>('/system/metrics?start=20270101.000000.000000000');
    expect(far.map((metric) => metric.values)).toEqual([null, null]);
  });

  test('orders: apps by name, processes by app, service and id, certificates by id; services in any order', async () => {
    harness = await Harness.start();
    const keys = (await harness.get<Fields[]>('/system/processes?all=true')).map(
      (p) => `${p.app}\u0000${p.name}\u0000${p.id}`,
    );
    expect(keys).toEqual([...keys].sort());
    const orders = new Set<string>();
    for (let i = 0; i < 20; i++) {
      orders.add((await harness.get<Fields[]>('/apps/shop/services')).map((service) => service.name).join());
    }
    expect(orders.size).toBeGreaterThan(1);
  });

  test('rack history: oldest first without a period, newest first with one', async () => {
    harness = await Harness.start();
    const times = async (query: string): Promise<string[]> => {
      const [metric] = await harness.get<{ values: { time: string }[] }[]>(`/system/metrics${query}`);
      return (metric?.values ?? []).map((value) => value.time);
    };
    const all = await times('');
    expect(all).toHaveLength(361);
    expect(all).toEqual([...all].sort());
    const thin = await times('?period=600');
    expect(thin).toEqual([...thin].sort().reverse());
    expect(thin.length).toBeLessThan(25);
    expect(await times('?start=20260615.115500.000000000')).toHaveLength(11);
  });

  test('without the metrics API usage reads zero and history is unavailable', async () => {
    harness = await Harness.start();
    harness.rack.change((rack) => {
      rack.metricsOff = true;
    });
    const processes = await harness.get<{ cpu: number; memory: number }[]>('/system/processes?all=true');
    expect(processes.every((process) => process.cpu === 0 && process.memory === 0)).toBe(true);
    const history = await harness.ask('/system/metrics');
    expect([history.status, history.text]).toEqual([501, 'metrics unavailable\n']);
  });

  test('usage moves smoothly and never above the limit', async () => {
    harness = await Harness.start();
    let last: { id: string; cpu: number; memory: number }[] = [];
    for (let i = 0; i < 60; i++) {
      const now = await harness.get<typeof last>('/apps/media/processes');
      for (const process of now) {
        const before = last.find((other) => other.id === process.id);
        expect(process.memory).toBeLessThanOrEqual(2048);
        if (before === undefined) continue;
        expect(Math.abs(process.cpu - before.cpu)).toBeLessThan(0.1);
        expect(Math.abs(process.memory - before.memory)).toBeLessThan(60);
      }
      last = now;
      harness.advance(2_000);
    }
  });

  test('one sidecar breaks the list of all processes only', async () => {
    harness = await Harness.start();
    harness.rack.change((rack) => {
      rack.sidecar = true;
    });
    expect((await harness.ask('/system/processes?all=true')).text).toBe('unexpected container name\n');
    expect((await harness.ask('/apps/shop/processes')).status).toBe(200);
  });
});

describe('a v2 rack', () => {
  test('parameters, fractions, percent, and none of the v3 routes', async () => {
    harness = await Harness.start({ version: '20260418101514' });
    expect(await harness.get('/system')).toMatchObject({
      version: '20260418101514',
      count: 6,
      region: 'us-east-1',
      parameters: { Autoscale: 'Yes' },
    });
    const instance = await firstOf('/instances');
    expect(instance.id).toMatch(/^i-[0-9a-f]{17}$/);
    expect(Number(instance.cpu)).toBeLessThanOrEqual(1);
    expect(Object.hasOwn(instance, 'cpu-capacity')).toBe(false);
    expect(await firstOf('/apps')).toMatchObject({ generation: '2' });
    expect((await firstOf('/apps/shop/processes')).task_definition).toMatch(/^arn:aws:ecs:/);
    for (const path of ['/apps/shop/balancers', '/apps/shop/configs', '/apps/shop/diagnose', '/apps/shop/budget']) {
      expect((await harness.ask(path)).status, path).toBe(404);
    }
    expect((await harness.get<unknown[]>('/system/releases')).length).toBeGreaterThan(0);
    const [metric] = await harness.get<{ values: Fields[] }[]>('/apps/shop/metrics');
    expect(metric?.values[0]).toHaveProperty('p95');
  });

  test('count, parameters and version can be changed', async () => {
    harness = await Harness.start({ version: '20260418101514' });
    await harness.put('/system', { count: '8', parameters: 'Autoscale=No', version: '20260601000000' });
    expect(await harness.get('/system')).toMatchObject({
      count: 8,
      version: '20260601000000',
      parameters: { Autoscale: 'No' },
    });
  });
});
