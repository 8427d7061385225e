import { afterEach, describe, expect, test } from 'vitest';
import type { RunState } from '../../../src/actions/run-state.ts';
import { promote } from '../../../src/simulator/world/deploy.ts';
import { createRelease } from '../../../src/simulator/world/releases.ts';
import { type ActionBench, actionBench, type BenchOptions, confirm, settled } from '../../support/action-bench.ts';

let bench: ActionBench;

async function open(options: BenchOptions = {}): Promise<ActionBench> {
  bench = await actionBench(options);
  return bench;
}

afterEach(() => bench.close());

const shop = [{ id: 'shop', app: 'shop' }];

function preview(state: RunState) {
  if (state.step === 'confirm') return state.proposal.preview;
  throw new Error(`no preview: ${JSON.stringify(state)}`);
}

/** A deploy of a release that does not come up. */
function hanging(app = 'shop') {
  return bench.rack.change((rack, now) => {
    const made = createRelease(rack, bench.app(app), { env: 'A=s3cr3t' }, now);
    made.defect = { service: 'web', code: 1, exception: ['ERROR boom'] };
    promote(rack, bench.app(app), made.id, {}, now - 5_000);
    return made;
  });
}

describe('cancel of a deploy', () => {
  test('goes back to what ran, and leaves a copy of the newest release, as the command does', async () => {
    await open();
    const before = bench.app('shop').release;
    const made = hanging();
    const planned = await bench.plan('deploy.cancel', shop);
    expect(preview(planned)).toMatchObject({
      headline: `Cancel the deploy of ${made.id} to shop on staging`,
      effects: [
        `The rack goes back to ${before}, whose processes still run.`,
        expect.stringContaining(`A`.toLowerCase()),
      ],
      warnings: [expect.stringContaining('The copy holds what is being cancelled')],
    });
    const state = await bench.run('deploy.cancel', shop);
    const copy = bench.app('shop').releases.at(-1);
    expect(state).toMatchObject({
      step: 'ended',
      notes: ['Cancelled; the rack goes back', `Copied ${made.id} as ${copy?.id}`],
      ended: { outcome: 'verified', words: `shop runs ${before} again.` },
    });
    expect(bench.mutations()).toEqual(['POST /apps/shop/cancel', 'POST /apps/shop/releases']);
    expect(copy).toMatchObject({ build: made.build, env: made.env, description: made.description });
    expect(JSON.stringify([planned, state])).not.toContain('s3cr3t');
  });

  test('the copy may fail: the deploy is cancelled all the same', async () => {
    await open();
    hanging();
    const path = /\/releases$/;
    bench.simulator.faults.add({
      match: { rack: 'staging', method: 'POST', path },
      effect: { kind: 'status', code: 500 },
    });
    const state = await bench.run('deploy.cancel', shop);
    expect(state).toMatchObject({
      step: 'ended',
      ended: { outcome: 'verified' },
      notes: [expect.anything(), expect.stringContaining('The newest release was not copied')],
    });
    expect(bench.mutations()).toHaveLength(2);
  });

  test('without a deploy there is nothing to cancel', async () => {
    await open();
    expect(await bench.plan('deploy.cancel', shop)).toMatchObject({
      step: 'refused',
      reason: 'shop is running: no deploy is under way.',
    });
  });

  test('a deploy that ended first is told', async () => {
    await open();
    hanging();
    const run = bench.start('deploy.cancel', shop);
    await settled(run, 'planning');
    const effect = { kind: 'reset' } as const;
    bench.simulator.faults.add({ match: { rack: 'staging', method: 'POST', path: /cancel$/ }, times: 1, effect });
    run.state.subscribe(() => {
      const { deploy } = bench.app('shop');
      if (run.state.get().step === 'verifying' && deploy) {
        bench.rack.change((_rack, now) => Object.assign(deploy, { completesAt: now }));
      }
    });
    confirm(run);
    expect(await run.finished()).toMatchObject({
      step: 'ended',
      ended: { outcome: 'failed', words: expect.stringContaining('The deploy was quicker') },
    });
    expect(bench.mutations()).toHaveLength(1);
  });

  test('a lost request is not sent again', async () => {
    await open();
    const made = hanging();
    const effect = { kind: 'reset' } as const;
    bench.simulator.faults.add({ match: { rack: 'staging', method: 'POST', path: /cancel$/ }, times: 1, effect });
    expect(await bench.run('deploy.cancel', shop)).toMatchObject({
      step: 'ended',
      ended: { outcome: 'no-effect', words: expect.stringContaining(`shop is still updating to ${made.id}.`) },
    });
    expect(bench.mutations()).toEqual(['POST /apps/shop/cancel']);
  });

  test('gateways do not pass it on, and say so before anything is asked', async () => {
    await open({ kind: 'gateway' });
    expect(await bench.plan('deploy.cancel', shop)).toMatchObject({ step: 'refused', because: 'route' });
  });
});

