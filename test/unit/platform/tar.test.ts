import { execFileSync } from 'node:child_process';
import { chmod, lstat, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { packFiles } from '../../../src/platform/pack-files.ts';
import { packTar, unpackTar } from '../../../src/platform/tar-archive.ts';
import { decodeHeader, encodeHeader } from '../../../src/platform/tar-header.ts';
import { readTar } from '../../../src/platform/tar-reader.ts';
import { type TarInput, writeTar } from '../../../src/platform/tar-writer.ts';
import { unpackFiles } from '../../../src/platform/unpack-files.ts';
import { temporaryFolder } from './support.ts';

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 700) yield bytes.subarray(at, at + 700);
}

const file = (path: string, text: string | Uint8Array = 'x', mode = 0o644): TarInput => {
  const body = Buffer.from(text);
  return { kind: 'file', path, mode, modifiedAt: 1_780_000_000, size: body.length, body: once(body) };
};
const folder = (path: string): TarInput => ({ kind: 'folder', path, mode: 0o755, modifiedAt: 1 });
const link = (path: string, linkPath: string): TarInput => ({
  kind: 'symlink',
  path,
  mode: 0o777,
  modifiedAt: 1,
  linkPath,
});

async function tar(...entries: TarInput[]): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of writeTar(entries)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** One entry of a type that the writer does not write. */
function rawEntry(type: string, path: string, body = '', linkPath = ''): Buffer {
  const head = encodeHeader({ path, type, size: Buffer.byteLength(body), mode: 0o644, modifiedAt: 0, linkPath });
  if (!head) throw new Error('does not fit');
  return Buffer.concat([head, Buffer.from(body), Buffer.alloc((512 - (Buffer.byteLength(body) % 512)) % 512)]);
}
const END = Buffer.alloc(1024);

