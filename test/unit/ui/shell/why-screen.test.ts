import { describe, expect, it } from 'vitest';
import { Failure } from '../../../../src/domain/failure.ts';
import { refused } from '../../../../src/domain/verdict.ts';
import { RESOURCES } from '../../../../src/resources/index.ts';
import { fakeAccess } from '../fake-deck.ts';
import { createWorld, type World } from '../sample-world.ts';
import { sickLog, sickSession } from '../sick-shop.ts';

async function whyOfShop(): Promise<World> {
  const world = createWorld({
    columns: 120,
    rows: 50,
    sessions: (now) => [sickSession(now)],
    services: { resources: RESOURCES, start: { view: 'apps', rack: 'acme/prod' } },
  });
  await world.settle();
  world.press('/', ...'shop', 'enter', 'w');
  await world.settle();
  return world;
}

const log = (world: World) => world.sessions[0]?.followed[0]?.follow;

function endLog(world: World): void {
  log(world)?.push(...sickLog());
  log(world)?.link({ kind: 'complete' });
}

describe('why, of an app', () => {
  it('says what is wrong, since when, by which deploy, on what evidence, and what to do', async () => {
    const world = await whyOfShop();
    const text = world.text();
    expect(text).toMatch(/shop on acme\/prod: x critical/);
    expect(text).toMatch(/x critical\s+2 of 3 web crash-looping/);
    expect(text).toMatch(/deploy\s+RJKQWXABCDE/);
    expect(text).toMatch(/- web-6d9f-9dk2p crashed on RJKQWXABCDE/);
    expect(text).toMatch(/next\s+Look at the logs of web-6d9f-9dk2p/);
  });

  it('names what was not looked at, with the reason', async () => {
    const world = await whyOfShop();
    const foot = world.text().split('Not looked at:')[1] ?? '';
    expect(foot).toContain('- services: needs role admin; you are deployer');
    expect(foot).toContain("- the rack's own diagnosis: not proxied by the gateway");
  });

  it('looks at the last minutes of the log once, and tells which errors the deploy brought', async () => {
    const world = await whyOfShop();
    expect(world.sessions[0]?.followed.map(({ source }) => source)).toEqual([{ kind: 'app', app: 'shop' }]);
    expect(world.text()).toContain('Reading the log of the last 15 minutes');
    endLog(world);
    await world.settle();
    const text = world.text();
    expect(log(world)?.disposed).toBe(true);
    expect(text).toContain('1 new error in the logs since RJKQWXABCDE');
    expect(text).toMatch(/2 x ERROR PaymentGatewayError: 401 Unauthorized/);
    expect(text).toMatch(/2 x ERROR TimeoutError/);
  });

  it('stops reading a log that is too long', async () => {
    const world = await whyOfShop();
    log(world)?.push(...sickLog());
    log(world)?.meter({ received: 5_000 });
    await world.settle();
    expect(log(world)?.disposed).toBe(true);
    expect(world.text()).toContain('PaymentGatewayError');
  });

  it('says why there is no log', async () => {
    const world = await whyOfShop();
    log(world)?.link({
      kind: 'failed',
      failure: new Failure({ kind: 'forbidden', what: 'No', why: 'needs role ops' }),
    });
    await world.settle();
    expect(world.text()).toContain('- the log: needs role ops');
  });

  it('does not open a log that the role forbids', async () => {
    const world = createWorld({
      columns: 120,
      rows: 50,
      sessions: (now) => {
        const session = sickSession(now);
        session.access.set(
          fakeAccess({
            can: (what) => (what === 'convox:log:read' ? refused('role', 'needs role x') : { allowed: true }),
          }),
        );
        return [session];
      },
      services: { resources: RESOURCES, start: { view: 'processes', rack: 'acme/prod', app: 'shop' } },
    });
    await world.settle();
    world.press('w');
    await world.settle();
    expect(world.sessions[0]?.followed).toEqual([]);
    expect(world.text()).toContain('- the log: needs role x');
  });

  it.each([
    [['enter'], 'logs', { app: 'shop', process: 'web-6d9f-9dk2p' }],
    [['l'], 'logs', { app: 'shop', service: 'web', process: 'web-6d9f-9dk2p' }],
    [['h'], 'releases', { app: 'shop' }],
  ])('%s leads from the crash to %s', async (keys, view, place) => {
    const world = await whyOfShop();
    world.press('j', 'j', ...keys);
    expect(world.dashboard.location()).toMatchObject({ view, rack: 'acme/prod', place });
    world.press('escape');
    expect(world.dashboard.location().view).toBe('why');
  });

  it('leaves no watch behind when it goes', async () => {
    const world = await whyOfShop();
    const watch = world.sessions[0]?.watches.find(({ key }) => key[0] === 'why');
    expect(watch?.visibilities.at(-1)).toBe('visible');
    world.press('escape');
    expect(watch?.visibilities.at(-1)).toBe('hidden');
    world.dashboard.dispose();
    expect(watch?.disposed).toBe(true);
  });
});

describe('why, of a rack', () => {
  it('joins what is wrong with all of its apps', async () => {
    const world = createWorld({
      columns: 120,
      rows: 50,
      sessions: (now) => [sickSession(now)],
      services: { resources: RESOURCES, start: { view: 'racks' } },
    });
    await world.settle();
    world.press('w');
    await world.settle();
    expect(world.dashboard.location()).toMatchObject({ view: 'why', rack: 'acme/prod', place: {} });
    expect(world.text()).toMatch(/acme\/prod: x critical/);
    expect(world.text()).toMatch(/x critical\s+shop: 2 of 3 web crash-looping/);
    expect(world.sessions[0]?.followed).toEqual([]);
  });

  it('says why nothing can be said', async () => {
    const world = createWorld({
      sessions: (now) => [sickSession(now)],
      services: { resources: RESOURCES, start: { view: 'processes', rack: 'acme/prod', app: 'gone' } },
    });
    await world.settle();
    world.press('w');
    await world.settle();
    expect(world.text()).toContain('x There is no app gone');
  });
});
