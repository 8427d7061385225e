import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { recordingTargets } from '../../../src/live/recording/recording-targets.ts';
import { type Simulator, startSimulator } from '../../../src/simulator/simulator.ts';
import { connectionChanges } from '../../../src/targets/connection-changes.ts';
import { protocolClients } from '../../support/protocol-clients.ts';
import { simulatedTargets } from '../../support/simulated-targets.ts';
import { dependencies } from '../protocol/fake-server.ts';
import { openGuard } from '../protocol/open-guard.ts';
import { fakeClients } from './support/clients.ts';

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator({ seed: 5, lively: false });
});
afterAll(() => simulator.close());

describe.each(['gateway', 'direct', 'console'] as const)('a %s target', (kind) => {
  test('hands out writes under the guard that is given', async () => {
    const target = simulatedTargets(simulator).targets.find((each) => each.kind === kind);
    const connection = target?.connect();
    onTestFinished(async () => connection?.close());
    const apps = (await connection?.rack.apps()) ?? [];
    const app = apps.find(({ release, status }) => release !== '' && status === 'running')?.name ?? '';
    const [service] = (await connection?.rack.services(app)) ?? [];
    const guard = openGuard();
    const changes = connection?.writes(guard);
    await changes?.rack.restartService(app, service?.name ?? '');
    expect(guard.admitted).toEqual(['POST /apps/{app}/services/{service}/restart']);
    expect(changes?.gateway !== undefined).toBe(kind === 'gateway');
    expect(changes?.sockets).toBeDefined();
    if (kind !== 'gateway') return;
    await changes?.gateway?.changeEnv(app, { set: { FROM_TARGET: '1' } });
    expect(guard.admitted.at(-1)).toBe('PUT /api/v1/apps/{app}/env');
  });
});

test('a connection that only reads makes no writer; one that changes closes it', async () => {
  const endpoint = { baseUrl: 'http://127.0.0.1:9', authorization: () => undefined, dialect: 'rack' } as const;
  const clients = fakeClients();
  await connectionChanges(clients, { rack: endpoint }).close();
  expect(clients.made).toEqual([]);
  const real = protocolClients(dependencies());
  const changes = connectionChanges(real, { rack: endpoint });
  const { rack } = changes.writes(openGuard());
  await changes.close();
  await expect(rack.deleteApp('shop')).rejects.toMatchObject({ kind: 'cancelled', nothingSent: true });
});

test('a recording cannot be changed', () => {
  const recording = { racks: [{ name: 'prod' }] } as unknown as Parameters<typeof recordingTargets>[0]['recording'];
  const [target] = recordingTargets({ recording, name: 'file', now: () => 0 }).targets;
  const guard = openGuard();
  expect(() => target?.connect().writes(guard)).toThrow(
    expect.objectContaining({ kind: 'unsupported', what: 'prod cannot be changed', nothingSent: true }),
  );
  expect(guard.admitted).toEqual([]);
});
