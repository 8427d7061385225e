import { describe, expect, it } from 'vitest';
import { Failure } from '../../../../src/domain/failure.ts';
import { refused } from '../../../../src/domain/verdict.ts';
import { FakeSession, fakeAccess } from '../fake-deck.ts';
import { createWorld, prodAndStaging, sampleProcess, sampleReads, type World } from '../sample-world.ts';

async function open(options: Parameters<typeof createWorld>[0] = {}): Promise<World> {
  const world = createWorld(options);
  await world.settle();
  return world;
}

const title = (world: World): string => world.screen()[0]?.trim().split(/ {3,}/)[0] ?? '';
const footer = (world: World): string => world.screen().at(-2) ?? '';

describe('drilling down and back', () => {
  it('opens a row, narrows, and esc restores filter, cursor and scroll', async () => {
    const world = await open();
    world.press('/');
    world.type('prod');
    world.press('enter', 'j');
    const before = world.screen().slice(1, -1);
    world.press('enter');
    await world.settle();
    expect(title(world)).toBe('acme/prod > billing > processes');
    world.press('escape');
    expect(title(world)).toBe('board');
    expect(world.screen().slice(1, -1)).toEqual(before);
  });

  it('[ and ] walk the history', async () => {
    const world = await open();
    world.press('enter');
    await world.settle();
    world.press('[');
    expect(title(world)).toBe('board');
    world.press(']');
    expect(title(world)).toBe('acme/prod > shop > processes');
    world.press(']');
    expect(world.screen().at(-1)).toContain('No later view');
  });

  it('a link may bring a filter; esc takes back one`s own first', async () => {
    const world = await open();
    world.press('v');
    await world.settle();
    expect(title(world)).toBe('acme/prod > shop > services');
    world.press('enter');
    await world.settle();
    expect(footer(world)).toContain('/service:web');
    world.press('/');
    world.type(' crashed');
    world.press('enter');
    expect(footer(world)).toContain('/service:web crashed');
    world.press('escape');
    expect(footer(world)).toMatch(/\/service:web$|\/service:web /);
    world.press('escape');
    expect(title(world)).toBe('acme/prod > shop > services');
  });

  it('describes a row and shows it raw, also after it has gone', async () => {
    let processes = (await sampleReads().systemProcesses?.({ all: true })) ?? [];
    const world = await open({
      services: { start: { view: 'processes' } },
      sessions: (now) => [new FakeSession({ name: 'prod', now, reads: sampleReads(() => processes) })],
    });
    world.press('d');
    expect(title(world)).toBe('prod > processes > api-5f5f-ab12c');
    expect(world.text()).toContain('RBILLING001');
    processes = processes.filter((process) => process.app !== 'billing');
    await world.sessions[0]?.poll();
    await world.settle();
    expect(world.text()).toContain('It is gone from the list');
    expect(world.text()).toContain('RBILLING001');
    world.press('escape', 'y');
    expect(title(world)).toMatch(/raw$/);
    expect(world.text()).toContain('"release":');
  });

  it('follows the logs of what the cursor stands on', async () => {
    const world = await open();
    world.press('enter');
    await world.settle();
    world.press('l');
    expect(world.sessions[0]?.followed[0]?.source).toEqual({ kind: 'process', app: 'shop', process: 'web-6d9f-9dk2p' });
    expect(title(world)).toContain('logs');
    world.press('escape');
    expect(title(world)).toBe('acme/prod > shop > processes');
  });

  it('polls what is on screen at full pace and the rest slowly', async () => {
    const world = await open();
    const board = world.sessions[0]?.watches.find((watch) => watch.key[1] === 'board');
    world.press('enter');
    expect(board?.visibilities.at(-1)).toBe('hidden');
    world.press('escape');
    expect(board?.visibilities.at(-1)).toBe('visible');
    expect(board?.disposed).toBe(false);
  });

  it('gives up views that were left long ago', async () => {
    const world = await open();
    for (let at = 0; at < 8; at += 1) {
      world.dashboard.open({ view: 'processes', rack: 'acme/prod', place: { app: `app-${at}` } });
    }
    const tables = world.sessions[0]?.watches.filter((watch) => watch.key[0] === 'view') ?? [];
    expect(tables.filter((watch) => !watch.disposed).length).toBeLessThanOrEqual(6);
    world.dashboard.back();
    expect(title(world)).toBe('acme/prod > app-6 > processes');
  });
});

