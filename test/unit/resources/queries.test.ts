import { describe, expect, it } from 'vitest';
import { Failure } from '../../../src/domain/failure.ts';
import type { GatewayApi } from '../../../src/protocol/gateway-api.ts';
import { apps } from '../../../src/resources/apps.ts';
import { board } from '../../../src/resources/board.ts';
import { builds } from '../../../src/resources/builds.ts';
import { cost } from '../../../src/resources/cost.ts';
import { erase } from '../../../src/resources/define-resource.ts';
import { instances } from '../../../src/resources/instances.ts';
import { processes } from '../../../src/resources/processes.ts';
import { racks } from '../../../src/resources/racks.ts';
import { releases } from '../../../src/resources/releases.ts';
import { rowJson } from '../../../src/resources/row-json.ts';
import { runQuery } from '../../../src/resources/run-query.ts';
import { services } from '../../../src/resources/services.ts';
import { anApp, anInstance, aProcess, aRelease, aService, contextWith, NOW, SYSTEM } from './fake-context.ts';

const V2 = { ...SYSTEM, version: '20260418101514' };

describe('processes', () => {
  it('asks one request for the whole rack, and the app alone where one is given', async () => {
    const whole = await processes.query(
      contextWith({ apps: async () => [anApp()], systemProcesses: async ({ all }) => (all ? [aProcess()] : []) }),
    );
    expect(whole).toHaveLength(1);
    const one = await processes.query(
      contextWith(
        { apps: async () => [anApp()], processes: async () => [aProcess(), aProcess({ service: 'worker', id: 'w' })] },
        { app: 'shop', service: 'worker' },
      ),
    );
    expect(one.map((row) => row.process.id)).toEqual(['w']);
  });

  it('marks what runs the active release and what does not, whatever the letter case', async () => {
    const rows = await processes.query(
      contextWith(
        {
          apps: async () => [anApp({ release: 'RNEW' })],
          processes: async () => [aProcess({ release: 'rnew' }), aProcess({ release: 'ROLD' })],
        },
        { app: 'shop' },
      ),
    );
    expect(rows.map((row) => row.standing)).toEqual(['now', 'old']);
  });

  it('reads zeros as unknown where metrics are off or the process does not run', async () => {
    const off = await processes.query(
      contextWith({ apps: async () => [], processes: async () => [aProcess({ cpu: 0, memory: 0 })] }, { app: 'shop' }),
    );
    expect(off[0]?.cpu).toBeUndefined();
    const crashed = await processes.query(
      contextWith(
        {
          apps: async () => [],
          processes: async () => [aProcess(), aProcess({ status: 'crashed', cpu: 0, memory: 0 })],
        },
        { app: 'shop' },
      ),
    );
    expect(crashed.map((row) => row.cpu)).toEqual([0.25, undefined]);
  });

  it('shows v2 usage as a percentage', async () => {
    const [row] = await processes.query(
      contextWith(
        { apps: async () => [], processes: async () => [aProcess({ cpu: 42 })] },
        { app: 'shop' },
        { system: V2 },
      ),
    );
    const cell = processes.columns.find((column) => column.id === 'cpu')?.cell(row as never, NOW);
    expect(cell?.text).toBe('42%');
  });
});

