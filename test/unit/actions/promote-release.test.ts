import { afterEach, describe, expect, test } from 'vitest';
import type { RunState } from '../../../src/actions/run-state.ts';
import type { Defect } from '../../../src/simulator/world/app.ts';
import { promote } from '../../../src/simulator/world/deploy.ts';
import { createRelease, type NewRelease } from '../../../src/simulator/world/releases.ts';
import { type ActionBench, actionBench, type BenchOptions, confirm, settled } from '../../support/action-bench.ts';

let bench: ActionBench;

async function open(options: BenchOptions = {}): Promise<ActionBench> {
  bench = await actionBench(options);
  return bench;
}

afterEach(() => bench.close());

const DEFECT: Defect = { service: 'web', code: 1, exception: ['ERROR KeyError: key not found: "NEW_FLAG"'] };

/** A new release of an app of staging: a variable more, a variable that differs. */
function newRelease(given: NewRelease = { env: 'CATALOG_CACHE_TTL=60\nLOG_LEVEL=debug\nNEW_FLAG=on' }, app = 'shop') {
  return bench.rack.change((rack, now) => createRelease(rack, bench.app(app), given, now));
}

const subject = (id: string) => [{ id, app: 'shop' }];

function preview(state: RunState) {
  if (state.step === 'confirm') return state.proposal.preview;
  if (state.step === 'refused' && state.preview) return state.preview;
  throw new Error(`no preview: ${JSON.stringify(state)}`);
}

describe('preview of a promote', () => {
  test('tells what differs from what runs, by name, and what ships along', async () => {
    await open();
    const between = newRelease({ env: 'LOG_LEVEL=debug\nFEATURE_WISHLIST=off', description: 'env PASSWORD=hunter2' });
    const { id } = newRelease();
    const state = await bench.plan('release.promote', subject(id));
    expect(preview(state)).toMatchObject({
      headline: `Promote ${id} of shop on staging`,
      lines: [
        { kind: 'same', text: expect.stringMatching(/^build B\w+, as it runs$/) },
        { kind: 'added', text: 'env NEW_FLAG' },
        { kind: 'changed', text: 'env CATALOG_CACHE_TTL gets another value' },
        { kind: 'removed', text: 'env FEATURE_WISHLIST' },
        { kind: 'same', text: 'manifest, as it is' },
      ],
      warnings: ['One release between that nobody has promoted yet ships with it.'],
      tables: [
        {
          rows: [
            ['web', '2', '2', 'replaced'],
            ['worker', '1', '1', 'replaced'],
          ],
        },
        { title: 'Never promoted, and part of it', rows: [[between.id, between.build, 'env PASSWORD=(hidden)']] },
      ],
    });
    expect(state).toMatchObject({ proposal: { tier: 2, echo: `convox releases promote ${id} -a shop` } });
    expect(JSON.stringify(state)).not.toContain('hunter2');
    expect(bench.mutations()).toEqual([]);
  });

  test('warns of what a manifest drops, of a lock, of the budget and of variables that are missing', async () => {
    await open();
    const release = newRelease();
    bench.rack.change(() => {
      const app = bench.app('shop');
      app.locked = true;
      app.budget.config = { 'monthly-cap-usd': 100, 'at-cap-action': 'block-new-deploys' };
      app.budget.state = { 'current-month-spend-usd': 120, 'circuit-breaker-tripped': true };
      Object.assign(release, {
        manifest: 'environment:\n  - MISSING_ONE\n  - LOG_LEVEL\nservices:\n  web:\n    scale:\n      count: 2\n',
      });
    });
    const { warnings, tables } = preview(await bench.plan('release.promote', subject(release.id)));
    expect(warnings).toEqual([
      'The manifest drops the service worker: stopped for good.',
      'The manifest drops the resource database: what is stored there may be deleted.',
      'shop is locked: somebody wanted it left alone.',
      expect.stringContaining('The monthly budget of the app is used up'),
      'The manifest requires MISSING_ONE, which the release does not set.',
    ]);
    expect(tables?.[0]?.rows).toContainEqual(['worker', '1', '0', 'stopped for good']);
  });

  test.each<[string, () => string, RegExp]>([
    ['what runs', () => bench.app('shop').release, /is what runs\. To start its processes anew, restart the app/],
    [
      'an older one',
      () => bench.app('shop').releases[0]?.id ?? '',
      /older than R\w+, which runs; .*\(release\.rollback\)/,
    ],
    [
      'one without a manifest',
      () => {
        const release = newRelease();
        Object.assign(release, { manifest: ' ', build: '' });
        return release.id;
      },
      /has no manifest: it was made before the first build/,
    ],
  ])('refuses %s, and says what to do instead', async (_name, id, reason) => {
    await open();
    const state = await bench.plan('release.promote', subject(id()));
    expect(state).toMatchObject({ step: 'refused', because: 'plan', reason: expect.stringMatching(reason) });
    expect(bench.mutations()).toEqual([]);
  });

  test('a deploy that is under way is waited for; force is for one that hangs', async () => {
    await open();
    const first = newRelease();
    const second = newRelease({ env: 'A=1' });
    bench.rack.change((rack, now) => {
      first.defect = DEFECT;
      promote(rack, bench.app('shop'), first.id, {}, now);
    });
    bench.clock.advance(10_000);
    const waiting = await bench.plan('release.promote', subject(second.id));
    expect(waiting).toMatchObject({
      step: 'refused',
      reason: `shop is updating (release ${first.id}): wait until it is running, or cancel the deploy first (deploy.cancel).`,
    });
    const forced = await bench.plan('release.promote', subject(second.id), { force: 'yes' });
    expect(forced).toMatchObject({
      step: 'refused',
      reason: expect.stringContaining('forcing is for deploys that do'),
    });
    bench.clock.advance(11 * 60_000);
    expect(await bench.plan('release.promote', subject(second.id))).toMatchObject({
      step: 'refused',
      reason: expect.stringContaining('or go on all the same with the field force'),
    });
    const hanging = await bench.run('release.promote', subject(second.id), { force: 'yes' });
    expect(hanging).toMatchObject({ step: 'ended', ended: { outcome: 'verified' } });
    // Not to the deploy that hung.
    expect(JSON.stringify(hanging)).not.toContain(`"release":"${first.id}"`);
    expect(bench.bodies()).toEqual(['force=true']);
  });
});

