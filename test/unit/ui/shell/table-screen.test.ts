import { describe, expect, it } from 'vitest';
import { Failure } from '../../../../src/domain/failure.ts';
import { refused } from '../../../../src/domain/verdict.ts';
import { FakeSession, fakeAccess } from '../fake-deck.ts';
import { createWorld, MINUTE, manyProcesses, NIGHT, sampleProcess, sampleReads, type World } from '../sample-world.ts';

const UNREACHABLE = new Failure({ kind: 'unreachable', what: 'Cannot reach acme/prod', why: 'connection refused' });

async function onProcesses(options: { count?: number; columns?: number; rows?: number } = {}): Promise<World> {
  const count = options.count;
  const processes = count === undefined ? undefined : manyProcesses(count);
  const world = createWorld({
    ...options,
    services: { start: { view: 'processes' } },
    sessions: (now) => [new FakeSession({ name: 'prod', now, reads: sampleReads(processes && (() => processes)) })],
  });
  await world.settle();
  return world;
}

const cursorRow = (world: World): string =>
  world.screen().find((row) => row.startsWith(' > ') || row.startsWith('*> ')) ?? '';
const footer = (world: World): string => world.screen().at(-2) ?? '';
const hints = (world: World): string => world.screen().at(-1) ?? '';

describe('moving', () => {
  it.each<[string, readonly string[], number]>([
    ['down', ['j', 'j'], 3],
    ['arrows', ['down', 'down', 'up'], 2],
    ['the end', ['G'], 200],
    ['back to the top', ['G', 'g'], 1],
    ['half a page', ['ctrl+d'], 10],
    ['a page', ['pagedown'], 19],
    ['a page and back', ['pagedown', 'pageup'], 1],
    ['above the first row', ['k'], 1],
  ])('%s', async (_what, keys, position) => {
    const world = await onProcesses({ count: 200 });
    world.press(...keys);
    expect(footer(world)).toContain(`${position}/200`);
  });

  it('shows the row of the cursor, wherever it goes', async () => {
    const world = await onProcesses({ count: 200 });
    for (const key of ['G', 'ctrl+u', 'k', 'pageup', 'g', 'ctrl+d']) {
      world.press(key);
      expect(cursorRow(world)).not.toBe('');
    }
  });

  it('follows its row through a refresh that reorders the list', async () => {
    let processes = manyProcesses(50);
    const world = createWorld({
      services: { start: { view: 'processes' } },
      sessions: (now) => [new FakeSession({ name: 'prod', now, reads: sampleReads(() => processes) })],
    });
    await world.settle();
    world.press('6', 'j', 'j', 'j');
    const before = cursorRow(world);
    const id = /(?:web|worker|cron|api)-\S+/.exec(before)?.[0] ?? '';
    expect(id).not.toBe('');
    processes = [...processes.slice(10).reverse(), sampleProcess({ id: 'api-first', cpu: 99 })].concat(
      processes.slice(0, 10).map((process) => ({ ...process, cpu: process.cpu + 5 })),
    );
    await world.sessions[0]?.poll();
    await world.settle();
    expect(cursorRow(world)).toContain(id);
  });

  it('stays at the top until it was moved: the worst row comes to it', async () => {
    let processes = [sampleProcess({ id: 'web-b', cpu: 1 })];
    const world = createWorld({
      services: { start: { view: 'processes' } },
      sessions: (now) => [new FakeSession({ name: 'prod', now, reads: sampleReads(() => processes) })],
    });
    await world.settle();
    processes = [sampleProcess({ id: 'web-a', cpu: 2 }), ...processes];
    await world.sessions[0]?.poll();
    expect(cursorRow(world)).toContain('web-a');
  });

  it('gives the cursor to the next row when its own goes', async () => {
    let processes = manyProcesses(4);
    const world = createWorld({
      services: { start: { view: 'processes' } },
      sessions: (now) => [new FakeSession({ name: 'prod', now, reads: sampleReads(() => processes) })],
    });
    await world.settle();
    world.press('j');
    const id = /(?:web|worker|cron|api)-\S+/.exec(cursorRow(world))?.[0];
    processes = processes.filter((process) => process.id !== id);
    await world.sessions[0]?.poll();
    await world.settle();
    expect(footer(world)).toContain('2/3');
    expect(cursorRow(world)).not.toContain(id);
  });
});

