import { afterEach, describe, expect, test } from 'vitest';
import { ALLOWED } from '../../../src/domain/verdict.ts';
import type { ConsoleRack } from '../../../src/simulator/console/console-world.ts';
import { type ActionBench, actionBench, type BenchOptions, confirm, settled } from '../../support/action-bench.ts';
import { echoOf, endOf, everythingTold, previewOf, refusalOf } from '../../support/action-states.ts';

const SECRET = 'dckr-s3cret-token';
const V2 = { version: '20260418101514' } as const;
/** A console decides itself who may; what it would say is not known beforehand. */
const CONSOLE = { kind: 'console', verdict: () => ALLOWED } as const;

let bench: ActionBench;

async function open(options: BenchOptions = CONSOLE): Promise<void> {
  bench = await actionBench(options);
}

afterEach(() => bench.close());

function entry(): ConsoleRack {
  const found = bench.simulator.console?.racks.get('acme/eu');
  if (!found) throw new Error('no rack behind the console');
  return found;
}

/** The console dies while it sets this: before or after it took the value. */
function dies(key: 'parameters' | 'version', takes: boolean): void {
  const held = entry();
  let value: unknown = held[key];
  Object.defineProperty(held, key, {
    get: () => value,
    set: (next: unknown) => {
      if (takes) value = next;
      if (takes && key === 'version') bench.rack.version = String(next);
      throw new Error('died');
    },
  });
}

describe('rack parameters behind a console', () => {
  test('shows old and new, sends all of them with the current version, reads them back', async () => {
    await open();
    const input = { parameters: `node_type=m5.large\n\ndocker_hub_password=${SECRET}\ncidr=10.1.0.0/16` };
    const run = bench.start('rack.params', [], input);
    const told = everythingTold(run);
    const planned = await settled(run, 'planning');
    expect(previewOf(planned)).toMatchObject({
      headline: 'Set 2 parameters of acme/eu',
      lines: [
        { kind: 'added', text: 'docker_hub_password: ****' },
        { kind: 'changed', text: 'node_type: m5.xlarge -> m5.large' },
      ],
    });
    expect(echoOf(planned)).toBe("convox rack params set docker_hub_password='****' node_type=m5.large");
    expect(planned).toMatchObject({ proposal: { confirmation: { kind: 'type', text: 'eu', reason: true } } });
    expect(bench.mutations()).toEqual([]);
    confirm(run);
    confirm(run);
    expect(endOf(await run.finished())).toMatchObject({
      outcome: 'verified',
      words: 'docker_hub_password, node_type read back as wanted.',
    });
    expect(bench.mutations()).toEqual(['PUT /racks/acme/eu']);
    const form = new URLSearchParams(bench.bodies()[0]);
    expect([form.get('version'), form.get('force')]).toEqual(['3.21.4', 'false']);
    expect(JSON.parse(form.get('params') ?? '')).toEqual({
      cidr: '10.1.0.0/16',
      docker_hub_password: SECRET,
      high_availability: 'true',
      name: 'eu',
      node_type: 'm5.large',
      rack_name: 'eu',
      region: 'eu-west-1',
      release: '3.21.4',
    });
    expect(told() + bench.journal.join('')).not.toContain(SECRET);
  });

  test.each([
    ['node_type=m5.xlarge', 'Nothing would change'],
    ['cidr=10.2.0.0/16', 'cidr is fixed when a rack is installed'],
    ['k8s_version=1.33', 'k8s_version is managed by the rack itself'],
    ['nod_type=m5.large', 'Was node_type meant?'],
    ['karpenter_auth_mode=true', 'needs rack >= 3.24.2'],
    ['node_type=', 'would be emptied'],
    ['schedule_rack_scale_down=0 20 * * *', 'together'],
    ['node_type', 'Line 1'],
    [`${SECRET}`, 'Line 1'],
  ])('%s is refused before anything is sent', async (parameters, reason) => {
    await open();
    const refusal = refusalOf(await bench.plan('rack.params', [], { parameters }));
    expect(refusal).toContain(reason);
    expect(refusal).not.toContain(SECRET);
    expect(bench.mutations()).toEqual([]);
  });

  test('what the console hides is not sent back as asterisks', async () => {
    await open();
    Object.assign(entry().parameters ?? {}, { docker_hub_password: '********' });
    const refusal = refusalOf(await bench.plan('rack.params', [], { parameters: 'node_type=m5.large' }));
    expect(refusal).toContain('The console hides docker_hub_password');
  });

  test('changed by somebody else in between: asked again', async () => {
    await open();
    const run = bench.start('rack.params', [], { parameters: 'node_type=m5.large' });
    await settled(run, 'planning');
    Object.assign(entry().parameters ?? {}, { node_type: 'c5.large' });
    confirm(run);
    expect(await settled(run, 'checking')).toMatchObject({ step: 'confirm', proposal: { moved: true } });
    expect(bench.mutations()).toEqual([]);
  });

  test.each([
    ['never arrives', false, 'unclear'],
    ['arrives, its answer does not', true, 'verified'],
  ])('a request that %s is not repeated', async (_what, takes, expected) => {
    await open();
    dies('parameters', takes);
    const { outcome, words } = endOf(await bench.run('rack.params', [], { parameters: 'node_type=m5.large' }));
    expect([outcome, bench.mutations()], words).toEqual([expected, ['PUT /racks/acme/eu']]);
  });

  test('a parameter that the console drops is not called done', async () => {
    await open();
    const before = { ...entry().parameters };
    Object.defineProperty(entry(), 'parameters', { get: () => before, set: () => undefined });
    const { outcome, words } = endOf(await bench.run('rack.params', [], { parameters: 'node_type=m5.large' }));
    expect([outcome, words]).toEqual(['unproven', expect.stringContaining('node_type is not as wanted yet')]);
  });
});

