import { afterEach, describe, expect, test } from 'vitest';
import { standing } from '../../../src/simulator/world/pods.ts';
import { type ActionBench, actionBench, type BenchOptions, confirm, settled } from '../../support/action-bench.ts';

let bench: ActionBench;

async function open(options: BenchOptions = {}): Promise<ActionBench> {
  bench = await actionBench(options);
  return bench;
}

afterEach(() => bench.close());

const ids = (service: string, app = 'shop') => standing(bench.rack, app, service).map(({ id }) => id);
const web = [{ id: 'web', app: 'shop', service: 'web' }];

describe('restart of a service', () => {
  test('replaces every process, and waits until the new ones run', async () => {
    await open();
    const before = ids('web');
    const other = ids('worker');
    const state = await bench.run('service.restart', web);
    expect(state).toMatchObject({
      step: 'ended',
      ended: { outcome: 'verified', words: 'Every process was replaced and runs.' },
      observation: { checks: [{ label: 'web', state: 'ok', words: '2 of 2 new ones run' }] },
      proposal: {
        tier: 1,
        preview: { headline: 'Restart web of shop on staging', tables: [{ rows: [['web', '2', expect.any(String)]] }] },
        echo: 'convox services restart web -a shop',
      },
    });
    expect(bench.mutations()).toEqual(['POST /apps/shop/services/web/restart']);
    expect(ids('web').filter((id) => before.includes(id))).toEqual([]);
    expect(ids('worker')).toEqual(other);
  });

  test('marked services go one after the other', async () => {
    await open();
    const state = await bench.run('service.restart', [
      { id: 'worker', app: 'shop', service: 'worker' },
      { id: 'web', app: 'admin', service: 'web' },
    ]);
    expect(state).toMatchObject({
      step: 'ended',
      ended: { outcome: 'verified' },
      notes: ['1 of 2 sent', '2 of 2 sent'],
    });
    expect(bench.mutations()).toEqual([
      'POST /apps/shop/services/worker/restart',
      'POST /apps/admin/services/web/restart',
    ]);
  });

  test('new processes that crash again and again have failed', async () => {
    await open();
    bench.rack.change(() => {
      const service = bench.app('shop').services.get('web');
      if (service) service.fate = { kind: 'crash-loop', code: 1, exception: ['ERROR boom'] };
    });
    const state = await bench.run('service.restart', web);
    expect(state).toMatchObject({
      step: 'ended',
      ended: { outcome: 'failed', words: expect.stringMatching(/crash again and again\. web: 0 of 2 new ones run/) },
    });
    expect(bench.mutations()).toHaveLength(1);
  });

  test.each([
    [[{ id: 'nope', app: 'shop', service: 'nope' }], 'shop has no service nope.'],
    [web, 'It is scaled to 0: there is no process to restart. Scale it up instead (service.scale).'],
  ])('refuses %j', async (subjects, reason) => {
    await open();
    bench.rack.change((rack, now) => {
      const service = bench.app('shop').services.get('web');
      if (service) service.count = 0;
      for (const pod of standing(rack, 'shop', 'web')) pod.removedAt = now - 1;
    });
    expect(await bench.plan('service.restart', subjects)).toMatchObject({ step: 'refused', reason });
  });

  test.each([
    [
      'reset before it arrived',
      { kind: 'reset' },
      'no-effect',
      'The request got lost and did not take effect: No process was replaced.',
    ],
    ['502 though it happened', { kind: 'status', code: 502 }, 'verified', 'Every process was replaced and runs.'],
  ] as const)('%s', async (_name, effect, outcome, words) => {
    await open();
    bench.simulator.faults.add({ match: { rack: 'staging', method: 'POST', path: /\/restart$/ }, times: 1, effect });
    const state = await bench.run('service.restart', web);
    expect(state).toMatchObject({ step: 'ended', ended: { outcome, words } });
    expect(bench.mutations()).toHaveLength(1);
  });
});

describe('restart of an app', () => {
  test('tells each service in order of names; a gateway does not need the route that racks lack', async () => {
    await open({ kind: 'gateway' });
    const before = [...ids('worker', 'notify'), ...ids('scheduler', 'notify')];
    const state = await bench.run('app.restart', [{ id: 'notify', app: 'notify' }]);
    expect(state).toMatchObject({ step: 'ended', ended: { outcome: 'verified' } });
    expect(bench.mutations()).toEqual([
      'POST /apps/notify/services/scheduler/restart',
      'POST /apps/notify/services/worker/restart',
    ]);
    expect(ids('worker', 'notify').some((id) => before.includes(id))).toBe(false);
  });

  test('the first that is refused ends it, and says how far it came', async () => {
    await open();
    const effect = { kind: 'status', code: 403, body: 'app is locked down', contentType: 'text/plain' } as const;
    const path = /\/worker\/restart$/;
    bench.simulator.faults.add({ match: { rack: 'staging', method: 'POST', path }, times: 1, effect });
    const state = await bench.run('app.restart', [{ id: 'shop', app: 'shop' }]);
    expect(state).toMatchObject({
      step: 'ended',
      ended: {
        outcome: 'failed',
        words: expect.stringMatching(/\(1 of 2 were sent before\).*What was sent before that did happen/),
      },
    });
    expect(bench.mutations()).toHaveLength(2);
  });

  test('an app without anything deployed has nothing to restart', async () => {
    await open();
    await bench.run('app.create', [], { name: 'fresh' });
    expect(await bench.plan('app.restart', [{ id: 'fresh', app: 'fresh' }])).toMatchObject({
      step: 'refused',
      reason: 'There is no service to restart: nothing of the app is deployed.',
    });
  });

  test('a viewer may not', async () => {
    await open({ kind: 'gateway', person: 'viewer@example.com' });
    const run = bench.start('app.restart', [{ id: 'notify', app: 'notify' }]);
    expect(await settled(run, 'planning')).toMatchObject({ step: 'refused', because: 'role' });
    confirm(run);
    expect(bench.mutations()).toEqual([]);
  });
});