describe('sorting', () => {
  it('by the number of a column, largest first, and back with the same key', async () => {
    const world = await onProcesses({ count: 30, columns: 160 });
    world.press('6');
    expect(footer(world)).toContain('cpu ↓');
    expect(world.screen()[2]).toContain('CPU↓');
    world.press('6');
    expect(footer(world)).toContain('cpu ↑');
    world.press('S');
    expect(footer(world)).toContain('cpu ↓');
  });

  it('says so when there is no such column', async () => {
    const world = await onProcesses();
    world.press('9');
    expect(hints(world)).toMatch(/There are only \d columns/);
  });
});

describe('filter', () => {
  it('narrows while it is typed, stays after enter, goes with esc', async () => {
    const world = await onProcesses({ count: 200 });
    world.press('/');
    world.type('status:crashed');
    expect(footer(world)).toContain('/status:crashed');
    world.press('enter');
    expect(footer(world)).toMatch(/1\/2 of 200\s+\/status:crashed/);
    world.press('escape');
    expect(footer(world)).toContain('1/200');
  });

  it('esc in the prompt takes back what was typed', async () => {
    const world = await onProcesses({ count: 200 });
    world.press('/');
    world.type('web');
    world.press('enter', '/');
    world.type('xyz');
    world.press('escape');
    expect(footer(world)).toMatch(/\/web/);
  });

  it('a broken regular expression is a sentence in the filter bar', async () => {
    const world = await onProcesses({ count: 20 });
    world.press('/');
    world.type('/web[/');
    expect(footer(world)).toMatch(/! .*is no regular expression/);
    world.press('enter');
    expect(footer(world)).toMatch(/is no regular expression/);
  });

  it('says that nothing matches and how to get back', async () => {
    const world = await onProcesses({ count: 20 });
    world.press('/');
    world.type('nowhere');
    world.press('enter');
    expect(world.text()).toContain('No row matches /nowhere (20 without the filter)');
    expect(world.text()).toContain('esc clears the filter.');
  });

  it('^z shows only what is unhealthy, and that nothing is', async () => {
    const world = await onProcesses({ count: 200 });
    world.press('ctrl+z');
    expect(footer(world)).toContain('! only unhealthy');
    expect(footer(world)).toMatch(/1\/2 of 200/);
    world.press('/');
    world.type('blog/none');
    world.press('escape', 'ctrl+z');
    expect(footer(world)).toContain('1/200');
  });

  it('takes pasted text in, and nothing else does', async () => {
    const { pasteText } = await import('../../../../src/ui/shell/press-key.ts');
    const world = await onProcesses({ count: 20 });
    pasteText(world.dashboard, 'q\rq');
    expect(hints(world)).toContain('Pasted text is ignored here');
    world.press('/');
    pasteText(world.dashboard, 'service:\nweb');
    expect(footer(world)).toContain('/service: web');
  });

  it('takes a filter typed ahead in one chunk for typing', async () => {
    const world = await onProcesses({ count: 200 });
    world.type('/status:crashed');
    world.press('enter');
    expect(footer(world)).toMatch(/1\/2 of 200/);
  });

  it('ignores a long unbracketed paste outside a prompt', async () => {
    const world = await onProcesses({ count: 20 });
    world.type('d: rm -rf / && qqq');
    expect(hints(world)).toContain('Pasted text is ignored here');
    expect(world.dashboard.location().view).toBe('processes');
  });
});

describe('marks and copying', () => {
  it('marks, counts and copies the marked rows', async () => {
    const world = await onProcesses();
    world.press('space', 'space');
    expect(footer(world)).toContain('* 2 marked');
    world.press('C');
    expect(world.copied[0]?.split('\n')).toHaveLength(2);
    expect(hints(world)).toContain('Copied 2 rows');
    world.press('ctrl+a');
    expect(footer(world)).toContain('* 4 marked');
    world.press('ctrl+a');
    expect(footer(world)).not.toContain('marked');
  });

  it('copies the id, or the cell of the column that was chosen', async () => {
    const world = await onProcesses();
    world.press('c', 'right', 'c');
    expect(world.copied).toEqual(['api-5f5f-ab12c', 'billing']);
  });

  it('says when a text is too long for the clipboard', async () => {
    const world = createWorld({ services: { start: { view: 'processes' }, copy: () => false } });
    await world.settle();
    world.press('c');
    expect(hints(world)).toContain('too long for the clipboard');
  });
});

