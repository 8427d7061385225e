import { describe, expect, it } from 'vitest';
import type { AuditEntry } from '../../../../src/domain/audit-entry.ts';
import { Failure } from '../../../../src/domain/failure.ts';
import { refused } from '../../../../src/domain/verdict.ts';
import type { GatewayApi } from '../../../../src/protocol/gateway-api.ts';
import { RESOURCES } from '../../../../src/resources/index.ts';
import { sampleJournal } from '../../../support/sample-journal.ts';
import { FakeSession, fakeAccess } from '../fake-deck.ts';
import { createWorld, NIGHT, sampleReads, type World } from '../sample-world.ts';

type AuditLogs = GatewayApi['auditLogs'];

async function describeNewest(auditLogs: AuditLogs | undefined, ...keys: string[]): Promise<World> {
  const journal = await sampleJournal(NIGHT);
  const world = createWorld({
    columns: 120,
    rows: 50,
    sessions: (now) => {
      const session = new FakeSession({ name: 'acme/prod', kind: 'gateway', now, reads: sampleReads() });
      return [Object.assign(session, { gateway: auditLogs && ({ auditLogs } as GatewayApi) })];
    },
    services: {
      resources: RESOURCES,
      start: { view: 'journal', rack: 'acme/prod' },
      journalOf: ({ demo }) => (demo ? undefined : journal),
    },
  });
  await world.settle();
  world.press(...keys);
  await world.settle();
  return world;
}

const row = {
  id: 77,
  firstSeen: NIGHT - 20 * 60_000,
  lastSeen: NIGHT - 20 * 60_000,
  count: 1,
  user: 'ops@example.com',
  action: 'process.terminate',
  resource: 'web-1',
  status: 'success',
  token: '',
  decision: 'allow',
  ip: '10.9.8.7',
  details: {},
} as unknown as AuditEntry;

describe('the journal', () => {
  it('lists what was done on the rack', async () => {
    const text = (await describeNewest(undefined)).text();
    expect(text).toMatch(/process\.stop +shop\/web-1 +\+ ok +\+ verified/);
    expect(text).toMatch(/release\.promote .*\? open/);
    expect(text).not.toContain('app.delete');
  });

  it('describes a run, and asks the gateway for its own record on the key only', async () => {
    let asked = 0;
    const auditLogs: AuditLogs = async () => {
      asked += 1;
      return { entries: [row], total: 1 };
    };
    const world = await describeNewest(auditLogs, 'j', 'd');
    expect(world.text()).toMatch(/Hash +[0-9a-f]{64}/);
    expect(world.text()).toContain('o asks for the audit entry');
    expect(world.text()).toMatch(/o audit entry/);
    expect(asked).toBe(0);
    world.press('o');
    expect(world.text()).toContain('Asking for the audit entry');
    world.press('o');
    await world.settle();
    expect(asked).toBe(1);
    expect(world.text()).toMatch(/Audit entry +77/);
    expect(world.text()).toMatch(/from +10\.9\.8\.7/);
  });

  it('says why there is none', async () => {
    expect((await describeNewest(undefined, 'j', 'd', 'o')).text()).toContain(
      'No audit entry: only through a rack gateway.',
    );
    let asked = 0;
    const world = await describeNewest(
      async () => {
        asked += 1;
        return { entries: [], total: 0 };
      },
      'j',
      'd',
    );
    const [session] = world.sessions;
    session?.access.set(fakeAccess({ can: () => refused('role', 'needs role admin; you are ops') }));
    world.press('o');
    await world.settle();
    expect(world.text()).toContain('needs role admin; you are ops');
    expect(asked).toBe(0);
  });

  it('says what went wrong, and asks again on the key', async () => {
    let asked = 0;
    const world = await describeNewest(
      async () => {
        asked += 1;
        if (asked === 1) throw new Failure({ kind: 'server', what: 'The gateway is down', next: 'Try later.' });
        return { entries: [row], total: 1 };
      },
      'j',
      'd',
      'o',
    );
    expect(world.text()).toContain('x The gateway is down');
    world.press('o');
    await world.settle();
    expect(world.text()).toMatch(/Audit entry +77/);
  });
});
