import { describe, expect, it } from 'vitest';
import { parseLogLine } from '../../src/domain/log-line.ts';
import type { Release } from '../../src/domain/release.ts';
import { eventually } from '../support/eventually.ts';
import { FakeSession } from '../unit/ui/fake-deck.ts';
import { createWorld, MINUTE, NIGHT, sampleReads, type World } from '../unit/ui/sample-world.ts';

const SHOP = ['web-6d9f7c5b8-x2x4q', 'web-6d9f7c5b8-9dk2p', 'worker-77c5d9f8b-pp01z'];

/** Forty minutes of a shop, one line every half minute; the deploy was four minutes ago. */
const LINES = Array.from({ length: 80 }, (_, at) => {
  const process = SHOP[at % 3] ?? '';
  const time = new Date(NIGHT - 40 * MINUTE + at * (MINUTE / 2)).toISOString();
  const text =
    at === 75
      ? 'ERROR PaymentGatewayError: could not open a session: 401 Unauthorized'
      : at % 7 === 3
        ? `ERROR timeout after ${at}s while calling inventory`
        : `INFO path=/orders/${at % 4} status=${at % 9 === 0 ? 503 : 200} took_ms=${at * 3}`;
  return parseLogLine(`${time} service/${process.split('-')[0]}/${process} ${text}`);
});

interface Scene {
  readonly name: string;
  readonly keys: readonly string[];
  readonly unicode?: boolean;
}

const SCENES: readonly Scene[] = [
  { name: 'log-merged', keys: [] },
  { name: 'log-processes', keys: ['i', 'j', 'space'] },
  { name: 'log-letters', keys: ['P', 'i', 'enter', 'escape'] },
  { name: 'log-fields', keys: ['F', 'j', 'j', 'j', 'right', 'j'] },
  { name: 'log-top', keys: ['|', ...'top 3 path where status>=500', 'enter'] },
  { name: 'log-new-error', keys: ['E'] },
  { name: 'log-ascii', keys: ['F'], unicode: false },
];

async function openLog(scene: Scene, columns: number, rows: number): Promise<World> {
  const look = { colorDepth: 0, unicode: scene.unicode ?? true, screenReader: false } as const;
  const releases = async () => [{ id: 'RJKQWXABCDE', createdAt: NIGHT - 6 * MINUTE } as Release];
  const world = createWorld({
    columns,
    rows,
    services: { look },
    sessions: (now) => {
      const reads = { ...sampleReads(), releases };
      const prod = new FakeSession({ name: 'acme/prod', kind: 'gateway', now, reads });
      return [prod];
    },
  });
  await world.settle();
  world.dashboard.open({ view: 'logs', rack: 'acme/prod', place: { app: 'shop' } });
  const follow = world.sessions[0]?.followed.at(-1)?.follow;
  // Three hours back: whatever a key asks for is there.
  world.press('6');
  follow?.link({ kind: 'live' });
  follow?.push(...LINES);
  // Ages instead of times of day: the same in every time zone.
  world.press('t');
  return world;
}

describe.each([
  [80, 24],
  [200, 60],
])('log frames at %ix%i', (columns, rows) => {
  it.each(SCENES.map((scene) => [scene.name, scene] as const))('%s', async (name, scene) => {
    const world = await openLog(scene, columns, rows);
    world.press('ctrl+l', ...scene.keys);
    await eventually(() => expect(world.text()).not.toContain('counting'));
    await world.settle();
    const screen = world.screen().map((row) => row.replace(/\d\d:\d\d:\d\d/g, 'hh:mm:ss'));
    expect(screen).toHaveLength(rows);
    await expect(`${screen.join('\n')}\n`).toMatchFileSnapshot(`${name}-${columns}x${rows}.frame`);
  });
});
