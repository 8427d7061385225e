import { describe, expect, it } from 'vitest';
import { Failure } from '../../src/domain/failure.ts';
import { lockEvent, promoteEvent, scaleEvent } from '../../src/domain/seen-events.ts';
import { RESOURCES } from '../../src/resources/index.ts';
import { anInstance } from '../unit/resources/fake-context.ts';
import { FakeSession } from '../unit/ui/fake-deck.ts';
import {
  createWorld,
  EMPTY_LISTING,
  fakeLogin,
  MINUTE,
  manyProcesses,
  NIGHT,
  prodAndStaging,
  sampleReads,
  type World,
  type WorldOptions,
} from '../unit/ui/sample-world.ts';
import { sickLog, sickSession } from '../unit/ui/sick-shop.ts';

/** What each picture shows: how the world is set up and which keys lead there. */
interface Scene {
  readonly name: string;
  readonly options?: WorldOptions;
  readonly keys?: readonly string[];
  readonly after?: (world: World) => void;
}

const login = fakeLogin();

const MANY: WorldOptions = {
  services: { start: { view: 'processes', rack: 'acme/prod' } },
  sessions: (now) => {
    const [prod, staging] = prodAndStaging(now);
    const busy = new FakeSession({
      name: 'acme/prod',
      kind: 'gateway',
      now,
      reads: sampleReads(() => manyProcesses(400)),
    });
    if (prod) busy.access.set(prod.access.get());
    return staging ? [busy, staging] : [busy];
  },
};

/** A rack with deploys of the last hour and a node in trouble, beside one that is well. */
function changedRacks(now: () => number): readonly FakeSession[] {
  const racks = prodAndStaging(now);
  const [prod] = racks;
  if (!prod) return racks;
  const at = (minutes: number): number => NIGHT - minutes * MINUTE;
  prod.lately = {
    ...prod.lately,
    instances: () => [anInstance({ id: 'ip-10-1-80-12.ec2.internal', memory: 3_960, memoryAllocatable: 4_000 })],
  };
  prod.history.note([
    promoteEvent('shop', { release: 'RNEW', at: at(12), by: 'ann@example.com', source: 'audit' }),
    scaleEvent('shop', 'web', 2, 4, at(5)),
    lockEvent('billing', true, at(31)),
  ]);
  return racks;
}

const SCENES: readonly Scene[] = [
  { name: 'board' },
  {
    name: 'board-changes',
    options: { sessions: changedRacks, services: { resources: RESOURCES } },
  },
  { name: 'processes', options: MANY, keys: ['ctrl+d', 'j', 'space', 'j', '8'] },
  { name: 'filtered', options: MANY, keys: ['/', ...'status:crashed cpu<2', 'enter', 'j'] },
  { name: 'filter-prompt', options: MANY, keys: ['/', ...'/web-['] },
  { name: 'describe', options: MANY, keys: ['d'] },
  {
    name: 'why',
    options: {
      sessions: (now) => [sickSession(now)],
      services: { resources: RESOURCES, start: { view: 'apps', rack: 'acme/prod' } },
    },
    keys: ['/', ...'shop', 'enter', 'w'],
    after: (world) => {
      const follow = world.sessions[0]?.followed[0]?.follow;
      follow?.push(...sickLog());
      follow?.link({ kind: 'complete' });
    },
  },
  {
    name: 'diff',
    options: {
      sessions: (now) => [sickSession(now)],
      services: { resources: RESOURCES, start: { view: 'releases', rack: 'acme/prod', app: 'shop' } },
    },
    keys: ['j', 'space', 'j', 'space', 'D'],
  },
  { name: 'help', keys: ['?'] },
  { name: 'palette', keys: [':', ...'pro'] },
  {
    name: 'first-run',
    options: {
      sessions: () => [],
      services: {
        listing: () => ({
          ...EMPTY_LISTING,
          problems: [
            new Failure({
              kind: 'malformed',
              what: 'The gateway settings cannot be read',
              why: 'line 3 is no JSON',
              next: 'Repair ~/.config/rack-gateway/config.json; it was left as it is.',
            }),
          ],
        }),
      },
    },
  },
  { name: 'login-form', options: { sessions: () => [] }, keys: ['l', ...'prod', 'enter'] },
  {
    name: 'login',
    options: { sessions: () => [], services: { login: () => login.flow } },
    keys: ['l', ...'prod', 'enter', ...'gw.example.com', 'enter'],
    after: () =>
      login.set({
        step: 'browser',
        url: 'https://gateway.example.com/api/v1/auth/web/login?state=Zm9vYmFy',
        opened: true,
        expiresAt: NIGHT + 5 * MINUTE,
      }),
  },
  {
    name: 'offline',
    options: MANY,
    after: (world) => {
      const failure = new Failure({ kind: 'unreachable', what: 'Cannot reach acme/prod', why: 'connection refused' });
      world.sessions[0]?.goOffline(failure, NIGHT + 50_000);
      world.clock += 42_000;
      world.dashboard.tick();
    },
  },
];

describe.each([
  [80, 24],
  [200, 60],
])('frames at %ix%i', (columns, rows) => {
  it.each(SCENES.map((scene) => [scene.name, scene] as const))('%s', async (name, scene) => {
    const world = createWorld({ ...scene.options, columns, rows });
    await world.settle();
    world.press(...(scene.keys ?? []));
    await world.settle();
    scene.after?.(world);
    await world.settle();
    const screen = world.screen();
    expect(screen).toHaveLength(rows);
    await expect(`${screen.join('\n')}\n`).toMatchFileSnapshot(`${name}-${columns}x${rows}.frame`);
  });
});
