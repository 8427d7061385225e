import { describe, expect, test } from 'vitest';
import { Failure } from '../../../src/domain/failure.ts';
import { ConfigFile } from '../../../src/platform/config-file.ts';
import { GatewayConfigFile } from '../../../src/targets/gateway-config-file.ts';
import { type ListTargetsOptions, listTargets } from '../../../src/targets/list-targets.ts';
import { OidcSessions } from '../../../src/targets/oidc-sessions.ts';
import { selectTarget } from '../../../src/targets/select-target.ts';
import type { TargetListing } from '../../../src/targets/target.ts';
import { authorizationOf, type FakeAnswers, fakeClients } from './support/clients.ts';
import { type Machine, machine } from './support/machine.ts';

const GATEWAY = '.config/rack-gateway/config.json';
const CONVOX = '.config/convox';

async function list(
  { environment }: Machine,
  { answers, ...options }: Partial<ListTargetsOptions> & { answers?: FakeAnswers } = {},
) {
  const clients = fakeClients(answers);
  const gatewayFile = new GatewayConfigFile(environment);
  const listing = await listTargets({ environment, clients, gatewayFile, ...options });
  return { listing, clients, gatewayFile };
}

const names = (listing: TargetListing) => listing.targets.map((target) => target.name);
const tfstate = (api: string | undefined, extra: object = {}) => ({
  version: 4,
  outputs: { ...(api === undefined ? {} : { api: { value: api } }), provider: { value: 'aws' }, ...extra },
});

describe('an empty machine', () => {
  test('lists nothing and complains about nothing', async () => {
    const { listing, clients } = await list(await machine());
    expect(listing).toEqual({ targets: [], problems: [], notices: [], current: undefined, currentSource: undefined });
    expect(clients.made).toEqual([]);
    expect(() => selectTarget(listing, undefined)).toThrow(
      expect.objectContaining({ kind: 'usage', what: 'No rack is configured' }),
    );
  });
});

describe('gateway config file', () => {
  test('logged in, logged out, unusable', async () => {
    const host = await machine();
    await host.write(GATEWAY, {
      current: 'staging',
      gateways: {
        staging: { url: 'gw.example.com/', token: 'secret-1', expires_at: '2020-01-01T00:00:00Z' },
        prod: { url: 'https://prod.example.com' },
        odd: { url: 'ftp://odd' },
        damaged: { url: 'https://d.example.com', token: 'two\nlines' },
      },
    });
    const { listing, clients } = await list(host);
    expect(
      listing.targets.map(({ name, id, kind, origin, source, problem }) => [
        name,
        id,
        kind,
        origin,
        source,
        problem?.kind,
      ]),
    ).toEqual([
      [
        'damaged',
        'gateway:damaged',
        'gateway',
        'https://d.example.com',
        '~/.config/rack-gateway/config.json',
        'malformed',
      ],
      ['odd', 'gateway:odd', 'gateway', '', '~/.config/rack-gateway/config.json', 'malformed'],
      [
        'prod',
        'gateway:prod',
        'gateway',
        'https://prod.example.com',
        '~/.config/rack-gateway/config.json',
        'not-logged-in',
      ],
      [
        'staging',
        'gateway:staging',
        'gateway',
        'https://gw.example.com',
        '~/.config/rack-gateway/config.json',
        undefined,
      ],
    ]);
    expect(listing.current).toBe('staging');
    const staging = selectTarget(listing, undefined);
    expect(staging.login).toEqual({ kind: 'gateway', url: 'https://gw.example.com', entry: 'staging' });
    staging.connect();
    expect(
      clients.made.map(({ peer, endpoint }) => [peer, endpoint.baseUrl, endpoint.dialect, endpoint.insecure]),
    ).toEqual([
      ['rack', 'https://gw.example.com/api/v1/rack-proxy', 'gateway-proxy', false],
      ['gateway', 'https://gw.example.com', 'gateway', false],
    ]);
    expect(await authorizationOf(clients.made[0]?.endpoint)).toBe('Bearer secret-1');
    expect(() => selectTarget(listing, 'prod').connect()).toThrow(
      expect.objectContaining({ kind: 'not-logged-in', next: 'Run `rackdeck login prod`.' }),
    );
    expect(JSON.stringify(listing)).not.toMatch(/secret-1|two/);
  });

  test('the token of the moment is used; half a file keeps the last one; another origin gets none', async () => {
    const host = await machine();
    const config = (url: string, token?: string) => ({ gateways: { a: { url, token } } });
    await host.write(GATEWAY, config('https://a.example.com', 'one'));
    const { listing, clients } = await list(host);
    const connection = selectTarget(listing, 'a').connect();
    const endpoint = clients.made[0]?.endpoint;
    expect(await authorizationOf(endpoint)).toBe('Bearer one');
    await host.write(GATEWAY, config('https://a.example.com', 'another'));
    expect(await authorizationOf(endpoint)).toBe('Bearer another');
    await host.write(GATEWAY, '{"gateways":{"a":{"ur');
    expect(await authorizationOf(endpoint)).toBe('Bearer another');
    await host.write(GATEWAY, config('https://elsewhere.example.com', 'three'));
    expect(await authorizationOf(endpoint)).toBeUndefined();
    await host.write(GATEWAY, config('https://a.example.com'));
    expect(await authorizationOf(endpoint)).toBeUndefined();
    expect(clients.open).toBe(2);
    await connection.close();
    expect(clients.open).toBe(0);
  });

  test('a malformed file is one problem, other sources stand', async () => {
    const host = await machine({ RACK_URL: 'https://convox:pw@api.example.com' });
    await host.write(GATEWAY, '{');
    const { listing } = await list(host);
    expect(names(listing)).toEqual(['direct']);
    expect(listing.problems).toMatchObject([{ kind: 'malformed', where: host.path(GATEWAY) }]);
  });
});

