import { describe, expect, onTestFinished, test } from 'vitest';
import { ACTION_CATALOG } from '../../../src/access/action-catalog.ts';
import { ROUTE_RULES, routeShape } from '../../../src/access/route-rules.ts';
import { GATEWAY_ROUTES } from '../../../src/protocol/gateway-routes.ts';
import { GATEWAY_WRITE_ROUTES, gatewayWriteName } from '../../../src/protocol/gateway-write-client.ts';
import { createRackWriter } from '../../../src/protocol/rack-write-client.ts';
import { RACK_WRITE_ROUTES, type RackWriteName, writeRouteName } from '../../../src/protocol/rack-write-routes.ts';
import type { RackWrites } from '../../../src/protocol/rack-writes.ts';
import { dependencies, endpointOf, fakeServer, quickLimits } from './fake-server.ts';
import { openGuard } from './open-guard.ts';

const PROCESS = { id: 'web-1', app: 'shop', name: 'web', status: 'pending' };
const tar = Buffer.from('tar bytes\0');

interface Sent {
  readonly call: (writes: RackWrites) => Promise<unknown>;
  /** Method, path and query. */
  readonly line: string;
  readonly body?: string;
  readonly type?: 'form' | 'json' | 'bytes';
  /** Option headers, lower case. */
  readonly headers?: Readonly<Record<string, string>>;
  /** What the server answers; `ok` by default. */
  readonly answer?: unknown;
}

const TYPES = {
  form: 'application/x-www-form-urlencoded',
  json: 'application/json',
  bytes: 'application/octet-stream',
};

