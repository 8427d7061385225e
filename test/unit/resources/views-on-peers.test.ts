import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createAccess } from '../../../src/access/create-access.ts';
import { asFailure } from '../../../src/domain/failure.ts';
import { parseVersion } from '../../../src/domain/version.ts';
import type { AnyResource, QueryContext } from '../../../src/resources/define-resource.ts';
import { RESOURCES } from '../../../src/resources/index.ts';
import { rowJson } from '../../../src/resources/row-json.ts';
import { runQuery } from '../../../src/resources/run-query.ts';
import { type Simulator, startSimulator } from '../../../src/simulator/simulator.ts';
import { demoTargets } from '../../../src/targets/demo-targets.ts';
import { NO_OPTIONS } from '../../../src/targets/target-candidate.ts';
import { protocolClients } from '../../support/protocol-clients.ts';
import { dependencies } from '../protocol/fake-server.ts';

/** Every view against every kind of rack and every role: who sees what, and what the others are told. */
let v3: Simulator;
let v2: Simulator;
let bare: Simulator;
const open: { close(): Promise<unknown> }[] = [];

beforeAll(async () => {
  [v3, v2, bare] = await Promise.all([
    startSimulator({ seed: 3, lively: false }),
    startSimulator({ seed: 3, lively: false, version: '20260418101514' }),
    startSimulator({ seed: 3, lively: false, withGateway: false }),
  ]);
});

afterAll(async () => {
  await Promise.all(open.map((each) => each.close()));
  await Promise.all([v3, v2, bare].map((simulator) => simulator.close()));
});

const clients = protocolClients(dependencies());

/** The context that a dashboard would have on this rack, everything about it known. */
async function contextOf(simulator: Simulator, rack: string, app: string, person?: string): Promise<QueryContext> {
  const endpoints = simulator.endpoints.map((endpoint) =>
    endpoint.kind === 'gateway' && person !== undefined
      ? { ...endpoint, token: simulator.gateway?.issueSession(person).token ?? '', email: person }
      : endpoint,
  );
  const candidate = demoTargets(endpoints, clients).candidates.find(({ name }) => name === rack);
  const target = candidate?.build(rack, NO_OPTIONS);
  if (!target) throw new Error(`no rack ${rack}`);
  const connection = target.connect();
  open.push(connection);
  const { gateway, claims } = connection;
  const system = await connection.rack.system();
  const { version, provider } = system;
  const [identity, grant] = await Promise.all([gateway?.info(), gateway?.permissions()]);
  return {
    rack: target,
    reads: connection.rack,
    gateway,
    access: createAccess({ kind: target.kind, claims, identity, grant, version: parseVersion(version), provider }),
    system,
    at: { app },
    now: Date.now(),
    signal: new AbortController().signal,
  };
}

/** `ok` or the reason, of every view that does not just work. */
async function refusals(context: QueryContext): Promise<Record<string, string>> {
  const outcomes = await Promise.all(RESOURCES.map(async (view) => [view.id, await outcome(view, context)] as const));
  return Object.fromEntries(outcomes.filter(([, reason]) => reason !== 'ok'));
}

async function outcome(view: AnyResource, context: QueryContext): Promise<string> {
  try {
    const rows = await runQuery(view, view.id === 'rack-resources' ? { ...context, at: {} } : context);
    for (const row of rows) expect(JSON.stringify(rowJson(view, row))).not.toMatch(SECRETS);
    return 'ok';
  } catch (error) {
    const failure = asFailure(error);
    return failure.why ?? failure.what;
  }
}

/** Values that the simulated racks are known to hold. */
const SECRETS = /demo-registry-(password|token)|demo-not-a-real-key|demo-session-secret|app:[0-9a-f]{18}@/;

const NOT_PROXIED = 'not proxied by the gateway';
const GATEWAY_ONLY = 'only through a rack gateway';
const NO_PARAMETERS = 'a v3 rack does not keep its own parameters: its console or terraform state does';
const V3_UNSUPPORTED = 'v3 racks do not support it (501)';

const GATEWAY_GAPS = {
  resources: NOT_PROXIED,
  balancers: NOT_PROXIED,
  configs: NOT_PROXIED,
  cost: NOT_PROXIED,
  budget: NOT_PROXIED,
  certificates: NOT_PROXIED,
  registries: NOT_PROXIED,
  'rack-resources': NOT_PROXIED,
  'rack-params': NO_PARAMETERS,
  'rack-releases': V3_UNSUPPORTED,
};
const OWN = { audit: GATEWAY_ONLY, approvals: GATEWAY_ONLY, users: GATEWAY_ONLY, roles: GATEWAY_ONLY };
const NO_GATEWAY = { ...OWN, sessions: GATEWAY_ONLY };
const needs = (role: string, mine: string) => `needs role ${role}; you are ${mine}`;
const adminOnly = (mine: string) => ({
  audit: needs('admin', mine),
  approvals: needs('admin', mine),
  users: needs('admin', mine),
});

