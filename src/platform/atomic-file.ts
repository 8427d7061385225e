import { mkdir, open, readFile, realpath, rename, stat, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Failure } from '../domain/failure.ts';

/** Largest file that we read into memory: all of ours are small, and a terraform state is a few megabytes. */
const MAX_BYTES = 64 * 1_048_576;
const RENAME_TRIES = 5;

/** Code of a Node system error (`ENOENT`), undefined for anything else. */
export function systemErrorCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/**
 * Text of a file; undefined where there is none (or a part of its path is no folder).
 * Throws a `malformed` Failure that names the file where it exists and cannot be read.
 */
export async function readTextFile(path: string): Promise<string | undefined> {
  let bytes: Buffer | undefined;
  try {
    // A device where a file should be would be read without end.
    const { size } = await regularFile(path);
    bytes = size > MAX_BYTES ? undefined : await readFile(path);
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw unreadable(path, reasonOf(code), error);
  }
  if (bytes === undefined || bytes.length > MAX_BYTES) throw unreadable(path, 'it is larger than 64 MiB', undefined);
  const text = bytes.toString('utf8');
  return text.startsWith('\ufeff') ? text.slice(1) : text;
}

async function regularFile(path: string): Promise<{ readonly size: number }> {
  const info = await stat(path);
  if (info.isFile()) return info;
  throw Object.assign(new Error('not a regular file'), { code: info.isDirectory() ? 'EISDIR' : 'ENOTSUP' });
}

/**
 * Replaces a file so that a reader sees the old or the new text, never a part, and a power cut leaves one of the two.
 * A symbolic link stays a link: what it points at is replaced (people keep such files in a dotfiles repository).
 * New files get mode 0600, new folders 0700. Throws a Failure that names the file.
 */
export async function writeFileAtomic(path: string, text: string): Promise<void> {
  let temporary: string | undefined;
  try {
    const target = await realTarget(path);
    await mkdir(dirname(target), { recursive: true, mode: 0o700 });
    temporary = join(dirname(target), `.${basename(target)}.${crypto.randomUUID()}.tmp`);
    await writeSynced(temporary, text);
    await renameWithRetry(temporary, target);
    await syncFolder(dirname(target));
  } catch (error) {
    if (temporary !== undefined) await unlink(temporary).catch(() => undefined);
    const code = systemErrorCode(error);
    throw new Failure({
      kind: 'server',
      what: `Could not write ${path}`,
      why: reasonOf(code),
      next: 'Check the permissions and the free space of its folder; the file is as it was.',
      where: path,
      cause: error,
    });
  }
}

async function realTarget(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    return path;
  }
}

async function writeSynced(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(text, 'utf8');
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Windows refuses to replace a file that a virus scanner or another reader has open for a moment. */
async function renameWithRetry(from: string, to: string): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await rename(from, to);
    } catch (error) {
      const code = systemErrorCode(error);
      const passing = code === 'EPERM' || code === 'EACCES' || code === 'EBUSY';
      if (!passing || process.platform !== 'win32' || attempt === RENAME_TRIES) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20 * attempt));
    }
  }
}

/** Makes the rename itself durable; not every file system or Windows can, and then nothing is lost but the guarantee. */
export async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, 'r');
    await handle.sync().finally(() => handle.close());
  } catch {
    // As said above.
  }
}

function unreadable(path: string, why: string, cause: unknown): Failure {
  return new Failure({
    kind: 'malformed',
    what: `Could not read ${path}`,
    why,
    next: 'Check the permissions of the file; it was left as it is.',
    where: path,
    cause,
  });
}

/** Why the system said no, in words. */
export function reasonOf(code: string | undefined): string {
  switch (code) {
    case 'EACCES':
    case 'EPERM':
      return 'permission denied';
    case 'EISDIR':
      return 'it is a folder';
    case 'ENOTDIR':
      return 'a part of its path is not a folder';
    case 'ENOSPC':
    case 'EDQUOT':
      return 'the disk is full';
    case 'EFBIG':
      return 'the file may not become larger';
    case 'EROFS':
      return 'the file system is read-only';
    case 'ELOOP':
      return 'too many symbolic links';
    default:
      return code === undefined ? 'the system refused' : `the system answered ${code}`;
  }
}