describe('RACK_GATEWAY variables', () => {
  const file = {
    current: 'staging',
    gateways: {
      staging: { url: 'https://staging.example.com', token: 'session-staging' },
      prod: { url: 'https://prod.example.com', token: 'session-prod' },
    },
  };
  interface Case {
    readonly env: Record<string, string>;
    readonly wanted?: string;
    readonly current: string;
    /** What a request to the selected rack carries. */
    readonly origin?: string;
    readonly authorization?: string;
    readonly problem?: string;
    readonly notices?: number;
  }
  test.each<[string, Case]>([
    [
      'RACK_GATEWAY_RACK beats the file',
      {
        env: { RACK_GATEWAY_RACK: 'prod' },
        current: 'prod',
        origin: 'https://prod.example.com',
        authorization: 'Bearer session-prod',
      },
    ],
    [
      'the old name works with a notice',
      { env: { GATEWAY_RACK: 'prod' }, current: 'prod', authorization: 'Bearer session-prod', notices: 1 },
    ],
    [
      'the old name is below the present one',
      {
        env: { GATEWAY_RACK: 'prod', RACK_GATEWAY_RACK: 'staging' },
        current: 'staging',
        authorization: 'Bearer session-staging',
      },
    ],
    [
      'the flag beats the variable',
      {
        env: { RACK_GATEWAY_RACK: 'prod' },
        wanted: 'staging',
        current: 'prod',
        authorization: 'Bearer session-staging',
      },
    ],
    [
      'an unknown rack is shown with its problem',
      { env: { RACK_GATEWAY_RACK: 'gone' }, current: 'gone', problem: 'not-logged-in' },
    ],
    [
      'an API token replaces the session of the current rack',
      { env: { RACK_GATEWAY_API_TOKEN: 'rgw_x=' }, current: 'staging', authorization: 'Bearer rgw_x=' },
    ],
    [
      'an API token goes to the flagged rack',
      {
        env: { RACK_GATEWAY_API_TOKEN: 'rgw_x=' },
        wanted: 'prod',
        current: 'staging',
        origin: 'https://prod.example.com',
        authorization: 'Bearer rgw_x=',
      },
    ],
    [
      'a URL of its own with a token',
      {
        env: { RACK_GATEWAY_URL: 'other.example.com', RACK_GATEWAY_API_TOKEN: 'rgw_x=' },
        current: '(from environment)',
        origin: 'https://other.example.com',
        authorization: 'Bearer rgw_x=',
      },
    ],
    [
      'a URL of its own without one',
      { env: { RACK_GATEWAY_URL: 'other.example.com' }, current: '(from environment)', problem: 'not-logged-in' },
    ],
    [
      'a URL for a named rack, same origin: its session is used',
      {
        env: { RACK_GATEWAY_URL: 'https://prod.example.com/', RACK_GATEWAY_RACK: 'prod' },
        current: 'prod',
        authorization: 'Bearer session-prod',
      },
    ],
    [
      'a URL for a named rack, other origin: the session stays home',
      {
        env: { RACK_GATEWAY_URL: 'https://evil.example.com', RACK_GATEWAY_RACK: 'prod' },
        current: 'prod',
        origin: 'https://evil.example.com',
        problem: 'not-logged-in',
      },
    ],
    ['a bad URL', { env: { RACK_GATEWAY_URL: 'ftp://x' }, current: '(from environment)', problem: 'malformed' }],
    [
      'plain http is told',
      {
        env: { RACK_GATEWAY_URL: 'http://other.example.com', RACK_GATEWAY_API_TOKEN: 'rgw_x' },
        current: '(from environment)',
        authorization: 'Bearer rgw_x',
        notices: 1,
      },
    ],
    [
      'blank variables do not count',
      {
        env: { RACK_GATEWAY_URL: ' ', RACK_GATEWAY_RACK: '', RACK_GATEWAY_API_TOKEN: ' ' },
        current: 'staging',
        authorization: 'Bearer session-staging',
      },
    ],
  ])('%s', async (_name, expected) => {
    const host = await machine(expected.env);
    await host.write(GATEWAY, file);
    const { listing, clients } = await list(host, { wanted: expected.wanted });
    expect(listing.current).toBe(expected.current);
    expect(listing.notices).toHaveLength(expected.notices ?? 0);
    const target = selectTarget(listing, expected.wanted);
    if (expected.origin !== undefined) expect(target.origin).toBe(expected.origin);
    expect(target.problem?.kind).toBe(expected.problem);
    if (expected.problem !== undefined) {
      expect(() => target.connect()).toThrow(Failure);
      return;
    }
    target.connect();
    for (const { endpoint } of clients.made) {
      expect(await authorizationOf(endpoint)).toBe(expected.authorization);
      expect(endpoint.baseUrl.startsWith(`${target.origin}`)).toBe(true);
    }
  });
});

