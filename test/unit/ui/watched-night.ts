import type { AuditEntry } from '../../../src/domain/audit-entry.ts';
import type { Process } from '../../../src/domain/process.ts';
import type { Release } from '../../../src/domain/release.ts';
import type { GatewayApi } from '../../../src/protocol/gateway-api.ts';
import { FakeSession, fakeAccess } from './fake-deck.ts';
import { MINUTE, NIGHT, SAMPLE_APPS, SAMPLE_SYSTEM, sampleProcess, sampleReads } from './sample-world.ts';

/** Three hours up to 03:00 that somebody watched: at 02:41 a release was promoted that eats the CPU and crashes. */

const PROMOTED = NIGHT - 19 * MINUTE;

function web(at: number): Process[] {
  const after = at >= PROMOTED;
  const wave = Math.sin(at / (7 * MINUTE));
  return [0, 1].map((index) =>
    sampleProcess({
      id: `web-${after ? '7c1f' : '6d9f'}-${index === 0 ? 'x2x4q' : '9dk2p'}`,
      release: after ? 'RNEWRELEASE' : 'ROLDRELEASE',
      startedAt: after ? PROMOTED + 20_000 + index * 15_000 : NIGHT - 3 * 86_400_000,
      cpu: (after ? 0.9 : 0.3) + 0.05 * wave + index * 0.02,
      memory: 240 + (after ? 60 : 0) + 20 * wave,
    }),
  );
}

function others(at: number): Process[] {
  const wave = Math.sin(at / (11 * MINUTE));
  return [
    sampleProcess({
      id: 'worker-77c-pp01',
      service: 'worker',
      release: 'ROLDRELEASE',
      cpu: 0.4 + 0.1 * wave,
      memory: 612,
      startedAt: NIGHT - 3 * 86_400_000,
    }),
    sampleProcess({
      id: 'api-5f5f-ab12c',
      app: 'billing',
      service: 'api',
      release: 'RBILLING001',
      cpu: 1.6 + 0.2 * wave,
      memory: 1_240,
      startedAt: NIGHT - 50 * MINUTE,
    }),
  ];
}

const release = (id: string, createdAt: number, description: string): Release => ({
  id,
  app: 'shop',
  build: 'BABC',
  env: 'SECRET=hunter2',
  manifest: '',
  description,
  createdAt,
});

const AUDITED: AuditEntry = {
  id: 1,
  firstSeen: PROMOTED,
  lastSeen: PROMOTED,
  count: 1,
  user: 'deployer@example.com',
  actionType: 'convox',
  action: 'release.promote',
  resourceType: 'release',
  resource: 'RNEWRELEASE',
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

export class WatchedSession extends FakeSession {
  audits = 0;
  override readonly gateway: GatewayApi;

  constructor(now: () => number, name = 'acme/prod') {
    super({
      name,
      kind: 'gateway',
      now,
      reads: {
        ...sampleReads(() => [...web(now()), ...others(now())]),
        services: async () => [
          {
            name: 'web',
            domain: '',
            count: 2,
            cpu: 500,
            memory: 512,
            gpu: 0,
            ports: [],
            nlb: [],
            min: undefined,
            max: undefined,
            coldStart: false,
            autoscale: undefined,
            agent: false,
          },
          {
            name: 'worker',
            domain: '',
            count: 1,
            cpu: 1_000,
            memory: 1_024,
            gpu: 0,
            ports: [],
            nlb: [],
            min: undefined,
            max: undefined,
            coldStart: false,
            autoscale: undefined,
            agent: false,
          },
        ],
        releases: async (app) =>
          app === 'shop'
            ? [
                release('RNEWRELEASE', PROMOTED - 2 * MINUTE, 'Try the new cache'),
                release('ROLDRELEASE', NIGHT - 3 * 86_400_000, 'Older'),
              ]
            : [],
        builds: async () => [],
        systemMetrics: async () => [
          {
            name: 'cluster:cpu:utilization',
            values: Array.from({ length: 180 }, (_, at) => {
              const time = NIGHT - (179 - at) * MINUTE;
              const avg = 40 + 15 * Math.sin(at / 20) + (time >= PROMOTED ? 20 : 0);
              return {
                time,
                avg,
                min: avg,
                max: avg,
                sum: avg,
                count: 1,
                p90: undefined,
                p95: undefined,
                p99: undefined,
              };
            }),
          },
        ],
      },
    });
    this.access.set(fakeAccess({ roleLabel: 'deployer' }));
    this.gateway = {
      auditLogs: async () => {
        this.audits += 1;
        return { entries: [AUDITED], total: 1 };
      },
      createdBy: async () => new Map([['RNEWRELEASE', { email: 'dev@example.com', name: 'Dev' }]]),
    } as unknown as GatewayApi;
    this.#watch();
  }

  /** A reading every fifteen seconds for three hours, then the crash of one web process. */
  #watch(): void {
    const { history } = this;
    history.take('system', [], SAMPLE_SYSTEM, NIGHT - 3 * 60 * MINUTE);
    for (let at = NIGHT - 3 * 60 * MINUTE; at <= NIGHT; at += 15_000) {
      const crashed = at >= NIGHT - 6 * MINUTE && at < NIGHT - 5 * MINUTE;
      const list = [...web(at), ...others(at)].map((process, index) =>
        crashed && index === 0 ? { ...process, status: 'crashed', cpu: 0, memory: 0 } : process,
      );
      history.take('systemProcesses', [{ all: true }], list, at);
      const released = at >= PROMOTED ? 'RNEWRELEASE' : 'ROLDRELEASE';
      const apps = SAMPLE_APPS.map((app) =>
        app.name === 'shop' ? { ...app, release: released, status: 'running' } : app,
      );
      history.take('apps', [], apps, at);
    }
  }
}
