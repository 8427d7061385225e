import { describe, expect, it } from 'vitest';
import { parseLogLine } from '../../../../src/domain/log-line.ts';
import type { Release } from '../../../../src/domain/release.ts';
import { refused } from '../../../../src/domain/verdict.ts';
import { RESOURCES } from '../../../../src/resources/index.ts';
import { eventually } from '../../../support/eventually.ts';
import { FakeSession, fakeAccess } from '../fake-deck.ts';
import { createWorld, MINUTE, NIGHT, sampleReads, type World } from '../sample-world.ts';

const ID = 'web-6d9f-9dk2p';
const LINE = parseLogLine(`${new Date(NIGHT - MINUTE).toISOString()} service/web/${ID} ERROR boom`);

async function open(
  place: Readonly<Record<string, string>>,
  reads = {},
): Promise<{ world: World; session: FakeSession }> {
  const releases = async () => [{ id: 'RJKQWXABCDE', createdAt: NIGHT - 5 * MINUTE } as Release];
  const world = createWorld({
    sessions: (now) => [
      new FakeSession({ name: 'acme/prod', kind: 'gateway', now, reads: { ...sampleReads(), releases, ...reads } }),
    ],
    services: { resources: RESOURCES },
  });
  await world.settle();
  const [session] = world.sessions;
  if (!session) throw new Error('no session');
  session.access.set(
    fakeAccess({
      offers: (route) => (route.startsWith('SOCKET') ? refused('route', 'not proxied') : { allowed: true }),
    }),
  );
  world.dashboard.open({ view: 'logs', rack: 'acme/prod', place });
  return { world, session };
}

const followed = (session: FakeSession) => session.followed.at(-1)?.source;

describe('the log between header and footer', () => {
  it('opens the previous life of a process, says where it comes from, and does not look for one of that', async () => {
    const { world, session } = await open({ app: 'shop', service: 'web', process: ID });
    world.press('b');
    expect(world.dashboard.location()).toMatchObject({
      view: 'previous-logs',
      place: { app: 'shop', service: 'web', process: ID },
    });
    expect(followed(session)).toEqual({ app: 'shop', service: 'web', process: ID });
    session.followed.at(-1)?.follow.push(LINE);
    session.lifeOrigin = 'watched';
    expect(world.text()).toContain('previous life: last lines watched here');
    world.press('b');
    expect(world.text()).toContain('This is the earlier life');
    world.press('escape');
    expect(world.dashboard.location().view).toBe('logs');
  });

  it('opened at an instant, goes there every time it is opened so; going back finds it as it was left', async () => {
    const { world, session } = await open({ app: 'shop' });
    const there = { view: 'logs', rack: 'acme/prod', place: { app: 'shop' }, at: NIGHT - MINUTE };
    const cursor = () => world.screen().find((row) => row.startsWith('>')) ?? '';
    world.dashboard.open(there);
    const later = parseLogLine(`${new Date(NIGHT).toISOString()} service/web/${ID} INFO later`);
    session.followed.at(-1)?.follow.push(LINE, later);
    await eventually(() => expect(cursor()).toContain('boom'));
    world.press('G', 'escape');
    world.press(']');
    expect(cursor()).toBe('');
    world.press('escape');
    world.dashboard.open(there);
    expect(cursor()).toContain('boom');
  });

  it('of an app, opens the previous life of the process that wrote the line', async () => {
    const { world, session } = await open({ app: 'shop' });
    session.followed.at(-1)?.follow.push(LINE);
    world.press('b');
    expect(followed(session)).toEqual({ app: 'shop', service: 'web', process: ID });
  });

  it('of a rack, says that there is none, and that there is no deploy to compare with', async () => {
    const { world, session } = await open({});
    session.followed.at(-1)?.follow.push(LINE);
    world.press('b');
    expect(world.text()).toContain('Only processes of an app have an earlier life');
    world.press('E');
    expect(world.text()).toContain('belongs to no app');
  });

  it('from one process, looks for the first new error in the log of the app', async () => {
    const { world, session } = await open({ app: 'shop', service: 'web', process: ID });
    world.press('E');
    await world.settle();
    expect(world.dashboard.location().place).toEqual({ app: 'shop' });
    expect(followed(session)).toEqual({ kind: 'app', app: 'shop' });
    const follow = session.followed.at(-1)?.follow;
    expect(follow?.restarts[0]?.sinceMs).toBe(34 * MINUTE);
    follow?.push(parseLogLine(`${new Date(NIGHT - 30 * MINUTE).toISOString()} service/web/x INFO before`), LINE);
    follow?.link({ kind: 'complete' });
    expect(world.text()).toMatch(/New since RJKQWXABCDE came up at .*: ERROR boom/);
  });

  it('does without what a role may not read', async () => {
    const forbidden = () => Promise.reject(new Error('forbidden'));
    const { world, session } = await open({ app: 'shop' }, { releases: forbidden });
    world.press('E');
    await world.settle();
    expect(session.followed.at(-1)?.follow.restarts).toHaveLength(1);
    const none = await open({ app: 'shop' }, { releases: forbidden, processes: forbidden });
    none.world.press('E');
    await none.world.settle();
    expect(none.world.text()).toMatch(/Cannot tell what is new: it is not known when RJKQWXABCDE was deployed/);
  });

  it('shows the keys of a panel while one is open', async () => {
    const { world, session } = await open({ app: 'shop' });
    session.followed.at(-1)?.follow.push(LINE);
    world.press('i');
    expect(world.text()).toMatch(/space on\/off {2}enter only this one {2}a all {2}b previous life {2}esc close/);
    world.press('escape');
    expect(world.text()).not.toContain('on/off');
    expect(world.dashboard.location().view).toBe('logs');
  });
});

describe('the processes of an app', () => {
  it('lead to its releases with the key that does so everywhere', async () => {
    const { world } = await open({ app: 'shop' });
    world.dashboard.open({ view: 'processes', rack: 'acme/prod', place: { app: 'shop' } });
    await world.settle();
    world.press('h');
    expect(world.dashboard.location()).toMatchObject({ view: 'releases', rack: 'acme/prod', place: { app: 'shop' } });
  });
});