describe('apps and board', () => {
  const broken = async () => {
    throw new Failure({ kind: 'server', what: 'The rack failed', why: 'no containers found', status: 500 });
  };

  it('keeps the apps where the rack cannot list all processes (one pod with a sidecar)', async () => {
    const context = contextWith({ apps: async () => [anApp()], systemProcesses: broken, processes: broken });
    const [app] = await apps.query(context);
    expect(app).toMatchObject({ counted: false, severity: 'unknown' });
    const [line] = await board.query(context);
    expect(line).toMatchObject({ app: 'shop', up: undefined });
    expect(line?.finding).toContain('no containers found');
  });

  it('takes a list without any app for what it is: unknown, not "nothing runs"', async () => {
    const own = async () => [aProcess({ app: 'system', service: 'api' })];
    const [line] = await board.query(contextWith({ apps: async () => [anApp()], systemProcesses: own }));
    expect(line).toMatchObject({ up: undefined, severity: 'unknown' });
    expect(line?.finding).not.toContain('no process runs');
    const [app] = await apps.query(
      contextWith({ apps: async () => [anApp()], systemProcesses: own, processes: async () => [aProcess()] }),
    );
    expect(app).toMatchObject({ counted: true, severity: 'ok', health: { up: 1 } });
  });

  it('asks app by app where the one call fails, on the view of one rack only', async () => {
    const reads = { apps: async () => [anApp()], systemProcesses: broken, processes: async () => [aProcess()] };
    const [app] = await apps.query(contextWith(reads));
    expect(app).toMatchObject({ counted: true, health: { total: 1 } });
    const [line] = await board.query(contextWith(reads));
    expect(line).toMatchObject({ up: undefined });
  });

  it('does not hide a lost link', async () => {
    const lost = async () => {
      throw new Failure({ kind: 'unreachable', what: 'No answer' });
    };
    await expect(
      board.query(contextWith({ apps: async () => [anApp()], systemProcesses: lost })),
    ).rejects.toMatchObject({
      kind: 'unreachable',
    });
  });

  it('says what is wrong, on which release and since when', async () => {
    const [line] = await board.query(
      contextWith({
        apps: async () => [anApp()],
        systemProcesses: async () => [aProcess(), aProcess({ status: 'crashed', startedAt: NOW - 60_000 })],
      }),
    );
    expect(line).toMatchObject({ severity: 'critical', up: 1, total: 2, startedAt: NOW - 60_000 });
    expect(line?.finding).toMatch(/1 of 2 web crash-looping on RNEW/);
  });

  it('stands in for a rack that does not answer, with the next step', () => {
    const row = board.failed?.(
      contextWith({}).rack,
      new Failure({ kind: 'not-logged-in', what: 'Your session has expired', next: 'Log in again' }),
    );
    expect(row).toMatchObject({
      rack: 'prod',
      app: '',
      status: 'log in',
      finding: 'Your session has expired. Log in again',
    });
  });
});

describe('services', () => {
  it('counts running replicas against wanted ones and usage against requests', async () => {
    const [row] = await services.query(
      contextWith(
        {
          services: async () => [aService()],
          processes: async () => [aProcess(), aProcess({ status: 'pending', cpu: 0, memory: 0 })],
        },
        { app: 'shop' },
      ),
    );
    expect(row).toMatchObject({ running: 1, total: 2, severity: 'warning', cpuShare: 0.25, memoryShare: 0.25 });
  });

  it.each([
    [aService({ count: 0 }), [], 'ok'],
    [aService({ count: 2 }), [], 'critical'],
    [aService({ count: 2, coldStart: true }), [], 'warning'],
    [aService({ count: 2, agent: true }), [], 'ok'],
  ] as const)('%#: severity', async (service, running, severity) => {
    const [row] = await services.query(
      contextWith({ services: async () => [service], processes: async () => running }, { app: 'shop' }),
    );
    expect(row?.severity).toBe(severity);
  });
});

describe('releases', () => {
  const list = [
    aRelease({ id: 'R4', env: 'A=1\nB=2' }),
    aRelease({ id: 'R3', env: 'A=1' }),
    aRelease({ id: 'R2', env: 'A=0' }),
    aRelease({ id: 'R1', env: '' }),
  ];

  it('marks the active one, what was never promoted, and what each changed in the environment', async () => {
    const rows = await releases.query(
      contextWith({ app: async () => anApp({ release: 'R2' }), releases: async () => list }, { app: 'shop' }),
    );
    expect(rows.map((row) => row.mark)).toEqual(['newest, not promoted', 'not promoted', 'active', '']);
    expect(rows.map((row) => row.delta?.added)).toEqual([['B'], [], ['A'], undefined]);
    expect(rows[1]?.delta?.changed).toEqual(['A']);
  });

  it('never shows a value, in no form', async () => {
    const secret = [aRelease({ id: 'R2', env: 'TOKEN=hunter2-x' }), aRelease({ id: 'R1', env: 'TOKEN=hunter2-y' })];
    const rows = await releases.query(
      contextWith({ app: async () => anApp(), releases: async () => secret }, { app: 'shop' }),
    );
    for (const row of rows) {
      const shown = JSON.stringify([
        rowJson(releases, row),
        releases.describe?.(row),
        releases.columns.map((column) => column.cell(row, NOW)),
      ]);
      expect(shown).toContain('TOKEN');
      expect(shown).not.toContain('hunter2');
    }
  });

  it('says who created them where the gateway knows, and goes on without where it does not', async () => {
    const reads = { app: async () => anApp(), releases: async () => list };
    const knowing = { createdBy: async () => new Map([['R4', { email: 'ann@example.com', name: 'Ann' }]]) };
    const with_ = await releases.query(
      contextWith(reads, { app: 'shop' }, { gateway: knowing as unknown as GatewayApi }),
    );
    expect(with_.map((row) => row.by)).toEqual(['ann@example.com', '', '', '']);
    const failing = {
      createdBy: async () => {
        throw new Failure({ kind: 'route-missing', what: 'no' });
      },
    };
    const without = await releases.query(
      contextWith(reads, { app: 'shop' }, { gateway: failing as unknown as GatewayApi }),
    );
    expect(without).toHaveLength(4);
  });
});

