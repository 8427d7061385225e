import { describe, expect, it } from 'vitest';
import { createAccess } from '../../../src/access/create-access.ts';
import type { AuditEntry } from '../../../src/domain/audit-entry.ts';
import { Failure } from '../../../src/domain/failure.ts';
import { explainApp } from '../../../src/domain/findings/explain-app.ts';
import type { Identity } from '../../../src/domain/identity.ts';
import { refused } from '../../../src/domain/verdict.ts';
import { parseVersion } from '../../../src/domain/version.ts';
import { SessionHistory } from '../../../src/live/session-history.ts';
import type { GatewayApi } from '../../../src/protocol/gateway-api.ts';
import type { RackReads } from '../../../src/protocol/rack-api.ts';
import { gatherApp } from '../../../src/resources/app-facts.ts';
import { findings } from '../../../src/resources/findings.ts';
import { gatherRack } from '../../../src/resources/rack-facts.ts';
import { anApp, anInstance, aProcess, aRelease, aService, contextWith, NOW, SYSTEM } from './fake-context.ts';

const CRASHED = [aProcess({ status: 'crashed', startedAt: NOW - 30_000 }), aProcess({ id: 'web-6d9f7c5b8-9dk2p' })];

/** A rack that answers everything, with one process that crashes. */
function answers(changes: Partial<RackReads> = {}): Partial<RackReads> {
  return {
    system: async () => SYSTEM,
    app: async () => anApp(),
    apps: async () => [anApp(), anApp({ name: 'blog' })],
    processes: async () => CRASHED,
    systemProcesses: async () => [...CRASHED, aProcess({ app: 'blog', id: 'web-1' })],
    services: async () => [aService()],
    releases: async () => [aRelease(), aRelease({ id: 'ROLD', createdAt: NOW - 9_000_000 })],
    builds: async () => [],
    instances: async () => [anInstance()],
    certificates: async () => [],
    budget: async () => ({ cap: undefined, state: undefined }) as Awaited<ReturnType<RackReads['budget']>>,
    diagnose: async () => ({ app: 'shop', timestamp: NOW, services: [], events: [], pods: [] }),
    ...changes,
  };
}

const refuse = (kind: 'forbidden' | 'server', why: string) => async () => {
  throw new Failure({ kind, what: 'No answer', why });
};