describe('several racks', () => {
  it('joins their rows and says which rack each is on', async () => {
    const world = await open({ services: { start: { view: 'processes' } } });
    expect(title(world)).toBe('all racks > processes');
    expect(world.screen()[2]).toMatch(/RACK\s+APP/);
    expect(world.text()).toContain('acme/staging');
  });

  it('a rack that does not answer is one line', async () => {
    const world = await open({
      services: { start: { view: 'processes' } },
      sessions: (now) => {
        const [prod, staging] = prodAndStaging(now);
        const reads = sampleReads();
        reads.systemProcesses = async () => {
          throw new Failure({ kind: 'timeout', what: 'acme/third did not answer in time' });
        };
        return [prod, staging, new FakeSession({ name: 'acme/third', now, reads })].filter(
          (each) => each !== undefined,
        );
      },
    });
    const lines = world.screen().filter((row) => row.includes('acme/third'));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('x acme/third: acme/third did not answer in time');
    expect(world.text()).toContain('web-aaaa-bbbbb');
    expect(world.screen()[0]).toContain('2/3 racks live');
  });

  it('on the board it is a row of its own', async () => {
    const world = await open({
      sessions: (now) => {
        const [prod] = prodAndStaging(now);
        const reads = sampleReads();
        reads.apps = async () => {
          throw new Failure({ kind: 'unreachable', what: 'Cannot reach acme/third' });
        };
        return [prod, new FakeSession({ name: 'acme/third', now, reads })].filter((each) => each !== undefined);
      },
    });
    expect(world.screen()[3]).toMatch(/acme\/third\s+x no answer\s+Cannot reach acme\/third/);
  });

  it('keeps the place when the racks change', async () => {
    const world = await open();
    world.press('enter');
    await world.settle();
    world.deck.sessions.set([...world.deck.sessions.get()]);
    await world.settle();
    expect(title(world)).toBe('acme/prod > shop > processes');
    expect(world.text()).toContain('web-6d9f-9dk2p');
  });

  it('says when the rack of a view is no longer there', async () => {
    const world = await open();
    world.press('enter');
    world.deck.sessions.set(world.deck.sessions.get().slice(1));
    await world.settle();
    expect(world.text()).toContain('This rack is not known here');
  });
});

describe('palette', () => {
  it('opens views by name, alias and letters', async () => {
    const world = await open();
    world.press(':');
    world.type('ps');
    world.press('enter');
    await world.settle();
    expect(title(world)).toBe('acme/prod > processes');
    world.press('escape', ':');
    world.type('svc');
    world.press('enter');
    await world.settle();
    expect(title(world)).toBe('acme/prod > shop > services');
    world.press(':');
    world.type('ps');
    world.press('enter');
    expect(title(world)).toBe('acme/prod > shop > processes');
  });

  it('finds racks and apps', async () => {
    const world = await open();
    world.press(':');
    await world.settle();
    world.type('blog');
    world.press('enter');
    await world.settle();
    expect(title(world)).toBe('acme/prod > blog > processes');
    world.press(':');
    world.type('staging');
    expect(world.text()).toContain('rack, direct');
  });

  it('opens a view before anybody has told what one may do: the view asks', async () => {
    const world = await open({
      sessions: (now) => {
        const session = new FakeSession({ name: 'prod', now, reads: sampleReads() });
        session.access.set(fakeAccess({ can: () => refused('unknown', 'your permissions are not known yet') }));
        return [session];
      },
    });
    world.press(':');
    world.type('services');
    world.press('enter');
    await world.settle();
    expect(title(world)).toBe('prod > shop > services');
    expect(world.dashboard.state.overlay).toBeUndefined();
  });

  it('says why an entry is not possible, and stays', async () => {
    const world = await open({
      sessions: (now) => {
        const session = new FakeSession({ name: 'prod', now, reads: sampleReads() });
        session.access.set(
          fakeAccess({
            can: (permission) =>
              permission === 'convox:app:read' ? refused('role', 'the role viewer lacks it') : { allowed: true },
          }),
        );
        return [session];
      },
    });
    world.press(':');
    world.type('services');
    expect(world.text()).toContain('x the role viewer lacks it');
    world.press('enter');
    expect(world.screen().at(-1)).toContain('services: the role viewer lacks it');
    expect(world.dashboard.state.overlay?.kind).toBe('palette');
  });

  it('wraps around, completes, and closes', async () => {
    const world = await open();
    world.press(':', 'up');
    expect(world.text()).toMatch(/> quit/);
    world.press('down', 'tab');
    expect(world.text()).toContain(': board');
    world.press('escape');
    expect(world.dashboard.state.overlay).toBeUndefined();
  });

  it('quits', async () => {
    const world = await open();
    world.press(':');
    world.type('quit');
    world.press('enter');
    await expect(world.dashboard.finished).resolves.toEqual({ reason: 'quit' });
  });
});

