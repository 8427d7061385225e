import { chmod, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Failure } from '../../../src/domain/failure.ts';
import { parseGatewayConfig, type StoredSession } from '../../../src/targets/gateway-config.ts';
import { GatewayConfigFile, gatewayConfigPath } from '../../../src/targets/gateway-config-file.ts';
import { machine } from './support/machine.ts';

const CONFIG = '.config/rack-gateway/config.json';
const SESSION: StoredSession = {
  token: 'new-token',
  email: 'ann@example.com',
  expiresAt: Date.parse('2026-07-23T10:00:00Z'),
  sessionId: 17,
  channel: 'cli',
  deviceId: '0b0e7a0e-6a43-4d3c-8b5e-111111111111',
  deviceName: 'laptop',
  mfaVerified: true,
};

describe('path', () => {
  test.each([
    ['default', {}, '.config/rack-gateway/config.json'],
    ['XDG is not read', { XDG_CONFIG_HOME: '/xdg' }, '.config/rack-gateway/config.json'],
    ['blank variable', { GATEWAY_CLI_CONFIG_DIR: '  ' }, '.config/rack-gateway/config.json'],
  ])('%s', async (_name, env, expected) => {
    const { environment, path } = await machine(env);
    expect(gatewayConfigPath(environment)).toBe(path(expected));
  });

  test('GATEWAY_CLI_CONFIG_DIR, absolute or from the working folder', async () => {
    const absolute = await machine({ GATEWAY_CLI_CONFIG_DIR: '/etc/gw' });
    expect(gatewayConfigPath(absolute.environment)).toBe('/etc/gw/config.json');
    const relative = await machine({ GATEWAY_CLI_CONFIG_DIR: 'gw' });
    expect(gatewayConfigPath(relative.environment)).toBe(join(relative.environment.cwd, 'gw', 'config.json'));
  });
});

describe('reading', () => {
  test('the present layout', () => {
    const config = parseGatewayConfig(
      JSON.stringify({
        current: 'staging',
        machine_id: 'm-1',
        gateways: {
          staging: { url: ' gw.example.com ', token: 't', email: 'a@b.c', expires_at: '2026-07-23T10:00:00.123456Z' },
          fresh: { url: 'https://x', expires_at: '0001-01-01T00:00:00Z' },
        },
      }),
      'config.json',
    );
    expect(config).toMatchObject({ current: 'staging', machineId: 'm-1', broken: [] });
    expect(config.gateways.get('staging')).toEqual({
      url: 'gw.example.com',
      token: 't',
      email: 'a@b.c',
      expiresAt: Date.parse('2026-07-23T10:00:00.123Z'),
    });
    expect(config.gateways.get('fresh')).toEqual({
      url: 'https://x',
      token: undefined,
      email: undefined,
      expiresAt: undefined,
    });
  });

  test('the older layout: the token map is used where the entry has no token', () => {
    const config = parseGatewayConfig(
      JSON.stringify({
        gateways: { a: { url: 'https://a' }, b: { url: 'https://b', token: 'newer', email: 'new@x' } },
        tokens: {
          a: { token: 'older-a', email: 'a@x', expires_at: '2026-01-01T00:00:00Z' },
          b: { token: 'older-b', email: 'old@x' },
        },
      }),
      'config.json',
    );
    expect(config.gateways.get('a')).toMatchObject({ token: 'older-a', email: 'a@x' });
    expect(config.gateways.get('b')).toMatchObject({ token: 'newer', email: 'new@x' });
  });

  test.each([
    ['null maps', '{"gateways":null,"tokens":null}', []],
    ['empty file', '', []],
    ['wrong types inside an entry', '{"gateways":{"a":{"url":7,"token":false}}}', ['a']],
  ])('tolerates %s', (_name, text, names) => {
    expect([...parseGatewayConfig(text, 'c').gateways.keys()]).toEqual(names);
  });

  test('an entry that is no object is reported, the others stand', () => {
    const config = parseGatewayConfig('{"gateways":{"a":"text","b":{"url":"https://b"}}}', 'c');
    expect(config.broken).toEqual(['a']);
    expect([...config.gateways.keys()]).toEqual(['b']);
  });

  test.each([
    ['cut off', '{"gateways":{"a":{"token":"secret-token'],
    ['a list', '[]'],
    ['gateways of the wrong type', '{"gateways":"secret-token"}'],
  ])('malformed (%s): one sentence that names the file and repeats nothing of it', (_name, text) => {
    const failure = failureOf(() => parseGatewayConfig(text, '/home/x/config.json'));
    expect(failure).toMatchObject({ kind: 'malformed', where: '/home/x/config.json' });
    expect(failure.message).toContain('/home/x/config.json');
    expect(JSON.stringify([failure.message, failure.next, failure.stack, String(failure.cause)])).not.toContain(
      'secret-token',
    );
  });

  test('an older standalone `current` counts only without the key', async () => {
    const { environment, write } = await machine();
    await write('.config/rack-gateway/current', 'staging\n');
    await write(CONFIG, { gateways: {} });
    expect((await new GatewayConfigFile(environment).read())?.current).toBe('staging');
    await write(CONFIG, { gateways: {}, current: 'prod' });
    expect((await new GatewayConfigFile(environment).read())?.current).toBe('prod');
  });

  test('a change on disk is seen by the next read', async () => {
    const { environment, write } = await machine();
    const file = new GatewayConfigFile(environment);
    expect(await file.read()).toBeUndefined();
    await write(CONFIG, { gateways: { a: { url: 'https://a', token: 'one' } } });
    expect((await file.read())?.gateways.get('a')?.token).toBe('one');
    await write(CONFIG, { gateways: { a: { url: 'https://a', token: 'another' } } });
    expect((await file.read())?.gateways.get('a')?.token).toBe('another');
  });
});

