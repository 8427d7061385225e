import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { asFailure } from '../../../src/domain/failure.ts';
import { outcomeUnclear } from '../../../src/domain/outcome-unclear.ts';
import { createGatewayApi } from '../../../src/protocol/gateway-client.ts';
import { createGatewayWriter } from '../../../src/protocol/gateway-write-client.ts';
import type { GatewayWrites } from '../../../src/protocol/gateway-writes.ts';
import type { MfaProof } from '../../../src/protocol/mutation-guard.ts';
import { createRackApi } from '../../../src/protocol/rack-client.ts';
import { createRackWriter } from '../../../src/protocol/rack-write-client.ts';
import { type SimulatedGateway, startSimulatedGateway } from '../../../src/simulator/gateway/gateway.ts';
import { type Simulator, startSimulator } from '../../../src/simulator/simulator.ts';
import { dependencies, endpointOf, fakeServer, json, quickLimits } from './fake-server.ts';
import { openGuard } from './open-guard.ts';

const ID = '7a0d1c1e-6c52-4d3a-9d0d-0a8f3a4b5c6d';
const MASK = '*'.repeat(20);
const HALF_MINUTE = 30_000;

let racks: Simulator;
let now = Date.UTC(2026, 3, 1);

beforeAll(async () => {
  racks = await startSimulator({ seed: 7, lively: false, withGateway: false, withConsole: false });
});
afterAll(() => racks.close());

/** A gateway of its own per test: locks and used codes stay there. */
async function scene() {
  const found = racks.endpoints.find((endpoint) => endpoint.kind === 'direct');
  const rackUrl = found?.kind === 'direct' ? found.url : '';
  const gateway = await startSimulatedGateway({ rackUrl, rackName: 'prod', history: false, now: () => now });
  onTestFinished(() => gateway.close());
  return gateway;
}

interface Session {
  readonly stepUp?: boolean;
  readonly proofs?: readonly (MfaProof | undefined)[];
  readonly onChallenge?: (code: (text: string) => Promise<unknown>) => Promise<boolean>;
}

function as(gateway: SimulatedGateway, email: string, { stepUp = true, proofs = [], onChallenge }: Session = {}) {
  const { token } = gateway.issueSession(email, { stepUp });
  const endpoint = endpointOf(gateway.url, { authorization: () => `Bearer ${token}`, dialect: 'gateway' });
  const deps = { ...dependencies(), now: () => now };
  const api = createGatewayApi(endpoint, deps);
  const writer = createGatewayWriter(endpoint, deps);
  const proxied = { ...endpoint, baseUrl: `${gateway.url}/api/v1/rack-proxy`, dialect: 'gateway-proxy' } as const;
  const rack = createRackApi(proxied, deps);
  const rackWriter = createRackWriter(proxied, deps);
  onTestFinished(async () => {
    await Promise.all([api.close(), writer.close(), rack.close(), rackWriter.close()]);
  });
  const base = openGuard({ proofs });
  const guard = {
    ...base,
    challenged: async (change: { readonly route: string }, failure: ReturnType<typeof asFailure>) => {
      await base.challenged(change, failure);
      return (await onChallenge?.((code) => api.verifyMfa(code))) ?? false;
    },
  };
  return { api, rack, guard, writes: writer.under(guard), rackWrites: rackWriter.under(guard) };
}

async function someApp(rack: ReturnType<typeof as>['rack']): Promise<string> {
  const found = (await rack.apps()).find(({ release, status }) => release !== '' && status === 'running');
  return found?.name ?? '';
}

