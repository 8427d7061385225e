import { describe, expect, it } from 'vitest';
import { createAccess } from '../../../src/access/create-access.ts';
import { Failure } from '../../../src/domain/failure.ts';
import { refused } from '../../../src/domain/verdict.ts';
import { parseVersion } from '../../../src/domain/version.ts';
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