describe('promote', () => {
  test('is sent once, followed until every process runs it, watched, and can be taken back', async () => {
    await open();
    const before = bench.app('shop').release;
    const { id } = newRelease();
    const run = bench.start('release.promote', subject(id));
    const steps: string[] = [];
    run.state.subscribe(() => {
      const { step } = run.state.get();
      if (steps.at(-1) !== step) steps.push(step);
    });
    await settled(run, 'planning');
    const began = bench.clock.now();
    confirm(run);
    run.confirm({});
    const state = await run.finished();
    expect(steps).toEqual(['confirm', 'checking', 'running', 'verifying', 'watching', 'ended']);
    expect(state).toMatchObject({
      step: 'ended',
      ended: {
        outcome: 'verified',
        words: expect.stringContaining(`shop runs ${id}: every process is on it. No more crashes`),
        undo: {
          actionId: 'release.rollback',
          subjects: [{ id: 'shop', app: 'shop' }],
          input: { release: before, env: 'old' },
        },
      },
    });
    expect(bench.mutations()).toEqual([`POST /apps/shop/releases/${id}/promote`]);
    expect(bench.app('shop').release).toBe(id);
    expect(bench.clock.now() - began).toBeGreaterThan(5 * 60_000);
    expect(bench.journal).toEqual([
      `begin Promote ${id} of shop on staging`,
      'result ok',
      'verification verified',
      'verification verified',
    ]);
  });

  test('a release that never comes up is followed to the end of its rollback', async () => {
    await open();
    const before = bench.app('shop').release;
    const release = newRelease();
    release.defect = DEFECT;
    const run = bench.start('release.promote', subject(release.id));
    await settled(run, 'planning');
    const seen: string[] = [];
    run.state.subscribe(() => {
      const state = run.state.get();
      if (state.step === 'verifying' && state.observation) seen.push(state.observation.words);
      const { deploy } = bench.app('shop');
      // The rack gives up after a minute, not after fifty.
      if (deploy && deploy.deadlineAt > deploy.requestedAt + 60_000) {
        bench.rack.change(() => Object.assign(deploy, { deadlineAt: deploy.requestedAt + 60_000 }));
      }
    });
    confirm(run);
    const state = await run.finished();
    expect(state).toMatchObject({
      step: 'ended',
      ended: { outcome: 'failed', words: `${release.id} was given up; shop runs ${before} again.`, undo: undefined },
    });
    expect(seen).toContain(`shop is updating to ${release.id}.`);
    expect(seen).toContain(`${release.id} did not come up: shop goes back to ${before}.`);
    expect(bench.mutations()).toHaveLength(1);
  });

  test('crashes in the time after it are found, and going back is offered', async () => {
    await open();
    const before = bench.app('shop').release;
    const { id } = newRelease();
    bench.rack.change(() => {
      for (const service of bench.app('shop').services.values()) service.fate = { kind: 'oom', periodMs: 90_000 };
    });
    const state = await bench.run('release.promote', subject(id));
    expect(state).toMatchObject({
      step: 'ended',
      ended: {
        outcome: 'failed',
        words: expect.stringMatching(/every process is on it\. But: \d of \d \w+ on R\w+ crashed, none before it/),
        undo: { actionId: 'release.rollback', input: { release: before } },
      },
    });
  });

  test('somebody else who promotes meanwhile is noticed', async () => {
    await open();
    const { id } = newRelease();
    const other = newRelease({ env: 'OTHER=1' });
    const run = bench.start('release.promote', subject(id));
    await settled(run, 'planning');
    run.state.subscribe(() => {
      const state = run.state.get();
      const app = bench.app('shop');
      if (state.step !== 'verifying' || app.deploy?.release !== id) return;
      bench.rack.change((rack, now) => promote(rack, app, other.id, { force: true }, now));
    });
    confirm(run);
    expect(await run.finished()).toMatchObject({ step: 'ended', ended: { outcome: 'failed' } });
    expect(bench.mutations()).toHaveLength(1);
  });

  test('a rack that moved since the preview is shown again before anything leaves', async () => {
    await open();
    const { id } = newRelease();
    const run = bench.start('release.promote', subject(id));
    await settled(run, 'planning');
    bench.rack.change(() => {
      bench.app('shop').locked = true;
    });
    confirm(run);
    const state = await settled(run, 'checking');
    expect(state).toMatchObject({
      step: 'confirm',
      proposal: { moved: true },
      problem: expect.stringContaining('changed'),
    });
    expect(bench.mutations()).toEqual([]);
  });

  test('a person behind a gateway promotes as on the rack itself', async () => {
    await open({ kind: 'gateway' });
    const app = 'notify';
    const release = newRelease({ env: 'LOG_LEVEL=warn' }, app);
    const state = await bench.run('release.promote', [{ id: release.id, app }]);
    expect(state).toMatchObject({ step: 'ended', ended: { outcome: 'verified' } });
    expect(bench.mutations()).toEqual([`POST /apps/${app}/releases/${release.id}/promote`]);
  });
});