/** Every route with every option, as convox-api.md 1.3 and 3 want it on the wire. */
const SENT: Readonly<Record<Exclude<RackWriteName, 'updateConsoleRack'>, Sent>> = {
  updateSystem: {
    call: (w) =>
      w.updateSystem({
        count: 3,
        type: 't3.large',
        version: '20260418101514',
        force: true,
        parameters: { A: '1&', B: '2 3' },
      }),
    line: 'PUT /system',
    body: 'count=3&type=t3.large&version=20260418101514&force=true&parameters=A%3D1%2526%26B%3D2%2B3',
  },
  mintRackToken: {
    call: (w) => w.mintRackToken({ role: 'write', hours: 12 }),
    line: 'POST /system/jwt/token',
    body: 'role=write&durationInHour=12',
    answer: { token: 'ey.x.y' },
  },
  rotateRackKey: { call: (w) => w.rotateRackKey(), line: 'PUT /system/jwt/rotate' },
  cleanUpKarpenter: { call: (w) => w.cleanUpKarpenter(), line: 'POST /system/karpenter/cleanup' },
  terminateInstance: { call: (w) => w.terminateInstance('ip-10-0-1-2.ec2'), line: 'DELETE /instances/ip-10-0-1-2.ec2' },
  rollInstanceKeys: {
    call: (w) => w.rollInstanceKeys(),
    line: 'POST /instances/keyroll',
    answer: { name: 'k', 'private-key': '-----BEGIN X-----\nabc\n-----END X-----\n' },
  },
  createApp: {
    call: (w) => w.createApp({ name: 'shop', generation: '2', timeoutSeconds: 60 }),
    line: 'POST /apps',
    body: 'name=shop&generation=2&timeout=60',
    answer: { name: 'shop' },
  },
  updateApp: {
    call: (w) => w.updateApp('shop', { lock: false, parameters: { BuildMem: '1024' } }),
    line: 'PUT /apps/shop',
    body: 'lock=false&parameters=BuildMem%3D1024',
  },
  deleteApp: { call: (w) => w.deleteApp('shop'), line: 'DELETE /apps/shop' },
  cancelDeploy: { call: (w) => w.cancelDeploy('shop'), line: 'POST /apps/shop/cancel' },
  setConfig: {
    call: (w) => w.setConfig('shop', 'cli-env-mask', 'A,B'),
    line: 'PUT /apps/shop/configs/cli-env-mask',
    body: 'value=QSxC',
  },
  updateSsl: {
    call: (w) => w.updateSsl('shop', 'web', 443, 'cert-1'),
    line: 'PUT /apps/shop/ssl/web/443',
    body: 'id=cert-1',
  },
  setBudget: {
    call: (w) =>
      w.setBudget(
        'shop',
        { monthlyCapUsd: 99.5, alertThresholdPercent: 80, atCapAction: 'block-new-deploys', pricingAdjustment: 0.9 },
        { ackBy: 'me@example.com' },
      ),
    line: 'POST /apps/shop/budget',
    body: 'monthly-cap-usd=99.5&alert-threshold-percent=80&at-cap-action=block-new-deploys&pricing-adjustment=0.9&ack_by=me%40example.com',
  },
  clearBudget: {
    call: (w) => w.clearBudget('shop', { ackBy: 'me' }),
    line: 'DELETE /apps/shop/budget?ack_by=me',
  },
  resetBudget: {
    call: (w) => w.resetBudget('shop', { ackBy: 'me', forceClearCooldown: true, resetPeriod: false }),
    line: 'POST /apps/shop/budget/reset',
    body: 'ack_by=me&force_clear_cooldown=true&reset_period=false',
  },
  simulateShutdown: {
    call: (w) => w.simulateShutdown('shop'),
    line: 'POST /apps/shop/budget/simulate-shutdown',
    answer: { app: 'shop' },
  },
  dismissRecovery: {
    call: (w) => w.dismissRecovery('shop', { ackBy: 'me' }),
    line: 'POST /apps/shop/budget/dismiss-recovery',
    body: 'ack_by=me',
    answer: { app: 'shop', status: 'dismissed' },
  },
  stopProcess: { call: (w) => w.stopProcess('shop', 'web-1'), line: 'DELETE /apps/shop/processes/web-1' },
  runProcess: {
    call: (w) =>
      w.runProcess('shop', 'web', {
        command: 'echo ä',
        release: 'R1',
        cpu: 250,
        cpuLimit: 500,
        memory: 128,
        memoryLimit: 256,
        gpu: 1,
        gpuVendor: 'nvidia',
        environment: { B: 'x y', A: '1&2' },
        volumes: { '/a': '/b' },
        image: 'busybox',
        height: 24,
        width: 80,
        nodeLabels: { zone: 'a', disk: 'ssd' },
        useServiceVolume: true,
        systemCritical: false,
        privileged: true,
      }),
    line: 'POST /apps/shop/services/web/processes',
    answer: PROCESS,
    headers: {
      command: Buffer.from('echo ä', 'utf8').toString('latin1'),
      release: 'R1',
      cpu: '250',
      'cpu-limit': '500',
      memory: '128',
      'memory-limit': '256',
      gpu: '1',
      'gpu-vendor': 'nvidia',
      environment: 'A=1%262&B=x+y',
      volumes: '%2Fa=%2Fb',
      image: 'busybox',
      height: '24',
      width: '80',
      'node-labels': 'zone=a,disk=ssd',
      'use-service-volume': 'true',
      'system-critical': 'false',
      privileged: 'true',
    },
  },
  uploadFiles: {
    call: (w) => w.uploadFiles('shop', 'web-1', tar, { tarExtra: ['--no-same-owner', '--strip-components=1'] }),
    line: 'POST /apps/shop/processes/web-1/files?tar-extra=--no-same-owner%2C--strip-components%3D1',
    body: tar.toString(),
    type: 'bytes',
  },
  downloadFiles: {
    call: (w) => w.downloadFiles('shop', 'web-1', '/etc/a b'),
    line: 'GET /apps/shop/processes/web-1/files?file=%2Fetc%2Fa+b',
  },
  deleteFiles: {
    call: (w) => w.deleteFiles('shop', 'web-1', ['/tmp/a', '/tmp/b']),
    line: 'DELETE /apps/shop/processes/web-1/files?files=%2Ftmp%2Fa%2C%2Ftmp%2Fb',
  },
  updateService: {
    call: (w) =>
      w.updateService('shop', 'web', { count: 0, cpu: 256, memory: 512, gpu: 1, gpuVendor: 'amd', min: 1, max: 4 }),
    line: 'PUT /apps/shop/services/web',
    body: 'count=0&cpu=256&memory=512&gpu=1&min=1&max=4&gpu-vendor=amd',
  },
  restartService: { call: (w) => w.restartService('shop', 'web'), line: 'POST /apps/shop/services/web/restart' },
  setScaleOverride: {
    call: (w) => w.setScaleOverride('shop', 'web', true, { ackBy: 'me' }),
    line: 'POST /apps/shop/services/web/scale-override',
    body: 'active=true&ack_by=me',
  },
  enableTriggers: {
    call: (w) => w.enableTriggers('shop', 'web', { min: 1, max: 3, triggers: [{ type: 'cpu', threshold: 70 }] }),
    line: 'POST /apps/shop/services/web/triggers/enable',
    body: new URLSearchParams({ opts: '{"min":1,"max":3,"triggers":[{"type":"cpu","threshold":70}]}' }).toString(),
  },
  disableTriggers: {
    call: (w) => w.disableTriggers('shop', 'web'),
    line: 'POST /apps/shop/services/web/triggers/disable',
  },
  setTriggerThreshold: {
    call: (w) => w.setTriggerThreshold('shop', 'web', { type: 'queueDepth', threshold: 2.5 }),
    line: 'POST /apps/shop/services/web/triggers/threshold',
    body: 'type=queueDepth&threshold=2.5',
  },
  createBuild: {
    call: (w) =>
      w.createBuild('shop', {
        url: 'object://shop/tmp/x.tgz',
        description: 'd',
        development: false,
        external: true,
        manifest: 'convox.yml',
        noCache: true,
        wildcardDomain: false,
        buildArgs: ['A=1', 'B=2'],
        gitSha: 'abc',
      }),
    line: 'POST /apps/shop/builds',
    body: 'url=object%3A%2F%2Fshop%2Ftmp%2Fx.tgz&description=d&development=false&external=true&manifest=convox.yml&no-cache=true&wildcard-domain=false&build-args=A%3D1%2CB%3D2&git-sha=abc',
    answer: { id: 'B1' },
  },
  importBuild: {
    call: (w) => w.importBuild('shop', tar),
    line: 'POST /apps/shop/builds/import',
    body: tar.toString(),
    type: 'bytes',
    answer: { id: 'B1' },
  },
  importImage: {
    call: (w) => w.importImage('shop', 'B1', { image: 'r/x:1', user: 'u', password: 'pass word' }),
    line: 'POST /apps/shop/builds/B1/image',
    body: 'image=r%2Fx%3A1&src-creds-user=u&src-creds-pass=pass+word',
  },
  createRelease: {
    call: (w) => w.createRelease('shop', { build: 'B1', env: 'A=1\nB=x=y #z', description: 'd', parentRelease: 'R1' }),
    line: 'POST /apps/shop/releases',
    body: 'build=B1&env=A%3D1%0AB%3Dx%3Dy+%23z&description=d&parent-release=R1',
    answer: { id: 'R2' },
  },
  promoteRelease: {
    call: (w) =>
      w.promoteRelease('shop', 'R2', {
        force: false,
        development: true,
        idle: false,
        min: 50,
        max: 200,
        timeoutSeconds: 3000,
      }),
    line: 'POST /apps/shop/releases/R2/promote',
    body: 'force=false&development=true&idle=false&min=50&max=200&timeout=3000',
  },
  storeObject: {
    call: (w) => w.storeObject('shop', 'tmp/a b.tgz', tar),
    line: 'POST /apps/shop/objects/tmp/a%20b.tgz',
    body: tar.toString(),
    type: 'bytes',
    answer: { Url: 'object://shop/tmp/ab.tgz' },
  },
  importResourceData: {
    call: (w) => w.importResourceData('shop', 'main', tar),
    line: 'PUT /apps/shop/resources/main/data',
    body: tar.toString(),
    type: 'bytes',
  },
  exportResourceData: {
    call: (w) => w.exportResourceData('shop', 'main'),
    line: 'GET /apps/shop/resources/main/data',
  },
  createRackResource: {
    call: (w) => w.createRackResource({ kind: 'webhook', name: 'hook', parameters: { Url: 'https://x/?t=1' } }),
    line: 'POST /resources',
    body: `kind=webhook&name=hook&parameters=${encodeURIComponent('Url=https%3A%2F%2Fx%2F%3Ft%3D1')}`,
    answer: { name: 'hook' },
  },
  updateRackResource: {
    call: (w) => w.updateRackResource('hook', { Url: 'u' }),
    line: 'PUT /resources/hook',
    body: 'parameters=Url%3Du',
  },
  deleteRackResource: { call: (w) => w.deleteRackResource('hook'), line: 'DELETE /resources/hook' },
  linkRackResource: {
    call: (w) => w.linkRackResource('db', 'shop'),
    line: 'POST /resources/db/links',
    body: 'app=shop',
  },
  unlinkRackResource: { call: (w) => w.unlinkRackResource('db', 'shop'), line: 'DELETE /resources/db/links/shop' },
  importCertificate: {
    call: (w) => w.importCertificate({ pub: 'P\nP', key: 'K+K=', chain: 'C' }),
    line: 'POST /certificates',
    body: 'pub=P%0AP&key=K%2BK%3D&chain=C',
    answer: { id: 'cert-1' },
  },
  generateCertificate: {
    call: (w) =>
      w.generateCertificate({ domains: ['a.example', '*.b.example'], issuer: 'letsencrypt', durationMs: 5_400_000 }),
    line: 'POST /certificates/generate',
    body: 'domains=a.example%2C*.b.example&issuer=letsencrypt&duration=1h30m0s',
    answer: { id: 'cert-1' },
  },
  deleteCertificate: { call: (w) => w.deleteCertificate('cert-1'), line: 'DELETE /certificates/cert-1' },
  renewCertificates: { call: (w) => w.renewCertificates('shop'), line: 'POST /certificates/shop/renew' },
  setLetsEncryptConfig: {
    call: (w) => w.setLetsEncryptConfig({ solvers: [] }),
    line: 'PUT /letsencrypt/config',
    body: '{"solvers":[]}',
    type: 'json',
  },
  addRegistry: {
    call: (w) => w.addRegistry({ server: 'r.example/x', username: 'u', password: 'p&w' }),
    line: 'POST /registries',
    body: 'server=r.example%2Fx&username=u&password=p%26w',
    answer: { server: 'r.example/x', username: 'u', password: 'p&w' },
  },
  removeRegistry: {
    call: (w) => w.removeRegistry('quay.io/org name'),
    line: 'DELETE /registries/quay.io/org%20name',
  },
};

