import { afterEach, describe, expect, test } from 'vitest';
import { DEMO_INCIDENTS } from '../../../src/cli/demo-incidents.ts';
import { NAMED_INCIDENTS } from '../../../src/simulator/scenario/named-incidents.ts';
import { startSimulator } from '../../../src/simulator/simulator.ts';
import { Harness } from './rack-harness.ts';

const MINUTE = 60_000;

interface Process {
  readonly id: string;
  readonly app: string;
  readonly name: string;
  readonly status: string;
  readonly release: string;
  readonly memory: number;
  readonly cpu: number;
  readonly instance: string;
  readonly started: string;
}
interface App {
  readonly name: string;
  readonly status: string;
  readonly release: string;
  readonly locked: boolean;
}
interface Release {
  readonly id: string;
  readonly created: string;
}
interface Report {
  readonly overview: {
    readonly services: readonly { name: string; status: string; stallReason?: string }[];
    readonly events?: readonly { reason: string; message: string }[];
  };
  readonly pods: readonly {
    name: string;
    classification: string;
    stateDetail?: string;
    restarts: number;
    previousLogs?: string;
    events?: readonly { reason: string }[];
  }[];
}

let harness: Harness;
afterEach(() => harness.close());

const processes = () => harness.get<Process[]>('/system/processes?all=true');
const diagnose = (app: string) => harness.get<Report>(`/apps/${app}/diagnose`);
const isWell = (process: Process): boolean => process.status === 'running';
const sickApps = async () => [...new Set((await processes()).filter((p) => !isWell(p)).map((p) => p.app))].sort();
const log = async (app: string) =>
  (await (await harness.socket(`/apps/${app}/logs`, { Since: '15m', Follow: 'false', Prefix: 'true' })).end()).text;
async function nodes() {
  const list =
    await harness.get<
      { id: string; cpu: number; memory: number; 'cpu-allocatable': number; 'memory-allocatable': number }[]
    >('/instances');
  return list.map((node) => ({
    id: node.id,
    cpu: node.cpu / node['cpu-allocatable'],
    memory: node.memory / node['memory-allocatable'],
  }));
}

