import { describe, expect, it } from 'vitest';
import { createAccess } from '../../../src/access/create-access.ts';
import type { AuditEntry } from '../../../src/domain/audit-entry.ts';
import type { RecordedRun } from '../../../src/domain/journal-run.ts';
import { refused } from '../../../src/domain/verdict.ts';
import type { GatewayApi } from '../../../src/protocol/gateway-api.ts';
import type { QueryContext } from '../../../src/resources/define-resource.ts';
import { erase } from '../../../src/resources/define-resource.ts';
import { journal as view } from '../../../src/resources/journal.ts';
import { runQuery } from '../../../src/resources/run-query.ts';
import { sampleJournal } from '../../support/sample-journal.ts';

const NOW = Date.UTC(2026, 5, 1, 3, 0, 0);

async function context(changes: Partial<QueryContext> = {}): Promise<QueryContext> {
  return {
    rack: { name: 'acme/prod', kind: 'gateway', origin: '', source: '', demo: false },
    reads: {} as QueryContext['reads'],
    gateway: undefined,
    access: createAccess({ kind: 'gateway' }),
    system: undefined,
    journal: await sampleJournal(NOW),
    at: {},
    now: NOW,
    signal: new AbortController().signal,
    ...changes,
  };
}

const cells = (run: RecordedRun) => view.columns.map((column) => column.cell(run, NOW).text);
const runs = async (changes: Partial<QueryContext> = {}) => view.query(await context(changes));
const staging = { name: 'staging', kind: 'direct', origin: '', source: '', demo: false } as const;

describe('journal view', () => {
  it('shows the runs of its rack, of an app where one is chosen', async () => {
    const ids = async (changes: Partial<QueryContext>) => (await runs(changes)).map(({ intent }) => intent.run);
    expect(await ids({})).toEqual(['run-1', 'run-3']);
    expect(await ids({ at: { app: 'api' } })).toEqual(['run-3']);
    expect(await ids({ at: { app: 'nowhere' } })).toEqual([]);
    expect(await ids({ rack: staging })).toEqual(['run-2']);
    expect(await ids({ rack: { ...staging, kind: 'oidc' } })).toEqual([]);
    expect(await ids({ journal: undefined })).toEqual([]);
  });

  it('needs neither permission nor route', async () => {
    const nothing = {
      ...createAccess({ kind: 'gateway' }),
      can: () => refused('role', 'no'),
      offers: () => refused('route', 'no'),
    };
    expect(await runQuery(erase(view), await context({ access: nothing }))).toHaveLength(2);
  });

  it('says when, who, what, with which end and why', async () => {
    const [ended, open] = await runs();
    const [refusedRun] = await runs({ rack: staging });
    if (!ended || !open || !refusedRun) throw new Error('no runs');
    expect(cells(ended).slice(0, 8)).toEqual([
      '20m',
      'acme/prod',
      'ops@example.com',
      'process.stop',
      'shop/web-1',
      '+ ok',
      '+ verified',
      'it hangs',
    ]);
    expect(cells(refusedRun).slice(2, 6)).toEqual(['ada', 'app.delete', 'blog', '~ refused']);
    expect(cells(open).slice(4, 7)).toEqual(['api/RNEW, shop/ROTHER', '? open', '-']);
    expect([ended, refusedRun, open].map((run) => view.severity(run))).toEqual(['ok', 'info', 'warning']);
  });

  it('describes the whole run with its hash', async () => {
    const [ended] = await runs();
    if (!ended) throw new Error('no run');
    const told = view.describe?.(ended) ?? [];
    expect(told).toContainEqual(['Hash', ended.hash]);
    expect(told).toContainEqual(['  request id', 'req-1']);
    expect(told).toContainEqual(['Verification', 'verified: web-1 is gone; web-2 runs in its place.']);
    expect(told).toContainEqual(['Confirmed by', 'one key']);
    expect(told.map(([label]) => label)).not.toContain('Read back later');
  });

  it.each([
    ['failed', 'critical'],
    ['unknown', 'ok'],
  ] as const)('a verification that is %s is %s', async (state, severity) => {
    const [ended] = await runs();
    if (!ended?.verification) throw new Error('no run');
    expect(view.severity({ ...ended, verification: { ...ended.verification, state } })).toBe(severity);
  });

  it('tells what was read back later in the place of the result', async () => {
    const [, open] = await runs();
    if (!open) throw new Error('no run');
    const recovered = {
      kind: 'recovered',
      run: 'run-3',
      at: NOW,
      state: 'absent',
      words: 'It did not take place',
    } as const;
    const found = { ...open, recovered };
    expect(cells(found)[5]).toBe('~ absent');
    expect(view.describe?.(found)).toContainEqual(['Read back later', 'absent: It did not take place']);
  });
});

describe("the gateway's record of a run", () => {
  const entry = {
    id: 77,
    firstSeen: NOW - 20 * 60_000,
    lastSeen: NOW - 20 * 60_000,
    count: 1,
    user: 'ops@example.com',
    action: 'process.terminate',
    resource: 'web-1',
    status: 'success',
    token: '',
    decision: 'allow',
    ip: '10.0.0.1',
    details: { app: 'shop' },
  } as unknown as AuditEntry;

  async function ask(now: number, entries: readonly AuditEntry[], total = entries.length) {
    const asked: unknown[] = [];
    const auditLogs: GatewayApi['auditLogs'] = async (query) => {
      asked.push(query);
      return { entries, total };
    };
    const at = await context({ gateway: { auditLogs } as GatewayApi, now });
    const [run] = await view.query(at);
    if (!run) throw new Error('no run');
    return { asked, pairs: (await view.onRequest?.ask(run, at)) ?? [] };
  }

  it.each([
    [0, '1h', 500],
    [2, '24h', 500],
    [48, '7d', 2_000],
    [1_000, 'all', 2_000],
  ])('is one question, %i hours later', async (hours, range, limit) => {
    const { asked, pairs } = await ask(NOW + hours * 3_600_000, [entry]);
    expect(asked).toEqual([{ range, limit }]);
    expect(pairs.slice(0, 2)).toEqual([
      ['Audit entry', '77'],
      ['  found by', 'person, action, subject and time'],
    ]);
  });

  it('says that there is none, and how far it looked', async () => {
    expect((await ask(NOW, [])).pairs[0]?.[1]).toMatch(/^none fits/);
    expect((await ask(NOW, [{ ...entry, user: 'eve' }], 9_000)).pairs[0]?.[1]).toMatch(/^none in the newest 1 of 9000/);
  });

  it('is offered where there is a gateway and the role may read it', async () => {
    const [run] = await runs();
    if (!run || !view.onRequest) throw new Error('no run');
    const { offered } = view.onRequest;
    const gateway = {} as GatewayApi;
    const allowed = (role: string) =>
      createAccess({
        kind: 'gateway',
        grant: { roles: [role], permissions: role === 'admin' ? ['gateway:audit_log:list'] : [] } as never,
      });
    expect(offered(run, { gateway: undefined, access: allowed('admin') })).toMatchObject({
      reason: 'only through a rack gateway',
    });
    expect(offered(run, { gateway, access: allowed('admin') })).toEqual({ allowed: true });
    expect(offered(run, { gateway, access: allowed('viewer') })).toMatchObject({ allowed: false, because: 'role' });
  });
});
