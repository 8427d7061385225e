import { describe, expect, onTestFinished, test } from 'vitest';
import type { Failure } from '../../../src/domain/failure.ts';
import type { Endpoint } from '../../../src/protocol/endpoint.ts';
import type { RackApi } from '../../../src/protocol/rack-api.ts';
import { createRackApi } from '../../../src/protocol/rack-client.ts';
import { dependencies, endpointOf, fakeServer, json, quickLimits } from './fake-server.ts';

async function rack(answers: Record<string, unknown>, changes: Partial<Endpoint> = {}) {
  const server = await fakeServer((request, response) => {
    const path = (request.url ?? '').split('?')[0] ?? '';
    const answer = answers[`${request.method} ${path}`];
    if (answer === undefined) response.writeHead(404).end();
    else if (typeof answer === 'string') response.writeHead(200, { 'content-type': 'text/plain' }).end(answer);
    else json(response, answer);
  });
  const api = createRackApi(endpointOf(server.url, changes), dependencies(), { http: quickLimits() });
  onTestFinished(() => api.close());
  return { api, server, urls: () => server.requests.map((request) => `${request.method} ${request.url}`) };
}

async function failureOf(work: Promise<unknown>): Promise<Failure> {
  return (await work.then(
    () => expect.fail('it should have been refused'),
    (error: unknown) => error,
  )) as Failure;
}

describe('every read route asks what the reference says', () => {
  const window = { start: Date.UTC(2026, 0, 2), end: Date.UTC(2026, 0, 3), period: 60, metrics: ['a', 'b'] };
  const span = 'start=20260102.000000.000000000&end=20260103.000000.000000000&period=60&metrics=a%2Cb';

  test.each<[string, (api: RackApi) => Promise<unknown>, string]>([
    ['system', (api) => api.system(), 'GET /system'],
    ['capacity', (api) => api.capacity(), 'GET /system/capacity'],
    ['systemMetrics', (api) => api.systemMetrics(window), `GET /system/metrics?${span}`],
    ['systemProcesses', (api) => api.systemProcesses({ all: false }), 'GET /system/processes'],
    ['systemProcesses all', (api) => api.systemProcesses({ all: true }), 'GET /system/processes?all=true'],
    ['systemReleases', (api) => api.systemReleases(), 'GET /system/releases'],
    ['parameters', (api) => api.parameters(), 'GET /system'],
    ['instances', (api) => api.instances(), 'GET /instances'],
    ['apps', (api) => api.apps(), 'GET /apps'],
    ['app', (api) => api.app('shop'), 'GET /apps/shop'],
    ['processes', (api) => api.processes('shop', { service: 'web' }), 'GET /apps/shop/processes?service=web'],
    ['process', (api) => api.process('shop', 'web-1'), 'GET /apps/shop/processes/web-1'],
    ['services', (api) => api.services('shop'), 'GET /apps/shop/services'],
    ['builds', (api) => api.builds('shop', { limit: 50 }), 'GET /apps/shop/builds?limit=50'],
    ['build', (api) => api.build('shop', 'B1'), 'GET /apps/shop/builds/B1'],
    ['releases', (api) => api.releases('shop'), 'GET /apps/shop/releases'],
    ['release', (api) => api.release('shop', 'R1'), 'GET /apps/shop/releases/R1'],
    ['balancers', (api) => api.balancers('shop'), 'GET /apps/shop/balancers'],
    ['configs', (api) => api.configs('shop'), 'GET /apps/shop/configs'],
    ['config', (api) => api.config('shop', 'c'), 'GET /apps/shop/configs/c'],
    ['backingResources', (api) => api.backingResources('shop'), 'GET /apps/shop/resources'],
    ['backingResource', (api) => api.backingResource('shop', 'db'), 'GET /apps/shop/resources/db'],
    ['rackResources', (api) => api.rackResources(), 'GET /resources'],
    ['rackResource', (api) => api.rackResource('hook'), 'GET /resources/hook'],
    ['rackResourceTypes', (api) => api.rackResourceTypes(), 'OPTIONS /resources'],
    ['certificates', (api) => api.certificates(), 'GET /certificates'],
    ['certificates generated', (api) => api.certificates({ generated: true }), 'GET /certificates?generated=true'],
    ['registries', (api) => api.registries(), 'GET /registries'],
    ['appMetrics', (api) => api.appMetrics('shop', {}), 'GET /apps/shop/metrics'],
    [
      'serviceMetrics',
      (api) => api.serviceMetrics('shop', 'web', window),
      `GET /apps/shop/services/web/metrics?${span}`,
    ],
    [
      'metricsByService',
      (api) => api.metricsByService('shop', ['web', 'worker'], {}),
      'GET /apps/shop/metrics-by-service?services=web%2Cworker',
    ],
    ['diagnose', (api) => api.diagnose('shop', { all: true, lines: 50 }), 'GET /apps/shop/diagnose?all=true&lines=50'],
    ['budget', (api) => api.budget('shop'), 'GET /apps/shop/budget'],
    ['cost', (api) => api.cost('shop'), 'GET /apps/shop/cost'],
    ['objects', (api) => api.objects('shop', 'tmp/x'), 'GET /apps/shop/objects?prefix=tmp%2Fx'],
    ['checkCredential', (api) => api.checkCredential(), 'GET /auth'],
  ])('%s', async (_, ask, expected) => {
    const { api, urls } = await rack({});
    // 404 with an empty body: whatever the route, a rack without it is too old.
    const failure = await failureOf(ask(api));
    expect(urls()).toEqual([expected]);
    expect(failure).toMatchObject({ kind: 'route-missing', where: expected.replace(/\?.*/, '') });
    expect(failure.what).toMatch(/^Could not (read|list|check|diagnose) /);
    expect(failure.what).not.toContain('{');
  });
});