describe('environment', () => {
  test('sets and removes on the newest release, and promotes nothing', async () => {
    const { api, rack, writes, guard } = as(await scene(), 'deployer@example.com');
    const app = await someApp(rack);
    const { release } = await rack.app(app);
    const first = await writes.changeEnv(app, { set: { PLAIN_ONE: 'a=b c&d', PLAIN_TWO: '2' } });
    expect(first.release).toMatch(/^R/);
    expect(first.env.get('PLAIN_ONE')).toBe('a=b c&d');
    const second = await writes.changeEnv(app, { remove: ['PLAIN_TWO'] });
    expect(second.env.has('PLAIN_TWO')).toBe(false);
    expect([...(await api.env(app))]).toEqual([...second.env]);
    expect((await rack.app(app)).release).toBe(release);
    expect(guard.admitted).toEqual(Array(2).fill('PUT /api/v1/apps/{app}/env'));
  });

  test('nothing to change makes no release', async () => {
    const { rack, writes } = as(await scene(), 'deployer@example.com');
    const app = await someApp(rack);
    await writes.changeEnv(app, { set: { SAME: '1' } });
    expect((await writes.changeEnv(app, { set: { SAME: '1' } })).release).toBeUndefined();
  });

  test('a masked value stays what it is; a new one needs an existing secret', async () => {
    const gateway = await scene();
    const admin = as(gateway, 'admin@example.com');
    const app = await someApp(admin.rack);
    await admin.writes.changeEnv(app, { set: { MY_SECRET: 'kept-secret' } });
    const { writes } = as(gateway, 'deployer@example.com');
    const changed = await writes.changeEnv(app, { set: { MY_SECRET: MASK, OTHER: '1' } });
    expect(changed.env.get('MY_SECRET')).toBe(MASK);
    const world = racks.racks.flatMap((rack) => [...rack.apps.values()]).find(({ name }) => name === app);
    expect(world?.releases.at(-1)?.env).toContain('MY_SECRET=kept-secret');
    await expect(writes.changeEnv(app, { set: { NEW_SECRET: MASK } })).rejects.toMatchObject({ kind: 'invalid' });
    await expect(writes.changeEnv(app, { set: { MY_SECRET: 'another' } })).rejects.toMatchObject({ kind: 'forbidden' });
  });

  test('ops may not', async () => {
    const { rack, writes } = as(await scene(), 'ops@example.com');
    const error = await writes.changeEnv(await someApp(rack), { set: { A: '1' } }).catch(asFailure);
    expect(error).toMatchObject({ kind: 'forbidden' });
    expect(outcomeUnclear(asFailure(error))).toBe(false);
  });
});

describe('step-up', () => {
  test.each(['own API', 'proxy'] as const)('%s: asked, verified, resumed once', async (kind) => {
    const gateway = await scene();
    const email = 'deployer@example.com';
    const { rack, writes, rackWrites, guard } = as(gateway, email, {
      stepUp: false,
      onChallenge: async (verify) => {
        await verify(gateway.totpCode(email));
        return true;
      },
    });
    const app = await someApp(rack);
    const [service] = await rack.services(app);
    if (kind === 'own API') expect((await writes.changeEnv(app, { set: { [`K${now}`]: '1' } })).release).toMatch(/^R/);
    else await rackWrites.restartService(app, service?.name ?? '');
    expect(guard.challenges).toMatchObject([{ kind: 'mfa-required', mfaLevel: 'step-up' }]);
    expect(guard.admitted).toHaveLength(2);
    now += HALF_MINUTE;
  });
});