describe('RACK_URL', () => {
  const session = `${'A'.repeat(42)}_`;
  const jwt = `x.${Buffer.from('{"user":"ann\\u001b[2J","role":"rw","expiresAt":1900000000}').toString('base64url')}.y`;
  interface Case {
    readonly url: string;
    readonly name: string;
    readonly kind: 'direct' | 'gateway';
    readonly base: string;
    readonly authorization: string | undefined;
    readonly health?: 'gateway' | 'rack' | 'error';
  }
  const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;
  test.each<[string, Case]>([
    [
      'a rack',
      {
        url: 'https://convox:pw@api.example.com',
        name: 'direct',
        kind: 'direct',
        base: 'https://api.example.com',
        authorization: basic('convox:pw'),
      },
    ],
    [
      'no scheme, path prefix, port',
      {
        url: 'convox:pw@api.example.com:8443/x/',
        name: 'direct',
        kind: 'direct',
        base: 'https://api.example.com:8443/x',
        authorization: basic('convox:pw'),
      },
    ],
    [
      'percent-encoded password',
      {
        url: 'https://convox:a%2Fb%40c@h',
        name: 'direct',
        kind: 'direct',
        base: 'https://h',
        authorization: basic('convox:a/b@c'),
      },
    ],
    [
      'a lone percent sign is one',
      {
        url: 'https://convox:100%@h',
        name: 'direct',
        kind: 'direct',
        base: 'https://h',
        authorization: basic('convox:100%'),
      },
    ],
    [
      'no credentials',
      { url: 'https://h', name: 'direct', kind: 'direct', base: 'https://h', authorization: undefined },
    ],
    [
      'gateway by path',
      {
        url: 'https://convox:tok@gw.example.com/api/v1/rack-proxy/',
        name: 'gw.example.com',
        kind: 'gateway',
        base: 'https://gw.example.com/api/v1/rack-proxy',
        authorization: 'Bearer tok',
      },
    ],
    [
      'gateway by API token',
      {
        url: 'https://convox:rgw_abc=@gw.example.com',
        name: 'gw.example.com',
        kind: 'gateway',
        base: 'https://gw.example.com/api/v1/rack-proxy',
        authorization: 'Bearer rgw_abc=',
      },
    ],
    [
      'gateway by health',
      {
        url: `https://convox:${session}@gw.example.com`,
        name: 'gw.example.com',
        kind: 'gateway',
        base: 'https://gw.example.com/api/v1/rack-proxy',
        authorization: `Bearer ${session}`,
        health: 'gateway',
      },
    ],
    [
      'no gateway by health',
      {
        url: `https://convox:${session}@h`,
        name: 'direct',
        kind: 'direct',
        base: 'https://h',
        authorization: basic(`convox:${session}`),
        health: 'rack',
      },
    ],
    [
      'health does not answer',
      {
        url: `https://convox:${session}@h`,
        name: 'direct',
        kind: 'direct',
        base: 'https://h',
        authorization: basic(`convox:${session}`),
        health: 'error',
      },
    ],
  ])('%s', async (_name, { url, name, kind, base, authorization, health }) => {
    const asked: unknown[] = [];
    const answers: FakeAnswers = {
      gateway: {
        health: async () => {
          asked.push(health);
          if (health === 'error') throw new Failure({ kind: 'unreachable', what: 'no' });
          return { isGateway: health === 'gateway', tooOld: false };
        },
      },
    };
    const { listing, clients } = await list(await machine({ RACK_URL: ` ${url} ` }), { answers });
    expect(asked).toHaveLength(health === undefined ? 0 : 1);
    if (health !== undefined) expect(await authorizationOf(clients.made[0]?.endpoint)).toBeUndefined();
    expect(clients.open).toBe(0);
    expect(listing).toMatchObject({ current: name, currentSource: 'RACK_URL' });
    const target = selectTarget(listing, undefined);
    expect(target).toMatchObject({ name, kind, source: 'RACK_URL' });
    target.connect();
    const made = clients.made.find(({ peer }) => peer === 'rack');
    expect(made?.endpoint.baseUrl).toBe(base);
    expect(await authorizationOf(made?.endpoint)).toBe(authorization);
    expect(JSON.stringify(listing)).not.toContain('pw');
  });

  test('claims of a jwt are read, without what could harm a terminal', async () => {
    const { listing } = await list(await machine({ RACK_URL: `https://jwt:${jwt}@h` }));
    expect(selectTarget(listing, undefined).connect().claims).toEqual({
      user: 'ann',
      role: 'rw',
      expiresAt: 1_900_000_000_000,
    });
  });

  test.each([
    'https://convox:hunter2/x@h:port',
    'ssh://convox:hunter2@h',
    'https://convox:hunter2@',
    'https://convox:hunter2@a b',
  ])('malformed (%s): the problem does not repeat the password', async (url) => {
    const { listing } = await list(await machine({ RACK_URL: url }));
    const target = selectTarget(listing, undefined);
    expect(target.problem).toMatchObject({ kind: 'malformed', where: 'RACK_URL' });
    const { problem } = target;
    expect(JSON.stringify([problem?.message, problem?.next, problem?.stack, String(problem?.cause)])).not.toContain(
      'hunter2',
    );
    expect(() => target.connect()).toThrow(problem);
  });
});

