import { describe, expect, it } from 'vitest';
import { MASK } from '../../../src/domain/env-text.ts';
import { Failure } from '../../../src/domain/failure.ts';
import type { GatewayApi } from '../../../src/protocol/gateway-api.ts';
import { shownResource } from '../../../src/resources/backing-resource-view.ts';
import { balancers } from '../../../src/resources/balancers.ts';
import { budget } from '../../../src/resources/budget.ts';
import { capacity } from '../../../src/resources/capacity.ts';
import { certificates } from '../../../src/resources/certificates.ts';
import { configs } from '../../../src/resources/configs.ts';
import { cost } from '../../../src/resources/cost.ts';
import { env } from '../../../src/resources/env.ts';
import { params } from '../../../src/resources/params.ts';
import { rackParams } from '../../../src/resources/rack-params.ts';
import { rackReleases } from '../../../src/resources/rack-releases.ts';
import { registries } from '../../../src/resources/registries.ts';
import { resources } from '../../../src/resources/resources.ts';
import { systemProcesses } from '../../../src/resources/system-processes.ts';
import { anApp, aProcess, aRelease, contextWith, NOW, SYSTEM } from './fake-context.ts';
import { cellsOf, shownText } from './shown-text.ts';

const AT = { app: 'shop' };
const fails =
  (kind: 'forbidden' | 'not-found' | 'server' | 'route-missing', why = '') =>
  async () => {
    throw new Failure({ kind, what: 'no', why });
  };

describe('env', () => {
  const app = async () => anApp({ release: 'R1' });
  const newest = aRelease({ id: 'R2', env: 'SAME=1\nCHANGED=hunter2\nNEW=hunter3' });
  const active = aRelease({ id: 'R1', env: 'SAME=1\nCHANGED=hunter1\nGONE=hunter4' });
  const states = (rows: readonly { key: string; state: string }[]) =>
    Object.fromEntries(rows.map(({ key, state }) => [key, state]));

  it('compares the newest release with the active one, and shows no value in any form', async () => {
    const rows = await env.query(contextWith({ app, releases: async () => [newest, active] }, AT));
    expect(states(rows)).toEqual({ SAME: 'same', CHANGED: 'changed', NEW: 'added', GONE: 'removed' });
    expect(rows[0]).toMatchObject({ newest: 'R2', active: 'R1' });
    const shown = shownText(env, rows, NOW);
    expect(shown).toContain('CHANGED');
    expect(shown).not.toContain('hunter');
  });

  it('asks no more where the newest is the active one', async () => {
    const rows = await env.query(contextWith({ app, releases: async () => [active] }, AT));
    expect(new Set(rows.map(({ state }) => state))).toEqual(new Set(['same']));
  });

  it('fetches an active release that is older than the list', async () => {
    const reads = { app, releases: async () => [newest], release: async () => active };
    expect(states(await env.query(contextWith(reads, AT)))).toMatchObject({ CHANGED: 'changed' });
  });

  it.each(['forbidden', 'not-found'] as const)('says so where the active release is %s', async (kind) => {
    const rows = await env.query(contextWith({ app, releases: async () => [newest], release: fails(kind) }, AT));
    expect(new Set(rows.map(({ state, note }) => `${state}: ${note}`))).toEqual(
      new Set(['unknown: the active release cannot be read']),
    );
  });

  it('does not ask for a single release where the role forbids it', async () => {
    const access = {
      ...contextWith({}).access,
      can: () => ({ allowed: false, because: 'role', reason: 'needs role deployer' }) as const,
    };
    const rows = await env.query(contextWith({ app, releases: async () => [newest] }, AT, { access }));
    expect(rows[0]?.state).toBe('unknown');
  });

  it('an app that was never promoted, and one without a release', async () => {
    const none = async () => anApp({ release: '' });
    const rows = await env.query(contextWith({ app: none, releases: async () => [newest] }, AT));
    expect(rows[0]).toMatchObject({ state: 'unknown', note: 'no release is active yet' });
    expect(await env.query(contextWith({ app: none, releases: async () => [] }, AT))).toEqual([]);
  });

  it('a gateway says what is secret, by its app settings too; a masked change is not called the same', async () => {
    const gateway = {
      env: async () =>
        new Map([
          ['SAME', MASK],
          ['CHANGED', '1'],
          ['API_KEY', MASK],
        ]),
    } as unknown as GatewayApi;
    const masked = [
      aRelease({ id: 'R2', env: `SAME=1\nCHANGED=1\nAPI_KEY=${MASK}` }),
      aRelease({ id: 'R1', env: `SAME=1\nCHANGED=2\nAPI_KEY=${MASK}` }),
    ];
    const rows = await env.query(contextWith({ app, releases: async () => masked }, AT, { gateway }));
    expect(rows.map(({ key, state, masked: secret }) => [key, state, secret])).toEqual([
      ['API_KEY', 'unknown', true],
      ['CHANGED', 'changed', false],
      ['SAME', 'same', true],
    ]);
  });

  it('an old gateway without the endpoint is no obstacle, a refusal is', async () => {
    const releases = async () => [active];
    const old = { env: fails('route-missing') } as unknown as GatewayApi;
    expect(await env.query(contextWith({ app, releases }, AT, { gateway: old }))).toHaveLength(3);
    const strict = { env: fails('forbidden') } as unknown as GatewayApi;
    await expect(env.query(contextWith({ app, releases }, AT, { gateway: strict }))).rejects.toMatchObject({
      kind: 'forbidden',
    });
  });

  it('a hostile key cannot reach the terminal', async () => {
    const releases = async () => [aRelease({ id: 'R1', env: 'A\u001b[2JB=1' })];
    const rows = await env.query(contextWith({ app, releases }, AT));
    expect(rows.map(({ key }) => key)).toEqual(['AB']);
  });
});

