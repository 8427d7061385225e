import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ALLOWED, refused } from '../../../src/domain/verdict.ts';
import type { Simulator } from '../../../src/simulator/simulator.ts';
import { clusterBelow, type GuideBench, guideBench, settled, startQuietSimulator } from '../../support/guide-bench.ts';

let simulator: Simulator;
let benches: GuideBench[] = [];

beforeEach(async () => {
  simulator = await startQuietSimulator({ version: '3.24.9' });
});

afterEach(async () => {
  await Promise.all(benches.map((bench) => bench.close()));
  benches = [];
  await simulator.close();
});

function open(rack: string, more: Partial<Parameters<typeof guideBench>[0]> = {}): GuideBench {
  const bench = guideBench({ guide: 'access-entries', rack, simulator, ...more });
  benches.push(bench);
  return bench;
}

const eu = () => {
  const cluster = simulator.aws.clusters.get('eu-west-1/eu');
  const entry = simulator.console?.racks.get('acme/eu');
  if (!cluster || !entry) throw new Error('no acme/eu');
  return { cluster, entry };
};

describe('through the console', () => {
  it('sets the parameter once, with all others, and follows it to the entries', async () => {
    const bench = open('acme/eu');
    const before = { ...eu().entry.parameters };
    await bench.run.start();
    expect(bench.states()).toMatchObject({
      gate: 'ok',
      matrix: 'ok',
      'terraform-caller': 'ok',
      enable: 'todo',
      mode: 'waiting',
      entries: 'waiting',
    });
    expect(bench.evidence('matrix')).toMatch(/row 1: karpenter_auth_mode false, eks_access_entries false.*<- now/);
    expect(bench.evidence('matrix')).toMatch(/row 3: karpenter_auth_mode false, eks_access_entries true.*<- after/);
    const ended = await bench.make('enable');
    expect(ended).toMatchObject({ ended: { outcome: 'verified' } });
    expect(eu().entry.parameters).toEqual({ ...before, eks_access_entries: 'true' });
    expect(eu().cluster.mode).toBe('API_AND_CONFIG_MAP');
    const { states } = bench;
    expect(states()).toMatchObject({ enable: 'ok', mode: 'ok', entries: 'ok', everybody: 'ok', 'keep-aws-auth': 'ok' });
    const sent = simulator.requests.filter(({ method, path }) => method === 'PUT' && path === '/racks/acme/eu');
    expect(sent).toHaveLength(1);
  });

  it('says what of the update is still to come where it does not end', async () => {
    if (simulator.console) simulator.console.onUpdate = undefined;
    const bench = open('acme/eu');
    await bench.run.start();
    const ended = await bench.make('enable');
    expect(ended).toMatchObject({ ended: { outcome: 'unproven', words: /still in mode CONFIG_MAP/ } });
    expect(bench.states()).toMatchObject({ enable: 'ok', mode: 'pending', entries: 'waiting' });
  });

  it('names beforehand whoever the new entries will leave with less', async () => {
    const kube = clusterBelow(simulator, 'acme/eu');
    const roles = kube.configMaps.get('kube-system/aws-auth')?.data.mapRoles ?? '';
    kube.setConfigMap('kube-system', 'aws-auth', {
      mapRoles: roles.replace('  - system:nodes\n', '  - system:nodes\n  - log-shippers\n'),
    });
    const bench = open('acme/eu');
    await bench.run.start();
    const run = bench.run.begin('enable', 'apply');
    const asked = await settled(run);
    if (asked.step !== 'confirm') throw new Error('not asked');
    expect(asked.proposal.preview.warnings.join('\n')).toMatch(
      /1 of 2 principals enter with fewer rights[\s\S]*eu-nodes/,
    );
  });

  it('says that it is one-way, and wants it typed with a reason', async () => {
    const bench = open('acme/eu');
    await bench.run.start();
    const run = bench.run.begin('enable', 'apply');
    await settled(run);
    run.confirm({ typed: 'eu' });
    const change = run.state.get();
    expect(change).toMatchObject({ step: 'confirm', problem: /reason/ });
    if (change?.step !== 'confirm') throw new Error('not asked');
    expect(change.proposal.tier).toBe(3);
    expect(change.proposal.preview.warnings.join(' ')).toMatch(/One-way.*no way back/s);
    expect(eu().entry.parameters?.eks_access_entries).toBeUndefined();
  });

  it('says what only the console decides, for whoever confirms to read', async () => {
    const undecided = ({ permissions }: { readonly permissions: readonly string[] }) =>
      `Not known: ${permissions.join()}.`;
    const bench = open('acme/eu', { undecided });
    await bench.run.start();
    const run = bench.run.begin('enable', 'apply');
    const asked = await settled(run);
    if (asked.step !== 'confirm') throw new Error('not asked');
    expect(asked.proposal.preview.warnings).toContain('Not known: convox:rack:update.');
  });

  it('refuses where the console could not enter the cluster', async () => {
    const kube = clusterBelow(simulator, 'acme/eu');
    const roles = kube.configMaps.get('kube-system/aws-auth')?.data.mapRoles ?? '';
    kube.setConfigMap('kube-system', 'aws-auth', { mapRoles: roles.slice(0, roles.indexOf('- rolearn:')) });
    const bench = open('acme/eu');
    await bench.run.start();
    expect(bench.states()).toMatchObject({ 'terraform-caller': 'blocked', enable: 'waiting' });
    expect(await bench.make('enable')).toMatchObject({ step: 'refused' });
  });

  it('proves that somebody of aws-auth would be shut out by an entry of less', async () => {
    const bench = open('acme/eu');
    await bench.run.start();
    await bench.make('enable');
    const { cluster } = eu();
    const operators = 'arn:aws:iam::123456789012:role/Operators';
    const kube = clusterBelow(simulator, 'acme/eu');
    const roles = kube.configMaps.get('kube-system/aws-auth')?.data.mapRoles ?? '';
    const mapped = `- rolearn: ${operators}\n  username: operators\n  groups:\n  - system:masters\n`;
    kube.setConfigMap('kube-system', 'aws-auth', { mapRoles: `${roles}${mapped}` });
    cluster.entries.set(operators, {
      principalArn: operators,
      type: 'STANDARD',
      username: operators,
      groups: [],
      policies: new Map(),
      createdAt: 0,
    });
    await bench.run.check();
    expect(bench.states().everybody).toBe('blocked');
    expect(bench.evidence('everybody')).toContain('Operators');
    expect(bench.evidence('keep-aws-auth') + bench.words('keep-aws-auth')).toMatch(/aws-auth/);
  });
});

