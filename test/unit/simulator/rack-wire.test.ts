import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Harness } from './rack-harness.ts';

describe('paths, options and answers (convox-api.md 1.3, 1.4)', () => {
  let harness: Harness;
  beforeAll(async () => {
    harness = await Harness.start();
  });
  afterAll(() => harness.close());

  test.each([
    ['GET', '/apps', 200],
    ['GET', '/apps?', 200],
    ['GET', '/apps/', 404],
    ['GET', '//apps', 404],
    ['GET', '/nothing', 404],
    ['GET', '/', 404],
    ['DELETE', '/apps', 405],
    ['PATCH', '/apps/shop', 405],
    ['GET', '/apps/shop/logs', 404],
    ['GET', '/system/logs', 404],
    ['GET', '/apps/%zz', 400],
  ])('%s %s: %d', async (method, path, status) => {
    const answer = await harness.ask(path, { method });
    expect(answer.status).toBe(status);
    if (status >= 400) expect(answer.text).toBe('');
  });

  test('unknown paths and wrong methods are answered before credentials are looked at', async () => {
    expect((await harness.ask('/nothing', { auth: null })).status).toBe(404);
    expect((await harness.ask('/apps', { auth: null, method: 'DELETE' })).status).toBe(405);
  });

  test('JSON is indented by two, ends in a newline and escapes HTML; the id header is twelve hex digits', async () => {
    await harness.put('/apps/checkout/configs/page', {
      value: Buffer.from('<a href="x">&</a>\u2028').toString('base64'),
    });
    const answer = await harness.ask('/apps/checkout/configs/page');
    expect(answer.text).toBe(
      '{\n  "name": "page",\n  "value": "\\u003ca href=\\"x\\"\\u003e\\u0026\\u003c/a\\u003e\\u2028"\n}\n',
    );
    expect(answer.headers['content-type']).toBe('application/json');
    expect(answer.headers['request-id']).toMatch(/^[0-9a-f]{12}$/);
    expect(answer.headers['x-content-type-options']).toBe('nosniff');
  });

  test('routes that return nothing say ok', async () => {
    const answer = await harness.put('/apps/media', { lock: 'false' });
    expect([answer.status, answer.text]).toEqual([200, 'ok\n']);
    expect(answer.headers['content-type']).toContain('text/plain');
  });

  test.each([
    ['true', true],
    ['TRUE', false],
    ['1', false],
    ['yes', false],
  ])('the boolean %s is %s', async (text, locked) => {
    await harness.put('/apps/notify', { lock: text });
    expect((await harness.get<{ locked: boolean }>('/apps/notify')).locked).toBe(locked);
  });

  test.each([
    ['/apps/shop/releases?limit=x', 'strconv.Atoi: parsing "x": invalid syntax'],
    ['/apps/shop/builds?limit=1.5', 'strconv.Atoi: parsing "1.5": invalid syntax'],
    ['/system/metrics?start=2026-01-01', 'parsing time "2026-01-01"'],
  ])('%s: 500 in the words of Go', async (path, words) => {
    const answer = await harness.ask(path);
    expect(answer.status).toBe(500);
    expect(answer.text).toContain(words);
  });

  test('form options: body and query of a POST, never a JSON body, never the body of a DELETE', async () => {
    const make = (ask: Parameters<Harness['ask']>[1], path = '/apps') => harness.ask(path, { method: 'POST', ...ask });
    expect((await make({ form: { name: 'by-body' } })).status).toBe(200);
    expect((await make({}, '/apps?name=by-query')).status).toBe(200);
    expect((await make({ headers: { name: 'by-header' } })).status).toBe(200);
    const json = await make({ body: '{"name":"by-json"}', headers: { 'Content-Type': 'application/json' } });
    expect([json.status, json.text]).toEqual([400, 'name required\n']);
    await harness.post('/apps/by-body/objects/tmp/one');
    const sent = await harness.ask('/apps/by-body/objects', {
      method: 'GET',
      body: 'prefix=nothing',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    });
    expect(sent.json()).toEqual(['tmp/one']);
  });

  test('multipart fields are form options too', async () => {
    const form = new FormData();
    form.set('name', 'by-multipart');
    const encoded = new Response(form);
    const headers = { 'Content-Type': encoded.headers.get('content-type') ?? '' };
    const body = await encoded.text();
    expect((await harness.ask('/apps', { method: 'POST', body, headers })).json()).toMatchObject({
      name: 'by-multipart',
    });
  });

  test('maps are encoded inside their value', async () => {
    await harness.put('/apps/search', { parameters: 'BuildLabels=a%3D1%262&BuildCpu=700&Unknown=x' });
    const { parameters } = await harness.get<{ parameters: Record<string, string> }>('/apps/search');
    expect(parameters).toEqual({ BuildCpu: '700', BuildMem: '1024', BuildLabels: 'a=1&2' });
  });

  test('variables may hold encoded slashes where the route spans them', async () => {
    expect((await harness.delete('/registries/ghcr.io%2Facme')).text).toBe('ok\n');
    expect((await harness.delete('/registries/ghcr.io/acme')).status).toBe(404);
  });

  test('objects: posted, fetched, listed, deleted; HEAD always succeeds; the reply says Url', async () => {
    const stored = await harness.ask('/apps/shop/objects/a/b.txt', { method: 'POST', body: 'hello' });
    expect(stored.json()).toEqual({ Url: 'object://shop/a/b.txt' });
    expect((await harness.ask('/apps/shop/objects/a/b.txt')).text).toBe('hello');
    const anonymous = await harness.ask('/apps/shop/objects/', { method: 'POST', body: 'x' });
    expect(anonymous.json<{ Url: string }>().Url).toMatch(/^object:\/\/shop\/tmp\/[0-9a-f]{30}$/);
    expect((await harness.ask('/apps/shop/objects/absent', { method: 'HEAD' })).status).toBe(200);
    expect((await harness.delete('/apps/shop/objects/a/b.txt')).text).toBe('ok\n');
    expect((await harness.ask('/apps/shop/objects/a/b.txt')).text).toBe('object not found: a/b.txt\n');
  });

  test('a plain request on the path of a socket, and an upgrade on the path of a plain route', async () => {
    const upgrade = { Connection: 'Upgrade', Upgrade: 'websocket' };
    const answer = await harness.ask('/system', { headers: upgrade });
    expect([answer.status, answer.json<{ name: string }>().name]).toEqual([200, 'prod']);
    expect((await harness.ask('/nowhere', { headers: upgrade })).status).toBe(404);
  });
});
