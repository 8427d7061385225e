import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Simulator } from '../../../src/simulator/simulator.ts';
import { clusterBelow, type GuideBench, guideBench, startQuietSimulator } from '../../support/guide-bench.ts';
import { ACCOUNT, addToAwsAuth, roleEntry } from '../../support/guide-samples.ts';

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

async function open(): Promise<GuideBench> {
  const bench = guideBench({ guide: 'access-entries', rack: 'acme/eu', simulator });
  benches.push(bench);
  await bench.run.start();
  return bench;
}

function eu() {
  const cluster = simulator.aws.clusters.get('eu-west-1/eu');
  const parameters = simulator.console?.racks.get('acme/eu')?.parameters;
  if (!cluster || !parameters) throw new Error('no acme/eu');
  return { cluster, parameters };
}

describe('what the parameter will do together with Karpenter (convox-api.md 9.4)', () => {
  it.each([
    ['false', 'false', 1, 3],
    ['true', 'false', 2, 4],
    ['false', 'true', 3, 3],
    ['true', 'true', 4, 4],
  ])(
    'karpenter_auth_mode %s, eks_access_entries %s: row %i now, row %i after',
    async (karpenter, entries, now, after) => {
      Object.assign(eu().parameters, { karpenter_auth_mode: karpenter, eks_access_entries: entries });
      if (karpenter === 'true' || entries === 'true') eu().cluster.mode = 'API_AND_CONFIG_MAP';
      const bench = await open();
      const rows = bench.evidence('matrix').split('\n');
      expect(rows.filter((row) => row.startsWith('row '))).toHaveLength(4);
      if (now === after) {
        expect(rows.filter((row) => row.includes('<- now'))).toEqual([expect.stringContaining(`row ${now}: `)]);
      } else {
        expect(rows.filter((row) => row.endsWith('<- now'))).toEqual([expect.stringContaining(`row ${now}: `)]);
        expect(rows.filter((row) => row.endsWith('<- after'))).toEqual([expect.stringContaining(`row ${after}: `)]);
      }
      expect(bench.states().matrix).toBe('ok');
      expect(bench.states().enable).toBe(entries === 'true' ? 'ok' : 'todo');
    },
  );

  it('a value that is neither true nor false goes no further', async () => {
    Object.assign(eu().parameters, { karpenter_auth_mode: 'perhaps' });
    const bench = await open();
    expect(bench.states()).toMatchObject({ matrix: 'blocked', enable: 'waiting' });
    expect(await bench.make('enable')).toMatchObject({ step: 'refused' });
  });
});

describe('while somebody of aws-auth has no entry', () => {
  it('neither "delete aws-auth" nor "API only" is allowed, and the principals are named', async () => {
    addToAwsAuth(simulator, 'acme/eu', roleEntry('Operators'));
    const bench = await open();
    expect(await bench.make('enable')).toMatchObject({ ended: { outcome: 'verified' } });
    const said = `${bench.words('keep-aws-auth')}\n${bench.evidence('keep-aws-auth')}`;
    expect(said).toMatch(/principals of aws-auth could not enter any more/);
    expect(said).toContain('delete-aws-auth');
    expect(said).toContain('api-only');
    expect(said).toContain(`arn:aws:iam::${ACCOUNT}:role/Operators`);
    // aws-auth itself still counts, so nobody is shut out yet.
    expect(bench.states().everybody).toBe('ok');
    expect(bench.evidence('everybody')).toMatch(/role\/Operators: by aws-auth, as before/);
    expect(clusterBelow(simulator, 'acme/eu').configMaps.has('kube-system/aws-auth')).toBe(true);
  });

  it('in mode API whoever only stands in aws-auth is shut out, and that is no proof', async () => {
    addToAwsAuth(simulator, 'acme/eu', roleEntry('Operators'));
    const bench = await open();
    await bench.make('enable');
    eu().cluster.mode = 'API';
    await bench.run.check();
    expect(bench.states().everybody).toBe('blocked');
    expect(bench.evidence('everybody')).toContain(`arn:aws:iam::${ACCOUNT}:role/Operators: It has no access entry.`);
  });

  it('whole accounts in aws-auth cannot be mapped at all', async () => {
    const bench = await open();
    await bench.make('enable');
    const kube = clusterBelow(simulator, 'acme/eu');
    const data = kube.configMaps.get('kube-system/aws-auth')?.data ?? {};
    kube.setConfigMap('kube-system', 'aws-auth', { ...data, mapAccounts: `- "${ACCOUNT}"\n` });
    await bench.run.check();
    expect(`${bench.words('keep-aws-auth')}\n${bench.evidence('keep-aws-auth')}`).toMatch(/mapAccounts/);
  });

  it('the way back below 3.24.7 is told as it stands now', async () => {
    const bench = await open();
    await bench.make('enable');
    const rows = () =>
      bench
        .evidence('downgrade')
        .split('\n')
        .filter((row) => row.includes('<- now'));
    expect(rows()).toHaveLength(1);
    const [before] = rows();
    eu().cluster.mode = 'API';
    await bench.run.check();
    expect(rows()).toHaveLength(1);
    expect(rows()[0]).not.toBe(before);
  });
});
