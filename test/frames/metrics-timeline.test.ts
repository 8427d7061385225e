import { describe, expect, it } from 'vitest';
import { RESOURCES } from '../../src/resources/index.ts';
import { createWorld, type World } from '../unit/ui/sample-world.ts';
import { WatchedSession } from '../unit/ui/watched-night.ts';

process.env.TZ = 'UTC';

interface Scene {
  readonly name: string;
  readonly start: { readonly view: string; readonly app?: string };
  readonly keys?: readonly string[];
  readonly ascii?: boolean;
}

const SCENES: readonly Scene[] = [
  { name: 'metrics-rack', start: { view: 'metrics' } },
  { name: 'metrics-app', start: { view: 'metrics', app: 'shop' }, keys: ['N', 'tab'] },
  { name: 'metrics-ascii', start: { view: 'metrics', app: 'shop' }, keys: ['1', 'left', 'left'], ascii: true },
  { name: 'timeline-app', start: { view: 'timeline', app: 'shop' } },
  { name: 'timeline-rack', start: { view: 'timeline' }, keys: ['k', 'k'] },
];

async function shown(scene: Scene, columns: number, rows: number): Promise<World> {
  const world = createWorld({
    columns,
    rows,
    sessions: (now) => [new WatchedSession(now)],
    services: {
      resources: RESOURCES,
      start: { rack: 'acme/prod', ...scene.start },
      look: { colorDepth: 0, unicode: !scene.ascii, screenReader: false },
    },
  });
  await world.settle();
  world.press(...(scene.keys ?? []));
  await world.settle();
  return world;
}

describe.each([
  [80, 24],
  [200, 60],
])('charts and timelines at %ix%i', (columns, rows) => {
  it.each(SCENES.map((scene) => [scene.name, scene] as const))('%s', async (name, scene) => {
    const world = await shown(scene, columns, rows);
    const screen = world.screen();
    expect(screen).toHaveLength(rows);
    for (const row of screen) expect(row.length).toBeLessThanOrEqual(columns);
    expect(world.text()).not.toContain('hunter2');
    if (scene.ascii) expect(world.text()).toMatch(/^[\n\u0020-\u007e]*$/);
    await expect(`${screen.join('\n')}\n`).toMatchFileSnapshot(`${name}-${columns}x${rows}.frame`);
  });
});