describe('a promote whose answer gets lost is never sent again', () => {
  const path = /\/promote$/;
  test.each([
    ['reset before it arrived', { kind: 'reset' }, 'no-effect', /did not take effect: shop still runs/],
    ['502 as HTML though it happened', { kind: 'status', code: 502 }, 'verified', /every process is on it/],
    [
      '500 though it happened',
      { kind: 'status', code: 500, body: 'boom', contentType: 'text/plain' },
      'verified',
      /every/,
    ],
    ['half an answer', { kind: 'truncate' }, 'verified', /every process is on it/],
  ] as const)('%s', async (_name, effect, outcome, words) => {
    await open();
    const { id } = newRelease();
    bench.simulator.faults.add({ match: { rack: 'staging', method: 'POST', path }, times: 1, effect });
    const state = await bench.run('release.promote', subject(id));
    expect(state).toMatchObject({ step: 'ended', ended: { outcome, words: expect.stringMatching(words) } });
    expect(bench.mutations()).toHaveLength(1);
    expect(bench.journal[1]).toBe('result unclear');
  });

  test('a refusal is none', async () => {
    await open();
    const { id } = newRelease();
    const effect = {
      kind: 'status',
      code: 409,
      body: '{"error":"budget cap exceeded"}',
      contentType: 'application/json',
    } as const;
    bench.simulator.faults.add({ match: { rack: 'staging', method: 'POST', path }, times: 1, effect });
    const state = await bench.run('release.promote', subject(id));
    expect(state).toMatchObject({
      step: 'ended',
      ended: { outcome: 'rejected', words: expect.stringContaining('budget') },
    });
    expect(bench.mutations()).toHaveLength(1);
  });
});