describe('instances and racks', () => {
  it('measures against allocatable on v3, takes fractions on v2', async () => {
    const [v3] = await instances.query(contextWith({ instances: async () => [anInstance({ cpu: 1, memory: 3_900 })] }));
    expect(v3).toMatchObject({ cpuShare: 0.25, severity: 'critical' });
    const [v2] = await instances.query(
      contextWith(
        { instances: async () => [anInstance({ cpu: 0.5, memory: 0.4, cpuAllocatable: undefined, status: 'active' })] },
        {},
        { system: V2 },
      ),
    );
    expect(v2).toMatchObject({ cpuShare: 0.5, cpu: undefined, severity: 'ok' });
  });

  it('sums a rack up in one row', async () => {
    const [row] = await racks.query(
      contextWith({
        system: async () => SYSTEM,
        apps: async () => [anApp(), anApp({ name: 'b' })],
        instances: async () => [anInstance({ cpu: 1 }), anInstance({ id: 'n2', cpu: 3 })],
      }),
    );
    expect(row).toMatchObject({ apps: 2, nodes: 2, cpuShare: 0.5, role: 'rack password' });
  });
});

describe('runQuery', () => {
  it('refuses a view without its app, route or permission before any request', async () => {
    await expect(runQuery(erase(builds), contextWith({}))).rejects.toMatchObject({ kind: 'usage' });
    const access = contextWith({}).access;
    const noRoute = {
      ...access,
      offers: () => ({ allowed: false, because: 'version', reason: 'needs rack >= 9' }) as const,
    };
    await expect(runQuery(erase(apps), contextWith({}, {}, { access: noRoute }))).rejects.toMatchObject({
      kind: 'route-missing',
      why: 'needs rack >= 9',
    });
    const noRole = {
      ...access,
      can: () => ({ allowed: false, because: 'role', reason: 'needs role ops; you are viewer' }) as const,
    };
    await expect(runQuery(erase(releases), contextWith({}, { app: 'shop' }, { access: noRole }))).rejects.toMatchObject(
      {
        kind: 'forbidden',
        why: 'needs role ops; you are viewer',
      },
    );
  });

  it('says which version it needs where the rack itself only says no', async () => {
    const missing = async () => {
      throw new Failure({
        kind: 'route-missing',
        what: 'Could not read the cost',
        why: 'the console has no such route',
      });
    };
    const reads = (version: string) => ({ cost: missing, system: async () => ({ ...SYSTEM, version }) });
    const asked = { system: undefined };
    await expect(runQuery(erase(cost), contextWith(reads('3.21.4'), { app: 'shop' }, asked))).rejects.toMatchObject({
      kind: 'route-missing',
      why: 'needs rack >= 3.24.6; this one is 3.21.4',
    });
    await expect(
      runQuery(erase(cost), contextWith(reads('20260418101514'), { app: 'shop' }, asked)),
    ).rejects.toMatchObject({ why: 'not on v2 racks' });
    // A rack that should have it, and one that does not even tell its version, keep their own words.
    const own = { what: 'Could not read the cost', why: 'the console has no such route' };
    await expect(runQuery(erase(cost), contextWith(reads('3.24.9'), { app: 'shop' }, asked))).rejects.toMatchObject(
      own,
    );
    await expect(
      runQuery(erase(cost), contextWith({ cost: missing, system: missing }, { app: 'shop' }, asked)),
    ).rejects.toMatchObject(own);
  });
});
