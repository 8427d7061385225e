import { describe, expect, it } from 'vitest';
import { ACTIONS } from '../../src/actions/index.ts';
import { holdsInTrouble, holdsWhenAllGoesWell, isRefused, sampleOf, TROUBLE } from '../support/action-rules.ts';

/** The rules of actions-on-simulator.test.ts where a gateway or a console stands before the rack, and on racks of the older generation. */
describe.each([
  ['gateway', 'a reset before it arrived'],
  ['gateway', 'the page of a proxy (502)'],
  ['console', 'a reset in the middle of the answer'],
  ['v2', '500 though it happened'],
] as const)('%s: %s', (peer, trouble) => {
  const offered = ACTIONS.filter((action) => sampleOf(action).on.includes(peer));

  it('is a trouble', () => expect(TROUBLE[trouble]).toBeDefined());

  it.each(
    // What the gateway and the console keep themselves does not reach the rack that is struck.
    offered
      .filter((action) => !sampleOf(action).leavesLater && !/^(?:approval|rack)\./.test(action.id))
      .filter((action) => sampleOf(action).ends?.[peer] !== 'rejected')
      .map((action) => [action.id, action] as const),
  )('%s is sent once and told as it is', (_id, action) => holdsInTrouble(action, peer, trouble));
});

describe.each(['gateway', 'console', 'v2'] as const)('%s', (peer) => {
  const offered = ACTIONS.filter((action) => sampleOf(action).on.includes(peer));

  it.each(offered.map((action) => [action.id, action] as const))(
    '%s is sent once, though it was confirmed twice',
    (_id, action) => holdsWhenAllGoesWell(action, peer),
  );

  it('refuses all the others before anything leaves', async () => {
    for (const action of ACTIONS) if (!offered.includes(action)) await isRefused(action, peer);
  });
});