describe('named incidents', () => {
  test('the command line names exactly those of the simulator', async () => {
    harness = await Harness.start();
    expect(NAMED_INCIDENTS.map(({ name }) => name)).toEqual([...DEMO_INCIDENTS]);
    await expect(startSimulator({ incident: 'no-such' })).rejects.toThrow(RangeError);
  });

  /** Whom each one strikes; everything else must be well. */
  test.each([
    ['crash-loop', ['notify'], {}],
    ['bad-promote', ['checkout'], { checkout: 'updating' }],
    ['rollback', [], { billing: 'rollback' }],
    ['oom', ['media'], {}],
    ['node-pressure', [], {}],
    ['stuck-deploy', ['shop'], { shop: 'updating' }],
    ['expired-cert', [], {}],
  ] as const)('%s strikes nothing else', async (incident, apps, statuses: Readonly<Record<string, string>>) => {
    harness = await Harness.start({ incident });
    expect(await sickApps()).toEqual(apps);
    for (const app of await harness.get<App[]>('/apps')) {
      expect([app.name, app.status, app.locked]).toEqual([app.name, statuses[app.name] ?? 'running', false]);
      const [newest] = await harness.get<Release[]>(`/apps/${app.name}/releases?limit=1`);
      if (statuses[app.name] !== 'rollback') expect([app.name, app.release]).toEqual([app.name, newest?.id]);
      const builds = await harness.get<{ status: string }[]>(`/apps/${app.name}/builds`);
      expect(builds.map((build) => build.status)).not.toContain('failed');
    }
    const loads = await nodes();
    const pressed = loads.filter((node) => node.memory > 0.9 || node.cpu > 0.9);
    expect(pressed).toHaveLength(incident === 'node-pressure' ? 1 : 0);
    const ends = (await harness.get<{ expiration: string }[]>('/certificates')).map(({ expiration }) => expiration);
    const soon = ends.filter((end) => Date.parse(end) < harness.now + 30 * 24 * 60 * MINUTE);
    expect(soon).toHaveLength(incident === 'expired-cert' ? 1 : 0);
  });

  test('crash-loop: no deploy, two of four workers, their last words in log and report', async () => {
    harness = await Harness.start({ incident: 'crash-loop' });
    const workers = (await processes()).filter(({ app, name }) => app === 'notify' && name === 'worker');
    expect(workers).toHaveLength(4);
    const sick = workers.filter((process) => !isWell(process));
    expect(sick).toHaveLength(2);
    expect(new Set(workers.map(({ release }) => release)).size).toBe(1);
    expect(sick.every(({ started }) => harness.now - Date.parse(started) < 10 * MINUTE)).toBe(true);
    expect(await log('notify')).toContain('CannotConnectError');
    const report = await diagnose('notify');
    expect(report.overview.services.find(({ name }) => name === 'worker')?.status).toBe('stalled');
    const pod = report.pods.find(({ classification }) => classification === 'unhealthy');
    expect([pod?.stateDetail, pod?.previousLogs?.includes('WRONGPASS'), (pod?.restarts ?? 0) > 3]).toEqual([
      'CrashLoopBackOff (exit code 1)',
      true,
      true,
    ]);
  });

  test('bad-promote: the new release crashes, half of the old one serves', async () => {
    harness = await Harness.start({ incident: 'bad-promote' });
    const [newest, before] = await harness.get<Release[]>('/apps/checkout/releases');
    const web = (await processes()).filter(({ app, name }) => app === 'checkout' && name === 'web');
    expect(web.filter(({ release }) => release === newest?.id).some(isWell)).toBe(false);
    expect(web.filter((process) => process.release === before?.id && isWell(process))).toHaveLength(3);
    expect(await log('checkout')).toContain('PaymentGatewayError');
  });

  test('rollback: given up, the old release everywhere, the events tell', async () => {
    harness = await Harness.start({ incident: 'rollback' });
    const [newest, before] = await harness.get<Release[]>('/apps/billing/releases');
    const app = await harness.get<App>('/apps/billing');
    expect([app.status, app.release]).toEqual(['rollback', before?.id]);
    const own = (await processes()).filter((process) => process.app === 'billing');
    expect(own.map(({ release }) => release)).not.toContain(newest?.id);
    expect(await log('billing')).toContain('Status: Updating => Rollback');
    const { events } = (await diagnose('billing')).overview;
    expect(events?.map(({ message }) => message)).toContain('Status: Updating => Rollback');
    harness.advance(26 * MINUTE);
    expect((await harness.get<App>('/apps/billing')).status).toBe('running');
  });

  test('oom: memory climbs to the limit, killed with 137, again and again', async () => {
    harness = await Harness.start({ incident: 'oom' });
    const seen = new Set<string>();
    let most = 0;
    for (let step = 0; step < 25; step++) {
      for (const process of (await processes()).filter(({ app, name }) => app === 'media' && name === 'worker')) {
        seen.add(process.status);
        most = Math.max(most, process.memory / 2048);
      }
      harness.advance(8_000);
      expect(await sickApps()).toEqual(['media']);
    }
    expect([...seen].sort()).toEqual(['crashed', 'running', 'starting']);
    expect(most).toBeGreaterThan(0.9);
    const report = await diagnose('media');
    const pod = report.pods.find(({ classification }) => classification === 'unhealthy');
    expect(pod?.stateDetail).toBe('OOMKilled (exit code 137)');
    expect(pod?.events?.map(({ reason }) => reason)).toContain('OOMKilling');
    expect(await log('media')).toMatch(/was OOMKilled \(exit code 137\)/);
  });

  test('node-pressure: one node at its limit, evicted processes came up elsewhere', async () => {
    harness = await Harness.start({ incident: 'node-pressure' });
    const pressed = (await nodes()).find(({ memory }) => memory > 0.9);
    const young = (await processes()).filter(({ started }) => harness.now - Date.parse(started) < 5 * MINUTE);
    expect(young).toHaveLength(2);
    expect(young.map(({ instance }) => instance)).not.toContain(pressed?.id);
    const { events } = (await diagnose(young[0]?.app ?? '')).overview;
    expect(events?.map(({ reason }) => reason)).toContain('Evicted');
  });

  test('stuck-deploy: no node for the new ones, all of the old ones serve, the rack says why', async () => {
    harness = await Harness.start({ incident: 'stuck-deploy' });
    const [newest] = await harness.get<Release[]>('/apps/shop/releases?limit=1');
    const web = (await processes()).filter(({ app, name }) => app === 'shop' && name === 'web');
    const fresh = web.filter(({ release }) => release === newest?.id);
    expect(fresh.length).toBeGreaterThan(0);
    expect(fresh.every(({ status, instance }) => status === 'pending' && instance === '')).toBe(true);
    expect(web.filter(isWell).length).toBeGreaterThanOrEqual(4);
    const report = await diagnose('shop');
    const service = report.overview.services.find(({ name }) => name === 'web');
    expect([service?.status, service?.stallReason]).toEqual(['stalled', expect.stringContaining('Insufficient cpu')]);
    expect(report.pods[0]?.events?.map(({ reason }) => reason)).toContain('FailedScheduling');
  });

  test('expired-cert: two hours ago, on prod and on staging', async () => {
    harness = await Harness.start({ incident: 'expired-cert' });
    for (const rack of harness.simulator.racks.slice(0, 2)) {
      const expired = rack.certificates.filter(({ expiresAt }) => expiresAt < harness.now);
      expect([rack.name, expired.length]).toEqual([rack.name, 1]);
      expect(expired[0]?.domains[0]).toMatch(/^shop\./);
    }
    const { events } = (await diagnose('shop')).overview;
    expect(events?.map(({ reason }) => reason)).toContain('CertificateExpired');
  });

  test('noisy-neighbour: one process takes a whole node, those beside it fail their checks now and then', async () => {
    harness = await Harness.start({ incident: 'noisy-neighbour' });
    const busy = (await nodes()).filter(({ cpu }) => cpu > 0.9);
    expect(busy).toHaveLength(1);
    const [greediest] = (await processes()).sort((a, b) => b.cpu - a.cpu);
    expect([greediest?.app, greediest?.name, greediest?.instance]).toEqual(['search', 'indexer', busy[0]?.id]);
    const sick = new Set<string>();
    for (let step = 0; step < 20; step++) {
      for (const process of (await processes()).filter((each) => !isWell(each))) {
        expect([process.status, process.instance]).toEqual(['unhealthy', busy[0]?.id]);
        sick.add(process.id);
      }
      harness.advance(10_000);
    }
    expect(sick.size).toBeGreaterThan(1);
  });
});
