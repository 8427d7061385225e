import { afterEach, describe, expect, test } from 'vitest';
import type { RunState } from '../../../src/actions/run-state.ts';
import { standing } from '../../../src/simulator/world/pods.ts';
import { type ActionBench, actionBench, type BenchOptions, missing } from '../../support/action-bench.ts';

let bench: ActionBench;

async function open(options: BenchOptions = {}): Promise<ActionBench> {
  bench = await actionBench(options);
  return bench;
}

afterEach(() => bench.close());

const web = [{ id: 'web', app: 'shop', service: 'web' }];
const service = (name = 'web', app = 'shop') => bench.app(app).services.get(name) ?? missing(name);

function preview(state: RunState) {
  if (state.step === 'confirm') return state.proposal.preview;
  throw new Error(`no preview: ${JSON.stringify(state)}`);
}

describe('scale', () => {
  test('up: started, counted, and to be taken back', async () => {
    await open();
    const state = await bench.run('service.scale', web, { count: '4', cpu: '250', memory: '512' });
    expect(state).toMatchObject({
      step: 'ended',
      ended: {
        outcome: 'verified',
        words: 'web is scaled: 4 of 4 running.',
        undo: { actionId: 'service.scale', subjects: [{ id: 'web', app: 'shop' }], input: { count: '2' } },
      },
      proposal: {
        preview: {
          effects: ['2 more processes of web started.', 'The count stays over later promotes.'],
          tables: [{ rows: expect.arrayContaining([['processes', '2', '4']]) }],
        },
        echo: 'convox scale web --count=4 -a shop',
      },
    });
    // What was left alone is not sent.
    expect(bench.bodies()).toEqual(['count=4']);
    expect(standing(bench.rack, 'shop', 'web')).toHaveLength(4);
  });

  test('down to nothing is said plainly', async () => {
    await open();
    const state = await bench.run('service.scale', web, { count: '0' });
    expect(state).toMatchObject({
      step: 'ended',
      ended: { outcome: 'verified', words: 'web is scaled: 0 of 0 running.' },
      proposal: { preview: { warnings: ['Nothing of web will run any more.'] } },
    });
  });

  test('another size replaces every process', async () => {
    await open();
    const before = standing(bench.rack, 'shop', 'web').map(({ id }) => id);
    const state = await bench.run('service.scale', web, { memory: '640' });
    expect(state).toMatchObject({ step: 'ended', ended: { outcome: 'verified' } });
    expect(state).toMatchObject({
      proposal: { preview: { effects: [expect.stringContaining('Every process is replaced')] } },
    });
    expect(service().memory).toBe(640);
    expect(standing(bench.rack, 'shop', 'web').filter(({ id }) => before.includes(id))).toEqual([]);
  });

  test('more than the rack has left is warned of; more than any node has is refused', async () => {
    await open();
    const { warnings } = preview(await bench.plan('service.scale', web, { count: '90' }));
    expect(warnings).toEqual([
      expect.stringMatching(/^staging has \d+m of cpu left to reserve, this takes 22000m more: processes wait/),
      expect.stringMatching(/^staging has \d+ MB of memory left to reserve, this takes 47245 MB more/),
    ]);
    expect(await bench.plan('service.scale', web, { cpu: '64000' })).toMatchObject({
      step: 'refused',
      reason: 'No node has so much cpu for one process, however empty it is: it would never start.',
    });
  });

  test('processes that find no place are told', async () => {
    await open();
    bench.rack.change(() => {
      service().fate = { kind: 'unschedulable', reason: 'Insufficient cpu' };
    });
    const state = await bench.run('service.scale', web, { count: '3' });
    expect(state).toMatchObject({
      step: 'ended',
      ended: {
        outcome: 'unproven',
        words: expect.stringMatching(/web: 2 of 3 running\. 1 waits for a place on a node/),
      },
    });
  });

  test.each([
    [{}, 'web is scaled like that already: there is nothing to change.'],
    [{ count: '2' }, 'web is scaled like that already: there is nothing to change.'],
    [{ count: '3', min: '1' }, 'Set either the count or its bounds (min, max).'],
    [{ min: '0' }, 'A minimum of 0 needs autoscaling, which web has not.'],
    [{ min: '5', max: '3' }, 'The minimum (5) is above the maximum (3).'],
    [{ cpu: '0' }, 'A replica needs some cpu and some memory.'],
    [{ count: 'two' }, 'Processes must be a whole number.'],
  ])('refuses %j', async (input, reason) => {
    await open();
    expect(await bench.plan('service.scale', web, input)).toMatchObject({ step: 'refused', reason });
    expect(bench.mutations()).toEqual([]);
  });

  test('a service that scales itself is scaled by its bounds', async () => {
    await open({ kind: 'gateway' });
    const subject = [{ id: 'web', app: 'shop', service: 'web' }];
    expect(await bench.plan('service.scale', subject, { count: '9' })).toMatchObject({
      step: 'refused',
      reason: 'web scales itself between 8 and 16: a count would be undone at once. Set min and max instead.',
    });
    const state = await bench.run('service.scale', subject, { min: '9', max: '20' });
    expect(state).toMatchObject({ step: 'ended', ended: { outcome: 'verified' } });
    expect(bench.mutations()).toEqual(['PUT /apps/shop/services/web']);
    expect(service()).toMatchObject({ min: 9, max: 20 });
  });

  test('bounds need a rack that knows them; an agent has no count', async () => {
    await open({ kind: 'gateway', version: '3.21.4' });
    expect(await bench.plan('service.scale', web, { min: '2', max: '4' })).toMatchObject({
      step: 'refused',
      reason: expect.stringContaining('since rack version 3.24.6'),
    });
  });

  test('an agent has no count', async () => {
    await open({ kind: 'gateway' });
    const agent = [{ id: 'agent', app: 'media', service: 'agent' }];
    expect(await bench.plan('service.scale', agent, { count: '9' })).toMatchObject({
      step: 'refused',
      reason: expect.stringContaining('agent is an agent: it runs once on every node'),
    });
  });

  test.each([
    ['reset before it arrived', { kind: 'reset' }, 'no-effect'],
    ['500 though it happened', { kind: 'status', code: 500, body: 'x', contentType: 'text/plain' }, 'verified'],
    ['half an answer', { kind: 'truncate' }, 'verified'],
  ] as const)('%s: sent once', async (_name, effect, outcome) => {
    await open();
    bench.simulator.faults.add({ match: { rack: 'staging', method: 'PUT' }, times: 1, effect });
    const state = await bench.run('service.scale', web, { count: '3' });
    expect(state).toMatchObject({ step: 'ended', ended: { outcome } });
    expect(bench.mutations()).toHaveLength(1);
  });
});