describe('writing and reading', () => {
  test('whatever is written is read: names of any length and script, bodies of any size', async () => {
    const name = fc
      .array(fc.oneof(fc.string({ minLength: 1, maxLength: 130 }), fc.constantFrom('ü', '日本', 'a'.repeat(99))), {
        minLength: 1,
        maxLength: 5,
      })
      .map((parts) => `/${parts.map((part) => part.replace(/[\0/]/g, '_').toWellFormed()).join('/')}`);
    const entry = fc.record({
      path: name,
      body: fc.uint8Array({ maxLength: 1_600 }),
      mode: fc.integer({ min: 0, max: 0o777 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(entry, { maxLength: 4 }), name, async (entries, target) => {
        const inputs = entries.map(({ path, body, mode }) => file(path, body, mode));
        const archive = await tar(...inputs, link('/link', target));
        expect(archive.length % 512).toBe(0);
        const read = [...readTar(archive)];
        expect(
          read.slice(0, -1).map(({ path, mode, body }) => [path, mode, Buffer.from(body).toString('hex')]),
        ).toEqual(entries.map(({ path, mode, body }) => [path, mode, Buffer.from(body).toString('hex')]));
        expect(read.at(-1)).toMatchObject({ kind: 'symlink', path: '/link', linkPath: target });
      }),
    );
  });

  test('the tar of this machine reads what we write, and we read what it writes', async () => {
    const here = await temporaryFolder();
    const long = 'folder-with-a-long-name'.repeat(4);
    const longer = `${'n'.repeat(120)}.txt`;
    await mkdir(join(here, 'in', long, long), { recursive: true });
    await writeFile(join(here, 'in', long, long, longer), 'deep');
    await writeFile(join(here, 'in', 'ümlaut'), 'u');
    await symlink('ümlaut', join(here, 'in', 'sym'));
    await writeFile(join(here, 'ours.tar'), await packTar(join(here, 'in'), '/out'));
    const listed = execFileSync('tar', ['-Ptf', join(here, 'ours.tar'), '--quoting-style=literal'], {
      encoding: 'utf8',
    });
    expect(listed.split('\n')).toEqual(
      expect.arrayContaining(['/out/', `/out/${long}/${long}/${longer}`, '/out/ümlaut', '/out/sym']),
    );
    await mkdir(join(here, 'theirs'));
    execFileSync('tar', ['-xf', join(here, 'ours.tar'), '-C', join(here, 'theirs')], { stdio: 'ignore' });
    expect(await readFile(join(here, 'theirs', 'out', long, long, longer), 'utf8')).toBe('deep');
    for (const format of ['gnu', 'pax', 'ustar', 'v7']) {
      const names = format === 'v7' ? ['in/ümlaut'] : format === 'ustar' ? ['in/ümlaut', 'in/sym'] : ['in'];
      const archive = execFileSync('tar', [`--format=${format}`, '-cf', '-', '-C', here, ...names]);
      const paths = [...readTar(archive)].map(({ path }) => path);
      expect(paths).toContain('in/ümlaut');
      if (names[0] === 'in') expect(paths).toContain(`in/${long}/${long}/${longer}`);
    }
  });

  test('a header does not depend on who we are', async () => {
    const [uid, gid, owner] = [
      [108, 116],
      [116, 124],
      [265, 329],
    ].map(([from, to]) =>
      encodeHeader({ path: 'a', type: '0', size: 0, mode: 0o600, modifiedAt: 0, linkPath: '' })
        ?.subarray(from, to)
        .toString('latin1')
        .replace(/\0/g, ''),
    );
    expect([uid, gid, owner]).toEqual(['0000000', '0000000', '']);
  });

  test('a file that grew or shrank while it was read', async () => {
    for (const size of [1, 3]) {
      const changed: TarInput = {
        kind: 'file',
        path: 'log',
        mode: 0,
        modifiedAt: 0,
        size,
        body: once(Buffer.from('ab')),
      };
      await expect(tar(changed)).rejects.toThrow('log changed while it was read');
    }
  });

  test('anything else is malformed, never a crash, never endless', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2_000 }), (bytes) => {
        try {
          for (const entry of readTar(bytes)) expect(entry.body.length).toBeLessThanOrEqual(bytes.length);
        } catch (error) {
          expect(error).toMatchObject({ kind: 'malformed' });
        }
      }),
    );
  });

  test('cut off anywhere is noticed', async () => {
    const archive = await tar(file('a', 'x'.repeat(600)), file('b', 'y'));
    const whole = archive.length - 1_024;
    fc.assert(
      fc.property(fc.integer({ min: 0, max: whole + 511 }), (length) => {
        expect(() => [...readTar(archive.subarray(0, length))]).toThrow(/could not be read/);
      }),
    );
    expect([...readTar(archive.subarray(0, whole + 512))]).toHaveLength(2);
  });

  test.each([
    ['a number', 124, 'zzz'],
    ['a size of GNU beyond every number', 124, '\u00ff\u00ff\u00ff\u00ff'],
  ])('%s that is none', (_name, at, text) => {
    const block = rawEntry('0', 'a');
    block.write(text, at, 'latin1');
    block.write('        ', 148, 'latin1');
    const sum = block.subarray(0, 512).reduce((total, byte) => total + byte, 0);
    block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
    expect(() => decodeHeader(block.subarray(0, 512))).toThrow(/could not be read/);
  });

  test('pax records: path and size win, broken ones are malformed', () => {
    const record = (text: string) => {
      const length = text.length + 3 + (text.length > 6 ? 1 : 0);
      return `${length} ${text}\n`;
    };
    expect(record('path=real')).toHaveLength(13);
    const good = Buffer.concat([rawEntry('x', 'x', record('path=real')), rawEntry('0', 'short', 'b'), END]);
    expect([...readTar(good)].map(({ path }) => path)).toEqual(['real']);
    for (const body of ['5 a=b', 'x path=a\n', '99 path=a\n', '0 \n']) {
      expect(() => [...readTar(Buffer.concat([rawEntry('x', 'x', body), rawEntry('0', 'a'), END]))]).toThrow();
    }
  });
});

