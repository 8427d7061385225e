import { describe, expect, it } from 'vitest';
import { Failure } from '../../src/domain/failure.ts';
import type { LinkState } from '../../src/live/link.ts';
import type { AnyResource, OpaqueRow } from '../../src/resources/define-resource.ts';
import { RESOURCES } from '../../src/resources/index.ts';
import { FakeSession } from '../unit/ui/fake-deck.ts';
import { createWorld, NIGHT, sampleReads, type World } from '../unit/ui/sample-world.ts';

const RACK = 'prod';
const UNREACHABLE = new Failure({
  kind: 'unreachable',
  what: 'Cannot reach prod',
  why: 'connection refused',
  next: 'Check the network and the VPN.',
});
const FORBIDDEN = new Failure({
  kind: 'forbidden',
  what: 'You may not see this here',
  why: 'needs role ops; you are viewer',
  next: 'Ask a gateway administrator.',
});
const FAILED = new Failure({
  kind: 'server',
  what: 'The rack failed to answer',
  why: 'cluster is on fire',
  next: 'Try again in a minute.',
  requestId: 'req-4711',
});

/**
 * The view itself with an answer of the test's: what a server makes of each query is tested with the queries. Under another
 * id, because some views have a screen of their own besides their table.
 */
function answering(resource: AnyResource, query: () => Promise<readonly OpaqueRow[]>): AnyResource {
  return { ...resource, id: `t-${resource.id}`, aliases: [], query };
}

interface Opened {
  readonly world: World;
  readonly session: FakeSession;
  /** Words on screen without their line breaks: a sentence may be wrapped. */
  readonly words: () => string;
}

async function open(resource: AnyResource, query: () => Promise<readonly OpaqueRow[]>): Promise<Opened> {
  const shown = answering(resource, query);
  let session: FakeSession | undefined;
  const world = createWorld({
    services: { resources: [shown, ...RESOURCES], start: { view: shown.id, rack: RACK, app: 'shop' } },
    sessions: (now) => {
      session = new FakeSession({ name: RACK, now, reads: sampleReads() });
      return [session];
    },
  });
  await world.settle();
  if (session === undefined) throw new Error('no session');
  return { world, session, words: () => world.text().replace(/\s+/g, ' ') };
}

function fits(world: World): void {
  const screen = world.screen();
  expect(screen).toHaveLength(24);
  for (const row of screen) expect(row.length).toBeLessThanOrEqual(80);
}

const forever = () => new Promise<readonly OpaqueRow[]>(() => {});
const nothing = async () => [];

describe.each(RESOURCES.map((resource) => [resource.id, resource] as const))('%s at 80x24', (_id, resource) => {
  it('says that it is asking, once that takes a while', async () => {
    const { world, words } = await open(resource, forever);
    expect(words()).not.toContain('Asking');
    world.clock += 200;
    world.dashboard.changed();
    expect(words()).toContain(`~ Asking ${RACK} for ${resource.title.toLowerCase()} ...`);
    fits(world);
  });

  it('says why it is empty and what to do about it', async () => {
    const { world, words } = await open(resource, nothing);
    expect(words()).toContain(resource.empty.replace(/\s+/g, ' '));
    expect(words()).not.toMatch(/enter \w+ l /);
    fits(world);
  });

  it.each([
    ['forbidden', FORBIDDEN],
    ['failed', FAILED],
  ])('%s: what, why and next', async (_state, failure) => {
    const { world, words } = await open(resource, async () => {
      throw failure;
    });
    for (const part of [failure.what, failure.why, failure.next]) {
      if (resource.failed === undefined) expect(words()).toContain(part);
    }
    // A view of all racks has a line for the one that did not answer; the whole sentence is behind describe.
    if (resource.failed !== undefined) {
      expect(words()).toContain(RACK);
      expect(words()).toContain(failure.what.slice(0, 12));
    }
    fits(world);
  });

  it.each<[string, (session: FakeSession) => LinkState, RegExp]>([
    [
      'offline',
      () => ({ kind: 'offline', since: NIGHT, lastAnswerAt: undefined, retryAt: NIGHT + 8_000, failure: UNREACHABLE }),
      /offline, retry in 7s/,
    ],
    ['logged out', () => ({ kind: 'logged-out', failure: LOGGED_OUT }), /log in/],
  ])('%s before the first answer: the reason instead of rows', async (_state, link, header) => {
    const { world, session, words } = await open(resource, forever);
    session.link.set(link(session));
    world.clock += 1_000;
    world.dashboard.tick();
    const state = session.link.get();
    const failure = 'failure' in state ? state.failure : UNREACHABLE;
    expect(words()).toMatch(header);
    expect(words()).toContain(failure.what);
    fits(world);
  });

  it('calls what is too old stale, and says since when a rack is gone', async () => {
    const { world, session, words } = await open(resource, nothing);
    world.clock += 10 * 60_000;
    world.dashboard.tick();
    // A view that is asked on request only never promised to be newer.
    if (resource.refresh !== 'manual') expect(world.screen()[0]).toMatch(/stale 10m/);
    session.goOffline(UNREACHABLE, world.clock + 8_000);
    world.dashboard.tick();
    expect(world.screen()[0]).toMatch(/offline, retry in 8s/);
    expect(words()).toContain('Cannot reach prod');
    fits(world);
  });
});

const LOGGED_OUT = new Failure({
  kind: 'not-logged-in',
  what: 'Your session has expired',
  next: 'Press L to log in again.',
});
