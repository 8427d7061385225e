import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createConsoleApi } from '../../../src/protocol/console-client.ts';
import type { Endpoint } from '../../../src/protocol/endpoint.ts';
import { createGatewayApi } from '../../../src/protocol/gateway-client.ts';
import { offers } from '../../../src/protocol/gateway-routes.ts';
import type { LogSource, LogStreamEnd } from '../../../src/protocol/log-stream.ts';
import type { RackApi } from '../../../src/protocol/rack-api.ts';
import { createRackApi } from '../../../src/protocol/rack-client.ts';
import { RACK_ROUTES } from '../../../src/protocol/rack-routes.ts';
import { logLineTime } from '../../../src/protocol/since-bridge.ts';
import { type Simulator, startSimulator } from '../../../src/simulator/simulator.ts';
import { dependencies } from './fake-server.ts';

/** Clients and doubles were written apart, from the reference alone: what both agree on is likely to be right. */
let simulator: Simulator;
const open: { close(): Promise<void> }[] = [];

beforeAll(async () => {
  simulator = await startSimulator({ seed: 7, logRate: 20 });
});

afterAll(async () => {
  await Promise.all(open.map((api) => api.close()));
  await simulator.close();
});

function kept<T extends { close(): Promise<void> }>(api: T): T {
  open.push(api);
  return api;
}

function endpointOf(kind: 'direct' | 'gateway' | 'console'): Endpoint {
  const found = simulator.endpoints.find((endpoint) => endpoint.kind === kind);
  if (found?.kind === 'direct') {
    const url = new URL(found.url);
    const basic = `Basic ${Buffer.from(`${url.username}:${url.password}`).toString('base64')}`;
    return { baseUrl: url.origin, authorization: () => basic, dialect: 'rack' };
  }
  if (found?.kind === 'gateway') {
    const baseUrl = `${found.url}/api/v1/rack-proxy`;
    return { baseUrl, authorization: () => `Bearer ${found.token}`, dialect: 'gateway-proxy' };
  }
  if (found?.kind === 'console') {
    const basic = `Basic ${Buffer.from(`convox:${found.token}`).toString('base64')}`;
    return {
      baseUrl: found.host,
      authorization: () => basic,
      headers: () => ({ Rack: found.racks[0] ?? '' }),
      dialect: 'console',
    };
  }
  throw new Error(`the simulator has no ${kind}`);
}

const rack = (kind: 'direct' | 'gateway' | 'console') => kept(createRackApi(endpointOf(kind), dependencies()));

describe.each(['direct', 'gateway', 'console'] as const)('%s rack', (kind) => {
  test('credential, system, apps and what belongs to an app', async () => {
    const api = rack(kind);
    await api.checkCredential();
    expect((await api.system()).version).not.toBe('');
    expect((await api.instances()).length).toBeGreaterThan(0);
    expect((await api.systemProcesses({ all: true })).length).toBeGreaterThan(0);
    const [app] = await api.apps();
    const name = app?.name ?? '';
    expect((await api.app(name)).name).toBe(name);
    const services = await api.services(name);
    expect(services.map((service) => service.name)).toEqual(services.map((service) => service.name).toSorted());
    const [process] = await api.processes(name);
    expect((await api.process(name, process?.id ?? '')).id).toBe(process?.id);
    expect((await api.builds(name, { limit: 2 })).length).toBeLessThanOrEqual(2);
    expect((await api.releases(name, { limit: 1 })).length).toBe(1);
  });

  test('logs come, stamped; a filter of the past ends', async () => {
    const api = rack(kind);
    const [app] = await api.apps();
    const { lines, end } = await read(api, { kind: 'app', app: app?.name ?? '' }, 5);
    expect(lines.length).toBeGreaterThanOrEqual(5);
    expect(lines.some((line) => logLineTime(line) !== undefined)).toBe(true);
    expect(end).toBeUndefined();
  });

  test('an unknown app is not found, in HTTP and on the socket', async () => {
    const api = rack(kind);
    await expect(api.app('no-such-app')).rejects.toMatchObject({ kind: 'not-found' });
    const { end } = await read(api, { kind: 'app', app: 'no-such-app' }, 1);
    expect(end).toMatchObject({ outcome: 'failed', failure: { kind: 'not-found' } });
  });
});

test('a wrong password, in HTTP and on the socket', async () => {
  const api = kept(
    createRackApi({ ...endpointOf('direct'), authorization: () => 'Basic d3Jvbmc6d3Jvbmc=' }, dependencies()),
  );
  await expect(api.checkCredential()).rejects.toMatchObject({ kind: 'not-logged-in' });
  const { end, lines } = await read(api, { kind: 'rack' }, 1);
  expect(end).toMatchObject({ outcome: 'failed', failure: { kind: 'not-logged-in' } });
  expect(lines).toEqual([]);
});

test('what the allow-list leaves out is a missing route on a gateway', async () => {
  const api = rack('gateway');
  const [app] = await api.apps();
  expect(offers('GET', RACK_ROUTES.balancers.pattern)).toBe(false);
  await expect(api.balancers(app?.name ?? '')).rejects.toMatchObject({ kind: 'route-missing' });
});

test('the gateway itself: health, who I am, what I may', async () => {
  const api = kept(createGatewayApi(endpointOf('gateway'), dependencies()));
  expect(await api.health()).toEqual({ isGateway: true, tooOld: false });
  expect((await api.info()).email).toContain('@');
  expect((await api.permissions()).permissions.length).toBeGreaterThan(0);
  expect((await api.auditLogs({ limit: 3 })).entries.length).toBeLessThanOrEqual(3);
});

test('people, roles and sessions of the gateway', async () => {
  const api = kept(createGatewayApi(endpointOf('gateway'), dependencies()));
  const users = await api.users();
  expect(users.map(({ email }) => email)).toContain('locked@example.com');
  expect((await api.roles()).map(({ name }) => name)).toEqual(['admin', 'deployer', 'ops', 'viewer']);
  const { email } = await api.info();
  const [own] = await api.sessions(email);
  expect(own).toMatchObject({ channel: 'cli' });
  expect(own?.expiresAt).toBeGreaterThan(own?.createdAt ?? Number.POSITIVE_INFINITY);
  await expect(api.sessions('nobody@example.com')).rejects.toMatchObject({ kind: 'not-found' });
});

test('parameters: kept by the console, by no v3 rack', async () => {
  expect(await rack('console').parameters()).toMatchObject({ region: 'eu-west-1' });
  expect(await rack('direct').parameters()).toBeUndefined();
  expect(await rack('gateway').parameters()).toBeUndefined();
});

test('the console lists its racks', async () => {
  const api = kept(createConsoleApi({ ...endpointOf('console'), headers: () => ({}) }, dependencies()));
  const [first] = await api.racks();
  expect(first?.organization).not.toBe('');
  expect((await api.rack(first?.organization ?? '', first?.name ?? '')).name).toBe(first?.name);
});

async function read(
  api: RackApi,
  source: LogSource,
  wanted: number,
): Promise<{ lines: string[]; end: LogStreamEnd | undefined }> {
  const lines: string[] = [];
  let end: LogStreamEnd | undefined;
  const sink = {
    open: () => undefined,
    lines: (batch: readonly string[]) => lines.push(...batch),
    end: (how: LogStreamEnd) => {
      end = how;
    },
  };
  const stream = api.openLogs(source, { follow: true, sinceMs: 600_000 }, sink);
  await expect.poll(() => end !== undefined || lines.length >= wanted).toBe(true);
  stream.close();
  return { lines, end };
}
