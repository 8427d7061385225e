import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { ProtocolDependencies } from '../../../src/protocol/endpoint.ts';
import { createGatewayApi } from '../../../src/protocol/gateway-client.ts';
import { type SimulatedGateway, startSimulatedGateway } from '../../../src/simulator/gateway/gateway.ts';
import { GatewayConfigFile } from '../../../src/targets/gateway-config-file.ts';
import { startGatewayLogin } from '../../../src/targets/gateway-login.ts';
import { listTargets } from '../../../src/targets/list-targets.ts';
import { logout } from '../../../src/targets/logout.ts';
import { selectTarget } from '../../../src/targets/select-target.ts';
import type { LoginState } from '../../../src/targets/target.ts';
import { eventually } from '../../support/eventually.ts';
import { protocolClients } from '../../support/protocol-clients.ts';
import { machine } from './support/machine.ts';

/** The whole way: login, config file, list, connection and logout against the simulated gateway, over real HTTP. */
async function scene(person: (gateway: SimulatedGateway) => void) {
  const gateway = await startSimulatedGateway({
    rackUrl: 'http://convox:x@127.0.0.1:9',
    rackName: 'staging',
    history: false,
  });
  onTestFinished(() => gateway.close());
  const { environment } = await machine();
  const dependencies: ProtocolDependencies = { now: environment.now, userAgent: 'rackdeck/test' };
  const clients = protocolClients(dependencies);
  const file = new GatewayConfigFile(environment);
  // The login polls when something has happened, not by the clock: the gateway limits the rate.
  let waiting = Promise.withResolvers<void>();
  const happens = () => waiting.resolve();
  const happened = async () => {
    await waiting.promise;
    waiting = Promise.withResolvers<void>();
  };
  const login = (url = gateway.url) =>
    startGatewayLogin(
      { name: 'staging', url },
      {
        environment,
        clients,
        file,
        clientVersion: 'rackdeck/test',
        sleep: async (_ms, signal) => {
          await Promise.race([happened(), new Promise((resolve) => signal.addEventListener('abort', resolve))]);
          signal.throwIfAborted();
        },
        openBrowser: async () => {
          person(gateway);
          happens();
          return true;
        },
      },
    );
  const list = () => listTargets({ environment, clients, gatewayFile: file });
  return { gateway, clients, file, login, list, happens };
}

const failureOf = (state: LoginState) => (state.step === 'failed' ? state.failure : undefined);

test('log in, use the session, log out: the server no longer knows it', async () => {
  const { login, list, clients, file, gateway } = await scene(() => {});
  gateway.login.autoApprove('viewer@example.com');
  expect((await list()).targets).toEqual([]);
  expect(await login().finished).toEqual({ step: 'done', email: 'viewer@example.com', targetName: 'staging' });
  const target = selectTarget(await list(), undefined);
  expect(target).toMatchObject({ name: 'staging', kind: 'gateway', problem: undefined });
  const connection = target.connect();
  onTestFinished(() => connection.close());
  expect(await connection.gateway?.info()).toMatchObject({ email: 'viewer@example.com', roles: ['viewer'] });
  const token = (await file.read())?.gateways.get('staging')?.token ?? '';
  expect(await logout(target, { clients, file })).toEqual({ revoked: true });
  expect(selectTarget(await list(), undefined).problem).toMatchObject({ kind: 'not-logged-in' });
  const old = createGatewayApi(
    { baseUrl: target.origin, authorization: () => `Bearer ${token}`, dialect: 'gateway' },
    { now: Date.now, userAgent: 'x' },
  );
  onTestFinished(() => old.close());
  await expect(old.info()).rejects.toMatchObject({ kind: 'not-logged-in' });
});

describe('refusals in plain words', () => {
  test.each<[string, (gateway: SimulatedGateway) => void, string, RegExp, RegExp]>([
    [
      'account not known',
      (gateway) => gateway.login.chooseUser('stranger@example.com'),
      'account-blocked',
      /not known to the gateway/,
      /administrator/,
    ],
    [
      'no second factor yet',
      (gateway) => gateway.login.chooseUser('unenrolled@example.com'),
      'mfa-enrollment',
      /second factor must be set up/,
      /Finish the set-up on the page/,
    ],
    [
      'a stored error',
      (gateway) => gateway.login.failWith('domain not allowed'),
      'invalid',
      /refused the login: domain not allowed/,
      /administrator/,
    ],
  ])('%s', async (_name, person, kind, message, next) => {
    const { login, file } = await scene(person);
    expect(failureOf(await login().finished)).toMatchObject({
      kind,
      message: expect.stringMatching(message),
      next: expect.stringMatching(next),
    });
    expect(await file.read()).toBeUndefined();
  });

  test('cancelled in the browser: waits until the person cancels here', async () => {
    const { login } = await scene((gateway) => gateway.login.cancel());
    const flow = login();
    await eventually(() => expect(flow.state()).toMatchObject({ step: 'browser', opened: true }));
    flow.cancel();
    expect(await flow.finished).toEqual({ step: 'cancelled' });
  });

  test('something else than a gateway', async () => {
    const server = createServer((_request, response) => response.writeHead(404).end());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    const { login } = await scene(() => {});
    const flow = login(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    expect(failureOf(await flow.finished)).toMatchObject({
      kind: 'route-missing',
      what: expect.stringContaining('no rack gateway'),
    });
    expect(failureOf(await login('http://127.0.0.1:9').finished)).toMatchObject({ kind: 'unreachable' });
  });
});

test('the second factor may be answered from here', async () => {
  const { gateway, login, happens } = await scene((simulated) => simulated.login.chooseUser('viewer@example.com'));
  const flow = login();
  await eventually(() => expect(flow.state()).toMatchObject({ step: 'browser', opened: true }));
  await expect(flow.submitCode('000000')).rejects.toMatchObject({ kind: 'mfa-rejected' });
  await flow.submitCode(gateway.totpCode('viewer@example.com'));
  happens();
  expect(await flow.finished).toMatchObject({ step: 'done', email: 'viewer@example.com' });
});
