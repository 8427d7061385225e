import { describe, expect, it } from 'vitest';
import { refused } from '../../src/domain/verdict.ts';
import { BUSY, type FakeGuides, fakeGuides } from '../unit/ui/guides/fake-guides.ts';
import { type GuideWorld, guideWorld, QUIET } from '../unit/ui/guides/guide-world.ts';
import { NIGHT } from '../unit/ui/sample-world.ts';

interface Scene {
  readonly name: string;
  readonly start?: { readonly view: string; readonly rack?: string };
  readonly guides?: (guides: FakeGuides) => void | Promise<void>;
  readonly play?: (world: GuideWorld) => Promise<void>;
  readonly look?: { readonly colorDepth: 0; readonly unicode: false; readonly screenReader: false };
}

const opened = async (world: GuideWorld): Promise<void> => {
  world.press('enter');
  await world.rest();
};

const asked = async (world: GuideWorld): Promise<void> => {
  await opened(world);
  world.press('a');
  await world.until(/waits for you/);
  world.clock += QUIET;
};

const SCENES: readonly Scene[] = [
  {
    name: 'guide-list',
    start: { view: 'guides' },
    guides: (guides) => {
      guides.standingOf = (guide, rack) => {
        if (rack === 'acme/prod')
          return { kind: 'begun', green: 3, total: 5, at: NIGHT - 7_200_000, cutOff: undefined };
        return guide === 'console-role'
          ? { kind: 'damaged', words: 'The notes in ~/guides/x.json cannot be understood. They are kept.' }
          : { kind: 'begun', green: 2, total: 9, at: NIGHT, cutOff: 'Set eks_access_entries=true' };
      };
    },
    play: async (world) => world.rest(),
  },
  {
    name: 'guide-list-refused',
    guides: (guides) => {
      guides.appliesTo = () => refused('version', 'needs rack 3.24.7; this one is 3.21.4');
    },
  },
  { name: 'guide-checklist', play: opened },
  {
    name: 'guide-hazard',
    guides: (guides) => {
      guides.cluster.hazard = BUSY;
    },
    play: async (world) => {
      await opened(world);
      world.press('j');
    },
  },
  { name: 'guide-ascii', play: opened, look: { colorDepth: 0, unicode: false, screenReader: false } },
  {
    name: 'guide-step',
    play: async (world) => {
      await opened(world);
      world.press('enter');
      await world.rest();
    },
  },
  { name: 'guide-preview', play: asked },
  {
    name: 'guide-applied',
    play: async (world) => {
      await asked(world);
      world.press(...'prod', 'enter', ...'ticket', 'enter');
      await world.until(/\+ Verified/);
      world.press('escape');
      await world.rest();
    },
  },
  {
    name: 'guide-resumed',
    guides: async ({ progress }) =>
      progress.save({
        guide: 'console-role',
        target: 'direct:acme/prod',
        startedAt: NIGHT - 3_600_000,
        updatedAt: NIGHT - 3_600_000,
        input: {},
        steps: {},
        underWay: { step: 'mapping', what: 'apply', at: NIGHT - 3_600_000, kept: {} },
      }),
    play: opened,
  },
];

describe.each([
  [80, 24],
  [200, 60],
])('screens of guides at %ix%i', (columns, rows) => {
  it.each(SCENES.map((scene) => [scene.name, scene] as const))('%s', async (name, scene) => {
    const guides = fakeGuides(() => NIGHT);
    await scene.guides?.(guides);
    const world = await guideWorld({
      columns,
      rows,
      guides,
      ...(scene.start ? { start: scene.start } : {}),
      ...(scene.look ? { look: scene.look } : {}),
    });
    await scene.play?.(world);
    const screen = world.screen();
    expect(screen).toHaveLength(rows);
    for (const row of screen) expect([...row].length).toBeLessThanOrEqual(columns);
    await expect(`${screen.join('\n')}\n`).toMatchFileSnapshot(`${name}-${columns}x${rows}.frame`);
  });
});
