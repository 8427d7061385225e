import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Simulator } from '../../../src/simulator/simulator.ts';
import { clusterBelow, type GuideBench, guideBench, startQuietSimulator } from '../../support/guide-bench.ts';
import { ACCOUNT, roleEntry } from '../../support/guide-samples.ts';

let simulator: Simulator;
let bench: GuideBench | undefined;

beforeEach(async () => {
  simulator = await startQuietSimulator();
});

afterEach(async () => {
  await bench?.close();
  bench = undefined;
  await simulator.close();
});

const cluster = () => clusterBelow(simulator, 'staging');
const roles = () => cluster().configMaps.get('kube-system/aws-auth')?.data.mapRoles ?? '';

it.each<[string, (text: string) => string]>([
  ['lost groups of the nodes', (text) => text.replace(/- groups:\n(?: {2}- .*\n)+ {2}rolearn/, '- rolearn')],
  ['a tab', (text) => text.replace('  username: operators', '\tusername: operators')],
  ['a path left in an ARN', (text) => text + roleEntry('convox/Deployers')],
  [
    'the ARN of a session',
    (text) => text + roleEntry('x').replace(`iam::${ACCOUNT}:role/x`, `sts::${ACCOUNT}:assumed-role/Deployers/ann`),
  ],
  ['the role of the nodes dropped', (text) => text.slice(text.indexOf('- rolearn:'))],
])('%s is found, repaired, and put back to the letter', async (_name, spoil) => {
  const damaged = spoil(roles());
  expect(damaged).not.toBe(roles());
  cluster().setConfigMap('kube-system', 'aws-auth', { mapRoles: damaged });
  bench = guideBench({ guide: 'console-role', rack: 'staging', simulator });
  await bench.run.start();
  expect(bench.states()['aws-auth-sound'], bench.words('aws-auth-sound')).toBe('todo');
  expect(bench.states()['aws-auth-mapping']).toBe('waiting');
  expect(bench.evidence('aws-auth-sound')).toMatch(/critical/);
  const ended = await bench.make('aws-auth-sound');
  expect(ended).toMatchObject({ ended: { outcome: 'verified' } });
  expect(bench.states()).toMatchObject({ 'aws-auth-sound': 'ok', 'aws-auth-mapping': 'todo', nodes: 'ok' });
  expect(roles()).toContain('role/Operators');
  expect(roles()).toContain('role/staging-nodes');
  expect(await bench.make('aws-auth-sound', 'undo')).toMatchObject({ step: 'ended' });
  expect(roles()).toBe(damaged);
});