describe('convox settings', () => {
  test('terraform, direct, console racks and what is wrong with them', async () => {
    const host = await machine();
    await host.write(`${CONVOX}/racks/live/main.tf`, '');
    await host.write(`${CONVOX}/racks/live/terraform.tfstate`, tfstate('https://convox:tf-pass@api.live.example.com'));
    await host.write(`${CONVOX}/racks/moving/main.tf`, '');
    await host.write(
      `${CONVOX}/racks/moving/terraform.tfstate`,
      tfstate('https://convox:tf-pass@api.moving.example.com'),
    );
    await host.write(`${CONVOX}/racks/moving/.terraform.tfstate.lock.info`, '{}');
    await host.write(`${CONVOX}/racks/young/main.tf`, '');
    await host.write(`${CONVOX}/racks/remote/main.tf`, '');
    await host.write(`${CONVOX}/racks/remote/backend.tf`, '');
    await host.write(`${CONVOX}/racks/old/main.tf`, '');
    await host.write(`${CONVOX}/racks/old/terraform.tfstate`, { version: 3, modules: [] });
    await host.write(`${CONVOX}/racks/not-a-rack/notes.txt`, '');
    await host.write(`${CONVOX}/racks/.hidden`, 'https://convox:x@hidden');
    await host.write(`${CONVOX}/racks/plain`, 'https://convox:plain-pass@api.plain.example.com\n');
    await host.write(`${CONVOX}/racks/typo`, 'https://convox:hunter2/@bad:port');
    await host.write(`${CONVOX}/rack-meta/plain.json`, { provider: 'gcp', status: 'running' });
    await host.write(`${CONVOX}/console`, 'console.example.com\n');
    await host.write(`${CONVOX}/auth`, { 'console.example.com': 'cli-token' });
    await host.write(`${CONVOX}/session`, { 'console.example.com': 'session-id' });
    await host.write(`${CONVOX}/current`, { name: 'acme/prod', type: 'console' });
    const { listing, clients } = await list(host, {
      answers: { racks: async () => [{ organization: 'acme', name: 'prod', provider: '', status: 'running' }] },
    });
    expect(
      listing.targets.map(({ name, kind, provider, status, problem }) => [name, kind, provider, status, problem?.kind]),
    ).toEqual([
      ['live', 'direct', 'aws', 'running', undefined],
      ['moving', 'direct', 'aws', 'updating', undefined],
      ['old', 'direct', undefined, 'unknown', 'malformed'],
      ['plain', 'direct', 'gcp', 'running', undefined],
      ['remote', 'direct', undefined, 'unknown', 'unsupported'],
      ['typo', 'direct', undefined, undefined, 'malformed'],
      ['young', 'direct', undefined, 'unknown', 'not-found'],
      ['acme/prod', 'console', 'unknown', 'running', undefined],
    ]);
    expect(listing).toMatchObject({ current: 'acme/prod', currentSource: '~/.config/convox/current', problems: [] });
    const [consoleCall] = clients.made;
    expect(consoleCall?.endpoint).toMatchObject({ baseUrl: 'https://console.example.com', dialect: 'console' });
    const credential = `Basic ${Buffer.from('convox:cli-token').toString('base64')}`;
    expect(await authorizationOf(consoleCall?.endpoint)).toBe(credential);
    expect(clients.open).toBe(0);
    selectTarget(listing, undefined).connect();
    const rack = clients.made.at(-1)?.endpoint;
    expect(rack).toMatchObject({ baseUrl: 'https://console.example.com', dialect: 'console' });
    expect(rack?.headers?.()).toEqual({ rack: 'acme/prod', session: 'session-id' });
    expect(await authorizationOf(rack)).toBe(credential);
    expect(JSON.stringify(listing)).not.toMatch(/tf-pass|plain-pass|hunter2|cli-token|session-id/);
  });

  const settingsFolders: [string, NodeJS.Platform, Record<string, string>, string][] = [
    ['linux', 'linux', {}, '.config/convox'],
    ['macOS', 'darwin', {}, 'Library/Preferences/convox'],
    ['windows', 'win32', { LOCALAPPDATA: 'HOME/Local' }, 'Local/convox'],
    ['windows without it', 'win32', { APPDATA: 'HOME/Roaming' }, 'Roaming/Local/convox'],
    ['absolute XDG', 'darwin', { XDG_CONFIG_HOME: 'HOME/xdg' }, 'xdg/convox'],
    ['relative XDG is ignored', 'linux', { XDG_CONFIG_HOME: 'xdg' }, '.config/convox'],
    ['CONVOX_CONFIG', 'linux', { CONVOX_CONFIG: 'HOME/elsewhere' }, 'elsewhere'],
  ];
  test.each(settingsFolders)('folder: %s', async (_name, platform, env, folder) => {
    const blank = await machine({}, { platform });
    const filled = Object.fromEntries(
      Object.entries(env).map(([key, value]) => [key, value.replace('HOME', blank.home)]),
    );
    await blank.write(`${folder}/racks/here`, 'https://convox:x@here.example.com');
    const { listing } = await list({ ...blank, environment: { ...blank.environment, env: filled } });
    expect(names(listing)).toEqual(['here']);
  });

  interface Current {
    readonly env?: Record<string, string>;
    readonly files?: Record<string, string>;
    readonly project?: string;
    readonly expected: string | undefined;
    readonly from?: string;
    readonly problems?: number;
  }
  test.each<[string, Current]>([
    [
      'CONVOX_RACK, a unique part',
      { env: { CONVOX_RACK: 'alph' }, files: { rack: 'beta' }, expected: 'alpha', from: 'CONVOX_RACK' },
    ],
    ['CONVOX_RACK, exact before part', { env: { CONVOX_RACK: 'beta' }, expected: 'beta', from: 'CONVOX_RACK' }],
    ['CONVOX_RACK, ambiguous: as written', { env: { CONVOX_RACK: 'a' }, expected: 'a', from: 'CONVOX_RACK' }],
    ['.convox/rack', { project: 'beta\n', files: { rack: 'alpha' }, expected: 'beta', from: '.convox/rack' }],
    [
      'settings file rack',
      {
        files: { rack: 'beta', current: '{"name":"alpha","type":"terraform"}' },
        expected: 'beta',
        from: '~/.config/convox/rack',
      },
    ],
    [
      'settings file current',
      {
        files: { current: '{"name":"alpha","type":"terraform"}' },
        expected: 'alpha',
        from: '~/.config/convox/current',
      },
    ],
    ['`{}` selects nothing', { files: { current: '{}' }, expected: undefined }],
    ['a malformed current is one problem', { files: { current: '{"name":' }, expected: undefined, problems: 1 }],
    [
      'RACK_URL beats everything',
      { env: { RACK_URL: 'https://convox:x@h', CONVOX_RACK: 'alpha' }, expected: 'direct', from: 'RACK_URL' },
    ],
  ])('current: %s', async (_name, { env, files, project, expected, from, problems }) => {
    const host = await machine(env ?? {});
    for (const rack of ['alpha', 'beta', 'beta-two'])
      await host.write(`${CONVOX}/racks/${rack}`, `https://convox:x@${rack}.example.com`);
    for (const [name, text] of Object.entries(files ?? {})) await host.write(`${CONVOX}/${name}`, text);
    if (project !== undefined) await host.write('../project/.convox/rack', project);
    const { listing } = await list(host);
    expect(listing.current).toBe(expected);
    expect(listing.currentSource).toBe(from);
    expect(listing.problems).toHaveLength(problems ?? 0);
  });
});