const ROWS = Object.entries(SENT).map(([name, sent]) => ({ name: name as keyof typeof SENT, ...sent }));

describe('what is on the wire', () => {
  test('no route is missing from this table', () => {
    const known = [...Object.keys(SENT), 'updateConsoleRack'].sort();
    expect(Object.keys(RACK_WRITE_ROUTES).sort()).toEqual(known);
  });

  test.each(ROWS)(
    '$name: $line',
    async ({ name, call, line, body = '', type = 'form', headers = {}, answer = 'ok\n' }) => {
      const server = await fakeServer((_, response) => {
        response.end(typeof answer === 'string' ? answer : JSON.stringify(answer));
      });
      const guard = openGuard({ proofs: [{ code: '123456' }] });
      const writer = createRackWriter(endpointOf(server.url), dependencies(), quickLimits());
      onTestFinished(() => writer.close());
      await call(writer.under(guard));
      expect(server.requests.map(({ method, url }) => `${method} ${url}`)).toEqual([line]);
      const [request] = server.requests;
      expect(request?.body).toBe(body);
      expect(request?.headers['content-type']).toBe(body === '' ? undefined : TYPES[type]);
      expect(request?.headers).toMatchObject(headers);
      // A rack has no use for a one-time code.
      expect(request?.headers['x-mfa-totp']).toBeUndefined();
      expect(guard.admitted).toEqual([writeRouteName(RACK_WRITE_ROUTES[name])]);
    },
  );

  test('absent options are left out, the body with them', async () => {
    const server = await fakeServer((request, response) =>
      response.end(request.url?.endsWith('/processes') ? JSON.stringify(PROCESS) : 'ok\n'),
    );
    const writer = createRackWriter(endpointOf(server.url), dependencies(), quickLimits());
    onTestFinished(() => writer.close());
    const writes = writer.under(openGuard());
    await writes.promoteRelease('shop', 'R1');
    await writes.updateService('shop', 'web', { count: 2 });
    await writes.runProcess('shop', 'web', { command: 'true' });
    expect(server.requests.map(({ body }) => body)).toEqual(['', 'count=2', '']);
    expect(server.requests[0]?.headers['content-type']).toBeUndefined();
    const options = Object.keys(server.requests[2]?.headers ?? {}).filter(
      (name) => !/^(?:accept|accept-encoding|authorization|connection|content-length|host|user-agent)$/.test(name),
    );
    expect(options).toEqual(['command']);
  });
});

