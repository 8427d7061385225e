import { describe, expect, it } from 'vitest';
import type { Certificate } from '../../../src/domain/certificate.ts';
import { Failure } from '../../../src/domain/failure.ts';
import { ALLOWED, refused } from '../../../src/domain/verdict.ts';
import type { Lately } from '../../../src/live/lately.ts';
import { SessionHistory } from '../../../src/live/session-history.ts';
import type { RackReads } from '../../../src/protocol/rack-api.ts';
import { type BoardRow, board } from '../../../src/resources/board.ts';
import { rowJson } from '../../../src/resources/row-json.ts';
import { fakeAccess } from '../ui/fake-deck.ts';
import { anApp, anInstance, aProcess, aRelease, contextWith, NOW } from './fake-context.ts';

const MINUTE = 60_000;
const full = anInstance({ id: 'ip-10-1-80-12.ec2.internal', memory: 3_960, memoryAllocatable: 4_000 });

function aCertificate(changes: Partial<Certificate> = {}): Certificate {
  const domain = 'shop.example.com';
  return {
    id: 'cert-1',
    domain,
    domains: [domain],
    expiresAt: NOW + 3 * 86_400_000,
    status: '',
    ...changes,
  } as Certificate;
}

function reads(changes: Partial<RackReads> = {}): Partial<RackReads> {
  return {
    apps: async () => [anApp()],
    systemProcesses: async () => [aProcess()],
    instances: async () => [anInstance()],
    certificates: async () => [],
    ...changes,
  };
}

const noLists: Lately = { instances: () => undefined, certificates: () => undefined, releases: () => undefined };
const ofRack = (rows: readonly BoardRow[]) => rows.find(({ app }) => app === '');

describe('a rack that is itself in trouble', () => {
  it.each<readonly [string, Partial<RackReads>, Partial<BoardRow> | undefined]>([
    ['all is well', {}, undefined],
    [
      'a node without memory',
      { instances: async () => [anInstance(), full] },
      { severity: 'critical', finding: 'node ip-10-1-80-12 at memory 99%', node: full.id, findings: 1 },
    ],
    [
      'a certificate',
      { certificates: async () => [aCertificate()] },
      { severity: 'critical', finding: 'certificate expires in 3d: shop.example.com', status: 'critical' },
    ],
    [
      'the worst first, the others counted',
      {
        instances: async () => [full, anInstance({ status: 'down' })],
        certificates: async () => [aCertificate({ expiresAt: NOW + 9 * 86_400_000 })],
      },
      { severity: 'critical', finding: 'node ip-10-1-80-12 at memory 99%, and 2 more', findings: 3 },
    ],
    [
      'a node that is an address',
      { instances: async () => [{ ...full, id: '10.1.80.12' }] },
      { finding: 'node 10.1.80.12 at memory 99%' },
    ],
    [
      'a node that several apps suffer from',
      {
        apps: async () => ['a', 'b', 'c'].map((name) => anApp({ name })),
        instances: async () => [anInstance(), anInstance({ id: 'ip-10-1-80-12.ec2.internal' })],
        systemProcesses: async () =>
          ['a', 'b', 'c'].map((app) => aProcess({ app, status: 'crashed', instance: 'ip-10-1-80-12.ec2.internal' })),
      },
      { finding: 'node ip-10-1-80-12 has 3 of 3 sick processes, of 3 apps', node: 'ip-10-1-80-12.ec2.internal' },
    ],
    [
      'what is refused is left out',
      {
        instances: async () => {
          throw new Failure({ kind: 'forbidden', what: 'no' });
        },
      },
      undefined,
    ],
  ])('%s', async (_what, changes, expected) => {
    const row = ofRack(await board.query(contextWith(reads(changes))));
    if (expected === undefined) expect(row).toBeUndefined();
    else expect(row).toMatchObject({ rack: 'prod', app: '', ...expected });
  });

  it('stands behind its apps that are as bad, is no subject of actions, and leads to the node', async () => {
    const rows = await board.query(contextWith(reads({ instances: async () => [full] })));
    const [app, rack] = rows;
    if (!app || !rack) throw new Error('two rows');
    expect(board.key(app) < board.key(rack)).toBe(true);
    expect(board.subject?.(rack, {})).toBeUndefined();
    expect(board.open.enter?.place(rack, {})).toEqual({ instance: full.id });
    expect(board.open.enter?.place(app, {})).toEqual({ app: 'shop' });
    const column = board.columns.find(({ id }) => id === 'app');
    expect([app, rack].map((row) => column?.cell(row, NOW).text)).toEqual(['shop', '(rack)']);
    expect(column?.value(rack)).toBe('');
  });

  it('in a dashboard takes what was told last, and asks for nothing that is refused', async () => {
    const asked: string[] = [];
    const lately: Lately = {
      instances: () => {
        asked.push('instances');
        return [full];
      },
      certificates: () => {
        asked.push('certificates');
        return [aCertificate()];
      },
      releases: () => undefined,
    };
    const offers = (route: string) => (route === 'GET /certificates' ? refused('route', 'not proxied') : ALLOWED);
    const access = fakeAccess({ offers });
    const { apps, systemProcesses } = reads();
    const context = contextWith(
      { ...(apps && { apps }), ...(systemProcesses && { systemProcesses }) },
      {},
      { lately, access },
    );
    expect(ofRack(await board.query(context))).toMatchObject({ findings: 1 });
    expect(asked).toEqual(['instances']);
  });
});

