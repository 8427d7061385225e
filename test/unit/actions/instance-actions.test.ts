import { afterEach, describe, expect, test } from 'vitest';
import { ALLOWED } from '../../../src/domain/verdict.ts';
import { type ActionBench, actionBench, type BenchOptions } from '../../support/action-bench.ts';
import { echoOf, endOf, previewOf, refusalOf } from '../../support/action-states.ts';
import { personMachine } from '../../support/person-machine.ts';

let bench: ActionBench;
const machine = { current: personMachine() };

async function open(options: BenchOptions = {}): Promise<ActionBench> {
  machine.current = personMachine();
  bench = await actionBench({
    timings: { instanceDrain: 5, nodeReplace: 20_000 },
    interaction: machine.current,
    ...options,
  });
  return bench;
}

afterEach(() => bench.close());

const node = (at = 0) => bench.rack.nodes[at]?.id ?? '';
const sockets = () =>
  bench.simulator.requests.filter(({ kind, path }) => kind === 'ws' && !path.endsWith('/logs')).map(({ path }) => path);
const PEM = '-----BEGIN RSA PRIVATE KEY-----\nk3y-material\n-----END RSA PRIVATE KEY-----\n';

describe('terminating an instance', () => {
  test('tells what runs there, and is proven when another one stands in its place', async () => {
    await open();
    const id = node();
    const preview = previewOf(await bench.plan('instance.terminate', [{ id }]));
    expect(preview.headline).toBe(`Terminate the instance ${id} of staging`);
    const [processes, room] = preview.tables ?? [];
    expect(processes?.columns).toEqual(['app', 'service', 'here', 'running elsewhere']);
    const here = bench.rack.processes.filter((pod) => pod.node === id && pod.kind !== 'run' && pod.kind !== 'build');
    const counted = processes?.rows.reduce((sum, [, , count]) => sum + Number(count), 0);
    expect(counted).toBe(here.length);
    expect(room?.rows.map(([what]) => what)).toEqual(['cpu', 'memory']);
    expect(bench.mutations()).toEqual([]);
    const started = bench.clock.now();
    const { outcome, words } = endOf(await bench.run('instance.terminate', [{ id }]));
    expect([outcome, words]).toEqual(['verified', `${id} is gone; another one is up in its place.`]);
    expect(bench.clock.now() - started).toBeGreaterThan(20_000);
    expect(bench.rack.nodes.map((each) => each.id)).not.toContain(id);
    expect(bench.mutations()).toEqual([`DELETE /instances/${id}`]);
  });

  test('warns of services that run nowhere else, and of too little room', async () => {
    await open();
    const id = node();
    bench.rack.change((rack) => {
      rack.nodes = rack.nodes.filter((each) => each.id === id);
      for (const pod of rack.pods.values()) pod.node = id;
    });
    const { warnings } = previewOf(await bench.plan('instance.terminate', [{ id }]));
    expect(warnings[0]).toBe('It is the only instance that is up: everything is down until another one comes.');
    expect(warnings).toContain('web of shop runs nowhere else: it is down until it has moved.');
    expect(warnings.join('\n')).toMatch(/too little cpu: \d+ m requested, 0 m left/);
  });

  test('is not proven while nothing replaces it', async () => {
    await open({ timings: { instanceDrain: 5, nodeReplace: 7_200_000 } });
    const { outcome, words } = endOf(await bench.run('instance.terminate', [{ id: node() }]));
    expect([outcome, words]).toEqual(['unproven', expect.stringContaining('waiting for what replaces it')]);
  });

  test('says so where the instance is gone already', async () => {
    await open();
    expect(refusalOf(await bench.plan('instance.terminate', [{ id: 'ip-10-9-9-9' }]))).toMatch(/There is no instance/);
    expect(bench.mutations()).toEqual([]);
  });

  test('is not offered by older racks', async () => {
    await open({ version: '3.24.3' });
    expect(refusalOf(await bench.plan('instance.terminate', [{ id: node() }]))).toMatch(/needs rack >= 3\.24\.4/);
  });
});