describe('answers', () => {
  test('a list may be null', async () => {
    const { api } = await rack({ 'GET /apps': null, 'GET /apps/a/services': null, 'GET /system/processes': null });
    expect(await api.apps()).toEqual([]);
    expect(await api.services('a')).toEqual([]);
    expect(await api.systemProcesses({ all: false })).toEqual([]);
  });

  test('the credential check reads no JSON', async () => {
    await (await rack({ 'GET /auth': 'ok\n' })).api.checkCredential();
    const proxied = await rack({ 'GET /system': { name: 'x' } }, { dialect: 'gateway-proxy' });
    await proxied.api.checkCredential();
    expect(proxied.urls()).toEqual(['GET /system']);
    const site = await rack({ 'GET /auth': '<html>Log in</html>' });
    expect((await failureOf(site.api.checkCredential())).kind).toBe('malformed');
  });

  test.each<[string, unknown, string]>([
    [
      'a wrong type deep inside',
      [{ name: 'a' }, { name: 'b', status: 3 }],
      'GET /apps answered something unexpected at [1].status: expected a string, got a number',
    ],
    [
      'a missing name',
      [{ status: 'running' }],
      'GET /apps answered something unexpected at [0].name: expected a string, got nothing',
    ],
    ['an object for a list', { apps: [] }, 'GET /apps answered something unexpected: expected a list, got an object'],
    ['null in the list', [null], 'GET /apps answered something unexpected at [0]: expected an object, got null'],
    [
      'a list for a map',
      [{ name: 'a', parameters: [] }],
      'GET /apps answered something unexpected at [0].parameters: expected an object, got a list',
    ],
    [
      'a number in a map',
      [{ name: 'a', parameters: { 'Build Mem': 3 } }],
      'GET /apps answered something unexpected at [0].parameters["Build Mem"]: expected a string, got a number',
    ],
    [
      'a word for a flag',
      [{ name: 'a', locked: 'yes' }],
      'GET /apps answered something unexpected at [0].locked: expected true or false, got a string',
    ],
  ])('%s', async (_, answer, message) => {
    const { api } = await rack({ 'GET /apps': answer });
    const failure = await failureOf(api.apps());
    expect(failure.message).toBe(message);
    expect(failure).toMatchObject({ kind: 'malformed', requestId: 'abcdef123456', where: 'GET /apps' });
  });

  test.each([
    ['no JSON', '[{"name":', 'the answer is not valid JSON, or was cut off'],
    ['nothing', ' ', 'the answer is empty'],
    ['a web page', '<!doctype html><title>Login</title>', 'a web page came back instead of JSON'],
    [
      'cut off by the gateway',
      '[{"name":"a"}{"error":"failed to stream response body: context deadline exceeded"}',
      'the gateway gave up on the rack after its 30 seconds',
    ],
  ])('%s', async (_, body, why) => {
    const { api } = await rack({ 'GET /apps': body });
    expect(await failureOf(api.apps())).toMatchObject({ kind: 'malformed', why });
  });

  test('a failure never quotes what the server sent', async () => {
    const { api } = await rack({
      'GET /apps/a/releases': [{ id: 5, env: 'SECRET=hunter2' }],
      'GET /apps': 'SECRET=hunter2',
    });
    for (const work of [api.releases('a'), api.apps()]) {
      const failure = await failureOf(work);
      expect(JSON.stringify({ ...failure, message: failure.message })).not.toContain('hunter2');
    }
  });
});

describe('a console rack', () => {
  test('the Rack header selects it; a session challenge is answered on the way, once', async () => {
    let sessions = 0;
    const server = await fakeServer((request, response) => {
      if (request.url === '/session?x=1' && request.method === 'POST') return json(response, { ID: `s${++sessions}` });
      if (request.headers.session !== 's1') {
        response.writeHead(401, { 'www-authenticate': 'Session path="/session?x=1" token="false"' }).end();
        return;
      }
      json(response, []);
    });
    const endpoint = endpointOf(server.url, {
      dialect: 'console',
      headers: () => ({ Rack: 'acme/prod', Session: 'old' }),
    });
    const api = createRackApi(endpoint, dependencies(), { http: quickLimits() });
    onTestFinished(() => api.close());
    expect(await Promise.all([api.apps(), api.instances()])).toEqual([[], []]);
    expect(await api.apps()).toEqual([]);
    expect(sessions).toBe(1);
    expect(server.requests.at(-1)?.headers).toMatchObject({ rack: 'acme/prod', session: 's1' });
  });
});