describe('console', () => {
  const env = { CONVOX_HOST: 'console.example.com', CONVOX_PASSWORD: 'cli-token' };
  test.each<[string, Failure, string, string]>([
    ['unreachable', new Failure({ kind: 'unreachable', what: 'no route' }), 'unreachable', 'did not list its racks'],
    ['no answer in time', new Failure({ kind: 'cancelled', what: 'Cancelled' }), 'timeout', 'did not list its racks'],
    [
      'login expired',
      new Failure({ kind: 'not-logged-in', what: 'x', why: 'cli token is expired' }),
      'not-logged-in',
      'Not logged in to the console',
    ],
  ])('%s: one problem, the rest works, the selected rack stays', async (_name, failure, kind, what) => {
    const host = await machine(env);
    await host.write(`${CONVOX}/racks/plain`, 'https://convox:x@plain.example.com');
    await host.write(`${CONVOX}/current`, { name: 'acme/prod', type: 'console' });
    const { listing } = await list(host, { answers: { racks: () => Promise.reject(failure) } });
    expect(names(listing)).toEqual(['plain', 'acme/prod']);
    expect(listing.problems).toMatchObject([{ kind, what: expect.stringContaining(what) }]);
    expect(selectTarget(listing, undefined).name).toBe('acme/prod');
  });

  test('a console that never answers is given up', async () => {
    const host = await machine(env);
    const racks = (signal: AbortSignal | undefined) =>
      new Promise<never>((_resolve, reject) => {
        signal?.addEventListener('abort', () => reject(new Failure({ kind: 'cancelled', what: 'Cancelled' })));
      });
    const { convoxTargets } = await import('../../../src/targets/convox-targets.ts');
    const source = convoxTargets({
      environment: host.environment,
      clients: fakeClients({ racks }),
      consoleTimeoutMs: 5,
    });
    expect((await source.console(false)).problems).toMatchObject([{ kind: 'timeout' }]);
  });

  test.each([
    ['no token', { CONVOX_HOST: 'console.example.com' }, 'not-logged-in'],
    ['a host that is none', { CONVOX_HOST: 'user:hunter2@console.example.com/x', CONVOX_PASSWORD: 't' }, 'malformed'],
  ])('%s: nothing is sent', async (_name, variables, kind) => {
    const { listing, clients } = await list(await machine(variables));
    expect(listing.problems).toMatchObject([{ kind }]);
    expect(JSON.stringify(listing.problems)).not.toContain('hunter2');
    expect(clients.made).toEqual([]);
  });

  test('http only where the variable of console developers allows it', async () => {
    const { clients } = await list(await machine({ ...env, X_DEV_ALLOW_HTTP: 'true' }), {
      answers: { racks: async () => [] },
    });
    expect(clients.made[0]?.endpoint.baseUrl).toBe('http://console.example.com');
  });

  test('is not asked where only a rack is needed that is known locally', async () => {
    const host = await machine(env);
    await host.write(`${CONVOX}/racks/plain`, 'https://convox:x@plain.example.com');
    const { clients } = await list(host, { onlySelected: true, wanted: 'plain' });
    expect(clients.made).toEqual([]);
    const other = await list(host, { onlySelected: true, wanted: 'pla', answers: { racks: async () => [] } });
    expect(other.clients.made).toHaveLength(1);
  });
});