describe('rack parameters elsewhere', () => {
  test('a v2 rack takes what changes', async () => {
    await open(V2);
    const { outcome } = endOf(await bench.run('rack.params', [], { parameters: 'InstanceType=m5.large' }));
    expect([outcome, bench.bodies()]).toEqual(['verified', ['parameters=InstanceType%3Dm5.large']]);
    expect(bench.rack.parameters.InstanceType).toBe('m5.large');
  });

  test('a direct v3 rack keeps none', async () => {
    await open({});
    const refusal = refusalOf(await bench.plan('rack.params', [], { parameters: 'node_type=m5.large' }));
    expect(refusal).toContain('does not keep its own parameters');
  });

  test('behind a gateway: by role, then by rack', async () => {
    await open({ kind: 'gateway', person: 'deployer@example.com' });
    const parameters = 'node_type=m5.large';
    expect(refusalOf(await bench.plan('rack.params', [], { parameters }))).toContain('needs role admin');
    await bench.close();
    await open({ kind: 'gateway', person: 'admin@example.com' });
    expect(refusalOf(await bench.plan('rack.params', [], { parameters }))).toContain(
      'does not keep its own parameters',
    );
    await bench.close();
    await open({ kind: 'gateway', person: 'admin@example.com', ...V2 });
    expect(endOf(await bench.run('rack.params', [], { parameters: 'Autoscale=No' })).outcome).toBe('verified');
    expect(bench.mutations()).toEqual(['PUT /system']);
  });
});

describe('rack update', () => {
  test('is followed until the rack runs the version', async () => {
    await open();
    const planned = await bench.plan('rack.update', [], { version: '3.22.1' });
    expect(previewOf(planned).headline).toBe('Update acme/eu from 3.21.4 to 3.22.1');
    const { outcome, words } = endOf(await bench.run('rack.update', [], { version: '3.22.1' }));
    expect([outcome, words]).toEqual(['verified', 'The rack runs 3.22.1.']);
    expect(bench.bodies()).toEqual(['params=null&version=3.22.1&force=false']);
  });

  test.each([
    ['3.21.4', undefined, 'It runs 3.21.4 already'],
    ['3.20.9', 'yes', 'Downgrade from minor version is not supported'],
    ['3.24.9', undefined, 'update to 3.22 first'],
    ['newest', undefined, 'A version is like 3.24.9'],
    ['20260418101514', undefined, 'A v2 rack does not become a v3 rack'],
  ])('to %s (force %s) is refused', async (version, force, reason) => {
    await open();
    const input = { version, ...(force ? { force } : {}) };
    expect(refusalOf(await bench.plan('rack.update', [], input))).toContain(reason);
    expect(bench.mutations()).toEqual([]);
  });

  test('over several minor versions only by force; a patch back is called a downgrade', async () => {
    await open();
    expect(echoOf(await bench.plan('rack.update', [], { version: '3.24.9', force: 'yes' }))).toBe(
      'convox rack update 3.24.9 --force',
    );
    const back = previewOf(await bench.plan('rack.update', [], { version: '3.21.1' }));
    expect([back.headline, back.warnings[0]]).toEqual([
      'Take acme/eu back from 3.21.4 to 3.21.1',
      expect.stringContaining('downgrade'),
    ]);
    Object.assign(entry().parameters ?? {}, { router_type: 'contour' });
    expect(refusalOf(await bench.plan('rack.update', [], { version: '3.21.1' }))).toContain('contour');
  });

  test.each([
    ['never arrives', false, 'unclear'],
    ['arrives, its answer does not', true, 'verified'],
  ])('a request that %s is not repeated', async (_what, takes, expected) => {
    await open();
    dies('version', takes);
    const { outcome, words } = endOf(await bench.run('rack.update', [], { version: '3.21.9' }));
    expect([outcome, bench.mutations()], words).toEqual([expected, ['PUT /racks/acme/eu']]);
  });

  test('while the API restarts nothing is concluded', async () => {
    await open();
    const run = bench.start('rack.update', [], { version: '3.21.9' });
    await settled(run, 'planning');
    const down = { match: { rack: 'acme/eu', path: /^\/system$/ }, effect: { kind: 'status', code: 502 } } as const;
    run.state.subscribe(() => {
      const { step } = run.state.get();
      if (step === 'running') bench.simulator.faults.add({ ...down, times: 4 });
    });
    confirm(run);
    expect(endOf(await run.finished()).outcome).toBe('verified');
  });

  test('a v2 rack updates itself', async () => {
    await open(V2);
    const { outcome } = endOf(await bench.run('rack.update', [], { version: '20260601120000' }));
    expect([outcome, bench.bodies()]).toEqual(['verified', ['version=20260601120000']]);
  });
});
