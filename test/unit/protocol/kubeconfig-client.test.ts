import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createKubeconfigClient } from '../../../src/protocol/kubeconfig-client.ts';
import type { MutationGuard } from '../../../src/protocol/mutation-guard.ts';
import { kubeOf } from '../../../src/simulator/kubernetes/kube-world.ts';
import { type Simulator, startSimulator } from '../../../src/simulator/simulator.ts';

let simulator: Simulator;
let folder: string;
let path: string;

beforeAll(async () => {
  simulator = await startSimulator({ seed: 1, lively: false });
  const staging = simulator.endpoints.find(({ kind }) => kind === 'direct');
  const url = new URL(staging?.kind === 'direct' ? staging.url : '');
  folder = mkdtempSync(join(tmpdir(), 'rackdeck-kubeconfig-'));
  path = join(folder, 'config');
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'staging',
    clusters: [{ name: 'c', cluster: { server: `${url.origin}/kubernetes`, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'u', user: { username: url.username, password: decodeURIComponent(url.password) } }],
    contexts: [{ name: 'staging', context: { cluster: 'c', user: 'u' } }],
  };
  writeFileSync(path, JSON.stringify(config));
});

afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await simulator.close();
});

function counting(): MutationGuard & { readonly seen: string[] } {
  const seen: string[] = [];
  return {
    seen,
    admit: async ({ route }) => {
      seen.push(`admit ${route}`);
      return undefined;
    },
    challenged: async () => false,
    refused: ({ route }) => void seen.push(`refused ${route}`),
  };
}

const ROUTE = 'PUT /kubernetes/api/v1/namespaces/{namespace}/configmaps/{name}';

it('reads the cluster, and writes only over the version that it has read', async () => {
  const client = createKubeconfigClient({ path });
  expect(await client.reads.server()).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/kubernetes$/);
  expect(await client.reads.nodes()).toHaveLength(3);
  expect(await client.reads.configMap('kube-system', 'nothing')).toBeUndefined();
  expect(await client.reads.clusterRole('view')).toEqual({ name: 'view' });
  expect((await client.reads.clusterRoleBindings()).length).toBeGreaterThan(0);
  const map = await client.reads.configMap('kube-system', 'aws-auth');
  if (!map) throw new Error('no aws-auth');
  const guard = counting();
  await client.under(guard).replaceConfigMap(map, { ...map.data, mapUsers: '[]' });
  await expect(client.under(guard).replaceConfigMap(map, map.data)).rejects.toMatchObject({
    kind: 'conflict',
    status: 409,
  });
  expect(guard.seen).toEqual([`admit ${ROUTE}`, `admit ${ROUTE}`, `refused ${ROUTE}`]);
  const rack = simulator.racks.find(({ name }) => name === 'staging');
  expect(rack && kubeOf(rack).configMaps.get('kube-system/aws-auth')?.data.mapUsers).toBe('[]');
});

it('sends nothing where the guard says no', async () => {
  const client = createKubeconfigClient({ path });
  const map = await client.reads.configMap('kube-system', 'aws-auth');
  if (!map) throw new Error('no aws-auth');
  const before = simulator.requests.length;
  const refusing = { ...counting(), admit: () => Promise.reject(new Error('not confirmed')) };
  await expect(client.under(refusing).replaceConfigMap(map, {})).rejects.toThrow('not confirmed');
  expect(simulator.requests.length).toBe(before);
});

it.each([
  ['a file that is not there', () => join(folder, 'none'), undefined, /There is no file/],
  ['a file that is no kubeconfig', () => broken(), undefined, /cannot be used/],
  ['a context that it does not have', () => path, 'other', /cannot be used/],
])('%s is a wrong value, and nothing of it is quoted', (_name, file, context, words) => {
  try {
    createKubeconfigClient({ path: file(), context });
    expect.unreachable();
  } catch (error) {
    expect(error).toMatchObject({ kind: 'usage', message: expect.stringMatching(words) });
    expect(String(error)).not.toContain('hunter2');
  }
});

function broken(): string {
  const file = join(folder, 'broken');
  writeFileSync(file, 'users:\n- name: x\n  user: {password: hunter2\n');
  return file;
}

it('a wrong password is told as what it is', async () => {
  const file = join(folder, 'wrong');
  const config = JSON.parse((await import('node:fs')).readFileSync(path, 'utf8')) as { users: { user: object }[] };
  const [user] = config.users;
  if (user) user.user = { username: 'convox', password: 'wrong' };
  writeFileSync(file, JSON.stringify(config));
  await expect(createKubeconfigClient({ path: file }).reads.nodes()).rejects.toMatchObject({ kind: 'not-logged-in' });
});