describe('packing', () => {
  test('a folder with its modes; links stay links; what cannot be read is said', async () => {
    const here = await temporaryFolder();
    await mkdir(join(here, 'app', 'bin'), { recursive: true });
    await writeFile(join(here, 'app', 'bin', 'run'), '#!/bin/sh\n');
    await chmod(join(here, 'app', 'bin', 'run'), 0o750);
    await symlink('/etc/passwd', join(here, 'app', 'link'));
    const packed = await packFiles(join(here, 'app'), '/srv/');
    expect(packed).toMatchObject({ files: 1, bytes: 10, remotePath: '/srv/app', skipped: [] });
    expect([...readTar(packed.archive)].map(({ path, kind, mode }) => [path, kind, mode])).toEqual([
      ['/srv/app/', 'folder', expect.any(Number)],
      ['/srv/app/bin/', 'folder', expect.any(Number)],
      ['/srv/app/bin/run', 'file', 0o750],
      ['/srv/app/link', 'symlink', 0o777],
    ]);
    await expect(packFiles(join(here, 'none'), '/x')).rejects.toMatchObject({
      kind: 'usage',
      why: 'there is no such file',
    });
  });

  test.each([['relative'], ['/a/../b'], ['/a\nb'], ['']])('no path in a process: %j', async (remote) => {
    await expect(packFiles('.', remote)).rejects.toMatchObject({ kind: 'usage' });
  });

  test('limits', async () => {
    const here = await temporaryFolder();
    await writeFile(join(here, 'big'), Buffer.alloc(4_096));
    await expect(packFiles(here, '/x', { maxBytes: 1_000 })).rejects.toThrow('Too much to copy');
    await expect(packFiles(here, '/x', { maxEntries: 1 })).rejects.toThrow('Too much to copy');
  });
});

