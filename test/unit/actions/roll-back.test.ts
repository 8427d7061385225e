import { afterEach, describe, expect, test } from 'vitest';
import type { RunState } from '../../../src/actions/run-state.ts';
import type { Defect } from '../../../src/simulator/world/app.ts';
import { promote } from '../../../src/simulator/world/deploy.ts';
import { createRelease, envMap } from '../../../src/simulator/world/releases.ts';
import { type ActionBench, actionBench, type BenchOptions, confirm, settled } from '../../support/action-bench.ts';

let bench: ActionBench;

async function open(options: BenchOptions = {}): Promise<ActionBench> {
  bench = await actionBench(options);
  return bench;
}

afterEach(() => bench.close());

const DEFECT: Defect = { service: 'web', code: 1, exception: ['ERROR boom'] };
const row = (id: string, app = 'shop') => [{ id, app }];

function preview(state: RunState) {
  if (state.step === 'confirm') return state.proposal.preview;
  throw new Error(`no preview: ${JSON.stringify(state)}`);
}

/** Oldest first; of staging's shop: first deploy, second build, second build with FEATURE_WISHLIST (active). */
const releases = (app = 'shop') => bench.app(app).releases;

/** Release with an older build than the one that runs. */
function older(app = 'shop'): string {
  const active = releases(app).find(({ id }) => id === bench.app(app).release);
  return releases(app).findLast(({ build }) => build !== '' && build !== active?.build)?.id ?? '';
}

const envOf = (id: string | undefined, app = 'shop') => envMap(releases(app).find((each) => each.id === id)?.env ?? '');
const newest = (app = 'shop') => releases(app).at(-1);

describe('preview of a rollback', () => {
  test("with today's environment it tells what the old release had besides", async () => {
    await open();
    const target = releases().find(({ id }) => id === older());
    Object.assign(target ?? {}, { env: 'LOG_LEVEL=info\nOLD_QUEUE=redis://x' });
    const state = await bench.plan('release.rollback', row(older()));
    expect(preview(state)).toMatchObject({
      headline: `Roll shop back to ${target?.id} on staging`,
      effects: [
        `A new release is made (build ${target?.build} of ${target?.id}, the environment of ${bench.app('shop').release}, which runs) and promoted.`,
        expect.stringMatching(/^Against R\w+: build B\w+ \(\w{7}\), 1 release between\.$/),
        expect.stringContaining('3 processes of 2 services'),
      ],
    });
    expect(preview(state).lines?.map(({ text }) => text)).toContain('env, as it is');
    expect(preview(state).lines?.map(({ text }) => text)).toContain(
      'env OLD_QUEUE was set for that release and is not any more',
    );
    expect(JSON.stringify(state)).not.toContain('redis://x');
  });

  test('with the old environment it tells which variables go back', async () => {
    await open();
    const target = releases().find(({ id }) => id === older());
    Object.assign(target ?? {}, { env: 'LOG_LEVEL=info\nOLD_QUEUE=redis://x' });
    const state = await bench.plan('release.rollback', row(older()), { env: 'old' });
    const { lines, warnings } = preview(state);
    expect(lines).toEqual(
      expect.arrayContaining([
        { kind: 'changed', text: 'env LOG_LEVEL gets its old value again' },
        { kind: 'added', text: 'env OLD_QUEUE, which it had then' },
        { kind: 'removed', text: 'env FEATURE_WISHLIST, which came later' },
      ]),
    );
    expect(warnings).toContainEqual(expect.stringMatching(/What was set since then is gone: .*FEATURE_WISHLIST/));
    expect(state).toMatchObject({ proposal: { echo: `convox releases rollback ${target?.id} -a shop` } });
  });

  test('a release that differs in its environment alone is for the old environment', async () => {
    await open();
    const active = bench.app('shop').release;
    const before = releases().at(releases().findIndex(({ id }) => id === active) - 1)?.id ?? '';
    expect(await bench.plan('release.rollback', row(before))).toMatchObject({
      step: 'refused',
      reason: expect.stringContaining(`${before} has the build that runs; only its environment may differ`),
    });
    const { lines } = preview(await bench.plan('release.rollback', row(before), { env: 'old' }));
    expect(lines).toContainEqual({ kind: 'removed', text: 'env FEATURE_WISHLIST, which came later' });
  });

  test('without a name it goes to the last one that stayed healthy, or says that it only guesses', async () => {
    await open();
    const active = bench.app('shop').release;
    const before = releases().at(releases().findIndex(({ id }) => id === active) - 1)?.id;
    for (const subject of ['shop', active]) {
      const { headline, warnings } = preview(await bench.plan('release.rollback', row(subject), { env: 'old' }));
      expect(headline).toContain(before);
      expect(warnings[0]).toContain('Chosen here: A rack does not keep when releases were promoted');
    }
  });

  test('nothing to go back to, no build, and what runs are refused', async () => {
    await open();
    const app = bench.app('shop');
    const empty = releases()[0];
    Object.assign(empty ?? {}, { build: '', manifest: '' });
    expect(await bench.plan('release.rollback', row(empty?.id ?? ''))).toMatchObject({
      step: 'refused',
      reason: expect.stringContaining('has no build'),
    });
    expect(await bench.plan('release.rollback', row('shop'), { release: app.release })).toMatchObject({
      step: 'refused',
      reason: `${app.release} is what runs already.`,
    });
    bench.rack.change(() => app.releases.splice(0, app.releases.length - 1));
    expect(await bench.plan('release.rollback', row('shop'))).toMatchObject({
      step: 'refused',
      reason: expect.stringContaining('There is no older release of shop to go back to.'),
    });
    expect(await bench.plan('release.rollback', row('shop'), { release: '../x' })).toMatchObject({ step: 'refused' });
    expect(bench.mutations()).toEqual([]);
  });
});

