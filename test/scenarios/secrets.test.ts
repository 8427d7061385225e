import { readdirSync, readFileSync, statSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RESOURCES } from '../../src/resources/index.ts';
import { type Simulator, startSimulator } from '../../src/simulator/simulator.ts';
import { OidcTokenStore } from '../../src/targets/oidc-token-store.ts';
import { directUrl, gatewayOf, Home } from '../support/home.ts';
import { runMain, runProgram } from '../support/program.ts';
import { Terminal } from '../support/terminal.ts';

const SECRETS = new Map<string, string>();

function secret(what: string, value: string): string {
  SECRETS.set(what, value);
  SECRETS.set(`${what} in Base64`, Buffer.from(value).toString('base64').replace(/=+$/, ''));
  return value;
}

/** Which secrets a text holds. */
function leaks(text: string): readonly string[] {
  return [...SECRETS].filter(([, value]) => text.includes(value)).map(([what]) => what);
}

const PASSWORD = secret('the password of a rack URL', 'pw7Qx2Vb9Kd4Lm1Zt6');
const JWT = secret(
  'a JWT',
  `eyJhbGciOiJIUzI1NiJ9.${Buffer.from('{"user":"ann","role":"rw","expiresAt":1e300}').toString('base64url')}.c2lnbmF0dXJl9Xq`,
);
const API_TOKEN = secret('an API token of a gateway', 'rgw_9b1c7d5e3f2a4866');
const REFRESH = secret('a refresh token', 'rt-4866f2a3e5d7c1b9');
const ACCESS = secret('an access token', 'at-1f0e9d8c7b6a5948');

let simulator: Simulator;
let home: Home;
const apps: Record<string, string> = {};

beforeAll(async () => {
  simulator = await startSimulator({ lively: false });
  home = new Home();
  const gateway = gatewayOf(simulator);
  const { token } = gateway.issueSession('admin@example.com', { mfaVerified: true });
  home.gateway('prod', gateway.url, secret('the token of a gateway session', token));
  home.directRack('staging', directUrl(simulator));
  const console = simulator.endpoints.find((endpoint) => endpoint.kind === 'console');
  if (console?.kind !== 'console') throw new Error('no console');
  const host = new URL(console.host).host;
  home.write('.config/convox/console', host);
  home.write('.config/convox/auth', JSON.stringify({ [host]: secret('the token of a console', console.token) }));
  writeOidcLogin();
  await harvest(directUrl(simulator));
});
afterAll(async () => {
  await simulator?.close();
  home?.remove();
});

const ENV = { X_DEV_ALLOW_HTTP: 'true' } as const;

function writeOidcLogin(): void {
  const settings = {
    kind: 'oidc',
    name: 'proxied',
    url: 'http://127.0.0.1:9',
    issuer: 'http://127.0.0.1:9',
    clientId: 'cli',
  };
  home.write('.config/rackdeck/config.json', JSON.stringify({ targets: [settings] }));
  const environment = {
    env: {},
    home: home.path,
    cwd: home.path,
    platform: process.platform,
    hostname: '',
    now: Date.now,
    random: Math.random,
  };
  const { path } = new OidcTokenStore(
    { ...settings, scopes: [], audience: undefined, tokenUse: 'bearer', tokenKind: 'access' },
    environment,
  );
  const stored = {
    version: 1,
    issuer: settings.issuer,
    clientId: 'cli',
    origin: settings.url,
    accessToken: ACCESS,
    refreshToken: REFRESH,
    accessExpiresAt: 1,
    user: 'ann',
  };
  home.write(path.slice(home.path.length + 1), JSON.stringify(stored));
}

/** What a rack itself holds that nobody may see by accident: values of environments, resource URLs, registry passwords. */
async function harvest(url: string): Promise<void> {
  const { origin, password } = new URL(url);
  secret('the password of the simulated rack', password);
  const headers = {
    authorization: `Basic ${Buffer.from(`convox:${password}`).toString('base64')}`,
    accept: 'application/json',
  };
  const read = async (path: string): Promise<unknown> => (await fetch(`${origin}${path}`, { headers })).json();
  const body = new URLSearchParams({
    server: 'registry.example.com',
    username: 'bot',
    password: secret('a registry password', 'reg-77e1d0c9b8a7'),
  });
  await fetch(`${origin}/registries`, { method: 'POST', headers, body });
  for (const { name } of list(await read('/apps'))) {
    apps.staging ??= String(name);
    for (const release of list(await read(`/apps/${name}/releases`))) {
      for (const line of String(release.env ?? '').split('\n')) {
        const value = line.slice(line.indexOf('=') + 1);
        if (/KEY|SECRET|TOKEN|PASSWORD|URL|DSN/.test(line) && value.length >= 10)
          SECRETS.set(`env ${line.split('=')[0]} of ${name}`, value);
      }
    }
    for (const resource of list(await read(`/apps/${name}/resources`))) {
      const known = URL.canParse(String(resource.url)) ? new URL(String(resource.url)).password : '';
      if (known.length >= 6) SECRETS.set(`the URL of a resource of ${name}`, known);
    }
  }
}