it('a rack that is not on AWS has nothing to do here, whatever AWS says', async () => {
  const rack = simulator.racks.find(({ name }) => name === 'acme/eu');
  if (rack) Object.assign(rack, { provider: 'gcp' });
  simulator.aws.failing.set('sts:GetCallerIdentity', { error: new Error('expired'), after: false });
  const bench = open('acme/eu');
  await bench.run.start();
  expect(bench.states()).toMatchObject({ gate: 'blocked', enable: 'waiting' });
  expect(bench.words('gate')).toMatch(/racks on AWS only/);
  expect(bench.run.state.get().steps.find(({ step }) => step.id === 'gate')?.result?.next).not.toMatch(/3\.24\.7/);
});

it('an older rack is told to update first', async () => {
  const rack = simulator.racks.find(({ name }) => name === 'acme/eu');
  if (rack) rack.version = '3.24.6';
  const bench = open('acme/eu');
  await bench.run.start();
  expect(bench.states()).toMatchObject({ gate: 'blocked', enable: 'waiting' });
});

it('a terraform rack is shown the command, and nothing is offered', async () => {
  const bench = open('staging');
  await bench.run.start();
  const step = bench.run.state.get().steps.find((each) => each.step.id === 'enable');
  expect(step?.result).toMatchObject({
    state: 'todo',
    command: 'convox rack params set eks_access_entries=true -r staging',
  });
  expect(step?.apply).toMatchObject({ offered: false });
  expect(await bench.make('enable')).toMatchObject({ step: 'refused' });
});

