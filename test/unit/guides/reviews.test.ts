import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { GuideProgressFolder } from '../../../src/live/guide-progress-folder.ts';
import type { Simulator } from '../../../src/simulator/simulator.ts';
import { clusterBelow, type GuideBench, guideBench, startQuietSimulator } from '../../support/guide-bench.ts';
import { ACCOUNT } from '../../support/guide-samples.ts';

let simulator: Simulator;
let home: string;
let benches: GuideBench[] = [];

beforeEach(async () => {
  simulator = await startQuietSimulator();
  home = mkdtempSync(join(tmpdir(), 'rackdeck-review-'));
});

afterEach(async () => {
  await Promise.all(benches.map((bench) => bench.close()));
  benches = [];
  await simulator.close();
  rmSync(home, { recursive: true, force: true });
});

/** With its notes on the disk, as a real rack has them. */
async function open(guide: string, input: Readonly<Record<string, string>> = {}): Promise<GuideBench> {
  const where = { env: {}, home, cwd: home, platform: 'linux', hostname: 'box', now: Date.now, random: Math.random };
  const progress = new GuideProgressFolder({ ...where, platform: 'linux' });
  const bench = guideBench({ guide, rack: 'staging', simulator, input, progress });
  benches.push(bench);
  await bench.run.start();
  return bench;
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile());
}

describe('credentials.csv', () => {
  const SECRET = 'wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY00';
  const PASSWORD = 'Correct-Horse-9';
  const LINK = `https://${ACCOUNT}.signin.aws.amazon.com/console`;

  it.each([
    [
      'the older form',
      `User name,Password,Access key ID,Secret access key,Console login link\naj,${PASSWORD},AKIAICABC123AAAAAAAA,${SECRET},${LINK}\n`,
    ],
    ['the newer form', `User Name,Access Key Id,Secret Access Key\n"aj",AKIAICABC123AAAAAAAA,${SECRET}\n`],
  ])('%s is read, and no file of the program holds anything of it', async (_name, text) => {
    const path = join(home, 'credentials.csv');
    writeFileSync(path, text);
    const bench = await open('aws-integration', { credentials: path });
    expect(bench.states().credentials).toBe('ok');
    expect(bench.evidence('credentials')).toContain('user: aj');
    const written = filesBelow(home).filter((file) => file !== path);
    expect(written.length).toBeGreaterThan(0);
    for (const file of written) {
      const kept = readFileSync(file, 'utf8');
      for (const secret of [SECRET, PASSWORD, 'AKIAICABC123AAAAAAAA']) expect(kept, file).not.toContain(secret);
    }
  });

  it.each([
    [
      'two keys',
      `User Name,Access Key Id,Secret Access Key\na,AKIAAAAAAAAAAAAAAAAA,${SECRET}\nb,AKIABBBBBBBBBBBBBBBB,${SECRET}\n`,
    ],
    ['no key', 'User Name,Access Key Id,Secret Access Key\n'],
    ['another file', `my notes, with ${SECRET}\nin, them\n`],
  ])('%s is refused without a word of it', async (_name, text) => {
    const path = join(home, 'credentials.csv');
    writeFileSync(path, text);
    const bench = await open('aws-integration', { credentials: path });
    expect(bench.states().credentials).toBe('blocked');
    expect(JSON.stringify(bench.run.state.get().steps)).not.toContain(SECRET);
  });
});

describe('the role of the integration', () => {
  it('with AdministratorAccess is warned of', async () => {
    const role = simulator.aws.roles.get('convox-4f6b8a2c-ConsoleRole-1A2B3C4D5E');
    role?.attached.push('arn:aws:iam::aws:policy/AdministratorAccess');
    const bench = await open('aws-integration');
    expect(bench.states()['role-review']).toBe('todo');
    expect(bench.words('role-review') + bench.evidence('role-review')).toContain('AdministratorAccess');
  });

  it('without an external id is warned of', async () => {
    const role = simulator.aws.roles.get('convox-4f6b8a2c-ConsoleRole-1A2B3C4D5E');
    if (!role) throw new Error('no role');
    const principal = { AWS: 'arn:aws:iam::665986001363:root' };
    role.trust = { Statement: [{ Effect: 'Allow', Principal: principal, Action: 'sts:AssumeRole' }] };
    const bench = await open('aws-integration');
    expect(bench.states()['role-review']).toBe('blocked');
    expect(bench.words('role-review') + bench.evidence('role-review')).toMatch(/ExternalId|external id/i);
  });
});

describe('the viewer of the EKS console', () => {
  const ROLE = 'eks-console-dashboard-full-access-clusterrole';

  it.each([
    ['3.6.4', 'todo'],
    ['3.6.5', 'blocked'],
  ])('rack %s without the cluster role: %s', async (version, state) => {
    const rack = simulator.racks.find(({ name }) => name === 'staging');
    if (rack) rack.version = version;
    clusterBelow(simulator, 'staging').clusterRoles.delete(ROLE);
    const bench = await open('eks-viewing');
    expect(bench.states()['cluster-role']).toBe(state);
    expect(bench.evidence('cluster-role').includes('kind: ClusterRoleBinding')).toBe(state === 'todo');
    expect(await bench.make('mapping')).toMatchObject({ step: 'refused' });
  });

  it('of another account is refused', async () => {
    const bench = await open('eks-viewing', { principal: 'arn:aws:iam::999999999999:role/Viewers' });
    expect(bench.states().mapping).toBe('unknown');
    expect(bench.words('mapping')).toMatch(/999999999999/);
    expect(await bench.make('mapping')).toMatchObject({ step: 'refused' });
  });

  it('that is a role is mapped without its path', async () => {
    simulator.aws.addRole('Viewers', {}, { path: '/people/' });
    const bench = await open('eks-viewing', { principal: `arn:aws:iam::${ACCOUNT}:role/people/Viewers` });
    expect(await bench.make('mapping')).toMatchObject({ ended: { outcome: 'verified' } });
    const roles = clusterBelow(simulator, 'staging').configMaps.get('kube-system/aws-auth')?.data.mapRoles;
    expect(roles).toContain(`rolearn: arn:aws:iam::${ACCOUNT}:role/Viewers`);
    expect(roles).not.toContain('role/people/');
  });
});

describe('permissions of the rack', () => {
  it('resources that are not the rack’s own are found with evidence; nothing is changed by looking', async () => {
    const role = simulator.aws.roles.get('staging-api');
    role?.inline.set('wide', {
      Statement: [{ Effect: 'Allow', Action: 's3:DeleteObject', Resource: 'arn:aws:s3:::prod-storage/*' }],
    });
    const bench = await open('iam-review');
    expect(bench.states()['prefixed-resources']).toBe('todo');
    expect(bench.evidence('prefixed-resources')).toContain('prod-storage');
    expect(simulator.aws.calls.filter((call) => !/:(?:Get|List|Describe)/.test(call))).toEqual([]);
  });
});