describe('approvals', () => {
  async function requested(gateway: SimulatedGateway) {
    gateway.issueApiToken('ci', 'admin@example.com', ['convox:deploy:deploy_with_approval']);
    const { rack, writes, guard } = as(gateway, 'deployer@example.com');
    const request = { message: 'Ship it', app: await someApp(rack), gitCommit: 'a'.repeat(40), targetToken: 'ci' };
    const { approval, created } = await writes.requestApproval({ ...request, gitBranch: 'feature' });
    expect({ created, status: approval.status, app: approval.app }).toEqual({
      created: true,
      status: 'pending',
      app: request.app,
    });
    return { approval, request: { ...request, gitBranch: 'feature' }, writes, guard };
  }

  const code = (gateway: SimulatedGateway): MfaProof => ({ code: gateway.totpCode('admin@example.com') });

  test('the same request again is the one that is open', async () => {
    const { approval, request, writes, guard } = await requested(await scene());
    const again = await writes.requestApproval(request);
    expect(again).toMatchObject({ created: false, approval: { id: approval.id } });
    expect(guard.admitted).toEqual(Array(2).fill('POST /api/v1/deploy-approval-requests'));
  });

  test('approved and extended with a code each, then not twice', async () => {
    const gateway = await scene();
    const { approval } = await requested(gateway);
    const first = as(gateway, 'admin@example.com', { proofs: [code(gateway)] });
    const approved = await first.writes.approve(approval.id, 'looks good');
    expect(approved).toMatchObject({ status: 'approved', notes: 'looks good', approvedBy: 'admin@example.com' });
    now += HALF_MINUTE;
    const second = as(gateway, 'admin@example.com', { proofs: [code(gateway)] });
    const extended = await second.writes.extendApproval(approval.id);
    expect(extended.approvalExpiresAt).toBe((approved.approvalExpiresAt ?? 0) + HALF_MINUTE);
    now += HALF_MINUTE;
    const third = as(gateway, 'admin@example.com', { proofs: [code(gateway)] });
    await expect(third.writes.approve(approval.id)).rejects.toMatchObject({ kind: 'not-found' });
    now += HALF_MINUTE;
  });

  test('rejected', async () => {
    const gateway = await scene();
    const { approval } = await requested(gateway);
    const { writes } = as(gateway, 'admin@example.com', { proofs: [code(gateway)] });
    expect(await writes.reject(approval.id, 'not today')).toMatchObject({ status: 'rejected', notes: 'not today' });
    now += HALF_MINUTE;
  });

  test('an open window does not help: a code of its own is wanted, and the guard is asked', async () => {
    const gateway = await scene();
    const { approval } = await requested(gateway);
    const { writes, guard } = as(gateway, 'admin@example.com', {
      proofs: [undefined, code(gateway)],
      onChallenge: async () => true,
    });
    expect((await writes.approve(approval.id)).status).toBe('approved');
    expect(guard.challenges).toMatchObject([{ kind: 'mfa-required', mfaLevel: 'always' }]);
    now += HALF_MINUTE;
  });

  test('a wrong code is told apart, and leaves the request pending', async () => {
    const gateway = await scene();
    const { approval } = await requested(gateway);
    const { writes, api, guard } = as(gateway, 'admin@example.com', { proofs: [{ code: '000000' }] });
    await expect(writes.approve(approval.id)).rejects.toMatchObject({ kind: 'mfa-rejected' });
    expect(guard.challenges).toMatchObject([{ kind: 'mfa-rejected' }]);
    expect((await api.approval(approval.id)).status).toBe('pending');
  });

  test('bodies as the gateway wants them', async () => {
    const server = await fakeServer((_, response) => json(response, { public_id: ID, status: 'pending' }, 201));
    const writer = createGatewayWriter(endpointOf(server.url, { dialect: 'gateway' }), dependencies(), quickLimits());
    onTestFinished(() => writer.close());
    const writes: GatewayWrites = writer.under(openGuard());
    await writes.requestApproval({
      message: 'm',
      app: 'shop',
      gitCommit: 'c',
      ciMetadata: { workflow_id: 'w' },
      targetTokenId: ID,
    });
    await writes.approve(ID);
    await writes.changeEnv('shop', {});
    expect(server.requests.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'POST /api/v1/deploy-approval-requests',
      `POST /api/v1/deploy-approval-requests/${ID}/approve`,
      'PUT /api/v1/apps/shop/env',
    ]);
    expect(server.requests.map(({ body }) => JSON.parse(body))).toEqual([
      { message: 'm', app: 'shop', git_commit_hash: 'c', ci_metadata: { workflow_id: 'w' }, target_api_token_id: ID },
      {},
      { set: {}, remove: [] },
    ]);
  });

  test('a conflict that is no request is a failure', async () => {
    const server = await fakeServer((_, response) => json(response, { error: 'something else' }, 409));
    const writer = createGatewayWriter(endpointOf(server.url, { dialect: 'gateway' }), dependencies(), quickLimits());
    onTestFinished(() => writer.close());
    const request = { message: 'm', app: 'shop', gitCommit: 'c' };
    const error = await writer.under(openGuard()).requestApproval(request).catch(asFailure);
    expect(error).toMatchObject({ kind: 'conflict', status: 409 });
    expect(outcomeUnclear(asFailure(error))).toBe(false);
  });
});

