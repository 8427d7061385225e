import { describe, expect, it } from 'vitest';
import { RESOURCES } from '../../../../src/resources/index.ts';
import { createWorld, MINUTE, NIGHT } from '../sample-world.ts';
import { WatchedSession } from '../watched-night.ts';

process.env.TZ = 'UTC';

async function open(start: { view: string; app?: string }) {
  const world = createWorld({
    columns: 100,
    rows: 30,
    sessions: (now) => [new WatchedSession(now)],
    services: { resources: RESOURCES, start: { rack: 'acme/prod', ...start } },
  });
  await world.settle();
  const [session] = world.sessions;
  if (!(session instanceof WatchedSession)) throw new Error('The world has another session');
  return { ...world, session, world };
}

const current = (text: string) => text.split('\n').find((row) => row.startsWith('> ')) ?? '';

describe('timeline', () => {
  it('t on a row opens what happened to it, newest last, with who did it', async () => {
    const { world } = await open({ view: 'apps' });
    world.press('/', ...'shop', 'enter', 't');
    await world.settle();
    expect(world.dashboard.location()).toMatchObject({ view: 'timeline', place: { app: 'shop' } });
    const told = world.text();
    const order = ['RNEWRELEASE created', 'RNEWRELEASE promoted ', 'web-7c1f-x2x4q crashed', 'runs again'];
    expect(order.map((what) => told.indexOf(what)).every((at, index, all) => at > (all[index - 1] ?? 0))).toBe(true);
    expect(told).toMatch(/RNEWRELEASE promoted +deployer$/m);
    expect(told).not.toContain('api-5f5f');
    expect(current(told)).toContain('runs again');
    expect(told).not.toContain('hunter2');
  });

  it('the strip follows the cursor', async () => {
    const { world } = await open({ view: 'timeline', app: 'shop' });
    const cpu = () =>
      world
        .text()
        .split('\n')
        .find((row) => row.startsWith(' cpu     ')) ?? '';
    expect(cpu()).toMatch(/cpu +2\.\d\dc/);
    world.press('g');
    expect(current(world.text())).toContain('RNEWRELEASE created');
    expect(cpu()).toMatch(/cpu +1\.\d\dc/);
    const before = cpu().indexOf('│');
    world.press('j');
    expect(cpu().indexOf('│')).toBeGreaterThan(before);
  });

  it('enter opens the thing: releases for a promote, the log of that moment for a crash', async () => {
    const { world, session } = await open({ view: 'timeline', app: 'shop' });
    world.press('k', 'enter');
    await world.settle();
    expect(world.dashboard.location()).toMatchObject({
      view: 'logs',
      place: { app: 'shop', service: 'web', process: 'web-7c1f-x2x4q' },
    });
    expect(world.dashboard.location().at).toBe(NIGHT - 6 * MINUTE - 15_000);
    expect(session.followed).toHaveLength(1);
    world.press('escape');
    expect(current(world.text())).toContain('crashed');
    world.press('g', 'j', 'enter');
    await world.settle();
    expect(world.dashboard.location()).toMatchObject({
      view: 'releases',
      place: { app: 'shop' },
      filter: 'RNEWRELEASE',
    });
  });

  it('m, l and d speak of the moment and the thing under the cursor', async () => {
    const { world } = await open({ view: 'timeline', app: 'shop' });
    world.press('g', 'm');
    await world.settle();
    expect(world.dashboard.location()).toMatchObject({ view: 'metrics', at: NIGHT - 21 * MINUTE });
    expect(world.text()).toContain('02:39:00');
    world.press('[', 'd');
    expect(world.text()).toContain('Try the new cache');
    expect(world.text()).toContain('the rack tells it');
    world.press('escape', 'c');
    expect(world.copied.at(-1)).toBe(
      '2026-03-01T02:39:00.000Z RNEWRELEASE created: Try the new cache (dev@example.com)',
    );
  });

  it('asks the audit log once when opened and once for r, never by itself', async () => {
    const { world, session } = await open({ view: 'timeline', app: 'shop' });
    expect(session.audits).toBe(1);
    await session.poll();
    world.clock += 10 * MINUTE;
    world.dashboard.tick();
    await world.settle();
    expect(session.audits).toBe(1);
    world.press('r');
    await world.settle();
    expect(session.audits).toBe(2);
  });

  it('what happens while it is open comes in at the end, and an event looked at stays under the cursor', async () => {
    const { world, session } = await open({ view: 'timeline', app: 'shop' });
    world.press('k', 'k', 'k');
    const looked = current(world.text());
    world.clock += 20_000;
    session.history.take('apps', [], [], world.clock);
    const list = (await session.reads().systemProcesses({ all: true })).map((process) =>
      process.service === 'web' ? { ...process, status: 'crashed' } : process,
    );
    session.history.take('systemProcesses', [{ all: true }], list, world.clock);
    await world.settle();
    expect(world.text()).toContain('2 web processes crashed on RNEWRELEASE');
    expect(current(world.text())).toBe(looked);
    world.press('G');
    expect(current(world.text())).toContain('2 web processes crashed');
  });

  it('only what is bad, only deploys, and all again', async () => {
    const { world } = await open({ view: 'timeline', app: 'shop' });
    world.press('ctrl+z');
    expect(world.text()).toMatch(/1\/1 +only unhealthy/);
    expect(world.text()).toContain('crashed');
    world.press('D');
    expect(world.text()).not.toContain('crashed on');
    expect(world.text()).toContain('promoted');
    world.press('D');
    expect(world.text()).toContain('runs again');
  });

  it('wider is the rack, with every app, and says so at its end', async () => {
    const { world } = await open({ view: 'timeline', app: 'shop' });
    world.press('o');
    await world.settle();
    expect(world.text()).toContain('billing');
    expect(world.text()).toContain("the rack's own history");
    world.press('o');
    expect(world.text()).toContain('This is the whole rack');
  });

  it('reads aloud the event under the cursor', async () => {
    const { world } = await open({ view: 'timeline', app: 'shop' });
    expect(world.dashboard.body()?.linear?.()).toEqual([
      'event 6 of 6: 02:55:00 recovered shop web-7c1f-x2x4q runs again',
    ]);
  });
});