describe('what cannot be done says so', () => {
  it.each([
    ['x', /No stop: nothing can be changed from here/],
    ['s', /No shell: nothing can be changed from here/],
    ['a', /Actions: nothing can be changed from here/],
    ['e', /No env from here/],
    ['m', /No metrics from here/],
    ['R', /Read-only: nothing can be changed from here/],
    ['t', /No timeline from here/],
    ['tab', /one panel/],
  ])('%s', async (key, sentence) => {
    const world = await onProcesses();
    world.press(key);
    expect(hints(world).length).toBeGreaterThan(0);
    expect(world.dashboard.state.toast?.text).toMatch(sentence);
  });
});

describe('states of a table', () => {
  it('says nothing for 150 ms, then that it is asking', async () => {
    const never = sampleReads();
    never.systemProcesses = () => new Promise(() => {});
    const world = createWorld({
      services: { start: { view: 'processes' } },
      sessions: (now) => [new FakeSession({ name: 'prod', now, reads: never })],
    });
    await world.settle();
    expect(world.text()).not.toContain('Asking');
    world.clock += 200;
    expect(world.text()).toContain('~ Asking prod for processes ...');
  });

  it('shows what an empty view is about', async () => {
    const world = createWorld({
      services: { start: { view: 'processes' } },
      sessions: (now) => [new FakeSession({ name: 'prod', now, reads: sampleReads(() => []) })],
    });
    await world.settle();
    expect(world.text()).toContain('No processes run here.');
  });

  it('explains a refusal by role without asking the rack', async () => {
    let asked = 0;
    const reads = sampleReads();
    const { systemProcesses } = reads;
    reads.systemProcesses = (...args) => {
      asked += 1;
      return (systemProcesses as NonNullable<typeof systemProcesses>)(...args);
    };
    const world = createWorld({
      services: { start: { view: 'processes' } },
      sessions: (now) => {
        const session = new FakeSession({ name: 'prod', now, reads });
        session.access.set(fakeAccess({ can: () => refused('role', 'the role viewer lacks convox:process:list') }));
        return [session];
      },
    });
    await world.settle();
    expect(world.text()).toContain('! prod: You may not see processes here');
    expect(world.text()).toContain('the role viewer lacks convox:process:list');
    // The vitals ask for themselves.
    expect(asked).toBe(1);
  });

  it('shows a failure with what, why and next', async () => {
    const reads = sampleReads();
    reads.systemProcesses = async () => {
      throw new Failure({
        kind: 'server',
        what: 'The rack failed',
        why: 'HTTP 500',
        next: 'Try later.',
        requestId: 'abc',
      });
    };
    const world = createWorld({
      services: { start: { view: 'processes' } },
      sessions: (now) => [new FakeSession({ name: 'prod', now, reads })],
    });
    await world.settle();
    for (const text of ['x prod: The rack failed', 'HTTP 500', 'Try later.', 'request id abc'])
      expect(world.text()).toContain(text);
  });

  it('keeps data when the link goes, says how old it is, and everything local works on', async () => {
    const world = await onProcesses();
    world.sessions[0]?.goOffline(UNREACHABLE, NIGHT + 50_000);
    world.clock += 41_000;
    world.dashboard.tick();
    expect(world.screen()[0]).toContain('offline, retry in 9s');
    expect(world.text()).toContain('x offline for 41s, data from 41s ago, r retries now: Cannot reach acme/prod');
    expect(world.text()).toContain('api-5f5f-ab12c');
    world.press('/');
    world.type('worker');
    world.press('enter');
    expect(world.text()).toContain('worker-77c-pp01');
    expect(world.text()).not.toContain('api-5f5f-ab12c');
  });

  it('looks frozen while no rack can be asked', async () => {
    const world = createWorld({
      services: { start: { view: 'processes' }, look: { colorDepth: 3, unicode: true, screenReader: false } },
      sessions: (now) => [new FakeSession({ name: 'prod', now, reads: sampleReads() })],
    });
    await world.settle();
    const painted = (): string => world.dashboard.body()?.rows(120, 20).join('\n') ?? '';
    const good = '38;2;31;166;126';
    expect(painted()).toContain(good);
    world.sessions[0]?.goOffline(UNREACHABLE, NIGHT + 50_000);
    expect(painted()).not.toContain(good);
    expect(painted()).toContain('38;2;226;84;54');
  });

  it('offers the login in place when the session has expired', async () => {
    const world = await onProcesses();
    const failure = new Failure({ kind: 'not-logged-in', what: 'Your session has expired' });
    world.sessions[0]?.link.set({ kind: 'logged-out', failure });
    world.clock += 5_000;
    world.dashboard.tick();
    expect(world.screen()[0]).toContain('log in');
    expect(world.text()).toContain('! L logs in again, data from 5s ago: Your session has expired');
  });

  it('calls data stale when polls stop succeeding', async () => {
    const world = await onProcesses();
    world.clock += 20_000;
    world.dashboard.tick();
    expect(world.screen()[0]).toContain('stale 20s');
  });

  it('ages tick without a poll', async () => {
    const world = await onProcesses();
    expect(world.text()).toContain(' 50m');
    world.clock += MINUTE;
    world.dashboard.tick();
    expect(world.text()).toContain(' 51m');
  });
});