describe('resources', () => {
  const database = {
    name: 'main',
    type: 'postgres',
    url: 'postgres://app:hunter2@db.internal:5432/app',
    status: 'running',
    parameters: { Password: 'hunter2', Url: 'https://hooks.example.com/hunter2' },
  };

  it('never shows a password, in no form', async () => {
    const rows = await resources.query(contextWith({ backingResources: async () => [database] }, AT));
    expect(JSON.stringify(rows)).not.toContain('hunter2');
    const shown = shownText(resources, rows, NOW);
    expect(shown).toContain('postgres://app:****@db.internal:5432/app');
    expect(shown).not.toContain('hunter2');
  });

  it.each([
    ['running', 'ok'],
    ['available', 'ok'],
    ['pending', 'warning'],
    ['modifying', 'info'],
    ['failed', 'critical'],
    ['constructor', 'unknown'],
    [undefined, 'unknown'],
  ] as const)('status %s is %s', (status, severity) => {
    expect(resources.severity(shownResource({ ...database, status }))).toBe(severity);
  });

  it('an app before its first promote has none, a broken rack is a failure', async () => {
    const early = fails('not-found', 'no release for app: shop');
    expect(await resources.query(contextWith({ backingResources: early }, AT))).toEqual([]);
    const gone = fails('not-found', 'app not found: shop');
    await expect(resources.query(contextWith({ backingResources: gone }, AT))).rejects.toMatchObject({
      kind: 'not-found',
    });
  });
});

describe('what a rack keeps', () => {
  it('certificates: those that end first lead', async () => {
    const rows = await certificates.query(
      contextWith({
        certificates: async () => [
          { id: 'a', domain: 'a.example.com', domains: [], expiresAt: NOW + 20 * 86_400_000, status: '' },
          { id: 'b', domain: '', domains: ['b.example.com', 'c.example.com'], expiresAt: NOW - 1, status: '' },
        ],
      }),
    );
    expect(rows.map(certificates.severity)).toEqual(['warning', 'critical']);
    expect(cellsOf(certificates, rows, 'status', NOW)).toEqual(['! ready', 'x expired']);
    expect(cellsOf(certificates, rows, 'domains', NOW)).toEqual(['a.example.com', 'b.example.com c.example.com']);
    expect(cellsOf(certificates, rows, 'daysLeft', NOW)).toEqual(['20', '-1']);
    expect(certificates.sort).toEqual(['daysLeft', 'asc']);
  });

  it('registries and balancers', async () => {
    const [registry] = await registries.query(
      contextWith({ registries: async () => [{ server: 'ghcr.io/acme', username: 'bot' }] }),
    );
    expect(registry).toEqual({ server: 'ghcr.io/acme', username: 'bot' });
    const rows = await balancers.query(
      contextWith(
        {
          balancers: async () => [
            { name: 'main', endpoint: '', service: 'web', ports: [{ protocol: 'TCP', source: 5000, target: 3000 }] },
          ],
        },
        AT,
      ),
    );
    expect(cellsOf(balancers, rows, 'ports', NOW)).toEqual(['5000:3000/tcp']);
    expect(rows.map(balancers.severity)).toEqual(['warning']);
  });

  it('configs: the value does not even get into the row', async () => {
    const rows = await configs.query(
      contextWith({ configs: async () => [{ name: 'app.yml', value: 'hunter2', bytes: 7 }] }, AT),
    );
    expect(rows).toEqual([{ name: 'app.yml', bytes: 7 }]);
    expect(shownText(configs, rows, NOW)).not.toContain('hunter2');
  });

  it('system processes: own ones only, never called old', async () => {
    const asked: unknown[] = [];
    const rows = await systemProcesses.query(
      contextWith({
        systemProcesses: async (query) => {
          asked.push(query);
          return [aProcess({ app: 'system', release: '3.24.9' }), aProcess({ id: 'router-1', cpu: 0, memory: 0 })];
        },
      }),
    );
    expect(asked).toEqual([{ all: false }]);
    expect(rows.map(({ standing, cpu }) => [standing, cpu])).toEqual([
      ['', 0.25],
      ['', undefined],
    ]);
  });

  it('rack releases: the version that runs is marked', async () => {
    const systemReleases = async () => [aRelease({ id: '20260418101514' }), aRelease({ id: '20260110083012' })];
    const system = { ...SYSTEM, version: '20260418101514' };
    const rows = await rackReleases.query(contextWith({ systemReleases }, {}, { system }));
    expect(cellsOf(rackReleases, rows, 'state', NOW)).toEqual(['+ current', '? past']);
  });

  it('capacity: shares and what is left', async () => {
    const rows = await capacity.query(
      contextWith({
        capacity: async () => ({
          clusterCpu: 4_000,
          clusterMemory: 16_000,
          clusterGpu: undefined,
          processCount: 9,
          processCpu: 3_600,
          processMemory: 4_000,
          processGpu: undefined,
          instanceCpu: undefined,
          instanceMemory: undefined,
          processWidth: undefined,
        }),
      }),
    );
    expect(cellsOf(capacity, rows, 'free', NOW)).toEqual(['0.40c', '12.0 GB', '-']);
    expect(cellsOf(capacity, rows, 'share', NOW)).toEqual(['90%', '25%', '-']);
    expect(rows.map(capacity.severity)).toEqual(['warning', 'ok', 'ok']);
  });
});

