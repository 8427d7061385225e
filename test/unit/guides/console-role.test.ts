import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Failure } from '../../../src/domain/failure.ts';
import { GuideProgressMemory } from '../../../src/live/guide-progress-folder.ts';
import type { Simulator } from '../../../src/simulator/simulator.ts';
import { clusterBelow, type GuideBench, guideBench, settled, startQuietSimulator } from '../../support/guide-bench.ts';

const ROLE = 'arn:aws:iam::123456789012:role/convox-4f6b8a2c-ConsoleRole-1A2B3C4D5E';
const WITH_PATH = ROLE.replace(':role/', ':role/convox/');
const ADMIN = 'arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy';

let simulator: Simulator;
let benches: GuideBench[] = [];

beforeEach(async () => {
  simulator = await startQuietSimulator();
});

afterEach(async () => {
  await Promise.all(benches.map((bench) => bench.close()));
  benches = [];
  await simulator.close();
});

function open(rack: string, more: Partial<Parameters<typeof guideBench>[0]> = {}): GuideBench {
  const bench = guideBench({ guide: 'console-role', rack, simulator, ...more });
  benches.push(bench);
  return bench;
}

const authOf = (rack: string) => clusterBelow(simulator, rack).configMaps.get('kube-system/aws-auth');
const rolesOf = (rack: string) => authOf(rack)?.data.mapRoles ?? '';
const clusterNamed = (key: string) => {
  const cluster = simulator.aws.clusters.get(key);
  if (!cluster) throw new Error(key);
  return cluster;
};

function expire(): void {
  simulator.aws.expired = true;
}

function change(cluster: string): void {
  clusterNamed(cluster).status = 'UPDATING';
}

