import { describe, expect, it } from 'vitest';
import { Failure } from '../../../../src/domain/failure.ts';
import { RESOURCES } from '../../../../src/resources/index.ts';
import type { TerminalLook } from '../../../../src/ui/dashboard-services.ts';
import { FakeSession } from '../fake-deck.ts';
import { createWorld, MINUTE, NIGHT, sampleReads } from '../sample-world.ts';
import { WatchedSession } from '../watched-night.ts';

process.env.TZ = 'UTC';

async function open(start: { view: string; app?: string; rack?: string }, look: Partial<TerminalLook> = {}, rows = 30) {
  const world = createWorld({
    columns: 100,
    rows,
    sessions: (now) => [new WatchedSession(now), new WatchedSession(now, 'acme/eu')],
    services: {
      resources: RESOURCES,
      start: { rack: 'acme/prod', ...start },
      look: { colorDepth: 0, unicode: true, screenReader: false, ...look },
    },
  });
  await world.settle();
  return world;
}

const line = (text: string, wanted: RegExp) => text.split('\n').find((row) => wanted.test(row)) ?? '';

describe('metrics', () => {
  it('answers which process eats the CPU on this rack in two keys from the board', async () => {
    const world = await open({ view: 'board' });
    await world.settle();
    world.press('m');
    await world.settle();
    expect(world.dashboard.location()).toMatchObject({ view: 'metrics', rack: 'acme/prod' });
    world.press('o');
    await world.settle();
    expect(world.dashboard.location().place).toEqual({});
    expect(world.text()).toMatch(/PROCESSES \(4\).*CPU/);
    expect(line(world.text(), /^> /)).toMatch(/api-5f5f-ab12c +billing +1\.\d+c/);
  });

  it('reads the values of the instant under the cursor, and of now again', async () => {
    const world = await open({ view: 'metrics', app: 'shop' });
    expect(line(world.text(), /^ cpu {2}now/)).toContain('now 2.');
    // The promote at 02:41, then well before it.
    world.press('N');
    expect(line(world.text(), /^ cpu {2}/)).toContain('02:41:00');
    world.press('b', 'b');
    expect(line(world.text(), /^ cpu {2}/)).toMatch(/02:[12]\d:\d\d (0\.9|1\.[0-3])\dc/);
    world.press('escape');
    expect(world.dashboard.location().view).toBe('metrics');
    expect(line(world.text(), /^ cpu {2}/)).toContain('now 2.');
    // Without a cursor esc goes back as everywhere.
    world.press('escape');
    expect(world.text()).toContain('This is where you started');
  });

  it('says what a deploy changed, by medians', async () => {
    const world = await open({ view: 'metrics', app: 'shop' });
    expect(line(world.text(), /^ P 02:41/)).toMatch(/RNEWRELEASE +cpu 1\.\d\dc > 2\.\d\dc \+\d+% {2}mem .* MiB|GiB/);
  });

  it('windows, lists and order are one key each', async () => {
    const world = await open({ view: 'metrics', app: 'shop' });
    expect(world.text()).toContain('1 hour');
    world.press('3');
    expect(world.text()).toContain('3 hours');
    world.press('1');
    expect(world.text()).toContain('15 minutes');
    world.press('tab');
    expect(world.text()).toContain('SERVICES (2)');
    expect(line(world.text(), /^> /)).toContain('web');
    world.press('S');
    expect(line(world.text(), /^> /)).toContain('worker');
    expect(world.text()).toContain('services by memory');
  });

  it('goes into a row and out again, and finds the place it came from', async () => {
    const world = await open({ view: 'metrics', app: 'shop' });
    world.press('j', 'enter');
    await world.settle();
    expect(world.dashboard.location().place).toMatchObject({ app: 'shop', service: 'web' });
    expect(world.text()).toContain('process   1 hour');
    world.press('o');
    await world.settle();
    expect(world.text()).toContain('shop/web service');
    world.press('o', 'o', 'o');
    expect(world.text()).toContain('This is the whole rack');
    world.press('[');
    expect(world.text()).toMatch(/shop app/);
  });

  it('shows percent of what is requested', async () => {
    const world = await open({ view: 'metrics', app: 'shop' });
    expect(line(world.text(), /^> web/)).toMatch(/0\.\d\dc +1\d\d%/);
    expect(world.text()).toContain('sampled by rackdeck every 15s');
  });

  it('a rack shows its own history and says so; over all racks it is a table', async () => {
    const world = await open({ view: 'metrics' });
    expect(world.text()).toContain("the rack's own history every 60s");
    expect(world.text()).toMatch(/cpu {2}now \d+%/);
    const all = createWorld({
      sessions: (now) => [new WatchedSession(now), new WatchedSession(now, 'acme/eu')],
      services: { resources: RESOURCES, start: { view: 'metrics' } },
    });
    await all.settle();
    expect(all.text()).toContain('all racks');
    all.press('enter');
    await all.settle();
    expect(all.dashboard.location()).toMatchObject({ view: 'metrics', rack: 'acme/eu' });
    expect(all.text()).toContain('acme/eu rack');
  });

  it('a rack without any history is sampled, and says why', async () => {
    const world = createWorld({
      columns: 120,
      sessions: (now) => {
        const refusing = async () => {
          throw new Failure({ kind: 'unsupported', what: 'Not supported', why: 'unimplemented', status: 501 });
        };
        return [
          new FakeSession({
            name: 'acme/gcp',
            now,
            reads: { ...sampleReads(), releases: async () => [], builds: async () => [], systemMetrics: refusing },
          }),
        ];
      },
      services: { resources: RESOURCES, start: { view: 'metrics', rack: 'acme/gcp' } },
    });
    await world.settle();
    const [session] = world.sessions;
    session?.history.take('system', [], { ...(await session.reads().system()) }, NIGHT);
    session?.history.take('instances', [], await (session?.reads().instances() ?? []), NIGHT);
    await world.settle();
    expect(world.text()).toContain('sampled by rackdeck');
    expect(world.text()).toContain('(the rack keeps none: unimplemented)');
    expect(world.text()).toMatch(/cpu {2}now 65%/);
  });

  it('without any colour, any Unicode and any data it still says what is missing', async () => {
    const world = createWorld({
      sessions: (now) => [
        new FakeSession({
          name: 'acme/new',
          now,
          reads: {
            ...sampleReads(() => []),
            instances: async () => [],
            releases: async () => [],
            builds: async () => [],
            systemMetrics: async () => [],
          },
        }),
      ],
      services: {
        resources: RESOURCES,
        start: { view: 'metrics', rack: 'acme/new' },
        look: { colorDepth: 0, unicode: false, screenReader: false },
      },
    });
    await world.settle();
    expect(world.text()).toContain('no samples yet');
    expect(world.text()).toContain('The rack reports no usage');
    expect(world.text()).toMatch(/cpu {2}now - /);
  });

  it('reads aloud without the drawing', async () => {
    const world = await open({ view: 'metrics', app: 'shop' });
    const spoken = world.dashboard.body()?.linear?.() ?? [];
    expect(spoken.join('\n')).toMatch(/cpu {2}now 2\.\d\dc/);
    expect(spoken.join('\n')).not.toMatch(/[▁▂▃▄▅▆▇█]{20}/);
    expect(spoken.at(-1)).toMatch(/row 1 of 3: > web-/);
  });

  it('leads to the timeline and the logs of the instant', async () => {
    const world = await open({ view: 'metrics', app: 'shop' });
    world.press('N', 't');
    await world.settle();
    expect(world.dashboard.location()).toMatchObject({
      view: 'timeline',
      place: { app: 'shop' },
      at: NIGHT - 19 * MINUTE,
    });
    expect(line(world.text(), /^> /)).toContain('RNEWRELEASE');
  });

  it('lines never exceed the screen, down to the least size and up to a large one', async () => {
    for (const [columns, rows] of [
      [60, 15],
      [80, 24],
      [131, 40],
      [240, 70],
    ] as const) {
      const world = createWorld({
        columns,
        rows,
        sessions: (now) => [new WatchedSession(now)],
        services: { resources: RESOURCES, start: { view: 'metrics', rack: 'acme/prod', app: 'shop' } },
      });
      await world.settle();
      const screen = world.screen();
      expect(screen).toHaveLength(rows);
      for (const row of screen) expect([...row].length).toBeLessThanOrEqual(columns);
      expect(world.text()).toMatch(/^> web/m);
    }
  });
});