describe('parameters', () => {
  it('of an app and of a rack: secrets masked in every form', async () => {
    const given = { BuildMem: '1024', Password: 'hunter2' };
    const ofApp = await params.query(contextWith({ app: async () => anApp({ parameters: given }) }, AT));
    const ofRack = await rackParams.query(contextWith({ parameters: async () => given }));
    for (const rows of [ofApp, ofRack]) {
      expect(rows.map(({ name, value }) => [name, value])).toEqual([
        ['BuildMem', '1024'],
        ['Password', '****'],
      ]);
      expect(shownText(rackParams, rows, NOW)).not.toContain('hunter2');
    }
  });

  it('a rack that keeps none says who does', async () => {
    await expect(rackParams.query(contextWith({ parameters: async () => undefined }))).rejects.toMatchObject({
      kind: 'route-missing',
      why: expect.stringContaining('console'),
    });
  });
});

describe('money', () => {
  const line = { service: 'web', cpuHours: 10, memGbHours: 5, gpuHours: 0, instanceType: undefined, spendUsd: 3 };
  const spent = { app: 'shop', monthStart: NOW, asOf: NOW, spendUsd: 4, breakdown: [line], trackingEnabled: true };

  it('cost: the sum first, then each service with its share', async () => {
    const rows = await cost.query(contextWith({ cost: async () => spent }, AT));
    expect(rows.map(({ kind, service, spendUsd, share }) => [kind, service, spendUsd, share])).toEqual([
      ['total', 'all services', 4, 1],
      ['service', 'web', 3, 0.75],
    ]);
    expect(cellsOf(cost, rows, 'spent', NOW)).toEqual(['$4.00', '$3.00']);
    expect(cost.open.enter?.place(rows[0] as never, AT)).toEqual(AT);
    expect(cost.open.enter?.place(rows[1] as never, AT)).toEqual({ app: 'shop', service: 'web' });
  });

  it('cost: nothing tracked is nothing known, not nothing spent', async () => {
    const none = { ...spent, spendUsd: 0, breakdown: [], trackingEnabled: false };
    expect(await cost.query(contextWith({ cost: async () => none }, AT))).toEqual([]);
  });

  it('budget: one row, none without a cap, but always when the breaker has tripped', async () => {
    const cap = { monthlyCapUsd: 100, alertThresholdPercent: 80, atCapAction: 'block-new-deploys' };
    const state = { currentMonthSpendUsd: 85, asOf: NOW, breakerTripped: false };
    const rows = await budget.query(contextWith({ budget: async () => ({ cap, state }) }, AT));
    expect(cellsOf(budget, rows, 'status', NOW)).toEqual(['! near the cap']);
    expect(await budget.query(contextWith({ budget: async () => ({ cap: undefined, state }) }, AT))).toEqual([]);
    const tripped = { cap: undefined, state: { ...state, breakerTripped: true } };
    const [row] = await budget.query(contextWith({ budget: async () => tripped }, AT));
    expect(row?.severity).toBe('critical');
  });
});