function list(value: unknown): readonly Record<string, unknown>[] {
  return Array.isArray(value) ? value : [];
}

it('knows secrets of every kind', () => {
  const kinds = [...SECRETS.keys()].map((what) => what.split(' ')[0]);
  for (const kind of ['the', 'a', 'an', 'env']) expect(kinds).toContain(kind);
});

describe('views', () => {
  it.each(RESOURCES.map((resource) => resource.id))('%s shows no secret', async (view) => {
    const app = ['--app', apps.staging ?? 'shop'];
    const runs = await Promise.all([
      runMain([view, '--rack', 'staging', ...app, '--json'], { home: home.path, env: ENV }),
      runMain([view, '--rack', 'staging', ...app, '--plain', '--debug'], { home: home.path, env: ENV }),
      runMain([view, '--rack', 'prod', '--app', 'checkout', '--json'], { home: home.path, env: ENV }),
    ]);
    for (const run of runs) expect(leaks(run.stdout + run.stderr)).toEqual([]);
    // A rack may lack a view, and says so; anything else must have been shown.
    expect(runs[0]?.stderr.includes('does not offer') || runs[0]?.code === 0, runs[0]?.stderr).toBe(true);
  });

  it.each([['doctor'], ['doctor', '--json'], ['racks', '--json'], ['board'], ['board', '--json', '--debug']])(
    '%s %s shows no secret',
    async (...argv) => {
      const run = await runProgram(argv, {
        home: home.path,
        env: {
          ...ENV,
          RACK_GATEWAY_API_TOKEN: API_TOKEN,
          RACK_GATEWAY_RACK: 'prod',
          RACK_URL: `http://convox:${PASSWORD}@127.0.0.1:9`,
        },
      });
      expect(leaks(run.stdout + run.stderr)).toEqual([]);
      expect(run.stdout).toContain('staging');
    },
  );
});

