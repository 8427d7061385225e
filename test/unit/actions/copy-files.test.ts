import { afterEach, describe, expect, test } from 'vitest';
import { type ActionBench, actionBench } from '../../support/action-bench.ts';
import { echoOf, endOf, previewOf, refusalOf } from '../../support/action-states.ts';
import { personMachine } from '../../support/person-machine.ts';

let bench: ActionBench;
const machine = { current: personMachine() };

async function open(): Promise<void> {
  machine.current = personMachine();
  machine.current.files.set('my notes.txt', 'hello');
  bench = await actionBench({ interaction: machine.current });
}

afterEach(() => bench.close());

const pod = () => bench.rack.processes.find(({ app, service }) => app === 'shop' && service === 'web');
const subjects = () => [{ id: pod()?.id ?? '', app: 'shop', service: 'web' }];
const fileRequests = () =>
  bench.simulator.requests
    .filter(({ path, rack }) => rack === 'staging' && path.endsWith('/files'))
    .map(({ method, query }) => `${method} ${query}`.trim());

describe('copying to a process', () => {
  test('sends one archive and says what is where', async () => {
    await open();
    const input = { local: 'my notes.txt', remote: '/tmp/notes.txt' };
    const planned = await bench.plan('process.copy-to', subjects(), input);
    expect(echoOf(planned)).toBe(`convox cp 'my notes.txt' ${pod()?.id}:/tmp/notes.txt -a shop`);
    expect(fileRequests()).toEqual([]);
    const { outcome, words, notes } = endOf(await bench.run('process.copy-to', subjects(), input));
    expect([outcome, words]).toEqual(['verified', `1 file (5 B) is at /tmp/notes.txt in ${pod()?.id}.`]);
    expect(notes).toEqual(['1 file, 5 B packed.']);
    expect(fileRequests()).toEqual(['POST']);
    expect(bench.app('shop').files.size).toBe(1);
  });

  test('a file that is not there sends nothing', async () => {
    await open();
    const input = { local: 'nowhere.txt', remote: '/tmp/notes.txt' };
    const { outcome, words } = endOf(await bench.run('process.copy-to', subjects(), input));
    expect([outcome, words]).toEqual(['rejected', 'Could not read nowhere.txt']);
    expect(fileRequests()).toEqual([]);
  });

  test.each([
    ['tmp/notes.txt', 'must begin with /'],
    ['/tmp/../etc/passwd', 'must not contain ..'],
  ])('not to %s', async (remote, reason) => {
    await open();
    expect(refusalOf(await bench.plan('process.copy-to', subjects(), { local: 'a', remote }))).toContain(reason);
  });
});

describe('copying from a process', () => {
  test('brings one archive to this machine', async () => {
    await open();
    bench.app('shop').files.set(`${pod()?.id}:/app/dump.sql`, Buffer.from('a tar archive'));
    const input = { remote: '/app/dump.sql' };
    expect(previewOf(await bench.plan('process.copy-from', subjects(), input)).effects[0]).toContain('Nothing changes');
    const { outcome, words } = endOf(await bench.run('process.copy-from', subjects(), input));
    expect([outcome, words]).toEqual(['verified', '1 file (13 B) is at ..']);
    expect(machine.current.unpacked).toMatchObject([{ to: { remotePath: '/app/dump.sql', localPath: '.' } }]);
    expect(fileRequests()).toEqual(['GET file=%2Fapp%2Fdump.sql']);
  });

  test('a file that is not there is said to be that', async () => {
    await open();
    const { outcome, words, failure } = endOf(
      await bench.run('process.copy-from', subjects(), { remote: '/app/no.txt' }),
    );
    expect([outcome, words]).toEqual(['rejected', `There is no /app/no.txt in ${pod()?.id}`]);
    expect(failure?.next).toContain('shell');
    expect([machine.current.unpacked, fileRequests().length]).toEqual([[], 1]);
  });

  test('what else the rack says is told as it is', async () => {
    await open();
    const effect = { kind: 'status', code: 500, body: 'sh: tar: not found', contentType: 'text/plain' } as const;
    bench.simulator.faults.add({ match: { path: /files$/ }, effect });
    const { outcome, words } = endOf(await bench.run('process.copy-from', subjects(), { remote: '/app/x' }));
    expect(outcome).toBe('rejected');
    expect(words).toContain('tar: not found');
    expect(words).not.toMatch(/lost|did happen/);
  });

  test.each([
    ['a reset', { kind: 'reset' }],
    ['half an answer', { kind: 'truncate' }],
  ] as const)('%s: nothing arrives, and nothing is asked twice', async (_what, effect) => {
    await open();
    if (effect) {
      bench.app('shop').files.set(`${pod()?.id}:/app/x`, Buffer.from('a tar archive'));
      bench.simulator.faults.add({ match: { path: /files$/ }, effect });
    }
    const { outcome, failure } = endOf(await bench.run('process.copy-from', subjects(), { remote: '/app/x' }));
    expect(['no-effect', 'rejected']).toContain(outcome);
    expect(failure?.message).toBeTruthy();
    expect(machine.current.unpacked).toEqual([]);
    expect(fileRequests()).toHaveLength(1);
  });

  test('a process that has ended has no files', async () => {
    await open();
    const [subject] = subjects();
    const one = pod();
    if (one) bench.rack.change(() => Object.assign(one, { bornAt: bench.clock.now() }));
    expect(
      refusalOf(await bench.plan('process.copy-from', [{ ...subject, id: subject?.id ?? '' }], { remote: '/a' })),
    ).toMatch(/is pending: files are copied with tar/);
  });
});