describe('what changed in the last hour', () => {
  const young = [aProcess({ startedAt: NOW - 12 * MINUTE })];

  it('one command reads the releases of three young apps itself', async () => {
    const asked: string[] = [];
    const names = ['a', 'b', 'c', 'd'];
    const rows = await board.query(
      contextWith(
        reads({
          apps: async () => names.map((name) => anApp({ name })),
          systemProcesses: async () => names.map((app) => ({ ...aProcess({ startedAt: NOW - 12 * MINUTE }), app })),
          releases: async (app) => {
            asked.push(app);
            return [aRelease({ app, createdAt: NOW - 14 * MINUTE })];
          },
        }),
      ),
    );
    expect(asked).toEqual(['a', 'b', 'c']);
    expect(rows.map(({ changes }) => changes[0]?.what)).toEqual([
      'promoted RNEW',
      'promoted RNEW',
      'promoted RNEW',
      undefined,
    ]);
  });

  it('a dashboard has them read behind the scenes and shows what the history heard', async () => {
    const asked: string[] = [];
    const lately: Lately = { ...noLists, releases: (app, release) => asked.push(`${app} ${release}`) };
    const history = new SessionHistory();
    const context = contextWith(reads({ systemProcesses: async () => young }), {}, { lately, history });
    expect((await board.query(context))[0]?.changes).toEqual([]);
    expect(asked).toEqual(['shop RNEW']);
    const releases = [
      aRelease({ createdAt: NOW - 14 * MINUTE, env: 'A=2' }),
      aRelease({ id: 'ROLD', createdAt: NOW - 9e6 }),
    ];
    history.take('releases', ['shop', { limit: 5 }], releases, NOW);
    const [row] = await board.query(context);
    if (!row) throw new Error('a row');
    const cell = board.columns.find(({ id }) => id === 'changed')?.cell(row, NOW);
    expect(cell).toMatchObject({ text: expect.stringMatching(/^promoted RNEW 12m, env ~1 14m *$/), tone: 'notice' });
    expect(rowJson(board, row)).toMatchObject({
      changed: new Date(NOW - 12 * MINUTE).toISOString(),
      changes: [
        { at: new Date(NOW - 12 * MINUTE).toISOString(), kind: 'promote', what: 'promoted RNEW', by: null },
        { kind: 'env', what: 'env ~1' },
      ],
    });
    expect(JSON.stringify(rowJson(board, row))).not.toContain('A=2');
  });

  it('keeps its width while its ages grow, counts what is left, and shortens who it was', async () => {
    const history = new SessionHistory();
    const event = {
      kind: 'scale',
      severity: 'info',
      app: 'shop',
      source: 'audit',
      by: 'ann@example.com with ci',
    } as const;
    const services = ['a', 'b', 'c', 'd', 'e'];
    history.note(
      services.map((service, at) => ({ ...event, id: service, service, at: NOW - at * 1_000, what: service })),
    );
    const [row] = await board.query(contextWith(reads(), {}, { history, lately: noLists }));
    if (!row) throw new Error('a row');
    const column = board.columns.find(({ id }) => id === 'changed');
    expect(column?.cell(row, NOW).text.trim()).toBe(
      'a now by ann with ci, b 1s by ann with ci, c 2s by ann with ci, 2 more',
    );
    const widths = [0, 50, 100, 3_000].map((seconds) => column?.cell(row, NOW + seconds * 1_000).text.length);
    expect(new Set(widths).size).toBe(1);
  });
});