describe('unpacking', () => {
  const modeOf = async (path: string) => (await lstat(path)).mode & 0o777;

  test.each([
    ['the whole path, as tar writes it', 'srv/app'],
    ['with its slash', '/srv/app'],
    ['the last part of it only', 'app'],
    ['from here', './srv/app'],
  ])('a folder named by %s', async (_name, root) => {
    const here = await temporaryFolder();
    const archive = await tar(folder(root), file(`${root}/bin/run`, 'go', 0o755), file(`${root}/data`, 'd', 0o666));
    const result = await unpackFiles(archive, { remotePath: '/srv/app/', localPath: here });
    expect(result.localPath.endsWith('/app')).toBe(true);
    expect(result.written.map((path) => path.slice(result.localPath.length))).toEqual(['/bin/run', '/data']);
    expect(await readFile(join(here, 'app', 'bin', 'run'), 'utf8')).toBe('go');
    const modes = ['', 'bin', 'bin/run', 'data'].map((path) => modeOf(join(here, 'app', path)));
    expect(await Promise.all(modes)).toEqual([0o700, 0o700, 0o700, 0o600]);
  });

  test('one file under a name of our own; twice is refused, and replaced whole when told so', async () => {
    const here = await temporaryFolder();
    const options = { remotePath: '/srv/dump.sql', localPath: join(here, 'mine.sql') };
    await unpackFiles(await tar(file('srv/dump.sql', 'one')), options);
    const two = await tar(file('srv/dump.sql', 'two'));
    await expect(unpackFiles(two, options)).rejects.toMatchObject({ kind: 'usage', why: 'the file exists already' });
    expect(await readFile(options.localPath, 'utf8')).toBe('one');
    await unpackFiles(two, { ...options, overwrite: true });
    expect(await readFile(options.localPath, 'utf8')).toBe('two');
  });

  test.each<[string, () => Promise<Buffer>]>([
    ['a way up', () => tar(folder('srv/app'), file('srv/app/../../evil'))],
    ['a way up at the start', () => tar(file('../srv/app/evil'))],
    ['an absolute path elsewhere', () => tar(file('/etc/cron.d/evil'))],
    ['something beside what was asked for', () => tar(file('srv/app/ok'), file('srv/other'))],
    ['control characters', () => tar(file('srv/app/\u001b]0;evil'))],
    ['a file that is a folder, too', () => tar(file('srv/app/a'), file('srv/app/a/b'))],
    ['the same file twice', () => tar(file('srv/app/a', '1'), file('srv/app/a', '2'))],
    [
      'good files and then an end in the middle',
      async () => (await tar(file('srv/app/ok'), file('srv/app/b'))).subarray(0, 1_800),
    ],
  ])('refused whole, nothing written: %s', async (_name, make) => {
    const here = await temporaryFolder();
    await mkdir(join(here, 'to'));
    const unpacking = unpackFiles(await make(), { remotePath: '/srv/app', localPath: join(here, 'to') });
    await expect(unpacking).rejects.toMatchObject({ kind: 'malformed' });
    expect(execFileSync('find', [here, '-mindepth', '1'], { encoding: 'utf8' })).toBe(`${join(here, 'to')}\n`);
  });

  test('links and devices are left out and named; nothing is written through them', async () => {
    const here = await temporaryFolder();
    await mkdir(join(here, 'outside'));
    await mkdir(join(here, 'to'));
    const archive = Buffer.concat([
      (await tar(folder('srv/app'), link('srv/app/out', join(here, 'outside')))).subarray(0, -1_024),
      rawEntry('1', 'srv/app/hard', '', '/etc/passwd'),
      rawEntry('3', 'srv/app/null'),
      await tar(file('srv/app/out/evil', 'x')),
    ]);
    const result = await unpackFiles(archive, { remotePath: '/srv/app', localPath: join(here, 'to') });
    expect(result.skipped).toEqual([
      `srv/app/out: a link to ${join(here, 'outside')}; links are not copied`,
      'srv/app/hard: the same file as /etc/passwd; links are not copied',
      'srv/app/null: neither a file nor a folder',
    ]);
    expect(execFileSync('ls', [join(here, 'outside')], { encoding: 'utf8' })).toBe('');
    expect((await lstat(join(here, 'to', 'app', 'out'))).isDirectory()).toBe(true);
  });

  test('a link that stands in the way is not followed, a file there is not overwritten, before anything is written', async () => {
    const here = await temporaryFolder();
    await mkdir(join(here, 'outside'));
    await mkdir(join(here, 'app'));
    await symlink(join(here, 'outside'), join(here, 'app', 'sub'));
    const archive = await tar(file('app/first'), file('app/sub/evil'));
    const options = { remotePath: '/app', localPath: here, overwrite: true };
    await expect(unpackFiles(archive, options)).rejects.toMatchObject({ kind: 'usage' });
    const onto = await tar(file('app/first'), file('app/sub'));
    await expect(unpackFiles(onto, options)).rejects.toMatchObject({ why: 'what stands there is no plain file' });
    expect(execFileSync('ls', [join(here, 'outside'), join(here, 'app')], { encoding: 'utf8' })).not.toMatch(
      /evil|first/,
    );
  });

  test('limits, an empty archive, a folder that is not there', async () => {
    const here = await temporaryFolder();
    const options = { remotePath: '/app', localPath: here };
    const archive = await tar(file('app/a', 'xxxx'), file('app/b'));
    await expect(unpackFiles(archive, { ...options, maxBytes: 4 })).rejects.toMatchObject({ kind: 'malformed' });
    await expect(unpackFiles(archive, { ...options, maxEntries: 1 })).rejects.toMatchObject({ kind: 'malformed' });
    await expect(unpackFiles(END, options)).rejects.toMatchObject({ kind: 'not-found' });
    await expect(unpackFiles(archive, { ...options, localPath: join(here, 'no/') })).rejects.toMatchObject({
      kind: 'usage',
    });
    await expect(unpackFiles(archive, { ...options, localPath: join(here, 'no', 'x') })).rejects.toMatchObject({
      kind: 'usage',
    });
  });

  test('there and back again', async () => {
    const here = await temporaryFolder();
    await mkdir(join(here, 'in'));
    await writeFile(join(here, 'in', 'one'), 'x'.repeat(5_000));
    const archive = await packTar(join(here, 'in'), '/tmp/in');
    await mkdir(join(here, 'back'));
    expect(await unpackTar(archive, join(here, 'back'))).toEqual([join(here, 'back', 'in', 'one')]);
    expect(await readFile(join(here, 'back', 'in', 'one'), 'utf8')).toBe('x'.repeat(5_000));
  });
});
