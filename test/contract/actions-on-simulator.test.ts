import { describe, expect, it } from 'vitest';
import { ACTIONS } from '../../src/actions/index.ts';
import { holdsInTrouble, holdsWhenAllGoesWell, sampleOf, TROUBLE } from '../support/action-rules.ts';
import { SAMPLES } from '../support/sample-requests.ts';

/**
 * Every registered action with the real pipeline over a simulated rack: nothing leaves before the confirmation, what was
 * confirmed leaves once whatever becomes of it, the outcome is told as it is, the budget is over with the run, and nothing that
 * is told holds a secret.
 */
const direct = ACTIONS.filter((action) => sampleOf(action).on.includes('direct')).map(
  (each) => [each.id, each] as const,
);

it('has a sample request for every action, and for nothing else', () => {
  expect(Object.keys(SAMPLES).sort()).toEqual(ACTIONS.map(({ id }) => id).sort());
});

describe.each(direct)('%s', (_id, action) => {
  it('sends what was confirmed once, though it was confirmed twice', () => holdsWhenAllGoesWell(action, 'direct'));

  it.runIf(!sampleOf(action).leavesLater).each(Object.keys(TROUBLE))(
    'sends it once and tells what came of it: %s',
    (trouble) => holdsInTrouble(action, 'direct', trouble),
  );
});