describe('the aws-auth route', () => {
  it('finds everything by itself, offers the one change, and proves it', async () => {
    const bench = open('staging');
    await bench.run.start();
    expect(bench.states()).toEqual({
      'aws-login': 'ok',
      cluster: 'ok',
      'console-role': 'ok',
      'aws-auth-sound': 'ok',
      'aws-auth-mapping': 'todo',
      'access-entry': 'not-needed',
      nodes: 'ok',
    });
    const before = rolesOf('staging');
    const ended = await bench.make('aws-auth-mapping');
    expect(ended).toMatchObject({ step: 'ended', ended: { outcome: 'verified' } });
    // What was there stands to the letter; the new entry is the complete one of the reference.
    expect(rolesOf('staging').startsWith(before.trimEnd())).toBe(true);
    expect(rolesOf('staging').slice(before.trimEnd().length)).toMatch(
      new RegExp(`rolearn: ${ROLE}\\n\\s+username: convox-console\\n\\s+groups:\\n\\s+- system:masters`),
    );
    expect(bench.states()['aws-auth-mapping']).toBe('ok');
    const evidence = bench.evidence('aws-auth-mapping');
    expect(evidence).toMatch(/^sha-256: [0-9a-f]{64}$/m);
    expect(evidence).toMatch(/^restore by hand: kubectl -n kube-system replace -f \S+aws-auth\.json$/m);
    expect(evidence).toMatch(/^the last proof: an update that the console runs/m);
    expect(bench.journal).toEqual([
      expect.stringMatching(/^guide\.console-role aws-auth-mapping: Let convox-.* because test$/),
      'result ok',
      'verification verified',
    ]);
    expect([...bench.kept.values()]).toEqual([expect.stringContaining(JSON.stringify(before).slice(1, -1))]);
  });

  it('puts it back to the letter', async () => {
    const bench = open('staging');
    const before = authOf('staging')?.data;
    await bench.run.start();
    await bench.make('aws-auth-mapping');
    expect(authOf('staging')?.data).not.toEqual(before);
    expect(await bench.make('aws-auth-mapping', 'undo')).toMatchObject({ ended: { outcome: 'verified' } });
    expect(authOf('staging')?.data).toEqual(before);
    expect(bench.states()['aws-auth-mapping']).toBe('todo');
  });

  it('takes out only its own entry where others have written since', async () => {
    const bench = open('staging');
    await bench.run.start();
    await bench.make('aws-auth-mapping');
    const kube = clusterBelow(simulator, 'staging');
    const other = '- rolearn: arn:aws:iam::123456789012:role/Auditors\n  username: auditors\n  groups:\n  - view\n';
    kube.setConfigMap('kube-system', 'aws-auth', { mapRoles: `${rolesOf('staging').trimEnd()}\n${other}` });
    expect(await bench.make('aws-auth-mapping', 'undo')).toMatchObject({ ended: { outcome: 'verified' } });
    expect(rolesOf('staging')).not.toContain('ConsoleRole');
    expect(rolesOf('staging')).toContain('role/Auditors');
    expect(rolesOf('staging')).toContain('role/staging-nodes');
  });

  it('loses a race: a write of somebody else in between stays, and nothing is sent again', async () => {
    const bench = open('staging');
    await bench.run.start();
    const kube = clusterBelow(simulator, 'staging');
    const other = `${rolesOf('staging')}- rolearn: arn:aws:iam::123456789012:role/Auditors\n  groups:\n  - view\n  username: auditors\n`;
    kube.beforeWrite = () => void kube.setConfigMap('kube-system', 'aws-auth', { mapRoles: other });
    const ended = await bench.make('aws-auth-mapping');
    expect(ended).toMatchObject({ step: 'ended', ended: { outcome: 'rejected', failure: { kind: 'conflict' } } });
    expect(rolesOf('staging')).toBe(other);
    const puts = simulator.requests.filter(({ method, path }) => method === 'PUT' && path.startsWith('/kubernetes/'));
    expect(puts).toHaveLength(1);
  });

  it('reads back after a lost answer, and does not write twice', async () => {
    const bench = open('staging');
    await bench.run.start();
    clusterBelow(simulator, 'staging').losesAnswers = true;
    const ended = await bench.make('aws-auth-mapping');
    expect(ended).toMatchObject({ step: 'ended', ended: { outcome: 'verified' } });
    expect(bench.journal).toContain('result unclear');
    expect(rolesOf('staging').match(/ConsoleRole/g)).toHaveLength(1);
  });

  it('notices that aws-auth has changed between preview and confirmation', async () => {
    const bench = open('staging');
    await bench.run.start();
    const run = bench.run.begin('aws-auth-mapping', 'apply');
    const asked = await settled(run);
    if (asked.step !== 'confirm' || asked.proposal.confirmation.kind !== 'type') throw new Error(asked.step);
    const kube = clusterBelow(simulator, 'staging');
    kube.setConfigMap('kube-system', 'aws-auth', {
      mapRoles: `${rolesOf('staging')}- rolearn: arn:aws:iam::123456789012:role/X\n  username: x\n  groups:\n  - view\n`,
    });
    run.confirm({ typed: asked.proposal.confirmation.text, reason: 'test' });
    const again = await settled(run);
    expect(again).toMatchObject({ step: 'confirm', proposal: { moved: true } });
    run.cancel();
    expect(rolesOf('staging')).not.toContain('ConsoleRole');
  });

  it('keeps a damaged map from growing, and repairs it first', async () => {
    const kube = clusterBelow(simulator, 'staging');
    const damaged = `${rolesOf('staging')}- rolearn: arn:aws:iam::123456789012:role/convox/Deployers\n  username: deployers\n  groups:\n  - system:masters\n`;
    kube.setConfigMap('kube-system', 'aws-auth', { mapRoles: damaged });
    const bench = open('staging');
    await bench.run.start();
    expect(bench.states()).toMatchObject({ 'aws-auth-sound': 'todo', 'aws-auth-mapping': 'waiting' });
    const refused = await bench.make('aws-auth-mapping');
    expect(refused).toMatchObject({ step: 'refused', because: 'plan' });
    expect(await bench.make('aws-auth-sound')).toMatchObject({ ended: { outcome: 'verified' } });
    expect(rolesOf('staging')).toContain('role/Deployers');
    expect(bench.states()).toMatchObject({ 'aws-auth-sound': 'ok', 'aws-auth-mapping': 'todo' });
  });

  it('says what is lost when the nodes are not mapped', async () => {
    clusterBelow(simulator, 'staging').setConfigMap('kube-system', 'aws-auth', {
      mapRoles: '- rolearn: arn:aws:iam::123456789012:role/Operators\n  username: o\n  groups:\n  - system:masters\n',
    });
    const bench = open('staging');
    await bench.run.start();
    expect(bench.states()['aws-auth-sound']).not.toBe('ok');
    expect(bench.states().nodes).toBe('pending');
    expect(bench.words('nodes')).toMatch(/3 of 3 nodes are not ready/);
  });
});