describe('lock and unlock', () => {
  test('says that the release is applied again, reads the flag back, and offers the way back', async () => {
    await open();
    const { release } = bench.app('shop');
    const state = await bench.run('app.lock', shop);
    expect(state).toMatchObject({
      step: 'ended',
      ended: {
        outcome: 'verified',
        words: `shop is locked and runs ${release}.`,
        undo: { actionId: 'app.unlock', subjects: shop },
      },
      proposal: {
        preview: {
          effects: [
            expect.anything(),
            `The rack applies ${release} again (this re-promotes it): shop is updating for a moment.`,
          ],
        },
      },
    });
    expect(bench.bodies()).toEqual(['lock=true']);
    expect(bench.app('shop').locked).toBe(true);
    expect(await bench.plan('app.lock', shop)).toMatchObject({ step: 'refused', reason: 'shop is locked already.' });
    expect(await bench.run('app.unlock', shop)).toMatchObject({ step: 'ended', ended: { outcome: 'verified' } });
    expect(bench.app('shop').locked).toBe(false);
  });

  test('a v2 rack does not apply anything again', async () => {
    await open({ version: '20260418101514' });
    const { effects } = preview(await bench.plan('app.lock', shop));
    expect(effects).toEqual(['The rack refuses to delete it until it is unlocked.']);
  });

  test('a budget that is used up stops the second half only: what is true is read back', async () => {
    await open();
    bench.rack.change(() => {
      const { budget } = bench.app('shop');
      budget.config = { 'monthly-cap-usd': 100, 'at-cap-action': 'block-new-deploys' };
      budget.state = { 'current-month-spend-usd': 120, 'circuit-breaker-tripped': true };
    });
    const state = await bench.run('app.lock', shop);
    expect(state).toMatchObject({
      step: 'ended',
      ended: { outcome: 'verified' },
      notes: [expect.stringContaining('The release could not be applied again')],
      proposal: { preview: { warnings: [expect.stringContaining('monthly budget')] } },
    });
  });

  test('not in the middle of a deploy', async () => {
    await open();
    const made = hanging();
    expect(await bench.plan('app.lock', shop)).toMatchObject({
      step: 'refused',
      reason: `shop is updating (release ${made.id}), and the rack would apply a release again on top: wait until it is running.`,
    });
  });

  test.each([
    ['reset before it arrived', { kind: 'reset' }, 'no-effect'],
    ['502 though it happened', { kind: 'status', code: 502 }, 'verified'],
  ] as const)('%s', async (_name, effect, outcome) => {
    await open();
    bench.simulator.faults.add({ match: { rack: 'staging', method: 'PUT' }, times: 1, effect });
    expect(await bench.run('app.lock', shop)).toMatchObject({ step: 'ended', ended: { outcome } });
    expect(bench.mutations()).toHaveLength(1);
  });
});

describe('parameters of an app', () => {
  test('tells what the rack will skip, sends only what it takes, and reads it back', async () => {
    await open();
    const state = await bench.run('app.params', shop, { parameters: 'BuildMem=2048\nBuildArch=arm64\n' });
    expect(state).toMatchObject({
      step: 'ended',
      ended: { outcome: 'verified', words: 'Read back: BuildMem of shop.' },
      proposal: {
        preview: {
          effects: [expect.stringContaining('this re-promotes it')],
          warnings: ['BuildArch: the rack does not know it and will skip it.'],
          lines: [
            { text: expect.stringMatching(/^BuildMem: .*2048$/) },
            { kind: 'same', text: 'BuildArch is skipped: the rack knows no such parameter' },
          ],
        },
      },
    });
    expect(bench.bodies()).toHaveLength(1);
    expect(bench.bodies()[0]).not.toContain('BuildArch');
    expect(bench.app('shop').parameters.BuildMem).toBe('2048');
  });

  test.each([
    [
      'BuildArch=arm64',
      'The rack knows none of these parameters and would skip them in silence; it has: BuildCpu, BuildLabels, BuildMem.',
    ],
    ['nonsense', 'Line 1 is no Key=Value.'],
    ['BuildMem=1\nBuildMem=2', 'Line 2 sets BuildMem a second time.'],
  ])('refuses %j', async (parameters, reason) => {
    await open();
    expect(await bench.plan('app.params', shop, { parameters })).toMatchObject({ step: 'refused', reason });
  });

  test('what is so already is no change; a secret one is not shown', async () => {
    await open({ version: '20260418101514' });
    bench.rack.change(() => {
      bench.app('shop').parameters = { Memory: '512', ApiPassword: 'hunter1' };
    });
    expect(await bench.plan('app.params', shop, { parameters: 'Memory=512' })).toMatchObject({
      step: 'refused',
      reason: 'shop has these parameters already: there is nothing to change.',
    });
    const state = await bench.plan('app.params', shop, { parameters: 'ApiPassword=hunter2' });
    expect(JSON.stringify(state)).not.toContain('hunter');
  });
});

