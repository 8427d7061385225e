import { afterEach, describe, expect, test } from 'vitest';
import { Failure } from '../../../src/domain/failure.ts';
import { ALLOWED } from '../../../src/domain/verdict.ts';
import { promote } from '../../../src/simulator/world/deploy.ts';
import { createRelease } from '../../../src/simulator/world/releases.ts';
import { type ActionBench, actionBench, type BenchOptions, confirm, settled } from '../../support/action-bench.ts';
import { echoOf, endOf, previewOf, refusalOf } from '../../support/action-states.ts';
import { personMachine } from '../../support/person-machine.ts';

let bench: ActionBench;
const machine = { current: personMachine() };

async function open(options: BenchOptions = {}): Promise<void> {
  machine.current = personMachine();
  bench = await actionBench({ interaction: machine.current, ...options });
}

afterEach(() => bench.close());

const web = () => {
  const found = bench.rack.processes.find(({ app, service }) => app === 'shop' && service === 'web');
  if (!found) throw new Error('no web');
  return found;
};
const process = () => [{ id: web().id, app: 'shop', service: 'web' }];
const service = [{ id: 'web', app: 'shop', service: 'web' }];
const sockets = () =>
  bench.simulator.requests.filter(({ kind, path }) => kind === 'ws' && !path.endsWith('/logs')).map(({ path }) => path);
const oneOffs = () => bench.rack.processes.filter(({ kind }) => kind === 'run').map(({ id }) => id);
const removals = () => bench.mutations().filter((request) => request.startsWith('DELETE /apps/shop/processes/'));
const exec = (id: string) => `/apps/shop/processes/${id}/exec`;

describe('exec', () => {
  test('a shell: whatever was typed last does not make it a failure', async () => {
    await open();
    machine.current.typed = ['false', 'exit'];
    const { id } = web();
    expect(echoOf(await bench.plan('process.exec', process()))).toBe(`convox exec ${id} sh -a shop`);
    expect(sockets()).toEqual([]);
    const { outcome } = endOf(await bench.run('process.exec', process()));
    expect([outcome, sockets()]).toEqual(['verified', [exec(id)]]);
  });

  test('a command: its status counts', async () => {
    await open();
    const run = (command: string) => bench.run('process.exec', process(), { command });
    expect(endOf(await run('echo hello')).words).toBe('echo hello ended with exit status 0.');
    expect(endOf(await run('false')).outcome).toBe('failed');
    expect(machine.current.output).toContain('hello');
    expect(machine.current.titles[0]).toBe(`echo hello in ${web().id} of shop`);
  });

  test('one whose health check fails can be looked into, one that has not started cannot', async () => {
    await open();
    const one = web();
    bench.rack.change(() =>
      Object.assign(one, {
        fate: { kind: 'crash-loop', code: 1, exception: [] },
        bornAt: bench.clock.now() - bench.rack.timings.podStarting - 500,
      }),
    );
    expect(previewOf(await bench.plan('process.exec', process())).warnings).toEqual([
      `${one.id} is unhealthy: it may end while you are in it.`,
    ]);
    bench.rack.change(() => Object.assign(one, { bornAt: bench.clock.now() }));
    expect(refusalOf(await bench.plan('process.exec', process()))).toContain('needs a running process');
  });

  test('a connection that breaks off is not opened again, and its end stays unknown', async () => {
    await open();
    machine.current.typed = ['rake db:migrate'];
    bench.simulator.faults.add({
      match: { kind: 'ws', path: /exec$/ },
      effect: { kind: 'drop-after-frames', frames: 1 },
    });
    const { outcome, failure } = endOf(await bench.run('process.exec', process()));
    expect([outcome, failure?.next]).toEqual(['unclear', expect.stringContaining('may still be running')]);
    expect(sockets()).toHaveLength(1);
  });

  test('without a terminal nothing is opened', async () => {
    await open();
    machine.current.hasTerminal = false;
    expect(endOf(await bench.run('process.exec', process())).outcome).toBe('rejected');
    expect(sockets()).toEqual([]);
  });

  test('by role of a gateway', async () => {
    await open({ kind: 'gateway', person: 'viewer@example.com' });
    expect(refusalOf(await bench.plan('process.exec', [{ id: 'x', app: 'shop' }]))).toContain('needs role ops');
  });
});

