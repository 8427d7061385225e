import { expect } from 'vitest';
import type { AnyAction } from '../../src/actions/define-action.ts';
import type { Outcome } from '../../src/actions/run-state.ts';
import type { FaultEffect } from '../../src/simulator/faults.ts';
import { ActionContract, type Confirmed } from './action-contract.ts';
import { PLANTED } from './planted-secrets.ts';
import { type Peer, SAMPLES, type Sample } from './sample-requests.ts';

/** What strikes the first request of a run, and whether the rack had done by then what it was asked. */
export const TROUBLE: Readonly<Record<string, { readonly effect: FaultEffect; readonly happened: boolean }>> = {
  'a reset before it arrived': { effect: { kind: 'reset' }, happened: false },
  'no answer at all': { effect: { kind: 'silence' }, happened: false },
  'a reset in the middle of the answer': { effect: { kind: 'truncate' }, happened: true },
  '500 though it happened': {
    effect: { kind: 'status', code: 500, body: 'boom', contentType: 'text/plain' },
    happened: true,
  },
  'the page of a proxy (502)': { effect: { kind: 'status', code: 502 }, happened: true },
};

export function sampleOf({ id }: AnyAction): Sample {
  const sample = SAMPLES[id];
  if (!sample) throw new Error(`no sample request for ${id}: add one to test/support/sample-requests.ts`);
  return sample;
}

/** All goes well, and the person presses twice. */
export async function holdsWhenAllGoesWell(action: AnyAction, peer: Peer): Promise<void> {
  const sample = sampleOf(action);
  const contract = await ActionContract.plan(action.id, sample, peer);
  try {
    expectPlanned(contract);
    const confirmed = await contract.confirmed();
    const wanted = sample.ends?.[peer] ?? 'verified';
    expect(outcomeOf(confirmed), JSON.stringify(confirmed.state)).toBe(wanted);
    // Exactly what was planned: each as often as that, and nothing else.
    const planned = confirmed.planned.flatMap(({ route, times }) => Array<string>(times).fill(route));
    expect([...confirmed.sent].sort()).toEqual(sample.leavesLater ? [] : planned.sort());
    await expectOver(contract, confirmed);
  } finally {
    await contract.close();
  }
}

/** The first request is struck: never sent again, and told as it is. */
export async function holdsInTrouble(action: AnyAction, peer: Peer, trouble: string): Promise<void> {
  const { effect, happened } = TROUBLE[trouble] ?? fail(trouble);
  const contract = await ActionContract.plan(action.id, sampleOf(action), peer);
  try {
    expectPlanned(contract);
    const confirmed = await contract.confirmed(effect);
    const [first] = confirmed.planned;
    const isSession = first?.route.startsWith('SOCKET') === true;
    const reads = first?.route.startsWith('GET') === true;
    // A bulk of equal requests stops with the first one whose outcome is not known.
    expect(confirmed.sent.filter((route) => route === first?.route)).toHaveLength(1);
    for (const { route, times } of confirmed.planned) {
      expect(confirmed.sent.filter((each) => each === route).length, route).toBeLessThanOrEqual(times);
    }
    const outcome = outcomeOf(confirmed);
    if (isSession || reads) {
      // No session came up, no file arrived: half an answer is none, but for a socket, which has none to cut.
      if (trouble !== 'a reset in the middle of the answer') expect(outcome).not.toBe('verified');
    } else if (!happened) {
      expect(['no-effect', 'unclear', 'unproven', 'rejected'], JSON.stringify(confirmed.state)).toContain(outcome);
    } else if (confirmed.planned.length > 1) {
      // The first of several steps: what became of it is said, and what did not follow.
      expect(outcome).not.toBe('rejected');
    } else {
      expect(['verified', 'unproven', 'unclear'], JSON.stringify(confirmed.state)).toContain(outcome);
    }
    await expectOver(contract, confirmed);
  } finally {
    await contract.close();
  }
}

/** Where it is not possible, nothing is asked of anybody that changes something. */
export async function isRefused(action: AnyAction, peer: Peer): Promise<void> {
  const contract = await ActionContract.plan(action.id, sampleOf(action), peer);
  try {
    expect(contract.run.state.get(), action.id).toMatchObject({ step: 'refused', reason: expect.stringMatching(/\w/) });
    contract.run.confirm({ typed: 'y', reason: 'a test' });
    expect(contract.seen().changing, action.id).toEqual([]);
  } finally {
    await contract.close();
  }
}

function expectPlanned(contract: ActionContract): void {
  expect(contract.run.state.get()).toMatchObject({ step: 'confirm' });
  const { sent, changing } = contract.seen();
  expect({ sent, changing }, 'before the confirmation').toEqual({ sent: [], changing: [] });
}

/** Afterwards: nothing can be sent any more, nothing else was, and no secret was told on the way. */
async function expectOver(contract: ActionContract, { sent, changing, told }: Confirmed): Promise<void> {
  const unplanned = changing.length - sent.filter((route) => !route.startsWith('GET ')).length;
  expect(unplanned, changing.join('\n')).toBe(0);
  await contract.abuse();
  expect(contract.seen().sent, 'with a budget that is over').toEqual(sent);
  expect(told).toContain('"headline"');
  expect(told).not.toContain(PLANTED);
}

function outcomeOf({ state }: Confirmed): Outcome | undefined {
  return state.step === 'ended' ? state.ended.outcome : undefined;
}

function fail(trouble: string): never {
  throw new RangeError(`no trouble called ${trouble}`);
}