describe('create and delete', () => {
  test('a new app is there and runs', async () => {
    await open();
    const state = await bench.run('app.create', [], { name: 'fresh' });
    expect(state).toMatchObject({
      step: 'ended',
      ended: { outcome: 'verified', words: 'fresh is there. Build something for it next.' },
    });
    expect(bench.mutations()).toEqual(['POST /apps']);
    expect(await bench.plan('app.create', [], { name: 'fresh' })).toMatchObject({
      step: 'refused',
      reason: 'staging has an app fresh already.',
    });
  });

  test.each([['Fresh'], ['-fresh'], ['fresh-'], ['system'], ['a b'], ['']])('refuses the name %j', async (name) => {
    await open();
    expect(await bench.plan('app.create', [], { name })).toMatchObject({ step: 'refused' });
    expect(bench.mutations()).toEqual([]);
  });

  test.each([
    ['reset before it arrived', { kind: 'reset' }, 'no-effect'],
    ['half an answer', { kind: 'truncate' }, 'verified'],
  ] as const)('create: %s', async (_name, effect, outcome) => {
    await open();
    bench.simulator.faults.add({ match: { rack: 'staging', method: 'POST', path: /\/apps$/ }, times: 1, effect });
    expect(await bench.run('app.create', [], { name: 'fresh' })).toMatchObject({ step: 'ended', ended: { outcome } });
    expect(bench.mutations()).toHaveLength(1);
  });

  test('deleting wants the name and a reason, tells what goes, and is over when it is gone', async () => {
    await open();
    const run = bench.start('app.delete', shop);
    const state = await settled(run, 'planning');
    expect(preview(state)).toMatchObject({
      headline: 'Delete the app shop on staging',
      effects: [expect.stringContaining('3 processes of 2 services are stopped'), 'It cannot be brought back.'],
      warnings: [expect.stringContaining('What is stored in database goes with it.')],
    });
    run.confirm({ typed: 'shop', reason: 'x' });
    expect(run.state.get()).toMatchObject({ step: 'confirm', problem: 'Type staging/shop to confirm' });
    run.confirm({ typed: 'staging/shop', reason: ' ' });
    expect(run.state.get()).toMatchObject({ step: 'confirm', problem: expect.stringContaining('reason') });
    expect(bench.mutations()).toEqual([]);
    confirm(run);
    expect(await run.finished()).toMatchObject({
      step: 'ended',
      ended: { outcome: 'verified', words: 'shop is gone.' },
    });
    expect(bench.mutations()).toEqual(['DELETE /apps/shop']);
    expect(bench.rack.apps.has('shop')).toBe(false);
  });

  test('an older rack tells in other words that it is gone', async () => {
    await open({ version: '3.21.4' });
    expect(await bench.run('app.delete', shop)).toMatchObject({ step: 'ended', ended: { outcome: 'verified' } });
  });

  test('a locked app is not deleted; the next step is named', async () => {
    await open();
    bench.rack.change(() => {
      bench.app('shop').locked = true;
    });
    expect(await bench.plan('app.delete', shop)).toMatchObject({
      step: 'refused',
      reason: 'shop is locked, and a rack does not delete a locked app. Unlock it first (app.unlock).',
    });
    expect(bench.mutations()).toEqual([]);
  });

  test('a gateway that forbids it says so; nothing has changed', async () => {
    await open({ kind: 'gateway', person: 'admin@example.com' });
    const state = await bench.run('app.delete', [{ id: 'notify', app: 'notify' }]);
    expect(state).toMatchObject({ step: 'ended', ended: { outcome: 'rejected' } });
    expect(bench.rack.apps.get('notify')?.deletedAt ?? undefined).toBeUndefined();
  });

  test.each([
    ['reset before it arrived', { kind: 'reset' }, 'no-effect', /shop is still there/],
    ['502 though it happened', { kind: 'status', code: 502 }, 'verified', /shop is gone/],
  ] as const)('delete: %s', async (_name, effect, outcome, words) => {
    await open();
    bench.simulator.faults.add({ match: { rack: 'staging', method: 'DELETE' }, times: 1, effect });
    const state = await bench.run('app.delete', shop);
    expect(state).toMatchObject({ step: 'ended', ended: { outcome, words: expect.stringMatching(words) } });
    expect(bench.mutations()).toHaveLength(1);
  });
});

test.each([
  ['app.restart', {}, 2],
  ['env.set', { pairs: 'A=1' }, 1],
  ['app.lock', {}, 1],
  ['release.rollback', {}, 2],
] as const)('%s through a console, on a rack of 3.21', async (action, input, sent) => {
  await open({ kind: 'console' });
  const state = await bench.run(action, shop, input);
  expect(state).toMatchObject({ step: 'ended', ended: { outcome: 'verified' } });
  expect(bench.mutations()).toHaveLength(sent);
});