describe('through a gateway', () => {
  test.each<[string, Record<string, string>]>([
    ['viewer', { releases: needs('ops', 'viewer'), env: needs('ops', 'viewer'), ...adminOnly('viewer') }],
    ['ops', adminOnly('ops')],
    ['deployer', adminOnly('deployer')],
    ['admin', {}],
  ])('%s', async (role, refused) => {
    const context = await contextOf(v3, 'acme/prod', 'checkout', `${role}@example.com`);
    expect(await refusals(context)).toEqual({ ...GATEWAY_GAPS, ...refused });
  });

  test('a v2 rack tells its parameters and versions through it', async () => {
    const context = await contextOf(v2, 'acme/prod', 'checkout', 'admin@example.com');
    const { 'rack-params': _params, 'rack-releases': _releases, ...gaps } = GATEWAY_GAPS;
    expect(await refusals(context)).toEqual(gaps);
  });
});

describe('without one', () => {
  test('a new v3 rack shows everything it keeps', async () => {
    const context = await contextOf(bare, 'acme/prod', 'checkout');
    expect(await refusals(context)).toEqual({
      ...NO_GATEWAY,
      'rack-params': NO_PARAMETERS,
      'rack-releases': V3_UNSUPPORTED,
    });
  });

  test('an older v3 rack behind a console: parameters, but neither cost nor budget', async () => {
    const old = 'needs rack >= 3.24.6; this one is 3.21.4';
    expect(await refusals(await contextOf(v3, 'acme/eu', 'billing'))).toEqual({
      ...NO_GATEWAY,
      cost: old,
      budget: old,
      'rack-releases': V3_UNSUPPORTED,
    });
  });

  test.each(['staging', 'acme/eu'])('a v2 rack (%s) is first-class', async (rack) => {
    const context = await contextOf(v2, rack, rack === 'staging' ? 'checkout' : 'billing');
    const missing = 'not on v2 racks';
    expect(await refusals(context)).toEqual({
      ...NO_GATEWAY,
      balancers: missing,
      configs: missing,
      cost: missing,
      budget: missing,
    });
  });
});

describe('what is there is shown', () => {
  const rowsOf = async (context: QueryContext, id: string) => {
    const view = RESOURCES.find((resource) => resource.id === id);
    if (!view) throw new Error(`no view ${id}`);
    return (await runQuery(view, context)).map((row) => rowJson(view, row));
  };

  test('certificates, registries, webhooks and configs of a rack that has them', async () => {
    const context = await contextOf(bare, 'acme/prod', 'checkout');
    const ends = await rowsOf(context, 'certificates');
    expect(ends.map(({ status }) => status)).toContain('Not Ready');
    expect((await rowsOf(context, 'registries')).map(({ username }) => username)).toEqual(['acme-bot', 'acme-ci']);
    expect(await rowsOf(context, 'configs')).toEqual([{ name: 'cli-env-mask', bytes: 28 }]);
    expect((await rowsOf(context, 'resources')).map(({ url }) => url)).toEqual([
      expect.stringMatching(/^redis:\/\/resource-cache/),
      expect.stringMatching(/^postgres:\/\/app:\*{4}@/),
    ]);
    expect(await rowsOf({ ...context, at: {} }, 'rack-resources')).toMatchObject([
      { name: 'deploys', url: 'https://hooks.example.com/…' },
    ]);
  });

  test('the audit log knows of the look at it, and looking once is one row', async () => {
    const context = await contextOf(v3, 'acme/prod', 'checkout', 'admin@example.com');
    const whole = { ...context, at: {} };
    await rowsOf(whole, 'audit');
    const rows = await rowsOf(whole, 'audit');
    expect(rows.find(({ action }) => action === 'audit.list')).toMatchObject({ user: 'admin@example.com' });
  });

  test('sessions of a person chosen in users', async () => {
    const context = await contextOf(v3, 'acme/prod', 'checkout', 'admin@example.com');
    const chosen = { ...context, at: { user: 'deployer@example.com' } };
    expect((await rowsOf(chosen, 'sessions')).map(({ user }) => user)).toContain('deployer@example.com');
  });

  test('v2: parameters, versions and CPU units', async () => {
    const context = await contextOf(v2, 'staging', 'checkout');
    expect((await rowsOf(context, 'rack-params')).map(({ name }) => name)).toContain('InstanceCount');
    expect((await rowsOf(context, 'rack-releases')).map(({ state }) => state)).toEqual(['current', 'past']);
    expect((await rowsOf(context, 'capacity'))[0]).toMatchObject({ resource: 'cpu', unit: 'CPU units' });
  });
});