describe('names', () => {
  test('a name of two sources gets its source in front, and the bare name selects neither', async () => {
    const host = await machine({ RACK_URL: 'https://convox:x@h' });
    await host.write(GATEWAY, { current: 'staging', gateways: { staging: { url: 'https://gw', token: 't' } } });
    await host.write(`${CONVOX}/racks/staging`, 'https://convox:x@s.example.com');
    await host.write(`${CONVOX}/racks/direct`, 'https://convox:x@d.example.com');
    const { listing } = await list(host);
    expect(names(listing)).toEqual(['env:direct', 'gateway:staging', 'direct:direct', 'direct:staging']);
    expect(new Set(listing.targets.map(({ id }) => id)).size).toBe(4);
    expect(listing.current).toBe('env:direct');
    expect(() => selectTarget(listing, 'staging')).toThrow(
      expect.objectContaining({ kind: 'usage', what: "Several racks match 'staging'" }),
    );
    expect(selectTarget(listing, 'gateway:staging').origin).toBe('https://gw');
  });

  test('a name cannot carry escape sequences into the list', async () => {
    const host = await machine();
    await host.write(GATEWAY, { gateways: { 'evil\u001b]0;x\u0007': { url: 'https://gw', token: 't' } } });
    const { listing, clients } = await list(host);
    expect(names(listing)).toEqual(['evil']);
    selectTarget(listing, 'evil').connect();
    expect(await authorizationOf(clients.made[0]?.endpoint)).toBe('Bearer t');
  });
});