describe('rolling the instance keys', () => {
  test('of a rack that keeps no parameters: the key is saved, the rest is said', async () => {
    await open();
    const { outcome, words, notes } = endOf(await bench.run('instance.keyroll', []));
    expect(outcome).toBe('verified');
    expect(words).toContain('key_pair_name=staging-key');
    expect(notes).toEqual(['private key of staging-key saved to staging-key.pem']);
    expect(machine.current.saved.get('staging-key.pem')).toContain('PRIVATE KEY');
    expect(bench.mutations()).toEqual(['POST /instances/keyroll']);
  });

  test('a file of that name does not lose the key; no place at all is said plainly', async () => {
    await open();
    machine.current.taken.add('staging-key.pem');
    expect(endOf(await bench.run('instance.keyroll', [])).notes[0]).toContain('staging-key-2.pem');
    machine.current.taken.add('*');
    const { outcome, words, failure } = endOf(await bench.run('instance.keyroll', []));
    expect([outcome, words]).toEqual(['failed', expect.stringContaining('was made but could not be saved')]);
    expect(failure?.next).toContain('still have the old key');
  });

  test('behind a console the parameter is set with all the others, and read back', async () => {
    await open({ kind: 'console', verdict: () => ALLOWED });
    const state = await bench.run('instance.keyroll', []);
    expect(endOf(state)).toMatchObject({
      outcome: 'verified',
      words: expect.stringContaining('key_pair_name is eu-key'),
    });
    const parameters = bench.simulator.console?.racks.get('acme/eu')?.parameters;
    expect(parameters).toMatchObject({ key_pair_name: 'eu-key', node_type: 'm5.xlarge' });
    expect(JSON.stringify(state)).not.toContain('simulated key material');
    expect(machine.current.saved.size).toBe(1);
  });

  test('behind a console that refuses the parameter, the key is not lost', async () => {
    await open({ kind: 'console', verdict: () => ALLOWED });
    const { saveSecret } = machine.current;
    // The rack is taken off the console in the middle.
    machine.current.saveSecret = async (name, secret) => {
      const path = await saveSecret(name, secret);
      bench.simulator.console?.racks.delete('acme/eu');
      return path;
    };
    const { outcome, words } = endOf(await bench.run('instance.keyroll', []));
    expect(outcome).toBe('failed');
    expect(words).toMatch(
      /private key is in eu-key\.pem, but key_pair_name could not be set.*What was sent before that did/s,
    );
  });

  test('behind a console whose answer gets lost, the parameter is read back', async () => {
    await open({ kind: 'console', verdict: () => ALLOWED });
    const entry = bench.simulator.console?.racks.get('acme/eu');
    if (!entry) throw new Error('no rack');
    // The console takes the parameters and dies before it answers.
    const version = entry.version;
    Object.defineProperty(entry, 'version', {
      get: () => version,
      set: () => {
        throw new Error('died');
      },
    });
    const { outcome, notes } = endOf(await bench.run('instance.keyroll', []));
    expect([outcome, notes.length]).toEqual(['verified', 2]);
    expect(bench.mutations()).toEqual(['POST /instances/keyroll', 'PUT /racks/acme/eu']);
  });

  test('a v2 rack rolls by itself', async () => {
    await open({ version: '20260418101514' });
    const { outcome, words } = endOf(await bench.run('instance.keyroll', []));
    expect([outcome, words]).toEqual(['verified', 'The rack has taken it and is running.']);
    expect(machine.current.saved.size).toBe(0);
  });
});

describe('a shell on an instance', () => {
  test('is opened with the key of a file, which stays a secret', async () => {
    await open();
    machine.current.files.set('rack.pem', PEM);
    machine.current.typed = ['hostname', 'exit'];
    const subjects = [{ id: node() }];
    const planned = await bench.plan('instance.shell', subjects, { key: 'rack.pem' });
    expect(echoOf(planned)).toBe(`convox instances ssh ${node()} --key rack.pem`);
    expect(sockets()).toEqual([]);
    const state = await bench.run('instance.shell', subjects, { key: 'rack.pem' });
    expect(endOf(state)).toMatchObject({ outcome: 'verified', words: 'The shell ended with exit status 0.' });
    expect(machine.current.output).toContain(node());
    expect(sockets()).toEqual([`/instances/${node()}/shell`]);
    expect(machine.current.sessionSecrets).toEqual([PEM]);
    expect(JSON.stringify([planned, state])).not.toContain('k3y-material');
  });

  test('wants the key on v3, and one that is a private key', async () => {
    await open();
    expect(refusalOf(await bench.plan('instance.shell', [{ id: node() }]))).toContain('private SSH key');
    machine.current.files.set('rack.pub', 'ssh-rsa AAAA');
    const { outcome, words } = endOf(await bench.run('instance.shell', [{ id: node() }], { key: 'rack.pub' }));
    expect([outcome, words]).toEqual(['rejected', expect.stringContaining('holds no private key')]);
    expect(sockets()).toEqual([]);
  });

  test('needs no key on v2, runs a command and tells its status', async () => {
    await open({ version: '20260418101514' });
    const id = bench.rack.nodes[0]?.ec2Id ?? '';
    const { outcome, words } = endOf(await bench.run('instance.shell', [{ id }], { command: 'false' }));
    expect([outcome, words]).toEqual(['failed', 'false ended with exit status 1.']);
  });

  test('a lost connection is not opened again', async () => {
    await open();
    machine.current.files.set('rack.pem', PEM);
    machine.current.typed = ['hostname'];
    bench.simulator.faults.add({
      match: { kind: 'ws', path: /shell$/ },
      effect: { kind: 'drop-after-frames', frames: 1 },
    });
    const { outcome } = endOf(await bench.run('instance.shell', [{ id: node() }], { key: 'rack.pem' }));
    expect(outcome).toBe('unclear');
    expect(sockets()).toHaveLength(1);
  });

  test('without a terminal nothing is opened', async () => {
    await open();
    machine.current.files.set('rack.pem', PEM);
    machine.current.hasTerminal = false;
    expect(endOf(await bench.run('instance.shell', [{ id: node() }], { key: 'rack.pem' })).outcome).toBe('rejected');
    expect(sockets()).toEqual([]);
  });
});
