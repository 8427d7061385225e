import { describe, expect, it } from 'vitest';
import { Failure } from '../../../../src/domain/failure.ts';
import type { TargetListing } from '../../../../src/targets/target.ts';
import { fakeActions } from '../fake-actions.ts';
import { createWorld, EMPTY_LISTING, type World } from '../sample-world.ts';

const BROKEN = new Failure({
  kind: 'malformed',
  what: 'Could not understand /home/me/.config/rack-gateway/config.json',
  why: 'it is not valid JSON',
  next: 'Correct the file; it was left as it is.',
});
const NOTICE = "'lab' is reached over plain http: its password can be read on the way.";

async function withListing(listing: Partial<TargetListing>, rows = 24): Promise<World> {
  const world = createWorld({ rows, services: { listing: () => ({ ...EMPTY_LISTING, ...listing }) } });
  await world.settle();
  return world;
}

describe('what is wrong with the settings', () => {
  it('is said at the start, with the key that shows it in full', async () => {
    const world = await withListing({ problems: [BROKEN] }, 20);
    const foot = world.screen().slice(-3).join(' ').replace(/\s+/g, ' ');
    expect(foot).toContain(`${BROKEN.what}: it is not valid JSON. ! reads it in full.`);
  });

  it('stays on the line of all racks after the sentence is gone', async () => {
    const world = await withListing({ problems: [BROKEN], notices: [NOTICE] });
    world.clock += 20_000;
    world.dashboard.tick();
    expect(world.screen().at(-1)).toContain('? help');
    expect(world.screen()[1]).toContain('! 1 problem with the settings (! shows it)');
  });

  it('can be read in full: what, why and what to do; then back', async () => {
    const world = await withListing({ problems: [BROKEN], notices: [NOTICE] });
    world.press('!');
    const text = world.text();
    for (const part of [BROKEN.what, 'it is not valid JSON', 'Correct the file; it was left as it is.', 'plain http']) {
      expect(text).toContain(part);
    }
    expect(world.screen()[0]).toContain('board > problems');
    world.press('escape');
    expect(world.screen()[0]).not.toContain('problems');
  });

  it('says what a file that was changed since makes read-only', async () => {
    const actions = fakeActions();
    const world = createWorld({ services: { listing: () => EMPTY_LISTING, actions } });
    await world.settle();
    actions.fixed = 'read-only until the settings are corrected (config.json: no JSON)';
    world.press('!');
    const text = world.text().replaceAll(/\s+/g, ' ');
    expect(text).toContain('acme/prod: read-only until the settings are corrected (config.json: no JSON)');
    expect(text).not.toContain('Nothing is wrong');
  });

  it('is quiet where there is nothing, and where there is only a note', async () => {
    const clean = await withListing({});
    expect(clean.screen()[1]).not.toContain('settings');
    clean.press('!');
    expect(clean.screen().at(-1)).toContain('Nothing is wrong with the settings');
    const noted = await withListing({ notices: [NOTICE] });
    expect(noted.screen().at(-1)).toContain('? help');
    expect(noted.screen()[1]).toContain('~ 1 note (! shows it)');
  });

  it('finds the view before the settings in the palette', async () => {
    const world = await withListing({});
    world.press(':', ...'pro', 'enter');
    await world.settle();
    expect(world.dashboard.location().view).toBe('processes');
  });
});