describe('what comes back', () => {
  async function answered<T>(answer: string, call: (writes: RackWrites) => Promise<T>, status = 200): Promise<T> {
    const server = await fakeServer((_, response) => response.writeHead(status).end(answer));
    const writer = createRackWriter(endpointOf(server.url), dependencies(), quickLimits());
    onTestFinished(() => writer.close());
    return call(writer.under(openGuard()));
  }

  test('a key pair keeps its lines; v2 racks say ok', async () => {
    const pem = '-----BEGIN X-----\nab+/=\n-----END X-----\n';
    const key = JSON.stringify({ name: 'k', 'private-key': pem });
    expect(await answered(key, (w) => w.rollInstanceKeys())).toEqual({ name: 'k', privateKey: pem });
    expect(await answered('ok\n', (w) => w.rollInstanceKeys())).toBeUndefined();
  });

  test('bytes come as they are', async () => {
    const bytes = await answered('a\0b', (w) => w.downloadFiles('shop', 'web-1', '/a'));
    expect(Buffer.from(bytes).toString()).toBe('a\0b');
  });

  test('an empty 202 is accepted', async () => {
    await answered('', (w) => w.importImage('shop', 'B1', { image: 'x' }), 202);
  });

  test("a registry's password does not come back", async () => {
    const wire = JSON.stringify({ server: 's', username: 'u', password: 'hidden-pw' });
    const registry = await answered(wire, (w) => w.addRegistry({ server: 's', username: 'u', password: 'hidden-pw' }));
    expect(registry).toEqual({ server: 's', username: 'u' });
  });

  test('JSON without a documented shape is printable', async () => {
    const wire = JSON.stringify({ app: 'shop', list: [{ '\u001b[31mname': 'a\u001b[2Jb' }, 1, null, true] });
    const found = await answered(wire, (w) => w.simulateShutdown('shop'));
    expect(JSON.stringify(found)).not.toContain('\\u001b');
    expect(found).toMatchObject({ app: 'shop' });
  });

  test.each([
    ['a web page', '<html><body>login</body></html>'],
    ['a cut answer of a gateway', '{"error":"failed to stream response body: context deadline exceeded"}'],
  ])('%s with status 200 is no ok', async (_, body) => {
    await expect(answered(body, (w) => w.deleteApp('shop'))).rejects.toMatchObject({ kind: 'malformed' });
  });
});

