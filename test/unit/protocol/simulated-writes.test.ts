import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Endpoint } from '../../../src/protocol/endpoint.ts';
import { createRackApi } from '../../../src/protocol/rack-client.ts';
import { createRackWriter } from '../../../src/protocol/rack-write-client.ts';
import type { FaultEffect } from '../../../src/simulator/faults.ts';
import { type Simulator, startSimulator } from '../../../src/simulator/simulator.ts';
import { dependencies, quickLimits } from './fake-server.ts';
import { openGuard } from './open-guard.ts';

/** Writes and doubles were written apart, from the reference alone: what both agree on is likely to be right. */
let v3: Simulator;
let v2: Simulator;
const open: { close(): Promise<void> }[] = [];
const MASK = '*'.repeat(20);

beforeAll(async () => {
  [v3, v2] = await Promise.all([
    startSimulator({
      seed: 7,
      lively: false,
      timings: { instanceDrain: 50, podTerminating: 100, appDelete: 100, promoteVisible: 100 },
    }),
    startSimulator({ seed: 7, lively: false, version: '20260418101514', withGateway: false, withConsole: false }),
  ]);
});

afterAll(async () => {
  await Promise.all(open.map((each) => each.close()));
  await Promise.all([v3.close(), v2.close()]);
});

function kept<T extends { close(): Promise<void> }>(client: T): T {
  open.push(client);
  return client;
}

function endpointOf(simulator: Simulator, kind: 'direct' | 'gateway' | 'console', person?: string): Endpoint {
  const found = simulator.endpoints.find((endpoint) => endpoint.kind === kind);
  if (found?.kind === 'direct') {
    const url = new URL(found.url);
    const basic = `Basic ${Buffer.from(`${url.username}:${url.password}`).toString('base64')}`;
    return { baseUrl: url.origin, authorization: () => basic, dialect: 'rack' };
  }
  if (found?.kind === 'gateway') {
    const token = person === undefined ? found.token : simulator.gateway?.issueSession(person).token;
    const baseUrl = `${found.url}/api/v1/rack-proxy`;
    return { baseUrl, authorization: () => `Bearer ${token}`, dialect: 'gateway-proxy' };
  }
  if (found?.kind === 'console') {
    const basic = `Basic ${Buffer.from(`convox:${found.token}`).toString('base64')}`;
    const rack = found.racks[0] ?? '';
    return { baseUrl: found.host, authorization: () => basic, headers: () => ({ Rack: rack }), dialect: 'console' };
  }
  throw new Error(`the simulator has no ${kind}`);
}

function peers(endpoint: Endpoint) {
  const reads = kept(createRackApi(endpoint, dependencies()));
  const writes = kept(createRackWriter(endpoint, dependencies())).under(openGuard());
  return { reads, writes };
}

async function anApp(reads: ReturnType<typeof peers>['reads']) {
  const apps = await reads.apps();
  for (const { name, release, status } of apps) {
    const services = release === '' || status !== 'running' ? [] : await reads.services(name).catch(() => []);
    const service = services.find(({ count }) => count > 0);
    const [process] = service === undefined ? [] : await reads.processes(name, { service: service.name });
    if (service !== undefined && process !== undefined) return { app: name, release, service, process };
  }
  throw new Error('no healthy app');
}