describe('own settings', () => {
  async function withOwn(config: object) {
    const host = await machine();
    await host.write(GATEWAY, {
      gateways: { a: { url: 'https://a', token: 't' }, b: { url: 'https://b', token: 't' } },
    });
    await host.write('.config/rackdeck/config.json', config);
    const own = { file: new ConfigFile(host.environment), oidc: new OidcSessions(host.environment) };
    return list(host, { own });
  }

  test('insecure, protected and readOnly reach the target of that name', async () => {
    const { listing, clients } = await withOwn({
      racks: { a: { insecure: true, protected: true }, b: { readOnly: true } },
    });
    for (const target of listing.targets) target.connect();
    expect(listing.targets.map((target) => [target.protected, target.readOnly])).toEqual([
      [true, false],
      [false, true],
    ]);
    expect(clients.made.map(({ endpoint }) => endpoint.insecure)).toEqual([true, true, false, false]);
  });

  const acme = (name: string) => ({ organization: 'acme', name: name || 'prod', provider: '', status: 'running' });

  test('an entry that holds for no rack is told, with the name that may have been meant', async () => {
    const host = await machine();
    await host.write(GATEWAY, { gateways: { 'acme/prod': { url: 'https://a', token: 't' } } });
    await host.write('.config/rackdeck/config.json', {
      racks: { 'acme/prdo': { protected: true }, elsewhere: {}, 'acme/prod': {}, direct: { readOnly: true } },
    });
    const own = { file: new ConfigFile(host.environment), oidc: new OidcSessions(host.environment) };
    const { listing } = await list(host, { own });
    expect(listing.problems.map(({ what, next }) => [what, next])).toEqual([
      [
        'The setting `racks."acme/prdo"` in ~/.config/rackdeck/config.json holds for no rack',
        'Did you mean "acme/prod"? Correct the name, or remove the entry.',
      ],
      [
        'The setting `racks."elsewhere"` in ~/.config/rackdeck/config.json holds for no rack',
        'Write the name as the list of racks shows it, or remove the entry.',
      ],
    ]);
  });

  test('an entry for one of two racks of the same name holds for both', async () => {
    const host = await machine();
    await host.write(GATEWAY, { gateways: { a: { url: 'https://a', token: 't' } } });
    await host.write(`${CONVOX}/racks/a`, 'https://convox:x@a.example.com');
    await host.write('.config/rackdeck/config.json', { racks: { a: { protected: true } } });
    const own = { file: new ConfigFile(host.environment), oidc: new OidcSessions(host.environment) };
    const { listing } = await list(host, { own });
    expect([names(listing), listing.problems]).toEqual([['gateway:a', 'direct:a'], []]);
  });

  test.each<[why: string, options: Parameters<typeof list>[1], told: number]>([
    ['the console does not answer', { answers: { racks: () => Promise.reject(new Error('no route')) } }, 0],
    ['the console is not asked', { onlySelected: true, wanted: 'a', answers: { racks: async () => [] } }, 0],
    ['the console knows it', { answers: { racks: async () => [acme('')] } }, 0],
    ['nobody knows it', { answers: { racks: async () => [acme('other')] } }, 1],
  ])('is not complained about where a rack may be meant that is not listed: %s', async (_why, options, told) => {
    const host = await machine();
    await host.write(GATEWAY, { gateways: { a: { url: 'https://a', token: 't' } } });
    await host.write(`${CONVOX}/console`, 'console.example.com');
    await host.write(`${CONVOX}/auth`, { 'console.example.com': 'token' });
    await host.write('.config/rackdeck/config.json', { racks: { a: { protected: true }, 'acme/prod': {} } });
    const own = { file: new ConfigFile(host.environment), oidc: new OidcSessions(host.environment) };
    const { listing } = await list(host, { own, ...options });
    expect(listing.problems.filter(({ what }) => what.includes('holds for no rack'))).toHaveLength(told);
  });

  test('racks of its own: direct and oidc; what cannot be used is one problem each', async () => {
    const oidc = {
      kind: 'oidc',
      name: 'iap',
      url: 'https://rack.example.com/',
      issuer: 'https://id.example.com',
      clientId: 'c',
    };
    const { listing } = await withOwn({
      targets: [
        { kind: 'direct', name: 'lab', url: 'https://convox:hunter2@lab.example.com' },
        oidc,
        { ...oidc, name: 'plain-issuer', issuer: 'http://id.example.com' },
        { ...oidc, name: 'secret-in-url', url: 'https://u:hunter2@rack.example.com' },
        { ...oidc, name: 'no-client', clientId: undefined },
        { ...oidc, name: 'two words' },
        { kind: 'other', name: 'x' },
        'text',
      ],
    });
    expect(listing.targets.map(({ name, kind, problem }) => [name, kind, problem?.kind])).toEqual([
      ['a', 'gateway', undefined],
      ['b', 'gateway', undefined],
      ['iap', 'oidc', 'not-logged-in'],
      ['lab', 'direct', undefined],
    ]);
    const iap = selectTarget(listing, 'iap');
    expect(iap.login).toEqual({
      kind: 'oidc',
      settings: {
        name: 'iap',
        url: 'https://rack.example.com',
        issuer: 'https://id.example.com',
        clientId: 'c',
        scopes: ['openid', 'email'],
        audience: undefined,
        tokenUse: 'bearer',
        tokenKind: 'access',
        redirectPort: undefined,
      },
    });
    expect(listing.problems).toHaveLength(6);
    expect(
      listing.problems.every(({ kind, where }) => kind === 'malformed' && where === '~/.config/rackdeck/config.json'),
    ).toBe(true);
    expect(JSON.stringify([listing, listing.problems.map((problem) => problem.message)])).not.toContain('hunter2');
  });

  test('a malformed file is one problem', async () => {
    const host = await machine();
    await host.write('.config/rackdeck/config.json', '{');
    const own = { file: new ConfigFile(host.environment), oidc: new OidcSessions(host.environment) };
    const { listing } = await list(host, { own });
    expect(listing.problems).toMatchObject([{ kind: 'malformed', where: own.file.path }]);
  });
});

