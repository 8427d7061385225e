import { describe, expect, it } from 'vitest';
import type { AuditEntry } from '../../../src/domain/audit-entry.ts';
import { Failure } from '../../../src/domain/failure.ts';
import { ALLOWED, refused } from '../../../src/domain/verdict.ts';
import { SessionHistory } from '../../../src/live/session-history.ts';
import type { GatewayApi } from '../../../src/protocol/gateway-api.ts';
import type { RackReads } from '../../../src/protocol/rack-api.ts';
import { metrics } from '../../../src/resources/metrics.ts';
import { timeline } from '../../../src/resources/timeline.ts';
import { auditTimeline } from '../../../src/resources/timeline-sources.ts';
import { anApp, anInstance, aProcess, aRelease, aService, contextWith, NOW, SYSTEM } from './fake-context.ts';

const MINUTE = 60_000;
const unsupported = async () => {
  throw new Failure({ kind: 'unsupported', what: 'no metrics', status: 501 });
};

function rackReads(changes: Partial<RackReads> = {}): Partial<RackReads> {
  return {
    apps: async () => [anApp(), anApp({ name: 'billing' })],
    systemProcesses: async () => [
      aProcess({ id: 'web-1', cpu: 0.5, memory: 100 }),
      aProcess({ id: 'web-2', cpu: 0.25, memory: 100, instance: 'node-2' }),
      aProcess({ id: 'api-1', app: 'billing', service: 'api', cpu: 2, memory: 800 }),
    ],
    processes: async () => [aProcess({ id: 'web-1', cpu: 0.5, memory: 100 }), aProcess({ id: 'web-2', cpu: 0.25 })],
    instances: async () => [anInstance({ id: 'node-1', cpu: 1, cpuAllocatable: 4 })],
    services: async () => [aService({ cpu: 500, memory: 200 })],
    systemMetrics: unsupported,
    ...changes,
  };
}

describe('metrics', () => {
  it('a rack: itself, its nodes, apps, services and processes, each in its unit', async () => {
    const rows = await metrics.query(contextWith(rackReads()));
    const cpus = Object.fromEntries(rows.map((row) => [row.key, [row.cpu, row.unit]]));
    expect(cpus).toEqual({
      rack: [0.25, 'share'],
      'node:node-1': [1, 'amount'],
      'process:shop/web/web-1': [0.5, 'amount'],
      'process:shop/web/web-2': [0.25, 'amount'],
      'process:billing/api/api-1': [2, 'amount'],
      'service:shop/web': [0.75, 'amount'],
      'app:shop': [0.75, 'amount'],
      'service:billing/api': [2, 'amount'],
      'app:billing': [2, 'amount'],
    });
    expect(rows.find(({ key }) => key === 'node:node-1')).toMatchObject({ cpuShare: 0.25, source: 'once' });
  });

  it('an app: percent of what its replicas request', async () => {
    const rows = await metrics.query(contextWith(rackReads(), { app: 'shop' }));
    expect(rows.find(({ key }) => key === 'service:shop/web')?.cpuShare).toBeCloseTo(0.75);
    expect(rows.find(({ key }) => key === 'process:shop/web/web-1')?.cpuShare).toBe(1);
    expect(rows.some(({ key }) => key === 'rack')).toBe(false);
  });

  it('a node: it and what runs on it, no sums that would look like an app', async () => {
    const rows = await metrics.query(contextWith(rackReads(), { instance: 'node-1' }));
    expect(rows.map(({ key }) => key).sort()).toEqual([
      'node:node-1',
      'process:billing/api/api-1',
      'process:shop/web/web-1',
    ]);
  });

  it('statistics over what was sampled, and the rack by its own history where that says more', async () => {
    const history = new SessionHistory();
    history.take('system', [], SYSTEM, NOW);
    [1, 2, 9].forEach((cpu, at) => {
      history.take('systemProcesses', [{ all: true }], [aProcess({ id: 'web-1', cpu })], NOW - (4 - at) * MINUTE);
    });
    const value = (avg: number, at: number) => ({
      time: at,
      avg,
      min: avg,
      max: avg,
      sum: avg,
      count: 1,
      p90: undefined,
      p95: undefined,
      p99: undefined,
    });
    const systemMetrics = async () => [
      {
        name: 'cluster:cpu:utilization',
        values: [value(10, NOW - 3 * MINUTE), value(20, NOW - 2 * MINUTE), value(99, NOW - 60 * MINUTE)],
      },
    ];
    const rows = await metrics.query(contextWith(rackReads({ systemMetrics }), {}, { history }));
    expect(rows.find(({ key }) => key === 'process:shop/web/web-1')).toMatchObject({
      cpu: 0.5,
      cpuMedian: 2,
      cpuLeast: 0.5,
      cpuMost: 9,
      samples: 3,
      source: 'sampled',
      resolution: MINUTE,
    });
    expect(rows.find(({ key }) => key === 'rack')).toMatchObject({ cpuMost: 0.25, cpuLeast: 0.1, source: 'rack' });
  });

  it('metrics that are off are unknown, not zero', async () => {
    const off = rackReads({
      systemProcesses: async () => [aProcess({ cpu: 0, memory: 0 })],
      instances: async () => [anInstance({ cpu: 0, memory: 0 })],
    });
    expect(await metrics.query(contextWith(off))).toEqual([]);
  });

  it('nodes that may not be read are left out; a rack that cannot list its processes is asked app by app', async () => {
    const reads = rackReads({
      instances: async () => {
        throw new Failure({ kind: 'forbidden', what: 'no' });
      },
      systemProcesses: async () => {
        throw new Failure({ kind: 'server', what: 'unexpected container name', status: 500 });
      },
    });
    const rows = await metrics.query(contextWith(reads));
    expect(rows.map(({ key }) => key)).toContain('process:shop/web/web-1');
    expect(rows.map(({ key }) => key)).not.toContain('rack');
  });

  it('v2: percent of reservations', async () => {
    const reads = rackReads({
      instances: async () => [
        anInstance({ cpu: 0.4, memory: 0.6, cpuAllocatable: undefined, memoryAllocatable: undefined }),
      ],
    });
    const rows = await metrics.query(contextWith(reads, {}, { system: { ...SYSTEM, version: '20260418101514' } }));
    expect(rows.find(({ key }) => key === 'service:billing/api')).toMatchObject({
      unit: 'share',
      cpu: 0.02,
      cpuShare: 0.02,
    });
    expect(rows.some(({ key }) => key.startsWith('app:'))).toBe(false);
    const cpu = metrics.columns.find(({ id }) => id === 'cpu');
    const rack = rows.find(({ key }) => key === 'rack');
    expect(rack && cpu?.cell(rack, NOW).text).toBe('40%');
  });
});