describe('what the place says already', () => {
  async function inside(place: { app?: string }, processes = manyProcesses(30)): Promise<World> {
    const world = createWorld({
      sessions: (now) => [new FakeSession({ name: 'prod', now, reads: sampleReads(() => processes) })],
    });
    await world.settle();
    world.dashboard.open({ view: 'processes', rack: 'prod', place });
    await world.settle();
    return world;
  }
  const header = (world: World): string => world.screen().find((row) => /\bSTATUS\b/.test(row)) ?? '';

  it('is no column: inside an app its processes have room for what they use', async () => {
    const world = await inside({ app: 'shop' });
    expect(header(world)).not.toContain('APP');
    expect(header(world)).toMatch(/SERVICE.* ID .*STATUS .*RELEASE .*CPU .*MEM .*AGE/);
    expect(footer(world)).not.toMatch(/hidden.*APP/);
    world.press('/', ...'app:shop', 'enter');
    expect(footer(world)).toContain('1/10');
  });

  it('is a column where the place is wider, or a row says otherwise', async () => {
    expect(header(await inside({}))).toContain('APP');
    const world = await inside({ app: 'shop' }, [sampleProcess(), sampleProcess({ id: 'web-2', app: 'SHOP' })]);
    expect(header(world)).not.toContain('APP');
    const other = createWorld({
      sessions: (now) => [
        new FakeSession({
          name: 'prod',
          now,
          reads: {
            ...sampleReads(),
            processes: async () => [sampleProcess(), sampleProcess({ id: 'web-2', app: 'stray' })],
          },
        }),
      ],
    });
    await other.settle();
    other.dashboard.open({ view: 'processes', rack: 'prod', place: { app: 'shop' } });
    await other.settle();
    expect(header(other)).toContain('APP');
  });
});

describe('the foot of the frame', () => {
  it('hints at nothing that cannot be done here; the help says why', async () => {
    const world = await onProcesses({ columns: 200, rows: 60 });
    expect(hints(world)).toContain('l logs');
    expect(hints(world)).not.toMatch(/stop|shell|actions/);
    world.press('?');
    expect(world.text()).toMatch(/Actions \(nothing can be changed from here\)[\s\S]* x +stop/);
  });

  it('has a long sentence whole, in as many rows as it needs, and the rows under it come back', async () => {
    const world = await onProcesses({ count: 100 });
    const before = world.screen();
    world.dashboard.toast(`${'Every word of this sentence is wanted, '.repeat(3)}to its end`, 'notice');
    const said = world.screen();
    expect(said).toHaveLength(24);
    const tail = said.slice(-3).join(' ').replace(/\s+/g, ' ');
    expect(tail).toMatch(/Every word of this sentence is wanted, .* to its end$/);
    expect(said.at(-3)).toContain('1/100');
    world.press('j', 'k');
    expect(world.screen()).toEqual(before);
  });
});