describe('demo', () => {
  test('lists what main hands in and nothing of this machine', async () => {
    const host = await machine({ RACK_URL: 'https://convox:x@h' });
    await host.write(GATEWAY, { gateways: { a: { url: 'https://a', token: 't' } } });
    const { listing, clients } = await list(host, {
      demo: [
        { kind: 'gateway', name: 'acme/prod', url: 'http://127.0.0.1:1', token: 'g', email: 'a@b' },
        { kind: 'direct', name: 'edge', url: 'http://convox:p@127.0.0.1:2' },
        { kind: 'console', host: 'http://127.0.0.1:3', token: 'c', racks: ['acme/staging'] },
      ],
    });
    expect(listing.targets.map(({ name, kind, demo }) => [name, kind, demo])).toEqual([
      ['acme/prod', 'gateway', true],
      ['edge', 'direct', true],
      ['acme/staging', 'console', true],
    ]);
    expect(listing).toMatchObject({ current: 'acme/prod', problems: [], notices: [] });
    for (const target of listing.targets) target.connect();
    expect(await Promise.all(clients.made.map(({ endpoint }) => authorizationOf(endpoint)))).toEqual([
      'Bearer g',
      'Bearer g',
      `Basic ${Buffer.from('convox:p').toString('base64')}`,
      `Basic ${Buffer.from('convox:c').toString('base64')}`,
    ]);
  });

  test('says what is wrong with our own file, whose guardrails hold there as well', async () => {
    const host = await machine();
    await host.write('.config/rackdeck/config.json', '{ "racks": ');
    const own = { file: new ConfigFile(host.environment), oidc: new OidcSessions(host.environment) };
    const demo = [{ kind: 'direct', name: 'edge', url: 'http://convox:p@127.0.0.1:2' }] as const;
    const { listing } = await list(host, { own, demo });
    expect(listing.targets.map(({ name }) => name)).toEqual(['edge']);
    expect(listing.problems).toMatchObject([{ kind: 'malformed', where: own.file.path }]);
  });
});