describe.each(['direct', 'gateway', 'console'] as const)('%s rack', (kind) => {
  const peer = () => peers(endpointOf(v3, kind, 'admin@example.com'));

  test('stop, run, restart, scale', async () => {
    const { reads, writes } = peer();
    const { app, service, process } = await anApp(reads);
    await writes.stopProcess(app, process.id);
    await expect.poll(async () => (await reads.processes(app)).some(({ id }) => id === process.id)).toBe(false);
    const run = await writes.runProcess(app, service.name, { command: 'sleep 3600', height: 24, width: 80 });
    expect(run).toMatchObject({ app, service: service.name, command: 'sleep 3600' });
    await writes.stopProcess(app, run.id);
    await writes.restartService(app, service.name);
    await writes.updateService(app, service.name, { count: service.count + 1, memory: 640 });
    const scaled = (await reads.services(app)).find(({ name }) => name === service.name);
    expect(scaled).toMatchObject({ count: service.count + 1, memory: 640 });
  });

  test('a release, and its promote', async () => {
    const { reads, writes } = peer();
    const { app, release } = await anApp(reads);
    const current = await reads.release(app, release);
    const env = `${current.env}\nRACKDECK=a=b c&d`;
    const created = await writes.createRelease(app, { build: current.build, env, description: 'by hand' });
    expect(created.id).not.toBe(release);
    expect((await reads.release(app, created.id)).env).toContain('RACKDECK=a=b c&d');
    await writes.promoteRelease(app, created.id);
    await expect.poll(async () => (await reads.app(app)).release).toBe(created.id);
    // Deploying now, so that the next one is refused and cancelling is possible.
    await expect.poll(async () => (await reads.app(app)).status).toBe('updating');
    await expect(writes.promoteRelease(app, created.id)).rejects.toMatchObject({ kind: 'conflict' });
    const cancelled = writes.cancelDeploy(app);
    if (kind === 'gateway') await expect(cancelled).rejects.toMatchObject({ kind: 'route-missing' });
    else await cancelled;
  });

  test('apps come, are locked and go', async () => {
    const { reads, writes } = peer();
    const name = `made-by-${kind}`;
    expect((await writes.createApp({ name })).name).toBe(name);
    await expect(writes.createApp({ name })).rejects.toMatchObject({ kind: 'conflict' });
    await writes.updateApp(name, { lock: true, parameters: { BuildMem: '2048' } });
    expect(await reads.app(name)).toMatchObject({ locked: true, parameters: { BuildMem: '2048' } });
    const kinds = kind === 'gateway' ? 'forbidden' : 'conflict';
    await expect(writes.deleteApp(name)).rejects.toMatchObject({ kind: kinds });
    await writes.updateApp(name, { lock: false });
    if (kind === 'gateway') return;
    await writes.deleteApp(name);
    await expect.poll(async () => (await reads.apps()).map((app) => app.name)).not.toContain(name);
  });
});

describe('a direct v3 rack', () => {
  const peer = () => peers(endpointOf(v3, 'direct'));

  test('certificates, registries, resources', async () => {
    const { reads, writes } = peer();
    const pub = '-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----\n';
    const key = '-----BEGIN PRIVATE KEY-----\nx\n-----END PRIVATE KEY-----\n';
    const imported = await writes.importCertificate({ pub, key });
    const generated = await writes.generateCertificate({ domains: ['a.example.com', 'b.example.com'] });
    expect(generated.domains).toEqual(['a.example.com', 'b.example.com']);
    await writes.deleteCertificate(imported.id);
    expect((await reads.certificates()).map(({ id }) => id)).not.toContain(imported.id);
    const registry = { server: 'quay.io/org', username: 'u', password: 'p' };
    expect(await writes.addRegistry(registry)).toEqual({ server: 'quay.io/org', username: 'u' });
    await writes.removeRegistry('quay.io/org');
    await expect(writes.removeRegistry('quay.io/org')).rejects.toMatchObject({ kind: 'not-found' });
    await writes.createRackResource({ kind: 'webhook', name: 'hook', parameters: { Url: 'https://h/?a=1&b=2' } });
    expect((await reads.rackResource('hook')).parameters).toEqual({ Url: 'https://h/?a=1&b=2' });
    await expect(writes.linkRackResource('hook', 'shop')).rejects.toMatchObject({ kind: 'unsupported' });
    await expect(writes.unlinkRackResource('hook', 'shop')).rejects.toMatchObject({ kind: 'unsupported' });
    await writes.deleteRackResource('hook');
  });

  test('instances, access tokens, and what v3 does not do', async () => {
    const { reads, writes } = peer();
    const [instance] = await reads.instances();
    await writes.terminateInstance(instance?.id ?? '');
    await expect(writes.terminateInstance('no-such-node')).rejects.toMatchObject({ kind: 'not-found' });
    expect((await writes.rollInstanceKeys())?.privateKey).toMatch(/^-----BEGIN [\s\S]*-----\n$/);
    expect((await writes.mintRackToken({ role: 'read', hours: 1 })).token.split('.')).toHaveLength(3);
    await expect(writes.mintRackToken({ role: 'read', hours: 9_999 })).rejects.toMatchObject({ kind: 'invalid' });
    await writes.cleanUpKarpenter();
    await expect(writes.updateSystem({ count: 3 })).rejects.toMatchObject({ kind: 'unsupported' });
    await expect(writes.updateSsl('shop', 'web', 443, 'c')).rejects.toMatchObject({ status: expect.any(Number) });
  });

  test('files of a process', async () => {
    const { reads, writes } = peer();
    const { app, process } = await anApp(reads);
    const tar = Buffer.concat([Buffer.from('/tmp/a'), Buffer.alloc(506), Buffer.from([0, 255, 128, 10])]);
    await writes.uploadFiles(app, process.id, tar);
    expect(Buffer.compare(await writes.downloadFiles(app, process.id, '/tmp/a'), tar)).toBe(0);
    await writes.deleteFiles(app, process.id, ['/tmp/a']);
    await expect(writes.downloadFiles(app, process.id, '/tmp/a')).rejects.toMatchObject({ status: 500 });
  });

  test('configs, builds, budget, triggers', async () => {
    const { reads, writes } = peer();
    const { app, service } = await anApp(reads);
    await writes.setConfig(app, 'cli-env-mask', 'A,Ä');
    expect((await reads.configs(app)).map(({ name }) => name)).toContain('cli-env-mask');
    const { url } = await writes.storeObject(app, 'tmp/source.tgz', Buffer.from('tgz'));
    expect(url).toBe(`object://${app}/tmp/source.tgz`);
    expect((await writes.createBuild(app, { url, description: 'd', gitSha: 'abc' })).gitSha).toBe('abc');
    await writes.setBudget(app, { monthlyCapUsd: 12.5, atCapAction: 'alert-only' });
    expect(await writes.simulateShutdown(app)).toMatchObject({ app });
    expect(await writes.dismissRecovery(app)).toBe('no-banner');
    await writes.resetBudget(app, { resetPeriod: true });
    await writes.clearBudget(app);
    await writes.setScaleOverride(app, service.name, true);
    await writes.enableTriggers(app, service.name, { min: 1, max: 2, triggers: [{ type: 'cpu', threshold: 70 }] });
    await writes.setTriggerThreshold(app, service.name, { type: 'cpu', threshold: 55.5 });
    await writes.disableTriggers(app, service.name);
  });
});