describe('a server that quotes what it was sent', () => {
  let mode = '500';
  const server = createServer((request, response) => {
    const body = bodyFor(mode, request);
    if (mode === 'redirect') response.writeHead(302, { location: `https://${PASSWORD}.example.com/?t=${PASSWORD}` });
    else
      response.writeHead(/^\d/.test(mode) ? Number.parseInt(mode, 10) : 200, {
        'content-type': mode.endsWith('json') ? 'application/json' : 'text/plain',
        'x-request-id': request.headers.authorization ?? '-',
      });
    response.end(body);
  });
  server.on('upgrade', (request, socket) => {
    const text = bodyFor('500', request);
    socket.end(`HTTP/1.1 500 No\r\ncontent-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
  });
  let port = 0;
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    port = typeof address === 'object' && address !== null ? address.port : 0;
  });
  afterAll(() => server.closeAllConnections());

  function bodyFor(kind: string, request: IncomingMessage): string {
    const sent = request.headers.authorization ?? '';
    const [scheme, value = ''] = sent.split(' ');
    const plain = scheme === 'Basic' ? Buffer.from(value, 'base64').toString('utf8') : value;
    const words = `refused ${sent} that is ${plain} for http://${plain}@host${request.url ?? ''}`;
    if (kind === 'malformed') return `{"apps": "${words}`;
    if (kind === 'shape') return JSON.stringify([{ [plain]: 1, name: { [plain]: plain } }]);
    return kind.endsWith('json') ? JSON.stringify({ error: words, message: words }) : words;
  }

  const everyWay = ['401', '401 json', '403 json', '404', '500', '500 json', 'malformed', 'shape', 'redirect'];
  const someWays = ['401 json', '500', 'malformed', 'shape'];
  const racks: readonly (readonly [string, readonly string[], () => Record<string, string>])[] = [
    ['a rack password', everyWay, () => ({ RACK_URL: `http://convox:${PASSWORD}@127.0.0.1:${port}` })],
    ['a JWT', someWays, () => ({ RACK_URL: `http://jwt:${JWT}@127.0.0.1:${port}` })],
    ['an API token', someWays, () => ({ RACK_URL: `http://convox:${API_TOKEN}@127.0.0.1:${port}` })],
    [
      'a gateway by variables',
      someWays,
      () => ({ RACK_GATEWAY_URL: `http://127.0.0.1:${port}`, RACK_GATEWAY_API_TOKEN: API_TOKEN }),
    ],
  ];

  it.each(racks)('%s does not come back', async (_what, ways, env) => {
    const empty = new Home();
    for (const way of ways) {
      mode = way;
      const runs = await Promise.all([
        runMain(['apps', '--debug'], { home: empty.path, env: env() }),
        runMain(['doctor', '--json'], { home: empty.path, env: env() }),
        runMain(['logs', '--app', 'shop', '--no-follow'], { home: empty.path, env: env() }),
      ]);
      const [view, , logs] = runs;
      for (const run of runs) expect(leaks(run.stdout + run.stderr), `${way}: ${run.stdout}${run.stderr}`).toEqual([]);
      expect(view?.code).not.toBe(0);
      expect(view?.stderr).toMatch(/^error: /);
      // The rest of what the server said is there: it was scrubbed, not dropped.
      if (/^(?:40[13]|500)/.test(way)) expect(view?.stderr).toContain('***');
      expect(logs?.stderr).toContain('***');
    }
    expect(filesWithSecrets(empty.path)).toEqual([]);
    empty.remove();
  });

  it('nothing listening and nonsense in the URL', async () => {
    for (const url of [
      `http://convox:${PASSWORD}@127.0.0.1:9`,
      `https://convox:${PASSWORD}`,
      `convox:${PASSWORD}`,
      `http://convox:${PASSWORD}@[broken`,
      `http://convox:${PASSWORD}/@host`,
      PASSWORD,
      `ftp://convox:${PASSWORD}@host`,
    ]) {
      for (const argv of [
        ['doctor', '--json'],
        ['login', 'x', url],
      ]) {
        const run = await runMain(argv, { env: { RACK_URL: url } });
        expect(leaks(run.stdout + run.stderr), `${url} ${argv}: ${run.stderr}`).toEqual([]);
        expect(run.code).not.toBe(0);
      }
    }
  });
});

/** Files below a folder that hold a secret, with their permissions and those of their folder. */
function filesWithSecrets(root: string): readonly string[] {
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => leaks(readFileSync(path, 'utf8')).length > 0)
    .map((path) => `${path.slice(root.length + 1)} ${mode(path)}`);
}

function mode(path: string): string {
  return (statSync(path).mode & 0o777).toString(8);
}

describe('the dashboard with a debug log', () => {
  it('keeps secrets off the screen, the process list and its files', async () => {
    const before = filesWithSecrets(home.path);
    for (const [argv, shown] of [
      [['releases', '--rack', 'staging', '--app', apps.staging ?? 'shop'], /active/],
      [['processes', '--rack', 'prod', '--app', 'checkout'], /crashed|running/],
      [['racks'], /staging/],
    ] as const) {
      const terminal = Terminal.open({ home: home.path, args: [...argv, '--debug'], columns: 160, rows: 45, env: ENV });
      try {
        await terminal.waitFor(shown);
        expect(leaks(readFileSync(`/proc/${terminal.pid}/cmdline`, 'utf8'))).toEqual([]);
        terminal.press('d');
        await terminal.waitUntilGone(/only unhealthy/);
        terminal.press('escape');
        await terminal.waitFor(/only unhealthy/);
        terminal.press('y');
        await terminal.waitFor(/"\w+": /);
        terminal.press('q');
        await terminal.waitForExit();
      } finally {
        expect(leaks(terminal.raw)).toEqual([]);
        await terminal.close();
      }
    }
    expect(filesWithSecrets(home.path)).toEqual(before);
    const state = join(home.path, '.local/state/rackdeck');
    expect([mode(state), mode(join(state, 'debug.log'))]).toEqual(['700', '600']);
    expect(readFileSync(join(state, 'debug.log'), 'utf8')).toContain('/apps');
  });
});