describe('the table', () => {
  const shapes = new Set(Object.values(RACK_WRITE_ROUTES).map((route) => routeShape(writeRouteName(route))));
  const own = new Set(Object.values(GATEWAY_WRITE_ROUTES).map((route) => routeShape(gatewayWriteName(route))));

  test('every route of a guarded action can be sent', () => {
    const routes = ACTION_CATALOG.flatMap((action) => action.routes).filter((route) => !route.startsWith('SOCKET '));
    const missing = routes.filter((route) => !shapes.has(routeShape(route)) && !own.has(routeShape(route)));
    expect(missing.filter((route) => !route.startsWith('GET '))).toEqual([]);
  });

  test('every change that a gateway passes on can be sent, but for two', () => {
    const changing = GATEWAY_ROUTES.filter(({ method }) => method !== 'GET' && method !== 'SOCKET');
    const missing = changing
      .map(({ method, pattern }) => `${method} ${pattern}`)
      .filter((route) => !shapes.has(routeShape(route)))
      // No rack has the first (gateway.md 5.4), the second is the builder's, the third is the object route with its prefix.
      .filter((route) => !/\/restart$|^PUT \/apps\/\{app\}\/builds\/|\/objects\/tmp\//.test(route));
    expect(missing).toEqual([]);
  });

  test('agrees with what access greys out', () => {
    for (const route of Object.values(RACK_WRITE_ROUTES)) {
      const rule = ROUTE_RULES.get(routeShape(writeRouteName(route)));
      if (!rule) continue;
      const since = 'since' in route ? route.since : undefined;
      expect([writeRouteName(route), rule.since, rule.onV2]).toEqual([writeRouteName(route), since, route.v2]);
    }
  });
});
