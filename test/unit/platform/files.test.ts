import { chmod, mkdir, readdir, readFile, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readTextFile, writeFileAtomic } from '../../../src/platform/atomic-file.ts';
import type { Environment } from '../../../src/platform/environment.ts';
import { withFileLock } from '../../../src/platform/file-lock.ts';
import { homePath } from '../../../src/platform/home-path.ts';
import { configFolder, ensurePrivateFolder, stateFolder } from '../../../src/platform/state-folder.ts';
import { temporaryFolder } from './support.ts';

const mode = async (path: string) => (await stat(path)).mode & 0o777;

describe('atomic file', () => {
  test('makes private folders and files, leaves no temporary one', async () => {
    const folder = await temporaryFolder();
    const path = join(folder, 'a', 'b', 'file.json');
    await writeFileAtomic(path, 'one');
    await chmod(path, 0o644);
    await writeFileAtomic(path, 'two');
    expect(await readTextFile(path)).toBe('two');
    expect([await mode(path), await mode(join(folder, 'a', 'b'))]).toEqual([0o600, 0o700]);
    expect(await readdir(join(folder, 'a', 'b'))).toEqual(['file.json']);
  });

  test('a link stays a link', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'real'), 'one');
    await symlink(join(folder, 'real'), join(folder, 'link'));
    await writeFileAtomic(join(folder, 'link'), 'two');
    expect(await readFile(join(folder, 'real'), 'utf8')).toBe('two');
  });

  test('a reader never sees a part', async () => {
    const path = join(await temporaryFolder(), 'file');
    const texts = ['a'.repeat(200_000), 'b'.repeat(200_000)];
    await writeFileAtomic(path, texts[0] ?? '');
    let writing = true;
    const writes = (async () => {
      for (let round = 0; round < 20; round += 1) await writeFileAtomic(path, texts[round % 2] ?? '');
      writing = false;
    })();
    while (writing) expect(texts).toContain(await readTextFile(path));
    await writes;
  });

  test('what cannot be written is told by name and leaves nothing behind', async () => {
    const folder = await temporaryFolder();
    await mkdir(join(folder, 'taken'));
    await expect(writeFileAtomic(join(folder, 'taken'), 'x')).rejects.toMatchObject({
      what: `Could not write ${join(folder, 'taken')}`,
      where: join(folder, 'taken'),
    });
    expect(await readdir(folder)).toEqual(['taken']);
  });

  test('reading: missing is undefined, unreadable is told, a byte order mark is dropped', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'bom'), '\ufeff{}');
    expect(await readTextFile(join(folder, 'missing'))).toBeUndefined();
    expect(await readTextFile(join(folder, 'bom', 'below a file'))).toBeUndefined();
    expect(await readTextFile(join(folder, 'bom'))).toBe('{}');
    await expect(readTextFile(folder)).rejects.toMatchObject({ kind: 'malformed', why: 'it is a folder' });
  });
});

describe('file lock', () => {
  test('one at a time', async () => {
    const path = join(await temporaryFolder(), 'x.lock');
    let inside = 0;
    let most = 0;
    const work = async () => {
      most = Math.max(most, ++inside);
      await new Promise((resolve) => setImmediate(resolve));
      inside -= 1;
    };
    await Promise.all(Array.from({ length: 10 }, () => withFileLock(path, work, { hostname: 'h' })));
    expect(most).toBe(1);
    expect(await readTextFile(path)).toBeUndefined();
  });

  test('is let go when the work fails', async () => {
    const path = join(await temporaryFolder(), 'x.lock');
    await expect(withFileLock(path, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await withFileLock(path, async () => 'yes', { waitMs: 0 })).toBe('yes');
  });

  test.each([
    ['a dead holder on this machine', '4242 here NOW x\n', 0, { isAlive: () => false }, true],
    ['a living holder on this machine', '4242 here NOW x\n', 500, { isAlive: () => true }, false],
    ['another machine', '4242 there NOW x\n', 500, { isAlive: () => false }, false],
    ['another machine, long ago', '4242 there 1 x\n', 0, { isAlive: () => true }, true],
    ['a lock that was never written, long ago', '', 120, { isAlive: () => true }, true],
    ['a lock being written', '', 0, { isAlive: () => false }, false],
  ])('%s', async (_name, text, ageSeconds, options, free) => {
    const mark = text.replace('NOW', String(Date.now()));
    const path = join(await temporaryFolder(), 'x.lock');
    await writeFile(path, mark);
    const then = Date.now() / 1000 - ageSeconds;
    await utimes(path, then, then);
    const attempt = withFileLock(path, async () => 'in', { hostname: 'here', waitMs: 0, ...options });
    if (free) expect(await attempt).toBe('in');
    else {
      await expect(attempt).rejects.toMatchObject({ kind: 'conflict', where: path });
      expect(await readFile(path, 'utf8')).toBe(mark);
    }
  });

  test('a holder that was taken over does not remove the lock of its successor', async () => {
    const path = join(await temporaryFolder(), 'x.lock');
    await withFileLock(path, () => writeFile(path, '1 other y\n'));
    expect(await readFile(path, 'utf8')).toBe('1 other y\n');
  });
});

describe('folders', () => {
  const environment = (platform: NodeJS.Platform, env: Record<string, string>): Environment => ({
    env,
    platform,
    home: '/home/ann',
    cwd: '/',
    hostname: 'x',
    now: () => 0,
    random: () => 0,
  });
  test.each<[NodeJS.Platform, Record<string, string>, string, string]>([
    ['linux', {}, '/home/ann/.config/rackdeck', '/home/ann/.local/state/rackdeck'],
    ['linux', { XDG_CONFIG_HOME: '/c', XDG_STATE_HOME: '/s' }, '/c/rackdeck', '/s/rackdeck'],
    [
      'linux',
      { XDG_CONFIG_HOME: 'c', XDG_STATE_HOME: '' },
      '/home/ann/.config/rackdeck',
      '/home/ann/.local/state/rackdeck',
    ],
    ['darwin', {}, '/home/ann/Library/Preferences/rackdeck', '/home/ann/Library/Application Support/rackdeck'],
    ['win32', { APPDATA: '/r', LOCALAPPDATA: '/l' }, '/r/rackdeck/config', '/l/rackdeck/state'],
    ['win32', {}, '/home/ann/AppData/Roaming/rackdeck/config', '/home/ann/AppData/Local/rackdeck/state'],
    ['darwin', { RACKDECK_CONFIG_DIR: '/mine', RACKDECK_STATE_DIR: '/state' }, '/mine', '/state'],
  ])('%s %o', (platform, env, config, state) => {
    expect(configFolder(environment(platform, env))).toBe(config);
    expect(stateFolder(environment(platform, env))).toBe(state);
  });

  test('a folder becomes private', async () => {
    const folder = join(await temporaryFolder(), 'deep', 'state');
    await mkdir(folder, { recursive: true, mode: 0o755 });
    await ensurePrivateFolder(folder);
    expect(await mode(folder)).toBe(0o700);
    await writeFile(join(folder, 'file'), '');
    await expect(ensurePrivateFolder(join(folder, 'file', 'x'))).rejects.toMatchObject({ kind: 'server' });
  });

  test('paths below home are shortened', () => {
    expect(homePath('/home/ann/.config/x', '/home/ann')).toBe('~/.config/x');
    expect(homePath('/home/anna/x', '/home/ann')).toBe('/home/anna/x');
  });
});
