import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { Endpoint } from '../../../src/protocol/endpoint.ts';
import type { ExecRequest } from '../../../src/protocol/exec-request.ts';
import { openExec } from '../../../src/protocol/exec-socket.ts';
import { type Simulator, startSimulator } from '../../../src/simulator/simulator.ts';
import { type FakeGuard, fakeGuard, KeptOutput } from './exec-peer.ts';
import { dependencies } from './fake-server.ts';

/** Client and double were written apart, from the reference alone. */
let simulator: Simulator;

beforeAll(async () => {
  simulator = await startSimulator({ seed: 7, lively: false });
});

afterAll(() => simulator.close());

function directEndpoint(): Endpoint {
  const found = simulator.endpoints.find((endpoint) => endpoint.kind === 'direct');
  if (found?.kind !== 'direct') throw new Error('no direct rack');
  const url = new URL(found.url);
  const basic = `Basic ${Buffer.from(`${url.username}:${url.password}`).toString('base64')}`;
  return { baseUrl: url.origin, authorization: () => basic, dialect: 'rack' };
}

function gatewayEndpoint(token: string): Endpoint {
  const baseUrl = `${simulator.gateway?.url}/api/v1/rack-proxy`;
  return { baseUrl, authorization: () => `Bearer ${token}`, dialect: 'gateway-proxy' };
}

/** A running process of a service, of the first (gateway) or second (direct) rack. */
function runningOf(rack: number): { readonly app: string; readonly process: string } {
  const pods = simulator.racks[rack]?.processes ?? [];
  const pod = pods.find(({ kind, fate }) => kind === 'service' && fate.kind === 'healthy');
  if (!pod) throw new Error('nothing runs');
  return { app: pod.app, process: pod.id };
}

function open(endpoint: Endpoint, request: ExecRequest, guard: FakeGuard = fakeGuard()) {
  const sink = new KeptOutput();
  const session = openExec(endpoint, dependencies(), request, sink, guard);
  onTestFinished(() => session.close());
  const type = (keys: string) => session.write(Buffer.from(keys));
  return { session, sink, guard, type };
}

describe('a rack', () => {
  const shell = (command = 'sh'): ExecRequest => ({ kind: 'process', ...runningOf(1), command });

  test.each([
    ["sh -c 'echo one; exit 3'", 'one\r\n', 3],
    ['true', '', 0],
    ['no-such-command', 'sh: no-such-command: not found\r\n', 127],
  ])('%s', async (command, output, exitCode) => {
    const { session, sink } = open(directEndpoint(), shell(command));
    expect(await session.result).toEqual({ reason: 'exited', exitCode });
    expect(sink.text).toBe(output);
  });

  test('a conversation: typed, interrupted, left', async () => {
    const { session, sink, type } = open(directEndpoint(), shell());
    expect(await session.opened).toBe(true);
    await expect.poll(() => sink.text).toContain('$ ');
    type('echo hi\r');
    await expect.poll(() => sink.text).toContain('hi\r\n/app $ ');
    type('half\u0003');
    await expect.poll(() => sink.text).toContain('^C\r\n');
    type('exit 7\r');
    expect(await session.result).toEqual({ reason: 'exited', exitCode: 7 });
  });

  test('closing ends the shell there', async () => {
    const { session, sink } = open(directEndpoint(), shell());
    await expect.poll(() => sink.text).toContain('$ ');
    session.close();
    expect((await session.result).reason).toBe('closed');
  });

  test('a process that is gone', async () => {
    const request = { ...shell('true'), process: 'web-lost' } as ExecRequest;
    const { session } = open(directEndpoint(), request);
    expect(await session.opened).toBe(false);
    expect(await session.result).toMatchObject({ reason: 'failed', failure: { kind: 'not-found' } });
  });

  test('a wrong password comes in-band, after the handshake', async () => {
    const endpoint = { ...directEndpoint(), authorization: () => 'Basic Y29udm94Ondyb25n' };
    const { session } = open(endpoint, shell('true'));
    expect(await session.opened).toBe(false);
    expect(await session.result).toMatchObject({ reason: 'failed', failure: { kind: 'not-logged-in' } });
  });

  test('an instance shell wants a key', async () => {
    const instance = simulator.racks[1]?.nodes[0]?.id ?? '';
    const without = open(directEndpoint(), { kind: 'instance', instance, command: 'hostname' });
    expect(await without.session.result).toMatchObject({ reason: 'failed' });
    const privateKey = '-----BEGIN RSA PRIVATE KEY-----';
    const { session, sink } = open(directEndpoint(), { kind: 'instance', instance, command: 'hostname', privateKey });
    expect(await session.result).toEqual({ reason: 'exited', exitCode: 0 });
    expect(sink.text).toBe(`${instance}\n`);
  });

  test('a resource console ends without a status', async () => {
    const app = [...(simulator.racks[1]?.apps.values() ?? [])].find(({ resources }) => resources.length > 0);
    const resource = app?.resources.find(({ type }) => type === 'postgres')?.name ?? '';
    const { session, sink, type } = open(directEndpoint(), { kind: 'resource', app: app?.name ?? '', resource });
    await expect.poll(() => sink.text).toContain('=> ');
    type('\\q\r');
    expect(await session.result).toEqual({ reason: 'ended', exitCode: undefined });
  });
});

describe('a gateway', () => {
  const echo = (): ExecRequest => ({ kind: 'process', ...runningOf(0), command: 'echo through' });

  test('asks for a factor; the code goes along in the handshake', async () => {
    const gateway = simulator.gateway;
    if (!gateway) throw new Error('no gateway');
    const { token } = gateway.issueSession('deployer@example.com', { stepUp: false });
    const guard = fakeGuard([undefined, { code: gateway.totpCode('deployer@example.com') }]);
    const { session, sink } = open(gatewayEndpoint(token), echo(), guard);
    expect(await session.result).toEqual({ reason: 'exited', exitCode: 0 });
    expect(sink.text).toBe('through\r\n');
    expect(guard.challenges[0]).toMatchObject({ kind: 'mfa-required', mfaLevel: 'step-up' });
    expect(guard.admitted).toHaveLength(2);
  });

  test('says no to a viewer', async () => {
    const token = simulator.gateway?.issueSession('viewer@example.com').token ?? '';
    const { session, guard } = open(gatewayEndpoint(token), echo());
    expect(await session.result).toMatchObject({ reason: 'failed', failure: { kind: 'forbidden', status: 403 } });
    expect(guard.challenges).toHaveLength(0);
  });
});