describe('keys', () => {
  it.each(['q', 'ctrl+c'])('%s leaves', async (key) => {
    const world = await open();
    world.press(key);
    await expect(world.dashboard.finished).resolves.toEqual({ reason: 'quit' });
  });

  it('esc and the next key arriving together count as two keys', async () => {
    const world = await open();
    world.press('enter');
    await world.settle();
    world.press('alt+j');
    expect(title(world)).toBe('board');
    expect(footer(world)).toContain('2/6');
  });

  it('remapped keys work, and their hints and help say so', async () => {
    const world = await open({ services: { keyOverrides: { 'table.logs': ['o'], 'table.down': ['n'] } } });
    world.press('n');
    expect(footer(world)).toContain('2/6');
    expect(world.screen().at(-1)).toContain('o logs');
    world.press('?');
    expect(world.text()).toMatch(/o\s+logs/);
    world.press('escape', 'o');
    expect(title(world)).toContain('logs');
  });

  it('a bad override is said at the start', async () => {
    const world = await open({ services: { keyOverrides: { 'table.down': ['k'] } } });
    expect(world.text()).toContain("Config file: keys.table.down: 'k' already means 'up'");
  });

  it('help lists every key of the view and scrolls', async () => {
    const world = await open({ columns: 160, rows: 50 });
    world.press('?');
    for (const text of ['Help: board', 'services', 'only unhealthy', 'go to', 'status:crashed', 'finding']) {
      expect(world.text()).toContain(text);
    }
    world.press('x');
    expect(world.dashboard.state.overlay).toBeUndefined();
  });
});

describe('where it opens', () => {
  it.each([
    [{ view: 'processes', rack: 'acme/prod', app: 'shop' }, 'acme/prod > shop > processes'],
    [{ view: 'ps', rack: 'acme/prod' }, 'acme/prod > processes'],
    [{ app: 'shop', rack: 'acme/prod' }, 'acme/prod > shop > processes'],
    [{}, 'board'],
    [{ view: 'nonsense' }, 'board'],
  ])('%j', async (start, expected) => {
    const world = await open({ services: { start } });
    expect(title(world)).toBe(expected);
  });

  it('with a filter', async () => {
    const world = await open({ services: { start: { view: 'processes', filter: 'status:crashed' } } });
    expect(footer(world)).toContain('1/1 of 5  /status:crashed');
  });
});

describe('sizes', () => {
  it.each([
    [80, 24],
    [60, 15],
    [200, 60],
    [300, 100],
    [61, 16],
  ])('%ix%i: exactly as many rows, none too wide', async (columns, rows) => {
    const world = await open({ columns, rows });
    for (const keys of [[], ['enter'], ['?'], [':'], ['escape', '/'], ['escape', 'd'], ['L']]) {
      world.press(...keys);
      await world.settle();
      const screen = world.screen();
      expect(screen).toHaveLength(rows);
      for (const row of screen) expect(row.length).toBeLessThanOrEqual(columns);
    }
  });

  it('below 60x15 there is one clear line', async () => {
    const world = await open({ columns: 59, rows: 15 });
    expect(world.screen()[0]).toBe('Too small: 59x15, needs 60x15. q quits.');
    expect(world.screen().slice(1).join('')).toBe('');
    world.dashboard.resize({ columns: 80, rows: 24 });
    expect(title(world)).toBe('board');
  });
});

describe('the app that was looked at last', () => {
  it('is meant by a view of an app, said in front of its description, until another rack is on screen', async () => {
    const world = createWorld();
    await world.settle();
    world.dashboard.open({ view: 'processes', rack: 'acme/prod', place: { app: 'shop' } });
    world.dashboard.open({ view: 'processes', rack: 'acme/prod', place: { instance: 'ip-1' }, filter: 'none' });
    await world.settle();
    world.press(':', ...'services');
    expect(world.text()).toMatch(/services +\(shop\) services of an app/);
    world.press('enter');
    expect(world.dashboard.location()).toMatchObject({ view: 'services', rack: 'acme/prod', place: { app: 'shop' } });
    world.dashboard.open({ view: 'processes', rack: 'acme/staging', place: { instance: 'ip-1' }, filter: 'none' });
    await world.settle();
    world.press(':', ...'services');
    expect(world.text()).toContain('choose an app first');
  });
});

describe('describe', () => {
  it('says that a value is not there', async () => {
    const world = createWorld({
      services: { start: { view: 'processes' } },
      sessions: (now) => [
        new FakeSession({ name: 'prod', now, reads: sampleReads(() => [sampleProcess({ instance: '' })]) }),
      ],
    });
    await world.settle();
    world.press('d');
    expect(world.text()).toMatch(/node +-$/im);
  });
});