test('a v2 rack updates itself and its stack parameters', async () => {
  const { reads, writes } = peers(endpointOf(v2, 'direct'));
  await writes.updateSystem({ count: 4, parameters: { InstanceType: 't3.large', Odd: 'a&b=c d' } });
  expect(await reads.parameters()).toMatchObject({ Odd: 'a&b=c d' });
  expect(await writes.rollInstanceKeys()).toBeUndefined();
});

test('a console changes the rack that the endpoint names, itself', async () => {
  const { reads, writes } = peers(endpointOf(v3, 'console'));
  const before = await reads.parameters();
  await writes.updateConsoleRack({ parameters: { ...before, node_type: 'm5.large' }, version: '3.24.9' });
  expect(await reads.parameters()).toMatchObject({ node_type: 'm5.large' });
  const sent = v3.requests.findLast(({ method, server }) => method === 'PUT' && server === 'console');
  expect(sent?.path).toMatch(/^\/racks\/[^/]+\/[^/]+$/);
  expect(sent?.headers.rack).toBeUndefined();
  expect(new URLSearchParams(sent?.body).get('force')).toBe('false');
});

test('a gateway keeps masked values of a release that is posted back', async () => {
  const { reads, writes } = peers(endpointOf(v3, 'gateway', 'deployer@example.com'));
  const { app, release } = await anApp(reads);
  const { env } = await reads.release(app, release);
  const kept = await writes.createRelease(app, { env: `${env}\nADDED_HERE=1` });
  const world = v3.racks.flatMap((rack) => [...rack.apps.values()]).find(({ name }) => name === app);
  const stored = world?.releases.find(({ id }) => id === kept.id)?.env ?? '';
  expect(stored).toContain('ADDED_HERE=1');
  expect(stored).not.toContain(MASK);
});

test.each<FaultEffect>([{ kind: 'reset' }, { kind: 'silence' }, { kind: 'status', code: 502 }, { kind: 'truncate' }])(
  'one request under the fault $kind',
  async (effect) => {
    const endpoint = endpointOf(v3, 'direct');
    const limits = quickLimits({ timeoutMs: { probe: 200, read: 5_000, change: 200, slow: 200 } });
    const { reads } = peers(endpoint);
    const writes = kept(createRackWriter(endpoint, dependencies(), limits)).under(openGuard());
    const { app, service } = await anApp(reads);
    const path = /\/restart$/;
    const sent = () => v3.requests.filter((request) => path.test(request.path)).length;
    const before = sent();
    const mend = v3.faults.add({ match: { method: 'POST', path }, effect });
    await expect(writes.restartService(app, service.name)).rejects.toMatchObject({ nothingSent: false });
    mend();
    expect(sent()).toBe(before + 1);
  },
);
