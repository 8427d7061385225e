import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Simulator } from '../../../src/simulator/simulator.ts';
import { clusterBelow, type GuideBench, guideBench, startQuietSimulator } from '../../support/guide-bench.ts';

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

function open(guide: string, rack: string, input: Readonly<Record<string, string>> = {}): GuideBench {
  const bench = guideBench({ guide, rack, simulator, input });
  benches.push(bench);
  return bench;
}

const authOf = (rack: string) => clusterBelow(simulator, rack).configMaps.get('kube-system/aws-auth')?.data;

describe('eks-viewing', () => {
  it('maps a user in aws-auth, shows the complete policy, and takes the user out again', async () => {
    const bench = open('eks-viewing', 'staging');
    const before = authOf('staging');
    await bench.run.start();
    expect(bench.states()).toMatchObject({ 'cluster-role': 'ok', mapping: 'todo', 'iam-policy': 'todo' });
    expect(bench.evidence('iam-policy')).toContain('arn:aws:ssm:*:123456789012:parameter/*');
    expect(await bench.make('mapping')).toMatchObject({ ended: { outcome: 'verified' } });
    expect(authOf('staging')?.mapUsers).toMatch(/userarn: arn:aws:iam::123456789012:user\/ann/);
    expect(authOf('staging')?.mapRoles).toBe(before?.mapRoles);
    expect(await bench.make('mapping', 'undo')).toMatchObject({ ended: { outcome: 'verified' } });
    expect(authOf('staging')).toEqual(before);
  });

  it('of a user, whose policies nobody may read here, the command is for a user', async () => {
    const bench = open('eks-viewing', 'acme/prod', { principal: 'arn:aws:iam::123456789012:user/people/ann' });
    await bench.run.start();
    expect(bench.run.state.get().steps.find(({ step }) => step.id === 'iam-policy')?.result).toMatchObject({
      state: 'todo',
      command: expect.stringMatching(/^aws iam put-user-policy --user-name ann /),
    });
  });

  it('creates an entry with the group where the cluster reads entries', async () => {
    const viewer = simulator.aws.addRole('Viewers', {}, { path: '/people/' });
    const bench = open('eks-viewing', 'acme/prod', { principal: 'arn:aws:iam::123456789012:role/Viewers' });
    const entries = simulator.aws.clusters.get('us-east-1/prod')?.entries;
    await bench.run.start();
    expect(bench.states()).toMatchObject({ 'cluster-role': 'ok', mapping: 'todo' });
    expect(await bench.make('mapping')).toMatchObject({ ended: { outcome: 'verified' } });
    expect(entries?.get(viewer.arn)).toMatchObject({
      type: 'STANDARD',
      groups: ['eks-console-dashboard-full-access-group'],
    });
    expect(await bench.make('mapping', 'undo')).toMatchObject({ ended: { outcome: 'verified' } });
    expect(entries?.has(viewer.arn)).toBe(false);
  });

  it('brings the manifest for racks that are too old', async () => {
    const rack = simulator.racks.find(({ name }) => name === 'staging');
    if (rack) rack.version = '3.6.4';
    const kube = clusterBelow(simulator, 'staging');
    kube.clusterRoles.delete('eks-console-dashboard-full-access-clusterrole');
    const bench = open('eks-viewing', 'staging');
    await bench.run.start();
    expect(bench.states()['cluster-role']).toBe('todo');
    expect(bench.evidence('cluster-role')).toContain('kind: ClusterRoleBinding');
  });
});

describe('aws-integration', () => {
  it('names the clusters that still let the role in by an entry, and never claims that there is none', async () => {
    const bench = open('aws-integration', 'acme/prod');
    await bench.run.start();
    const said = () => `${bench.words('removal')}\n${bench.evidence('removal')}`;
    expect(said()).toMatch(/These clusters still let the role in[\s\S]*cluster-access: prod/);
    simulator.aws.clusters.get('us-east-1/prod')?.entries.clear();
    await bench.run.check();
    expect(said()).toMatch(/Whether clusters still let the role in could not be looked at/);
    expect(said()).not.toMatch(/No cluster lets the role in/);
  });

  it('reads either kind of file, and neither shows nor keeps the secret', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'rackdeck-credentials-'));
    const secret = '1ababABCD+TP1Abcabca+TTabcABC00000000000';
    try {
      const path = join(folder, 'credentials.csv');
      writeFileSync(path, `User Name,Access Key Id,Secret Access Key\n"aj",AKIAICABC123AAAAAAAA,${secret}\n`);
      const bench = open('aws-integration', 'staging', { credentials: path });
      await bench.run.start();
      expect(bench.states().credentials).toBe('ok');
      expect(bench.evidence('credentials')).toContain('access key: AKIA...AAAA');
      expect(JSON.stringify(bench.run.state.get().steps)).not.toContain(secret);
      expect([...bench.kept.values()].join()).not.toContain(secret);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('reviews the trust, and warns of a foreign account', async () => {
    const role = simulator.aws.roles.get('convox-4f6b8a2c-ConsoleRole-1A2B3C4D5E');
    if (!role) throw new Error('no role');
    const good = open('aws-integration', 'staging');
    await good.run.start();
    expect(good.states()).toMatchObject({ role: 'ok', 'role-review': 'ok', 'older-role': 'todo' });
    role.trust = { Statement: [{ Effect: 'Allow', Principal: { AWS: '999999999999' }, Action: 'sts:AssumeRole' }] };
    const bad = open('aws-integration', 'staging');
    await bad.run.start();
    expect(bad.states()['role-review']).toBe('blocked');
    expect(bad.evidence('role-review') + bad.words('role-review')).toMatch(/999999999999/);
  });

  it('shows the commands with the id of the organisation where there is no role', async () => {
    for (const name of [...simulator.aws.roles.keys()])
      if (/Convox|Console/.test(name)) simulator.aws.roles.delete(name);
    const bench = open('aws-integration', 'staging', { organization: '77aa' });
    await bench.run.start();
    const step = bench.run.state.get().steps.find((each) => each.step.id === 'role');
    expect(step?.result?.command).toMatch(/--role-name ConvoxRole-77aa --path \/convox\//);
    expect(step?.result?.command).toMatch(/"sts:ExternalId":"77aa"/);
  });
});

describe('iam-review', () => {
  it('finds administrator access, an open trust, and what it may not read', async () => {
    const role = simulator.aws.addRole(
      'staging-old',
      { Statement: [{ Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' }] },
      { path: '/convox/', attached: ['arn:aws:iam::aws:policy/AdministratorAccess'] },
    );
    role.attached.push('arn:aws:iam::123456789012:policy/gone');
    const bench = open('iam-review', 'staging');
    await bench.run.start();
    expect(bench.states()).toMatchObject({
      roles: 'ok',
      'administrator-access': 'blocked',
      trust: 'blocked',
      readable: 'unknown',
    });
    expect(bench.words('administrator-access')).toContain('staging-old');
  });

  it('is not green where nothing was found to review', async () => {
    const bench = open('iam-review', 'staging', { cluster: 'prod', region: 'us-east-1' });
    for (const name of [...simulator.aws.roles.keys()]) if (name.startsWith('prod-')) simulator.aws.roles.delete(name);
    await bench.run.start();
    expect(bench.states()).toMatchObject({ roles: 'unknown', 'administrator-access': 'waiting' });
  });
});