describe('the access entry route', () => {
  it('is green where the entry has the policy, also through a gateway', async () => {
    const bench = open('acme/prod');
    await bench.run.start();
    expect(bench.states()).toMatchObject({ 'access-entry': 'ok', 'aws-auth-mapping': 'ok', nodes: 'ok' });
  });

  it('creates the entry with the path of the role, gives it the policy, and takes both back', async () => {
    const { entries } = clusterNamed('us-east-1/prod');
    entries.delete(WITH_PATH);
    const bench = open('acme/prod');
    await bench.run.start();
    expect(bench.states()['access-entry']).toBe('todo');
    expect(await bench.make('access-entry')).toMatchObject({ ended: { outcome: 'verified' } });
    expect([...(entries.get(WITH_PATH)?.policies.keys() ?? [])]).toEqual([ADMIN]);
    expect(await bench.make('access-entry', 'undo')).toMatchObject({ ended: { outcome: 'verified' } });
    expect(entries.has(WITH_PATH)).toBe(false);
  });

  it('completes an entry without rights, and leaves it there on undo', async () => {
    const { entries } = clusterNamed('us-east-1/prod');
    entries.get(WITH_PATH)?.policies.clear();
    const bench = open('acme/prod');
    await bench.run.start();
    expect(await bench.make('access-entry')).toMatchObject({ ended: { outcome: 'verified' } });
    await bench.make('access-entry', 'undo');
    expect(entries.get(WITH_PATH)?.policies.size).toBe(0);
  });

  it('says that half of it happened when the second request is refused', async () => {
    const { entries } = clusterNamed('us-east-1/prod');
    entries.delete(WITH_PATH);
    simulator.aws.denied.add('eks:AssociateAccessPolicy');
    const bench = open('acme/prod');
    await bench.run.start();
    const ended = await bench.make('access-entry');
    expect(ended).toMatchObject({
      ended: { outcome: 'failed', words: expect.stringMatching(/Earlier parts of it did happen/) },
    });
    expect(bench.states()['access-entry']).toBe('todo');
    simulator.aws.denied.clear();
    expect(await bench.make('access-entry')).toMatchObject({ ended: { outcome: 'verified' } });
  });
});

describe('facts that are not clear', () => {
  it('takes a pasted session ARN for its role, and refuses one of another account', async () => {
    const session = 'arn:aws:sts::123456789012:assumed-role/convox-4f6b8a2c-ConsoleRole-1A2B3C4D5E/someone';
    const bench = open('staging', { input: { role: session } });
    await bench.run.start();
    expect(bench.evidence('console-role')).toContain(`in aws-auth: ${ROLE}`);
    expect(bench.evidence('console-role')).toContain(`arn: ${WITH_PATH}`);
    const foreign = open('staging', { input: { role: 'arn:aws:iam::999999999999:role/convox/c-ConsoleRole-1' } });
    await foreign.run.start();
    expect(foreign.states()).toMatchObject({ 'console-role': 'unknown', 'aws-auth-mapping': 'waiting' });
    expect(foreign.words('console-role')).toContain('999999999999');
  });

  it('asks which one where there are two', async () => {
    simulator.aws.addRole('convox-99-ConsoleRole-ZZZZ', {}, { path: '/convox/' });
    const bench = open('staging');
    await bench.run.start();
    expect(bench.words('console-role')).toMatch(/more than one role.*ConsoleRole-ZZZZ/);
  });

  it.each([
    ['expired credentials', () => expire(), 'aws-login', /expired/],
    ['a missing permission', () => void simulator.aws.denied.add('eks:DescribeCluster'), 'cluster', /not authorized/],
    ['a cluster that is changing', () => change('us-east-1/staging'), 'cluster', /wait/],
    ['no cluster of that name', () => void simulator.aws.clusters.delete('us-east-1/staging'), 'cluster', /No cluster/],
  ])('%s stops everything that builds on it', async (_name, spoil, step, words) => {
    spoil();
    const bench = open('staging');
    await bench.run.start();
    expect(bench.words(step)).toMatch(words);
    expect(bench.states()['aws-auth-mapping']).toBe('waiting');
    expect(await bench.make('aws-auth-mapping')).toMatchObject({ step: 'refused' });
  });
});