describe('facts about an app', () => {
  it('holds every part that the rack gives, and says who could tell the rest', async () => {
    const { facts, missing } = await gatherApp(contextWith(answers()), 'shop');
    expect(facts.app.name).toBe('shop');
    for (const part of [
      'services',
      'releases',
      'builds',
      'instances',
      'certificates',
      'budget',
      'diagnosis',
    ] as const) {
      expect(facts[part], part).toBeDefined();
    }
    expect(missing).toEqual(['who made the releases: only a rack gateway keeps that']);
  });

  it('names each part that is refused or fails, with the reason, and goes on', async () => {
    const reads = answers({
      instances: refuse('forbidden', 'needs role admin'),
      releases: refuse('server', 'etcd timed out'),
    });
    const { facts, missing } = await gatherApp(contextWith(reads), 'shop');
    expect(facts.instances).toBeUndefined();
    expect(facts.releases).toBeUndefined();
    expect(missing).toContain('nodes: needs role admin');
    expect(missing).toContain('releases: etcd timed out');
  });

  it('does not ask for what the way to the rack does not offer', async () => {
    const kind = 'gateway' as const;
    const asked: string[] = [];
    const reads = answers({
      diagnose: async () => {
        asked.push('diagnose');
        throw new Error('not to be asked');
      },
    });
    const access = createAccess({ kind, version: parseVersion('3.24.9'), provider: 'aws' });
    const context = contextWith(reads, {}, { access, rack: { ...contextWith({}).rack, kind } });
    const { facts, missing } = await gatherApp(context, 'shop');
    expect(asked).toEqual([]);
    expect(facts.diagnosis).toBeUndefined();
    expect(missing.filter((line) => line.startsWith("the rack's own diagnosis: "))).toHaveLength(1);
    expect(missing.filter((line) => line.startsWith('certificates: '))).toHaveLength(1);
  });

  it('says which rack would have a route that this one is too old for', async () => {
    const system = { ...SYSTEM, version: '3.20.0' };
    const context = contextWith(answers({ system: async () => system }), {}, { system: undefined });
    const { missing } = await gatherApp(context, 'shop');
    expect(missing).toContainEqual(expect.stringMatching(/^the rack's own diagnosis: needs rack >= 3\.24\.0/));
  });

  it('does not read what the role is known to forbid', async () => {
    const access = {
      ...createAccess({ kind: 'direct' }),
      can: (permission: string) =>
        permission === 'convox:release:list' ? refused('role', 'needs role ops') : ({ allowed: true } as const),
    };
    const { facts, missing } = await gatherApp(contextWith(answers(), {}, { access }), 'shop');
    expect(facts.releases).toBeUndefined();
    expect(missing).toContain('releases: needs role ops');
  });

  it.each([
    ['processes', 'forbidden'],
    ['app', 'not-found'],
  ] as const)('cannot do without %s', async (read, kind) => {
    const failing = { [read]: async () => Promise.reject(new Failure({ kind, what: 'No' })) };
    await expect(gatherApp(contextWith(answers(failing)), 'shop')).rejects.toMatchObject({ kind });
  });

  it('gives up where nobody is logged in', async () => {
    const reads = answers({
      builds: async () => Promise.reject(new Failure({ kind: 'not-logged-in', what: 'Log in' })),
    });
    await expect(gatherApp(contextWith(reads), 'shop')).rejects.toMatchObject({ kind: 'not-logged-in' });
  });
});

describe('facts about a rack', () => {
  it('looks at the worst apps in detail and says which it did not', async () => {
    const asked: string[] = [];
    const reads = answers({
      services: async (app) => {
        asked.push(app);
        return [aService()];
      },
    });
    const { facts, missing } = await gatherRack(contextWith(reads));
    expect(asked).toEqual(['shop']);
    expect(facts.apps.map(({ app, services }) => [app.name, services?.length])).toEqual([
      ['shop', 1],
      ['blog', undefined],
    ]);
    expect(missing).toContainEqual(expect.stringMatching(/^services, releases and builds of one app: /));
  });

  it('judges no app whose processes it could not count', async () => {
    const reads = answers({
      systemProcesses: refuse('forbidden', 'needs role ops'),
      processes: refuse('forbidden', 'needs role ops'),
    });
    const { facts, missing } = await gatherRack(contextWith(reads));
    expect(facts.apps).toEqual([]);
    expect(missing).toContain('apps and their processes: needs role ops');
  });
});

describe('the findings view', () => {
  it('lists those of an app, worst first, each with what could not be seen', async () => {
    const rows = await findings.query(contextWith(answers(), { app: 'shop' }));
    expect(rows[0]?.finding).toMatchObject({ rule: 'crashed-processes', severity: 'critical', service: 'web' });
    const json = rows[0] && findings.json?.(rows[0]);
    expect(json).toMatchObject({ rank: 1, app: 'shop', notLookedAt: [expect.stringMatching(/^who made/)] });
    const described = new Map(rows[0] && findings.describe?.(rows[0]));
    expect(described.get('Evidence')).toContain('web-6d9f7c5b8-x2x4q crashed');
  });

  it('lists those of a rack; a row leads to the logs of the process that crashed', async () => {
    const rows = await findings.query(contextWith(answers()));
    const row = rows.find(({ finding }) => finding.rule === 'crashed-processes');
    expect(row && findings.open.l?.place(row, {})).toEqual({
      app: 'shop',
      service: 'web',
      process: 'web-6d9f7c5b8-x2x4q',
    });
    expect(new Set(rows.map(findings.key)).size).toBe(rows.length);
  });
});

describe('who promoted', () => {
  const AT = NOW - 5 * 60_000;
  const young = [
    aProcess({ status: 'crashed', startedAt: AT + 4_000 }),
    aProcess({ id: 'web-2', startedAt: AT + 4_000 }),
    aProcess({ id: 'web-3', release: 'ROLD' }),
  ];
  const entry = (details: Record<string, string>): AuditEntry => ({
    id: 7,
    firstSeen: AT,
    lastSeen: AT,
    count: 1,
    user: 'ana@example.com',
    actionType: 'convox',
    action: 'release.promote',
    resourceType: 'release',
    resource: aRelease().id,
    status: 'success',
    httpStatus: 200,
    token: '',
    command: '',
    decision: 'allow',
    ip: '',
    userAgent: '',
    averageMs: undefined,
    details,
  });

  /** A gateway that counts how often its audit log is asked: each time leaves a row. */
  function atGateway(role: 'admin' | 'viewer', details: Record<string, string>) {
    let asked = 0;
    const gateway = {
      createdBy: async () => new Map([[aRelease().id, { email: 'builder@example.com' }]]),
      auditLogs: async () => {
        asked += 1;
        return { entries: [entry(details)] };
      },
    } as unknown as GatewayApi;
    const identity = { email: 'me@example.com', roles: [role] } as unknown as Identity;
    const history = new SessionHistory();
    const context = {
      ...contextWith(answers({ processes: async () => young })),
      gateway,
      history,
      access: createAccess({ kind: 'gateway', identity }),
    };
    return { context: { ...context, rack: { ...context.rack, kind: 'gateway' as const } }, asked: () => asked };
  }

  it.each([
    ['of a row that names the app', { app: 'shop' }],
    ['of one that names the release alone', {}],
  ])('is known from the audit log, %s: the finding names the person and the instant', async (_name, details) => {
    const { context, asked } = atGateway('admin', details);
    const { facts } = await gatherApp(context, 'shop', { asksAudit: true });
    const [crash] = explainApp(facts, NOW).findings;
    expect(crash?.cause).toMatchObject({ release: aRelease().id, at: AT, basis: 'promote', by: 'ana@example.com' });
    // What polls afterwards knows it without asking.
    const again = await gatherApp(context, 'shop');
    expect(explainApp(again.facts, NOW).findings[0]?.cause?.by).toBe('ana@example.com');
    expect(asked()).toBe(1);
  });

  it('is not asked by a poll, nor by who may not: who made the release is known then', async () => {
    const polled = atGateway('admin', { app: 'shop' });
    const { facts } = await gatherApp(polled.context, 'shop');
    expect(explainApp(facts, NOW).findings[0]?.cause).toMatchObject({
      basis: 'first-process',
      by: 'builder@example.com',
    });
    const viewer = atGateway('viewer', { app: 'shop' });
    const { missing } = await gatherApp(viewer.context, 'shop', { asksAudit: true });
    expect(missing).toContainEqual(expect.stringMatching(/^who promoted the releases: needs role admin/));
    expect([polled.asked(), viewer.asked()]).toEqual([0, 0]);
  });

  it('beats the promote that was merely seen a poll later', async () => {
    const { context } = atGateway('admin', { app: 'shop' });
    context.history.take('apps', [], [anApp({ release: 'ROLD' })], AT - 30_000);
    context.history.take('apps', [], [anApp()], AT + 10_000);
    const { facts } = await gatherApp(context, 'shop', { asksAudit: true });
    expect(facts.promotes?.map(({ by, source }) => [by, source])).toEqual([['ana@example.com', 'audit']]);
  });
});