describe('the foot of a log', () => {
  it('hints at the next hit only while something is searched, and at following only while paused', async () => {
    const world = await onProcesses();
    world.press('l');
    await world.settle();
    world.sessions[0]?.followed[0]?.follow.push('one timeout', 'two', 'three timeout');
    expect(hints(world)).toContain('p pause');
    expect(hints(world)).not.toContain('next hit');
    expect(hints(world)).not.toContain('f follow');
    world.press('/', ...'timeout', 'enter');
    expect(hints(world)).toContain('n next hit');
    expect(hints(world)).toContain('f follow');
    expect(hints(world)).not.toContain('p pause');
  });

  it('says in full where the lines went', async () => {
    const path = `/home/someone/a/rather/deep/folder/of/theirs/logs-api-5f5f-ab12c-20260301T030000Z.log`;
    const world = createWorld({
      services: { start: { view: 'processes' }, save: async () => path },
      sessions: (now) => [new FakeSession({ name: 'prod', now, reads: sampleReads() })],
    });
    await world.settle();
    world.press('l');
    await world.settle();
    world.sessions[0]?.followed[0]?.follow.push('one', 'two');
    world.press('s');
    await world.settle();
    expect(world.screen().slice(-3).join('').replace(/\s+/g, '')).toContain(`Saved2linesto${path}`);
  });

  it('has the margin of the rest of the frame', async () => {
    const world = await onProcesses();
    world.press('l');
    await world.settle();
    const header = world.screen().find((row) => row.includes('since 10m')) ?? '';
    expect(header).toMatch(/^ logs /);
    expect(header.length).toBeLessThan(80);
  });
});

describe('hints and remarks', () => {
  it('offers nothing to do with a row where there is none', async () => {
    const world = await onProcesses();
    world.press('/', ...'nothing-like-it', 'enter');
    expect(hints(world)).not.toMatch(/describe|logs/);
    expect(hints(world)).toContain('/ filter');
    const empty = await onProcesses({ count: 0 });
    expect(hints(empty).trim()).toBe(': go to  ? help');
  });

  it('a warning about one view does not stand under the next', async () => {
    const world = await onProcesses();
    world.dashboard.toast('Not here, not now', 'warning');
    expect(hints(world)).toContain('Not here');
    world.press('l');
    expect(world.text()).not.toContain('Not here');
  });

  it('a remark in passing gives the hints back soon', async () => {
    const world = await onProcesses();
    world.press('r');
    expect(hints(world)).toContain('Asking now');
    world.clock += 2_000;
    world.dashboard.tick();
    expect(hints(world)).toContain('? help');
  });
});

describe('for a screen reader', () => {
  it('a row is its words: no signs, nothing about what is empty', async () => {
    const world = createWorld({
      services: { start: { view: 'processes' }, look: { colorDepth: 0, unicode: false, screenReader: true } },
      sessions: (now) => [
        new FakeSession({ name: 'prod', now, reads: sampleReads(() => [sampleProcess({ release: '' })]) }),
      ],
    });
    await world.settle();
    const [row = ''] = world.dashboard.body()?.linear?.() ?? [];
    expect(row).toContain('status running');
    expect(row).not.toContain('release');
    expect(row).not.toMatch(/, ,|\w+ ,/);
  });

  it('the help is one column', async () => {
    const world = createWorld({
      columns: 200,
      services: { look: { colorDepth: 0, unicode: false, screenReader: true } },
    });
    await world.settle();
    world.press('?');
    expect(world.screen().some((row) => /down .*(repaint|help)/.test(row))).toBe(false);
  });
});

describe('a prompt', () => {
  it.each([
    ['a filter', ['/'], 'status:crashed, cpu>500m'],
    ['how far back a log goes', ['l', 'T'], '5m, 2h30m, 24h'],
    ['a search in a log', ['l', '/'], 'level:error'],
  ])('for %s shows what may be written until something is', async (_what, keys, example) => {
    const world = await onProcesses();
    world.press(...keys);
    expect(footer(world)).toContain(example);
    world.press('x');
    expect(footer(world)).not.toContain(example);
    world.press('backspace');
    expect(footer(world)).toContain(example);
  });
});
