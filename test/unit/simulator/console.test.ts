import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import type { ConsoleWorld } from '../../../src/simulator/console/console-world.ts';
import { type Answer, type Ask, Harness, TestSocket } from './rack-harness.ts';

describe('the console (convox-api.md 7.5)', () => {
  let harness: Harness;
  let base: URL;
  let world: ConsoleWorld;
  let auth: string;
  beforeEach(async () => {
    harness = await Harness.start({ withConsole: true });
    const endpoint = harness.simulator.endpoints.find((candidate) => candidate.kind === 'console');
    if (endpoint?.kind !== 'console' || harness.simulator.console === undefined) throw new Error('no console');
    base = new URL(endpoint.host);
    world = harness.simulator.console;
    auth = harness.basic(endpoint.token);
    expect(endpoint.racks).toEqual(['acme/eu']);
  });
  afterEach(() => harness.close());

  const ask = (path: string, options: Ask = {}): Promise<Answer> => harness.ask(path, { auth, ...options }, base);
  const toRack = (path: string, options: Ask = {}): Promise<Answer> =>
    ask(path, { ...options, headers: { Rack: 'acme/eu', ...options.headers } });

  test('auth answers with the account id, a wrong token with 401', async () => {
    expect((await ask('/auth')).json()).toEqual({ id: world.accountId });
    expect((await ask('/auth', { auth: harness.basic('wrong') })).status).toBe(401);
  });

  test('lists racks with their organisation', async () => {
    expect((await ask('/racks')).json()).toEqual([
      { name: 'eu', organization: { name: 'acme' }, provider: 'aws', status: 'running', version: '3.21.4' },
    ]);
  });

  test('one rack carries its parameters and its base64 terraform state', async () => {
    const rack = (await ask('/racks/acme/eu')).json<{
      state: string;
      parameters: Record<string, string>;
      deletable: boolean;
    }>();
    const state = JSON.parse(Buffer.from(rack.state, 'base64').toString('utf8')) as Record<string, unknown>;
    expect(state).toMatchObject({ version: 4, outputs: { provider: { value: 'aws' } } });
    expect(rack).toMatchObject({ deletable: true, parameters: { release: '3.21.4', rack_name: 'eu' } });
    expect((await ask('/racks/acme/none')).status).toBe(404);
  });

  test('relays by Rack header, options and all; the record names the console', async () => {
    const apps = (await toRack('/apps')).json<{ name: string }[]>();
    expect(apps.map((app) => app.name)).toEqual(['admin', 'billing', 'shop']);
    expect((await toRack('/apps', { method: 'POST', form: { name: 'fresh' } })).status).toBe(200);
    expect((await toRack('/nothing')).status).toBe(404);
    expect((await toRack('/apps', { headers: { Rack: 'acme/none' } })).text).toBe('rack not found: acme/none\n');
    expect(harness.simulator.requests.filter((request) => request.server === 'console').map((r) => r.rack)).toEqual([
      'acme/eu',
      'acme/eu',
      'acme/eu',
      'acme/none',
    ]);
  });

  test('relays WebSockets', async () => {
    const ws = new WebSocket(`ws://${base.host}/apps/shop/logs`, {
      headers: { Authorization: auth, Rack: 'acme/eu', Follow: 'false', Prefix: 'true' },
      skipUTF8Validation: true,
    });
    const socket = new TestSocket(ws);
    await once(ws, 'open');
    expect((await socket.end()).text).toMatch(/ service\/(web|worker)\//);
    ws.terminate();
  });

  test('a rack that is away is a 502 page, also for sockets', async () => {
    await harness.simulator.faults.goDown('acme/eu');
    const answer = await toRack('/apps');
    expect([answer.status, answer.headers['content-type']]).toEqual([502, 'text/html']);
    await harness.simulator.faults.comeUp('acme/eu');
    expect((await toRack('/apps')).status).toBe(200);
  });

  test('the console itself can go away', async () => {
    await harness.simulator.faults.goDown('console');
    await expect(ask('/racks')).rejects.toThrow('ECONNREFUSED');
    await harness.simulator.faults.comeUp('console');
    expect((await ask('/racks')).status).toBe(200);
  });

  test('an expired token says so everywhere', async () => {
    world.tokenExpired = true;
    for (const path of ['/auth', '/racks']) {
      const answer = await ask(path);
      expect([answer.status, answer.text]).toEqual([401, 'cli token is expired\n']);
    }
    expect((await toRack('/apps')).text).toBe('cli token is expired\n');
  });

  test('a session challenge answered by an empty post', async () => {
    world.challenge = 'session';
    const refused = await toRack('/racks');
    expect(refused.status).toBe(401);
    expect(refused.headers['www-authenticate']).toBe('Session path="/session" token="false"');
    const { id } = (await ask('/session', { method: 'POST' })).json<{ id: string }>();
    expect((await toRack('/apps', { headers: { Session: id } })).status).toBe(200);
    expect((await toRack('/apps', { headers: { Session: `${id}x` } })).status).toBe(401);
  });

  test('a second-factor challenge needs its own header and data', async () => {
    world.challenge = 'u2f';
    expect((await ask('/racks')).headers['www-authenticate']).toBe('Session path="/session" token="true"');
    const request = await ask('/session');
    const challenge = String(request.headers.challenge);
    expect((await ask('/session', { method: 'POST', body: 'signed' })).status).toBe(401);
    expect((await ask('/session', { method: 'POST', headers: { Challenge: challenge } })).status).toBe(401);
    const answered = await ask('/session', { method: 'POST', body: 'signed', headers: { Challenge: challenge } });
    expect((await ask('/racks', { headers: { Session: answered.json<{ id: string }>().id } })).status).toBe(200);
  });

  test('takes over, changes and gives up a rack; a failing delete leaves it', async () => {
    const state =
      '{"version":4,"serial":1,"lineage":"x","outputs":{"api":{"value":"https://convox:p@api.example.com"}}}';
    const form = { name: 'acme/dev', provider: 'aws', params: '{"release":"3.24.9","name":"dev"}', state };
    expect((await ask('/racks', { method: 'POST', form })).status).toBe(200);
    expect((await ask('/racks', { method: 'POST', form })).status).toBe(409);
    const stored = (await ask('/racks/acme/dev')).json<{ state: string }>();
    expect(Buffer.from(stored.state, 'base64').toString()).toBe(state);
    expect((await ask('/racks/acme/dev/host')).json()).toEqual({ host: 'api.example.com' });
    const change = { params: '{"node_type":"m5.large"}', version: '3.24.10', force: 'false' };
    expect((await ask('/racks/acme/dev', { method: 'PUT', form: change })).text).toBe('ok\n');
    expect((await ask('/racks/acme/dev')).json()).toMatchObject({
      version: '3.24.10',
      parameters: { name: 'dev', node_type: 'm5.large', release: '3.24.10' },
    });
    world.deleteFails = true;
    expect((await ask('/racks/acme/dev', { method: 'DELETE' })).status).toBe(500);
    expect((await ask('/racks/acme/dev')).status).toBe(200);
    world.deleteFails = false;
    expect((await ask('/racks/acme/dev', { method: 'DELETE' })).text).toBe('ok\n');
    expect((await ask('/racks/acme/dev')).status).toBe(404);
  });

  test('an update of a living rack is one of the rack', async () => {
    await ask('/racks/acme/eu', { method: 'PUT', form: { params: 'null', version: '3.22.0', force: 'false' } });
    expect((await toRack('/system')).json()).toMatchObject({ version: '3.22.0' });
  });

  test('runtimes and workflows', async () => {
    const [runtime] = (await ask('/organizations/acme/runtimes')).json<{ id: string }[]>();
    expect((await ask('/racks/acme/eu/runtimes', { method: 'PUT', form: { runtime: runtime?.id ?? '' } })).text).toBe(
      'ok\n',
    );
    const { workflows } = (await ask('/racks/acme/eu/workflows')).json<{ workflows: { id: string }[] }>();
    const run = await ask(`/racks/acme/eu/workflows/${workflows[0]?.id}/run`, {
      method: 'POST',
      form: { app: 'shop' },
    });
    expect(run.json()).toHaveProperty('jod_id');
  });
});