describe('rules', () => {
  it('nothing leaves when the journal cannot be written', async () => {
    const bench = open('staging', { journalFails: new Failure({ kind: 'server', what: 'The disk is full' }) });
    await bench.run.start();
    expect(await bench.make('aws-auth-mapping')).toMatchObject({ step: 'refused', because: 'failure' });
    expect(rolesOf('staging')).not.toContain('ConsoleRole');
  });

  it('a refusal of the rules comes before anything is read', async () => {
    const asked: unknown[] = [];
    const bench = open('staging', {
      verdict: (question) => {
        asked.push(question);
        return { allowed: false, because: 'read-only', reason: 'read-only: switched on with R' };
      },
    });
    await bench.run.start();
    const calls = simulator.aws.calls.length;
    expect(await bench.make('aws-auth-mapping')).toMatchObject({ step: 'refused', because: 'read-only' });
    expect(asked).toEqual([{ actionId: 'guide.console-role', tier: 3, permissions: ['convox:rack:update'] }]);
    expect(simulator.aws.calls.length).toBe(calls);
  });

  it('is taken up again after a crash right after the write, and can still be undone', async () => {
    const progress = new GuideProgressMemory();
    const first = open('staging', { progress });
    await first.run.start();
    await first.make('aws-auth-mapping');
    const saved = (await progress.load('console-role', 'direct:staging')).progress;
    if (!saved) throw new Error('nothing was kept');
    // As it lies on the disk between the request and its answer.
    const { done, ...step } = saved.steps['aws-auth-mapping'] ?? {
      state: 'todo',
      words: '',
      evidence: [],
      checkedAt: 0,
    };
    await progress.save({
      ...saved,
      steps: { ...saved.steps, 'aws-auth-mapping': step },
      underWay: { step: 'aws-auth-mapping', what: 'apply', at: 1, kept: done?.kept ?? {} },
    });
    const second = open('staging', { progress });
    await second.run.start();
    expect(second.run.state.get().notices.join(' ')).toMatch(/"ConsoleRole in aws-auth" was cut off/);
    expect(second.states()['aws-auth-mapping']).toBe('ok');
    expect(await second.make('aws-auth-mapping', 'undo')).toMatchObject({ ended: { outcome: 'verified' } });
    expect(rolesOf('staging')).not.toContain('ConsoleRole');
  });

  it('is taken up again after a crash right before the write: nothing has happened, and it can simply be done', async () => {
    const progress = new GuideProgressMemory();
    const before = authOf('staging')?.data;
    const first = open('staging', { progress });
    await first.run.start();
    const saved = (await progress.load('console-role', 'direct:staging')).progress;
    if (!saved) throw new Error('nothing was kept');
    const kept = { before: JSON.stringify(before), after: JSON.stringify({ mapRoles: 'something else' }) };
    await progress.save({ ...saved, underWay: { step: 'aws-auth-mapping', what: 'apply', at: 1, kept } });
    const second = open('staging', { progress });
    await second.run.start();
    expect(second.states()['aws-auth-mapping']).toBe('todo');
    // Taking back what never happened is refused, not guessed.
    expect(await second.make('aws-auth-mapping', 'undo')).toMatchObject({ step: 'refused' });
    expect(authOf('staging')?.data).toEqual(before);
    expect(await second.make('aws-auth-mapping')).toMatchObject({ ended: { outcome: 'verified' } });
    expect(await second.make('aws-auth-mapping', 'undo')).toMatchObject({ ended: { outcome: 'verified' } });
    expect(authOf('staging')?.data).toEqual(before);
  });
});