describe('writing', () => {
  test('a first login makes a private file in a private folder', async () => {
    const { environment, path } = await machine();
    await new GatewayConfigFile(environment).saveSession('staging', 'https://gw.example.com', SESSION);
    expect(JSON.parse(await readFile(path(CONFIG), 'utf8'))).toEqual({
      machine_id: SESSION.deviceId,
      current: 'staging',
      gateways: {
        staging: {
          url: 'https://gw.example.com',
          token: 'new-token',
          email: 'ann@example.com',
          expires_at: '2026-07-23T10:00:00.000Z',
          session_id: 17,
          channel: 'cli',
          device_id: SESSION.deviceId,
          device_name: 'laptop',
          mfa_verified: true,
        },
      },
    });
    expect((await stat(path(CONFIG))).mode & 0o777).toBe(0o600);
    expect((await stat(path('.config/rack-gateway'))).mode & 0o777).toBe(0o700);
    expect(await readdir(path('.config/rack-gateway'))).toEqual(['config.json']);
  });

  test('a file that others could read becomes private, a stale `current` goes, its value stays', async () => {
    const { environment, path, write } = await machine();
    await write(CONFIG, { gateways: { a: { url: 'https://a', token: 't' } } });
    await write('.config/rack-gateway/current', 'a\n');
    await chmod(path(CONFIG), 0o644);
    await new GatewayConfigFile(environment).clearSession('a', undefined);
    expect((await stat(path(CONFIG))).mode & 0o777).toBe(0o600);
    expect(JSON.parse(await readFile(path(CONFIG), 'utf8'))).toEqual({
      current: 'a',
      gateways: { a: { url: 'https://a', expires_at: '0001-01-01T00:00:00Z' } },
    });
    expect(await readdir(path('.config/rack-gateway'))).toEqual(['config.json']);
  });

  test('the older layout is merged, what does not fit stays', async () => {
    const { environment, path, write } = await machine();
    await write(CONFIG, {
      gateways: { a: { url: 'https://a' }, b: { url: 'https://b', token: 'newer' } },
      tokens: {
        a: { token: 'older-a', email: 'a@x', note: 'kept' },
        b: { token: 'older-b' },
        orphan: { token: 'lonely' },
      },
    });
    await new GatewayConfigFile(environment).saveSession('c', 'https://c', SESSION);
    expect(JSON.parse(await readFile(path(CONFIG), 'utf8'))).toMatchObject({
      gateways: {
        a: { url: 'https://a', token: 'older-a', email: 'a@x', note: 'kept' },
        b: { url: 'https://b', token: 'newer' },
        c: { token: 'new-token' },
      },
      tokens: { b: { token: 'older-b' }, orphan: { token: 'lonely' } },
    });
  });

  test.each([
    ['malformed', '{"gateways": {'],
    ['not an object', '"text"'],
    ['gateways of the wrong type', '{"gateways": 3}'],
    ['an entry in the way that is no object', '{"gateways": {"staging": "text"}}'],
  ])('a file that is %s is never overwritten', async (_name, text) => {
    const { environment, path, write } = await machine();
    await write(CONFIG, text);
    const failure = await rejection(new GatewayConfigFile(environment).saveSession('staging', 'https://gw', SESSION));
    expect(failure).toMatchObject({ kind: 'malformed' });
    expect(failure.what).toContain(path(CONFIG));
    expect(failure.next).toBeDefined();
    expect(await readFile(path(CONFIG), 'utf8')).toBe(text);
    expect(await readdir(path('.config/rack-gateway'))).toEqual(['config.json']);
  });

  test('clearing spares a session that another program stored meanwhile', async () => {
    const { environment, path, write } = await machine();
    await write(CONFIG, { gateways: { a: { url: 'https://a', token: 'theirs' } } });
    await new GatewayConfigFile(environment).clearSession('a', 'ours');
    expect(JSON.parse(await readFile(path(CONFIG), 'utf8'))).toMatchObject({ gateways: { a: { token: 'theirs' } } });
  });

  test('a symbolic link stays one', async () => {
    const { environment, path } = await machine();
    await mkdir(path('dotfiles'));
    await mkdir(path('.config/rack-gateway'), { recursive: true });
    await writeFile(path('dotfiles/gw.json'), '{"gateways":{}}');
    await symlink(path('dotfiles/gw.json'), path(CONFIG));
    await new GatewayConfigFile(environment).saveSession('a', 'https://a', SESSION);
    expect(await readFile(path('dotfiles/gw.json'), 'utf8')).toContain('new-token');
  });

  test('logins at the same time are all kept', async () => {
    const { environment } = await machine();
    const names = Array.from({ length: 12 }, (_, index) => `rack-${index}`);
    await Promise.all(
      names.map((name) => new GatewayConfigFile(environment).saveSession(name, `https://${name}`, SESSION)),
    );
    const config = await new GatewayConfigFile(environment).read();
    expect([...(config?.gateways.keys() ?? [])].sort()).toEqual(names.toSorted());
  });

  test('whatever else a valid file holds survives a login', async () => {
    const { environment, path, write } = await machine();
    const entry = fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 4 });
    const document = fc.record({
      top: fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 5 }),
      gateways: fc.dictionary(fc.string(), entry, { maxKeys: 4 }),
      login: fc.string(),
    });
    await fc.assert(
      fc.asyncProperty(document, async ({ top, gateways, login }) => {
        const { tokens: _tokens, current: _current, machine_id: _id, ...rest } = top;
        const before = { ...rest, gateways };
        await write(CONFIG, JSON.stringify(before));
        await new GatewayConfigFile(environment).saveSession(login, 'https://gw', SESSION);
        const after: { gateways: Record<string, object> } = JSON.parse(await readFile(path(CONFIG), 'utf8'));
        const plain = JSON.parse(JSON.stringify(before));
        for (const key of Object.keys(rest).filter((name) => name !== 'gateways')) {
          expect(Reflect.get(after, key)).toEqual(Reflect.get(plain, key));
        }
        for (const name of Object.keys(gateways).filter((key) => key !== login)) {
          expect(Reflect.get(after.gateways, name)).toEqual(Reflect.get(plain.gateways, name));
        }
        expect(Reflect.get(after.gateways, login)).toMatchObject({ token: 'new-token' });
      }),
      { numRuns: 150 },
    );
  });

  test('numbers keep every digit, also under a name like __proto__', async () => {
    const { environment, path, write } = await machine();
    await write(CONFIG, '{"big":12345678901234567890,"one":1.0,"__proto__":{"x":1e400},"gateways":{}}');
    await new GatewayConfigFile(environment).saveSession('a', 'https://a', SESSION);
    const text = await readFile(path(CONFIG), 'utf8');
    expect(text).toContain('"big": 12345678901234567890');
    expect(text).toContain('"one": 1.0');
    expect(text).toMatch(/"__proto__": \{\s+"x": 1e400/);
  });
});

function failureOf(work: () => unknown): Failure {
  try {
    work();
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  throw new Error('it did not fail');
}

async function rejection(promise: Promise<unknown>): Promise<Failure> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof Failure) return error;
  throw new Error(`expected a Failure, got ${String(error)}`);
}
