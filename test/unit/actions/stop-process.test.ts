import { afterEach, describe, expect, test } from 'vitest';
import { type ActionBench, actionBench, type BenchOptions } from '../../support/action-bench.ts';
import { echoOf, endOf, previewOf, refusalOf } from '../../support/action-states.ts';
import { personMachine } from '../../support/person-machine.ts';

let bench: ActionBench;

async function open(options: BenchOptions = {}): Promise<void> {
  bench = await actionBench({ interaction: personMachine(), ...options });
}

afterEach(() => bench.close());

const webs = () =>
  bench.rack.processes.filter(({ app, service, kind }) => app === 'shop' && service === 'web' && kind === 'service');
const subjects = (count = 1) =>
  webs()
    .slice(0, count)
    .map(({ id }) => ({ id, app: 'shop', service: 'web' }));

/** A one-off beside the service, as `run -d` leaves it. */
async function oneOff(): Promise<string> {
  const service = [{ id: 'web', app: 'shop', service: 'web' }];
  endOf(await bench.run('process.run', service, { command: 'sleep 3600', detached: 'yes' }));
  return bench.rack.processes.find(({ kind }) => kind === 'run')?.id ?? '';
}

describe('stopping a process', () => {
  test('is proven when it is gone and its replacement runs', async () => {
    await open();
    const [{ id = '' } = {}] = subjects();
    expect(echoOf(await bench.plan('process.stop', subjects()))).toBe(`convox ps stop ${id} -a shop`);
    expect(bench.mutations()).toEqual([]);
    const count = webs().length;
    const { outcome, words } = endOf(await bench.run('process.stop', subjects()));
    expect([outcome, words]).toEqual(['verified', 'Stopped; what had to be replaced is running again.']);
    expect(bench.mutations()).toEqual([`DELETE /apps/shop/processes/${id}`]);
    expect([webs().length, webs().some((pod) => pod.id === id)]).toEqual([count, false]);
  });

  test('a one-off is not waited for to come back', async () => {
    await open();
    const id = await oneOff();
    const one = [{ id, app: 'shop', service: 'web' }];
    expect(previewOf(await bench.plan('process.stop', one)).effects).toEqual(['One-off processes are not replaced.']);
    expect(endOf(await bench.run('process.stop', one)).outcome).toBe('verified');
    expect(bench.mutations().at(-1)).toBe(`DELETE /apps/shop/processes/${id}`);
  });

  test('one that never ran is not said to have been replaced', async () => {
    await open();
    const [pod] = webs();
    if (!pod) throw new Error('shop has no web process');
    bench.rack.change(() => Object.assign(pod, { fate: { kind: 'unschedulable', reason: 'no node has room' } }));
    const one = [{ id: pod.id, app: 'shop', service: 'web' }];
    const { outcome, words } = endOf(await bench.run('process.stop', one));
    expect([outcome, words]).toEqual(['verified', expect.stringMatching(/^Stopped\. .*no replacement was waited for/)]);
  });

  test('the only one of its service is warned of, whatever one-offs stand beside it', async () => {
    await open();
    await oneOff();
    bench.rack.change((rack) => {
      for (const pod of webs().slice(1)) rack.dropPod(pod);
    });
    const { warnings } = previewOf(await bench.plan('process.stop', subjects()));
    expect(warnings).toEqual([expect.stringContaining('is the only running process of web')]);
  });

  test('an answer that is lost while it still ends is not taken for no effect', async () => {
    await open({ timings: { podTerminating: 40_000 } });
    bench.simulator.faults.add({ match: { method: 'DELETE' }, effect: { kind: 'status', code: 502 } });
    const { outcome } = endOf(await bench.run('process.stop', subjects()));
    expect([outcome, bench.mutations().length]).toEqual(['verified', 1]);
  });

  test('a request that never arrived has none', async () => {
    await open();
    bench.simulator.faults.add({ match: { method: 'DELETE' }, effect: { kind: 'reset' } });
    const { outcome } = endOf(await bench.run('process.stop', subjects()));
    expect([outcome, bench.mutations().length]).toEqual(['no-effect', 1]);
  });

  test('several: one request each, in order, and none after a refusal', async () => {
    await open();
    const two = subjects(2);
    expect(two).toHaveLength(2);
    expect(endOf(await bench.run('process.stop', two)).outcome).toBe('verified');
    expect(bench.mutations()).toEqual(two.map(({ id }) => `DELETE /apps/shop/processes/${id}`));
    const next = subjects(2);
    const effect = { kind: 'status', code: 403, body: 'no', contentType: 'text/plain' } as const;
    bench.simulator.faults.add({ match: { method: 'DELETE' }, effect });
    expect(endOf(await bench.run('process.stop', next)).outcome).toBe('rejected');
    expect(bench.mutations()).toHaveLength(3);
  });

  test('one that is gone already is said to be', async () => {
    await open();
    expect(refusalOf(await bench.plan('process.stop', [{ id: 'web-gone', app: 'shop' }]))).toMatch(/web-gone/);
    expect(bench.mutations()).toEqual([]);
  });
});