const ENTRY: AuditEntry = {
  id: 7,
  firstSeen: NOW,
  lastSeen: NOW - 5 * MINUTE,
  count: 1,
  user: 'ops@example.com',
  actionType: 'convox',
  action: 'release.promote',
  resourceType: 'release',
  resource: 'RNEW',
  status: 'success',
  httpStatus: 200,
  token: '',
  command: '',
  decision: 'allow',
  ip: '',
  userAgent: '',
  averageMs: 1,
  details: { app: 'shop' },
};

function gateway(changes: Partial<GatewayApi> = {}): GatewayApi {
  return {
    auditLogs: async () => ({ entries: [ENTRY], total: 1 }),
    createdBy: async () => new Map([['RNEW', { email: 'dev@example.com', name: 'Dev' }]]),
    ...changes,
  } as GatewayApi;
}

function permissive() {
  return { ...contextWith({}).access, can: () => ALLOWED, offers: () => ALLOWED };
}

describe('timeline', () => {
  const reads = rackReads({
    releases: async () => [aRelease({ createdAt: NOW - 8 * MINUTE, env: 'KEY=hunter2', description: 'Faster carts' })],
    builds: async () => [],
    processes: async () => [aProcess({ id: 'web-1', status: 'crashed', startedAt: NOW - 4 * MINUTE })],
  });

  it('tells releases, promotes and who, births and what is down; never a value of the environment', async () => {
    const events = await timeline.query(
      contextWith(reads, { app: 'shop' }, { gateway: gateway(), access: permissive() }),
    );
    expect(events.map(({ what, by }) => [what, by])).toEqual([
      ['RNEW created: Faster carts', 'dev@example.com'],
      ['RNEW promoted', 'ops@example.com'],
      ['web-1 started on RNEW', undefined],
      ['web-1 found crashed on RNEW', undefined],
    ]);
    expect(JSON.stringify(events)).not.toContain('hunter2');
  });

  it('a crash that was seen happen is told at its time only', async () => {
    const history = new SessionHistory();
    history.take('processes', ['shop', undefined], [aProcess({ id: 'web-1' })], NOW - 2 * MINUTE);
    history.take('processes', ['shop', undefined], [aProcess({ id: 'web-1', status: 'crashed' })], NOW - MINUTE);
    const events = await timeline.query(contextWith(reads, { app: 'shop' }, { history }));
    expect(events.filter(({ kind }) => kind === 'crashed').map(({ at }) => at)).toEqual([NOW - MINUTE]);
  });

  it('a whole rack asks for the deploys of a few apps, however many there are', async () => {
    const asked: string[] = [];
    const many = Array.from({ length: 50 }, (_, at) => anApp({ name: `app${at}` }));
    await timeline.query(
      contextWith({
        ...reads,
        apps: async () => many,
        systemProcesses: async () => many.map(({ name }, at) => aProcess({ id: name, app: name, startedAt: NOW - at })),
        releases: async (app) => {
          asked.push(app);
          return [];
        },
      }),
    );
    expect(asked).toEqual(['app0', 'app1', 'app2', 'app3']);
  });

  it('says why the audit log is not part of it', async () => {
    const at = contextWith({});
    const missing = async (changes: Parameters<typeof contextWith>[2]) =>
      (await auditTimeline({ ...at, ...changes })).missing;
    expect(await missing({})).toBe('only a gateway keeps an audit log');
    const access = (part: object) => ({ ...at.access, can: () => ALLOWED, offers: () => ALLOWED, ...part });
    expect(
      await missing({ gateway: gateway(), access: access({ can: () => refused('role', 'needs role ops') }) }),
    ).toBe('needs role ops');
    const broken = gateway({
      auditLogs: async () => {
        throw new Failure({ kind: 'server', what: 'Audit is down' });
      },
    });
    expect(await missing({ gateway: broken, access: access({}) })).toBe('Audit is down');
    expect(await missing({ gateway: gateway(), access: access({}) })).toBeUndefined();
  });
});