describe('one-time codes', () => {
  test('TOTP once, backup codes once, anything else not', async () => {
    const gateway = await scene();
    const email = 'ops@example.com';
    const { api } = as(gateway, email, { stepUp: false });
    const totp = gateway.totpCode(email);
    expect((await api.verifyMfa(totp)).stepUpExpiresAt).toBeGreaterThan(now);
    await expect(api.verifyMfa(totp)).rejects.toMatchObject({ kind: 'mfa-rejected' });
    const [backup = ''] = gateway.users.find((user) => user.email === email)?.backupCodes ?? [];
    expect(backup).toMatch(/^[0-9A-F]{12}$/);
    expect((await api.verifyMfa(backup)).stepUpExpiresAt).toBeGreaterThan(now);
    await expect(api.verifyMfa(backup)).rejects.toMatchObject({ kind: 'mfa-rejected' });
  });

  test('after five in five minutes no more are looked at, after five wrong ones the account is locked', async () => {
    const gateway = await scene();
    const { api } = as(gateway, 'viewer@example.com');
    const kinds: string[] = [];
    for (let tried = 0; tried < 6; tried++) {
      kinds.push(
        await api.verifyMfa('000000').then(
          () => 'accepted',
          (error: unknown) => asFailure(error).kind,
        ),
      );
    }
    expect(kinds.slice(0, 4)).toEqual(Array(4).fill('mfa-rejected'));
    expect(kinds.slice(4)).toEqual(['account-blocked', 'account-blocked']);
  });

  const yubikey = 'ccccccbcgujhingjrdejhgfnuetrgigvejhhgbkugded';

  test.each([
    ['a Yubikey code is sent as it is', 200, {}, undefined],
    ['too many', 400, { error: 'too many attempts - try again in 5 minutes' }, 'rate-limited'],
    ['too fast', 429, { error: 'rate limit exceeded', message: 'too many authentication attempts' }, 'rate-limited'],
    ['locked', 400, { error: 'account locked - contact administrator' }, 'account-blocked'],
    [
      'locked just now',
      400,
      { error: 'account locked due to multiple failed attempts - contact administrator' },
      'account-blocked',
    ],
    ['wrong', 400, { error: 'verification failed' }, 'mfa-rejected'],
    ['no session', 403, { error: 'mfa requires user session' }, 'forbidden'],
    ['switched off', 501, { error: 'mfa service unavailable' }, 'unsupported'],
  ])('%s', async (_, status, body, kind) => {
    const server = await fakeServer((_request, response) => json(response, body, status));
    const deps = dependencies();
    const api = createGatewayApi(endpointOf(server.url, { dialect: 'gateway' }), deps, quickLimits());
    onTestFinished(() => api.close());
    const outcome = await api.verifyMfa(yubikey).catch(asFailure);
    if (kind === undefined) expect(outcome).toEqual({ stepUpExpiresAt: undefined });
    else expect(outcome).toMatchObject({ kind });
    expect(server.requests.map((request) => JSON.parse(request.body))).toEqual([
      { code: yubikey, trust_device: false },
    ]);
    expect(JSON.stringify(deps.traces) + String(asFailure(outcome).stack)).not.toContain(yubikey);
  });
});