describe('roll back', () => {
  test.each(['current', 'old'] as const)(
    'makes a release with the %s environment, promotes it once, and proves it',
    async (env) => {
      await open();
      const active = bench.app('shop').release;
      const target = older();
      const state = await bench.run('release.rollback', row(target), { env });
      const made = newest();
      expect(state).toMatchObject({
        step: 'ended',
        notes: [`Release ${made?.id} made`],
        ended: { outcome: 'verified', words: expect.stringContaining(`shop runs ${made?.id}`) },
      });
      expect(bench.mutations()).toEqual(['POST /apps/shop/releases', `POST /apps/shop/releases/${made?.id}/promote`]);
      expect(envOf(made?.id)).toEqual(envOf(env === 'old' ? target : active));
      expect(made?.build).toBe(releases().find(({ id }) => id === target)?.build);
      // No value was sent: the rack copies them.
      expect(bench.bodies()[0]).not.toContain('env=');
    },
  );

  test('today means what runs, not what was set since and never promoted', async () => {
    await open();
    const active = bench.app('shop').release;
    bench.rack.change((rack, now) => createRelease(rack, bench.app('shop'), { env: 'ONLY=unpromoted' }, now));
    await bench.run('release.rollback', row(older()));
    expect(envOf(newest()?.id)).toEqual(envOf(active));
  });

  test('a rack that cannot fork from a release gets the environment itself', async () => {
    await open({ version: '3.20.0' });
    const active = bench.app('shop').release;
    bench.rack.change((rack, now) => createRelease(rack, bench.app('shop'), { env: 'ONLY=unpromoted' }, now));
    const state = await bench.run('release.rollback', row(older()));
    expect(state).toMatchObject({ step: 'ended', ended: { outcome: 'verified' } });
    expect(envOf(newest()?.id)).toEqual(envOf(active));
  });

  test('through a gateway hidden values come along as they were', async () => {
    await open({ kind: 'gateway' });
    bench.rack.change((rack, now) => {
      const env = 'LOG_LEVEL=debug\nPAYMENT_API_KEY=another-key';
      return createRelease(rack, bench.app('checkout'), { env }, now);
    });
    // The demo's app hangs in its rollout; here it is over.
    bench.rack.change(() => {
      const app = bench.app('checkout');
      app.release = app.deploy?.release ?? app.release;
      app.deploy = undefined;
    });
    const runs = bench.app('checkout').release;
    const done = await bench.run('release.rollback', row(older('checkout'), 'checkout'));
    expect(done).toMatchObject({ step: 'ended', ended: { outcome: 'verified' } });
    expect(envOf(newest('checkout')?.id, 'checkout')).toEqual(envOf(runs, 'checkout'));
    expect(envOf(newest('checkout')?.id, 'checkout').get('PAYMENT_API_KEY')).not.toMatch(/^\*|another/);
  });

  test('a release that is not as asked is not promoted', async () => {
    await open();
    const target = older();
    const run = bench.start('release.rollback', row(target));
    await settled(run, 'planning');
    // A rack that takes the parent for nothing.
    Object.defineProperty(bench.rack.generation, 'since', { value: () => false });
    bench.rack.change((rack, now) => createRelease(rack, bench.app('shop'), { env: 'ONLY=unpromoted' }, now));
    confirm(run);
    let state = await settled(run, 'checking');
    if (state.step === 'confirm') {
      confirm(run);
      state = await run.finished();
    } else state = await run.finished();
    expect(state).toMatchObject({
      step: 'ended',
      ended: { outcome: 'failed', words: expect.stringContaining('was not promoted: its environment differs in') },
    });
    expect(bench.mutations()).toEqual(['POST /apps/shop/releases']);
  });

  test('an old release that does not come up any more ends with what ran before', async () => {
    await open();
    const active = bench.app('shop').release;
    const target = older();
    const build = bench
      .app('shop')
      .builds.find(({ id }) => id === releases().find((each) => each.id === target)?.build);
    if (build) build.defect = DEFECT;
    const run = bench.start('release.rollback', row(target));
    await settled(run, 'planning');
    run.state.subscribe(() => {
      const { deploy } = bench.app('shop');
      if (deploy && deploy.deadlineAt > deploy.requestedAt + 60_000) {
        bench.rack.change(() => Object.assign(deploy, { deadlineAt: deploy.requestedAt + 60_000 }));
      }
    });
    confirm(run);
    expect(await run.finished()).toMatchObject({
      step: 'ended',
      ended: { outcome: 'failed', words: `${newest()?.id} was given up; shop runs ${active} again.`, undo: undefined },
    });
    expect(bench.mutations()).toHaveLength(2);
  });

  test('in the middle of a deploy it points to cancelling; where nobody can, forcing a way is open', async () => {
    await open({ kind: 'gateway' });
    const target = older('notify');
    const release = bench.rack.change((rack, now) => {
      const made = createRelease(rack, bench.app('notify'), { env: 'A=1' }, now);
      made.defect = { ...DEFECT, service: 'worker' };
      promote(rack, bench.app('notify'), made.id, {}, now);
      return made;
    });
    bench.clock.advance(5_000);
    expect(await bench.plan('release.rollback', row(target, 'notify'))).toMatchObject({
      step: 'refused',
      reason: `notify is updating (release ${release.id}): wait until it is running, or go on all the same with the field force.`,
    });
    const state = await bench.run('release.rollback', row(target, 'notify'), { force: 'yes' });
    expect(state).toMatchObject({ step: 'ended', ended: { outcome: 'verified' } });
  });

  test('a deploy that hangs is cut short without being asked for, and is nothing to return to', async () => {
    await open();
    const target = older();
    const release = bench.rack.change((rack, now) => {
      const made = createRelease(rack, bench.app('shop'), { env: 'A=1' }, now);
      made.defect = DEFECT;
      promote(rack, bench.app('shop'), made.id, {}, now);
      return made;
    });
    bench.clock.advance(11 * 60_000);
    expect(preview(await bench.plan('release.rollback', row(target))).warnings).toContain(
      `The deploy of ${release.id} is cut short.`,
    );
    const state = await bench.run('release.rollback', row(target));
    expect(state).toMatchObject({ step: 'ended', ended: { outcome: 'verified', undo: undefined } });
    expect(bench.bodies()[1]).toBe('force=true');
  });
});

describe('answers that get lost', () => {
  test.each([
    ['the first step never arrived', /\/releases$/, { kind: 'reset' }, 'no-effect', 1, /No new release was made/],
    [
      'the first step happened',
      /\/releases$/,
      { kind: 'status', code: 502 },
      'no-effect',
      1,
      /was made, but not promoted/,
    ],
    ['the second step never arrived', /\/promote$/, { kind: 'reset' }, 'no-effect', 2, /was made, but not promoted/],
    ['the second step happened', /\/promote$/, { kind: 'truncate' }, 'verified', 2, /every process is on it/],
  ] as const)('%s', async (_name, path, effect, outcome, sent, words) => {
    await open();
    bench.simulator.faults.add({ match: { rack: 'staging', method: 'POST', path }, times: 1, effect });
    const state = await bench.run('release.rollback', row(older()));
    expect(state).toMatchObject({ step: 'ended', ended: { outcome, words: expect.stringMatching(words) } });
    expect(bench.mutations()).toHaveLength(sent);
  });
});
