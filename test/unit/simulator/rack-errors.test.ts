import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Harness } from './rack-harness.ts';

const V2 = '20260418101514';

describe.each([
  { version: '3.24.9', app404: 404, exists409: 409, reserved: 400, unimplemented: 501, json: true },
  { version: '3.24.1', app404: 404, exists409: 409, reserved: 400, unimplemented: 501, json: true },
  { version: '3.24.0', app404: 500, exists409: 500, reserved: 500, unimplemented: 500, json: false },
  { version: '3.19.0', app404: 500, exists409: 500, reserved: 500, unimplemented: 500, json: false },
  { version: V2, app404: 404, exists409: 500, reserved: 500, unimplemented: 200, json: false },
])('errors of a $version rack (convox-api.md 1.5)', ({ version, app404, exists409, reserved, unimplemented, json }) => {
  let harness: Harness;
  beforeAll(async () => {
    harness = await Harness.start({ version });
  });
  afterAll(() => harness.close());

  test('status codes', async () => {
    const statuses = {
      app404: (await harness.ask('/apps/none')).status,
      exists409: (await harness.post('/apps', { name: 'shop' })).status,
      reserved: (await harness.post('/apps', { name: 'rack' })).status,
      unimplemented: (await harness.ask('/apps/shop/metrics')).status,
    };
    expect(statuses).toEqual({ app404, exists409, reserved, unimplemented });
  });

  test('Kubernetes not-found is 500 whatever the version', async () => {
    const answers = [
      await harness.ask('/apps/shop/processes/none'),
      await harness.ask('/apps/shop/releases/RNONE'),
      await harness.ask('/apps/shop/builds/BNONE'),
    ];
    expect(answers.map((answer) => [answer.status, answer.text])).toEqual([
      [500, 'pods "none" not found\n'],
      [500, 'releases.convox.com "rnone" not found\n'],
      [500, 'builds.convox.com "bnone" not found\n'],
    ]);
  });

  test('authentication keeps 401, a refused promote keeps 403', async () => {
    expect((await harness.ask('/apps', { auth: null })).status).toBe(401);
    expect((await harness.post('/apps/shop/cancel')).status).toBe(403);
  });

  test('JSON only when asked for and only from 3.24.1 on', async () => {
    const answer = await harness.ask('/apps/none', { headers: { Accept: 'application/json' } });
    expect(answer.text).toBe(json ? '{\n  "error": "app not found: none"\n}\n' : 'app not found: none\n');
    const plain = await harness.ask('/apps/none', { headers: { Accept: '*/*' } });
    expect(plain.text).toBe('app not found: none\n');
  });
});

describe('v3 refusals and empties', () => {
  let harness: Harness;
  beforeAll(async () => {
    harness = await Harness.start();
  });
  afterAll(() => harness.close());

  test.each([
    ['PUT', '/system', 501],
    ['GET', '/system/releases', 501],
    ['GET', '/apps/shop/metrics', 501],
    ['PUT', '/apps/shop/ssl/web/443', 501],
    ['PUT', '/resources/deploys', 400],
    ['DELETE', '/apps/billing', 409],
    ['GET', '/apps/shop/configs/none', 404],
    ['GET', '/resources/none', 404],
    ['DELETE', '/instances/none', 404],
    ['DELETE', '/registries/none', 404],
  ])('%s %s: %d', async (method, path, status) => {
    expect((await harness.ask(path, { method })).status).toBe(status);
  });

  test('an unknown app has no processes but is not found elsewhere', async () => {
    expect(await harness.get('/apps/none/processes')).toEqual([]);
    expect((await harness.ask('/apps/none/services')).text).toBe('app not found: none\n');
  });

  test('an app before its first promote', async () => {
    await harness.post('/apps', { name: 'fresh' });
    expect(await harness.get('/apps/fresh')).toMatchObject({ status: 'running', release: '', locked: false });
    expect(await harness.get('/apps/fresh/services')).toEqual([]);
    expect(await harness.get('/apps/fresh/releases')).toEqual([]);
    const resources = await harness.ask('/apps/fresh/resources');
    expect([resources.status, resources.text]).toEqual([500, 'no release for app: fresh\n']);
  });

  test.each([
    ['end=20260615.100000.000000000', 'end must be after start', 400],
    ['start=20260610.100000.000000000', 'range', 400],
    ['period=4', 'period', 400],
    ['start=20260614.130000.000000000&period=5', 'points', 400],
    ['', '', 200],
  ])('GPU metrics with %j', async (query, words, status) => {
    const start = query.startsWith('end') ? '&start=20260615.110000.000000000' : '';
    const answer = await harness.ask(`/apps/shop/services/web/metrics?${query}${start}`);
    expect(answer.status).toBe(status);
    expect(answer.text).toContain(words);
  });

  test('GPU metrics refuse while too many are running', async () => {
    harness.rack.gpuMetricsBusy = true;
    const answer = await harness.ask('/apps/shop/metrics-by-service?services=web,worker');
    expect([answer.status, answer.text]).toEqual([503, 'metrics: server busy, retry shortly\n']);
    harness.rack.gpuMetricsBusy = false;
    expect(await harness.get('/apps/shop/metrics-by-service?services=web,worker')).toEqual([
      { name: 'web', metrics: [] },
      { name: 'worker', metrics: [] },
    ]);
  });

  test.each([
    ['web.prod-shop.svc.cluster.local', 200, 'web of shop answers /a/b\n'],
    ['web.prod-none.svc.cluster.local', 502, 'dial tcp: lookup web.prod-none.svc.cluster.local: no such host\n'],
    ['example.com', 400, 'invalid host: example.com\n'],
  ])('the HTTP proxy to %s', async (host, status, text) => {
    const answer = await harness.ask('/custom/http/proxy/a/b', { headers: { 'X-Host': host } });
    expect([answer.status, answer.text]).toEqual([status, text]);
  });

  test('a deleted app lingers as deleting and then is gone', async () => {
    await harness.post('/apps', { name: 'doomed' });
    expect((await harness.delete('/apps/doomed')).text).toBe('ok\n');
    expect(await harness.get('/apps/doomed')).toMatchObject({ status: 'deleting' });
    harness.advance(10_000);
    expect((await harness.ask('/apps/doomed')).text).toBe('app not found: doomed\n');
  });

  test('a tripped budget blocks promote, scale and run; reset opens them again', async () => {
    await harness.post('/apps/shop/budget', { 'monthly-cap-usd': '100', 'at-cap-action': 'block-new-deploys' });
    harness.rack.change((rack) => {
      const state = rack.apps.get('shop')?.budget.state;
      if (state) state['circuit-breaker-tripped'] = true;
    });
    const blocked = [
      await harness.put('/apps/shop/services/web', { count: '3' }),
      await harness.post('/apps/shop/services/web/processes'),
      await harness.post(`/apps/shop/releases/${harness.rack.apps.get('shop')?.release}/promote`),
    ];
    expect(blocked.map((answer) => answer.status)).toEqual([409, 409, 409]);
    expect(blocked[0]?.text).toMatch(/^budget cap exceeded for app shop: /);
    await harness.post('/apps/shop/budget/reset', { ack_by: 'me@example.com' });
    expect((await harness.put('/apps/shop/services/web', { count: '8' })).status).toBe(200);
  });
});
