import { describe, expect, it } from 'vitest';
import { composeFrame } from '../../../../src/ui/shell/compose-frame.ts';
import { linearRows } from '../../../../src/ui/shell/linear-rows.ts';
import { fakeActions, sampleProposal } from '../fake-actions.ts';
import { FakeSession } from '../fake-deck.ts';
import { createWorld, sampleReads, type World } from '../sample-world.ts';

async function asked(): Promise<{ world: World; said: () => string }> {
  const actions = fakeActions();
  const world = createWorld({
    services: {
      start: { view: 'processes', rack: 'acme/prod', app: 'shop' },
      actions,
      look: { colorDepth: 0, unicode: false, screenReader: true },
    },
    sessions: (now) => [new FakeSession({ name: 'acme/prod', kind: 'gateway', now, reads: sampleReads() })],
  });
  await world.settle();
  world.press('x');
  actions.desk.last.propose(
    sampleProposal({ tier: 3, confirmation: { kind: 'type', text: 'prod/shop', reason: true } }),
  );
  return { world, said: () => linearRows(world.dashboard, composeFrame(world.dashboard)).join('\n') };
}

describe('a screen reader', () => {
  it('hears where one is, what would happen, the risk, the question and the keys', async () => {
    const { said } = await asked();
    expect(said()).toMatch(
      /acme\/prod > shop > processes > stop process[\s\S]*Stop web-6d9f-9dk2p of shop on acme\/prod[\s\S]*x one-way[\s\S]*Type prod\/shop to confirm:[\s\S]*Reason, for the journal:[\s\S]*enter do it/,
    );
  });

  it('hears the menu line by line', async () => {
    const { world, said } = await asked();
    world.press('escape', 'a');
    expect(said()).toMatch(/Actions on web-6d9f-9dk2p of shop\n> x +Stop process/);
  });
});