describe('behind a gateway', () => {
  /** The console has an entry that leads to the rack of this name. */
  function managed(of: 'acme/prod' | 'acme/eu'): Record<string, string> {
    const rack = simulator.racks.find(({ name }) => name === of);
    const { entry } = eu();
    const { hosts, console: known } = simulator;
    const at = [...hosts.keys()][of === 'acme/prod' ? 0 : 2] ?? '';
    const outputs = { api: { value: `https://convox:x@${at}` } };
    const state = Buffer.from(JSON.stringify({ version: 4, serial: 1, lineage: 'p-1', outputs })).toString('base64');
    const parameters = { name: 'prod', region: 'us-east-1', release: rack?.version ?? '', cidr: '10.0.0.0/16' };
    known?.racks.set('ops/prod', { ...entry, organization: 'ops', name: 'prod', parameters, state, rack: undefined });
    return parameters;
  }

  it('it is set through the console that manages the rack, once it has proven to be the same rack', async () => {
    const parameters = managed('acme/prod');
    const bench = open('acme/prod', { input: { managed: 'ops/prod' } });
    await bench.run.start();
    expect(bench.states(), bench.words('matrix')).toMatchObject({
      matrix: 'ok',
      'terraform-caller': 'ok',
      enable: 'todo',
    });
    const ended = await bench.make('enable');
    expect(ended).toMatchObject({ ended: { outcome: 'verified' } });
    expect(simulator.console?.racks.get('ops/prod')?.parameters).toEqual({ ...parameters, eks_access_entries: 'true' });
    const sent = simulator.requests.filter(({ method }) => method === 'PUT').map(({ path }) => path);
    expect(sent).toEqual(['/racks/ops/prod']);
  });

  it('what the settings say of the rack of the console holds, whatever this one is called', async () => {
    managed('acme/prod');
    const bench = open('acme/prod', {
      input: { managed: 'ops/prod' },
      verdict: ({ rack }) => (rack === 'ops/prod' ? refused('read-only', 'ops/prod is read-only') : ALLOWED),
    });
    await bench.run.start();
    expect(await bench.make('enable')).toMatchObject({ step: 'refused', reason: 'ops/prod is read-only' });
    expect(simulator.requests.filter(({ method }) => method === 'PUT')).toEqual([]);
    const free = open('acme/prod', { input: { managed: 'ops/prod' }, isProtected: 'ops/prod' });
    await free.run.start();
    expect(await settled(free.run.begin('enable', 'apply'))).toMatchObject({ proposal: { isProtected: true } });
  });

  it.each([
    ['another rack', 'ops/prod', /another rack than acme\/prod/],
    ['no such rack', 'ops/none', /keeps no parameters of ops\/none/],
    ['no rack of a console', 'prod', /no rack of a console/],
  ])('%s is not taken for it', async (_name, name, words) => {
    managed('acme/eu');
    const bench = open('acme/prod', { input: { managed: name } });
    await bench.run.start();
    expect(bench.states()).toMatchObject({ matrix: 'unknown', enable: 'waiting' });
    expect(bench.words('matrix')).toMatch(words);
    expect(await bench.make('enable')).toMatchObject({ step: 'refused' });
  });
});

it('behind a gateway nobody here keeps the parameters, and that is said', async () => {
  const bench = open('acme/prod');
  await bench.run.start();
  expect(bench.states().matrix).toBe('unknown');
  expect(bench.words('matrix')).toMatch(/501.*gateway/);
  expect(bench.evidence('matrix').match(/^row \d: /gm)).toHaveLength(4);
  expect(bench.evidence('matrix')).not.toContain('<-');
  expect(bench.run.state.get().steps.find(({ step }) => step.id === 'matrix')?.result?.command).toBe(
    'convox rack params set eks_access_entries=true -r acme/prod',
  );
});
