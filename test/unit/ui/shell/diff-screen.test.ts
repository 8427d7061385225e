import { describe, expect, it } from 'vitest';
import { RESOURCES } from '../../../../src/resources/index.ts';
import { createWorld, type World } from '../sample-world.ts';
import { sickSession } from '../sick-shop.ts';

async function onReleases(...keys: string[]): Promise<World> {
  const world = createWorld({
    columns: 120,
    rows: 40,
    sessions: (now) => [sickSession(now)],
    services: { resources: RESOURCES, start: { view: 'releases', rack: 'acme/prod', app: 'shop' } },
  });
  await world.settle();
  world.press(...keys);
  await world.settle();
  return world;
}

describe('the diff of releases', () => {
  it('compares what is pointed at with the active release, keys without values', async () => {
    const text = (await onReleases('D')).text();
    expect(text).toMatch(/RJKQWXABCDE -> RNOTYETUSED/);
    expect(text).toMatch(/Compared with the active release/);
    expect(text).toMatch(/to +RNOTYETUSED ! never promoted/);
    expect(text).toMatch(/~ POOL {2}changed/);
    expect(text).toMatch(/~ GATEWAY_KEY {2}changed/);
    expect(text).toMatch(/~ services\.web\.scale\.count: 4 -> 6/);
    expect(text).not.toMatch(/\bthree\b|POOL.*(10|20)\b/);
  });

  it('compares the active one with the one before it', async () => {
    const text = (await onReleases('j', 'D')).text();
    expect(text).toMatch(/RBETWEEN001 -> RJKQWXABCDE/);
    expect(text).toMatch(/Compared with the release before it/);
    expect(text).toMatch(/\+ FLAG/);
    expect(text).toMatch(/- BOLD {2}commit 99bb01c2aa/);
    expect(text).toMatch(/\+ BNEW {2}commit 4f2a9c1d77/);
  });

  it.each([[['space', 'j', 'j', 'space', 'D']], [['G', 'space', 'g', 'space', 'D']]])(
    'compares two that are marked, from old to new: %j',
    async (keys) => {
      const text = (await onReleases(...keys)).text();
      expect(text).toMatch(/RLONGSERVED -> RNOTYETUSED/);
      expect(text).toMatch(/- OLD_SWITCH/);
      expect(text.split('Releases between')[1]).toMatch(/RJKQWXABCDE.*Faster checkout[\s\S]*RBETWEEN001/);
    },
  );

  it('says that the oldest release has none before it', async () => {
    const world = createWorld({
      sessions: (now) => {
        const session = sickSession(now);
        const { app } = session.reads();
        Object.assign(session.reads(), {
          app: async (name: string) => ({ ...(await app(name)), release: 'RLONGSERVED' }),
        });
        return [session];
      },
      services: { resources: RESOURCES, start: { view: 'releases', rack: 'acme/prod', app: 'shop' } },
    });
    await world.settle();
    world.press('G', 'D');
    await world.settle();
    expect(world.text()).toContain('x There is nothing to compare RLONGSERVED with');
  });

  it('goes back to the same row', async () => {
    const world = await onReleases('j', 'D', 'escape');
    expect(world.dashboard.location().view).toBe('releases');
    expect(world.text()).toMatch(/> RJKQWXABCDE/);
  });
});