describe('a one-off command', () => {
  test('runs in a process of its own, which is removed', async () => {
    await open();
    const run = bench.start('process.run', service, { command: "sh -c 'echo hi'" });
    const planned = await settled(run, 'planning');
    expect(echoOf(planned)).toBe(`convox run web 'sh -c '\\''echo hi'\\''' -a shop`);
    expect(bench.mutations()).toEqual([]);
    confirm(run);
    confirm(run);
    const { outcome, words, notes } = endOf(await run.finished());
    const id = notes[0]?.replace(' started', '') ?? '';
    expect([outcome, words]).toEqual(['verified', `sh -c 'echo hi' ended with exit status 0. ${id} is removed.`]);
    expect(machine.current.output).toContain('hi');
    expect(bench.mutations()).toEqual(['POST /apps/shop/services/web/processes', `DELETE /apps/shop/processes/${id}`]);
    expect(sockets()).toEqual([exec(id)]);
    expect(oneOffs()).toEqual([]);
  });

  test.each([['fails', 'false', 'failed', /exit status 1.*is removed/]])(
    'that %s is told, and its process removed',
    async (_what, command, expected, words) => {
      await open();
      const ended = endOf(await bench.run('process.run', service, { command }));
      expect([ended.outcome, oneOffs()]).toEqual([expected, []]);
      expect(ended.words).toMatch(words);
    },
  );

  test('whose session breaks off: the process is removed all the same', async () => {
    await open();
    bench.simulator.faults.add({ match: { kind: 'ws', path: /exec$/ }, effect: { kind: 'reset' } });
    const { outcome, words } = endOf(await bench.run('process.run', service, { command: 'echo hi' }));
    expect(outcome).toBe('failed');
    expect(words).toMatch(/is removed/);
    expect([oneOffs(), sockets().length, bench.mutations().length]).toEqual([[], 1, 2]);
  });

  test('whose terminal goes away: the process is removed all the same', async () => {
    await open();
    machine.current.attach = async () => {
      throw new Failure({ kind: 'usage', what: 'The terminal is gone' });
    };
    const { outcome, words } = endOf(await bench.run('process.run', service, { command: 'echo hi' }));
    expect([outcome, words]).toEqual(['failed', expect.stringContaining('The terminal is gone')]);
    expect(removals()).toHaveLength(1);
  });

  test('a process that cannot be read for a moment is waited for, one that never can is removed', async () => {
    await open();
    const path = /processes\/web-\w+$/;
    const unreadable = { match: { method: 'GET', path }, effect: { kind: 'status', code: 502 } } as const;
    const lift = bench.simulator.faults.add({ ...unreadable, times: 3 });
    expect(endOf(await bench.run('process.run', service, { command: 'echo hi' })).outcome).toBe('verified');
    lift();
    bench.simulator.faults.add(unreadable);
    const { outcome, words } = endOf(await bench.run('process.run', service, { command: 'echo hi' }));
    expect([outcome, words]).toEqual(['failed', expect.stringContaining('did not come up')]);
    expect(removals()).toHaveLength(2);
  });

  test('whose start got lost on the way back: found, and said to be stopped', async () => {
    await open();
    bench.simulator.faults.add({ match: { method: 'POST' }, effect: { kind: 'status', code: 502 } });
    const { outcome, words } = endOf(await bench.run('process.run', service, { command: 'echo hi' }));
    expect([outcome, words]).toEqual([
      'failed',
      `${oneOffs()[0]} was started, but the command did not run in it. Stop it: it would sleep for an hour.`,
    ]);
    expect([bench.mutations().length, sockets()]).toEqual([1, []]);
  });

  test('whose start never arrived has no effect', async () => {
    await open();
    bench.simulator.faults.add({ match: { method: 'POST' }, effect: { kind: 'reset' } });
    const { outcome } = endOf(await bench.run('process.run', service, { command: 'echo hi' }));
    expect([outcome, bench.mutations().length, oneOffs()]).toEqual(['no-effect', 1, []]);
  });

  test.each([
    ['lost on the way back', { kind: 'status', code: 502 }, 'verified', /is removed/],
    ['lost on the way', { kind: 'reset' }, 'unproven', /is still there/],
    ['refused', { kind: 'status', code: 403, body: 'no', contentType: 'text/plain' }, 'failed', /could not be removed/],
  ] as const)('whose removal is %s', async (_what, effect, expected, words) => {
    await open();
    bench.simulator.faults.add({ match: { method: 'DELETE' }, effect });
    const ended = endOf(await bench.run('process.run', service, { command: 'echo hi' }));
    expect(ended.outcome).toBe(expected);
    expect(ended.words).toMatch(words);
    expect(removals()).toHaveLength(1);
  });

  test('detached: started with the command itself and left alone', async () => {
    await open();
    const input = { command: 'sleep 30', detached: 'yes' };
    expect(echoOf(await bench.plan('process.run', service, input))).toBe("convox run web 'sleep 30' -a shop -d");
    const { outcome, words } = endOf(await bench.run('process.run', service, input));
    expect([outcome, words]).toEqual(['verified', `${oneOffs()[0]} was started and is running.`]);
    expect([bench.mutations().length, sockets()]).toEqual([1, []]);
  });

  test('in the middle of a deploy it says so; of a service that is not there it is refused', async () => {
    await open();
    const made = bench.rack.change((rack, now) => {
      const release = createRelease(rack, bench.app('shop'), { env: 'A=1' }, now);
      promote(rack, bench.app('shop'), release.id, {}, now - 5_000);
      return release.id;
    });
    const { warnings } = previewOf(await bench.plan('process.run', service, { command: 'ls' }));
    expect(warnings).toEqual([
      `shop is updating (release ${made}): the release it starts on is the one that is being deployed.`,
    ]);
    const nowhere = [{ id: 'cron', app: 'shop', service: 'cron' }];
    expect(refusalOf(await bench.plan('process.run', nowhere, { command: 'ls' }))).toContain(
      'shop has no service cron',
    );
  });
});

describe.each([
  ['a gateway', { kind: 'gateway', person: 'ops@example.com' }],
  ['a console', { kind: 'console', verdict: () => ALLOWED }],
  ['a v2 rack', { version: '20260418101514' }],
] as const)('through %s', (_name, options) => {
  test('a shell and a one-off command', async () => {
    await open(options);
    machine.current.typed = ['exit'];
    expect(endOf(await bench.run('process.exec', process())).outcome).toBe('verified');
    const { outcome, words } = endOf(await bench.run('process.run', service, { command: 'echo hi' }));
    expect([outcome, words]).toEqual(['verified', expect.stringContaining('exit status 0')]);
    const [start, ...removed] = bench.mutations();
    expect([start, removed.length]).toEqual(['POST /apps/shop/services/web/processes', 1]);
    expect(removals()).toHaveLength(1);
  });
});
