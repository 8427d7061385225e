import { afterEach, describe, expect, test } from 'vitest';
import { startSimulator } from '../../../src/simulator/simulator.ts';
import { Harness } from './rack-harness.ts';

const MINUTE = 60_000;

interface Process {
  id: string;
  app: string;
  name: string;
  status: string;
  release: string;
  memory: number;
  started: string;
}

describe('the default scenario', () => {
  let harness: Harness;
  afterEach(() => harness.close());
  const all = (): Promise<Process[]> => harness.get<Process[]>('/system/processes?all=true');

  test('three racks, a dozen apps, one of each kind of access', async () => {
    harness = await Harness.start();
    const full = await startSimulator();
    expect(full.endpoints.map((endpoint) => endpoint.kind)).toEqual(['gateway', 'direct', 'console']);
    expect(full.racks.map((rack) => [rack.name, rack.version, rack.apps.size])).toEqual([
      ['acme/prod', '3.24.9', 6],
      ['staging', '3.24.9', 3],
      ['acme/eu', '3.21.4', 3],
    ]);
    const [gateway] = full.endpoints;
    if (gateway?.kind !== 'gateway') throw new Error('no gateway');
    const headers = { Authorization: `Basic ${Buffer.from(`convox:${gateway.token}`).toString('base64')}` };
    const apps = (await (await fetch(`${gateway.url}/api/v1/rack-proxy/apps`, { headers })).json()) as {
      name: string;
    }[];
    expect(apps.map((app) => app.name)).toEqual(['billing', 'checkout', 'media', 'notify', 'search', 'shop']);
    expect(full.requests.map((request) => request.server)).toContain('gateway');
    expect(full.requests.map((request) => request.server)).toContain('acme/prod');
    await full.close();
  });

  test('checkout went wrong twelve minutes ago', async () => {
    harness = await Harness.start();
    const app = await harness.get<{ status: string; release: string }>('/apps/checkout');
    const [newest, before] =
      await harness.get<{ id: string; created: string; description: string }[]>('/apps/checkout/releases');
    expect([app.status, app.release]).toEqual(['updating', newest?.id]);
    expect(harness.now - Date.parse(newest?.created ?? '')).toBeLessThan(13 * MINUTE);
    expect(before?.description).toBe('env change:PAYMENT_TIMEOUT_MS');
    const web = (await all()).filter((process) => process.app === 'checkout' && process.name === 'web');
    const fresh = web.filter((process) => process.release === newest?.id);
    expect(fresh.every((process) => ['starting', 'unhealthy', 'crashed'].includes(process.status))).toBe(true);
    expect(fresh.every((process) => harness.now - Date.parse(process.started) < 13 * MINUTE)).toBe(true);
    expect(web.filter((process) => process.release === before?.id && process.status === 'running')).toHaveLength(3);
    const log = await (
      await harness.socket('/apps/checkout/logs', { Since: '15m', Follow: 'false', Prefix: 'true' })
    ).end();
    const first = log.text.split('\n').find((line) => line.includes('PaymentGatewayError'));
    expect(Date.parse(first?.split(' ')[0] ?? '')).toBeGreaterThan(harness.now - 12 * MINUTE);
    expect(log.text).toContain('system/k8s/atom/app Status: Pending => Updating');
    expect(log.text).toContain('Back-off restarting failed container web');
  });

  test('diagnose explains it', async () => {
    harness = await Harness.start();
    const report = await harness.get<{
      overview: { services: { name: string; status: string; readyReplicas: number }[] };
      pods: { classification: string; previousLogs?: string; restarts: number }[];
      summary: { unhealthy: number };
    }>('/apps/checkout/diagnose');
    expect(report.overview.services.find((service) => service.name === 'web')).toMatchObject({
      status: 'stalled',
      readyReplicas: 3,
    });
    expect(report.summary.unhealthy).toBe(6);
    const pod = report.pods.find((candidate) => candidate.classification === 'unhealthy');
    expect(pod?.restarts).toBeGreaterThan(5);
    expect(pod?.previousLogs).toContain('PaymentGatewayError');
    const quiet = await harness.get<{ pods: unknown[] }>('/apps/shop/diagnose?checks=services');
    const loud = await harness.get<{ pods: unknown[]; overview?: unknown }>(
      '/apps/shop/diagnose?checks=services&all=true',
    );
    expect([quiet.pods.length < loud.pods.length, loud.overview]).toEqual([true, undefined]);
  });

  test('the quieter troubles', async () => {
    harness = await Harness.start();
    expect(await harness.get('/apps/billing')).toMatchObject({ locked: true });
    const [unpromoted] = await harness.get<{ id: string }[]>('/apps/search/releases?limit=1');
    expect((await harness.get<{ release: string }>('/apps/search')).release).not.toBe(unpromoted?.id);
    const [env] = await harness.get<{ id: string; description: string }[]>('/apps/shop/releases?limit=1');
    expect(env?.description).toBe('env add:FEATURE_WISHLIST change:CATALOG_CACHE_TTL');
    const processes = await all();
    const indexers = processes.filter((process) => process.app === 'search' && process.name === 'indexer');
    expect(indexers.map((process) => process.status).sort()).toEqual(['pending', 'running', 'running']);
    const hungry = processes.filter((process) => process.app === 'media' && process.name === 'worker');
    expect(hungry.every((process) => process.memory > 0.85 * 2048)).toBe(true);
    const instances = await harness.get<{ memory: number; 'memory-allocatable': number }[]>('/instances');
    const shares = instances.map((instance) => instance.memory / instance['memory-allocatable']).sort();
    expect(shares[0]).toBeLessThan(0.7);
    expect(shares.at(-1)).toBeGreaterThan(0.92);
    const certificates = await harness.get<{ expiration: string }[]>('/certificates');
    const soonest = Math.min(...certificates.map((certificate) => Date.parse(certificate.expiration)));
    expect(soonest - harness.now).toBeLessThan(7 * 24 * 60 * MINUTE);
    const builds = await harness.get<{ status: string }[]>('/apps/notify/builds');
    expect(builds[0]?.status).toBe('failed');
  });

  test.each([
    [undefined, 2000],
    [50, 5000],
    [3, 300],
    [20, undefined],
  ])('%s apps and %s processes', async (apps, processes) => {
    harness = await Harness.start({
      ...(apps === undefined ? {} : { apps }),
      ...(processes === undefined ? {} : { processes }),
    });
    expect(await harness.get<unknown[]>('/apps')).toHaveLength(apps ?? 6);
    const list = await all();
    if (processes !== undefined) expect(list).toHaveLength(processes);
    expect(new Set(list.map((process) => process.id)).size).toBe(list.length);
    expect(list.some((process) => process.app === 'checkout' && process.status === 'running')).toBe(true);
    harness.advance(5 * MINUTE);
    if (processes !== undefined) expect(await all()).toHaveLength(processes);
  });

  test('the same seed gives the same world, another seed another', async () => {
    harness = await Harness.start();
    const text = async (options: { seed?: number }): Promise<string> => {
      const other = await Harness.start(options);
      const answers = [
        await other.ask('/system/processes?all=true'),
        await other.ask('/apps/shop/releases'),
        await other.ask('/instances'),
      ];
      const log = await (await other.socket('/apps/shop/logs', { Follow: 'false' })).end();
      await other.close();
      return [...answers.map((answer) => answer.text), log.bytes.toString('latin1')].join();
    };
    const first = await text({});
    expect(await text({})).toBe(first);
    expect(await text({ seed: 2 })).not.toBe(first);
  });
});
