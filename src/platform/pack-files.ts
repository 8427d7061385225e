import { createReadStream } from 'node:fs';
import { lstat, readdir, readlink, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { Failure } from '../domain/failure.ts';
import { reasonOf, systemErrorCode } from './atomic-file.ts';
import { type TarInput, writeTar } from './tar-writer.ts';

export interface PackLimits {
  /** Of the archive. Default 256 MiB: it travels in one piece. */
  readonly maxBytes?: number;
  /** Default 20,000. */
  readonly maxEntries?: number;
}

export interface PackedFiles {
  readonly archive: Uint8Array;
  readonly files: number;
  /** Sum of the files. */
  readonly bytes: number;
  /** Where it will be there. */
  readonly remotePath: string;
  /** What was left out, with the reason: sockets, devices, ... */
  readonly skipped: readonly string[];
}

/**
 * A local file or folder as a tar archive for a process (convox-api.md 3: paths absolute, unpacked at `/`). A remote path that
 * ends with `/` is a folder to put it into. A symbolic link that is named is followed; those below stay links.
 * Throws a `usage` Failure with the path that cannot be packed.
 */
export async function packFiles(local: string, remote: string, limits: PackLimits = {}): Promise<PackedFiles> {
  const source = resolve(local);
  const remotePath = remoteTarget(remote, basename(source));
  const found = new Found(limits);
  await collect(source, remotePath, found, true);
  const maxBytes = limits.maxBytes ?? DEFAULT_MAX_BYTES;
  if (found.bytes > maxBytes) throw tooLarge(maxBytes);
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of writeTar(found.entries)) {
    size += chunk.length;
    if (size > maxBytes) throw tooLarge(maxBytes);
    chunks.push(chunk);
  }
  const { bytes, files, skipped } = found;
  return { archive: Buffer.concat(chunks, size), files, bytes, remotePath, skipped };
}

const DEFAULT_MAX_BYTES = 256 * 1_048_576;

/** Throws a `usage` Failure for what a process cannot have as a path. */
export function checkRemotePath(path: string): void {
  const why = !path.startsWith('/')
    ? 'paths in a process must be absolute'
    : path.split('/').includes('..')
      ? 'it must not contain ".."'
      : [...path].some((char) => char < ' ' || char === '\u007f')
        ? 'it contains control characters'
        : undefined;
  if (why === undefined) return;
  throw new Failure({
    kind: 'usage',
    what: `"${path}" is no path in a process`,
    why,
    next: 'Give it as /folder/file.',
  });
}

function remoteTarget(remote: string, name: string): string {
  checkRemotePath(remote);
  const joined = remote.endsWith('/') ? `${remote}${name}` : remote;
  return joined.replace(/\/{2,}/g, '/');
}

class Found {
  readonly entries: TarInput[] = [];
  readonly skipped: string[] = [];
  files = 0;
  bytes = 0;
  readonly #maxEntries: number;

  constructor({ maxEntries = 20_000 }: PackLimits) {
    this.#maxEntries = maxEntries;
  }

  add(entry: TarInput): void {
    if (this.entries.length >= this.#maxEntries) {
      throw new Failure({
        kind: 'usage',
        what: 'Too much to copy',
        why: `there are more than ${this.#maxEntries} files and folders`,
        next: 'Pack it yourself first, or copy a part of it.',
      });
    }
    this.entries.push(entry);
    if (entry.kind !== 'file') return;
    this.files += 1;
    this.bytes += entry.size;
  }
}

async function collect(local: string, path: string, found: Found, top: boolean): Promise<void> {
  try {
    const info = top ? await stat(local) : await lstat(local);
    const shared = { path, mode: info.mode & 0o777, modifiedAt: Math.floor(info.mtimeMs / 1000) };
    if (info.isFile()) {
      found.add({ ...shared, kind: 'file', size: info.size, body: lazily(local) });
    } else if (info.isDirectory()) {
      found.add({ ...shared, kind: 'folder' });
      const names = (await readdir(local)).sort();
      for (const name of names) await collect(join(local, name), `${path}/${name}`, found, false);
    } else if (info.isSymbolicLink()) {
      found.add({ ...shared, kind: 'symlink', linkPath: await readlink(local) });
    } else if (top) {
      throw new Failure({ kind: 'usage', what: `Could not copy ${local}`, why: 'it is neither a file nor a folder' });
    } else found.skipped.push(`${local}: neither a file nor a folder`);
  } catch (error) {
    throw unreadable(local, error);
  }
}

/** Opened when its turn comes: thousands of files are not open at the same time. */
async function* lazily(path: string): AsyncGenerator<Uint8Array> {
  try {
    yield* createReadStream(path);
  } catch (error) {
    throw unreadable(path, error);
  }
}

function unreadable(path: string, error: unknown): unknown {
  if (error instanceof Failure) return error;
  const code = systemErrorCode(error);
  return new Failure({
    kind: 'usage',
    what: `Could not read ${path}`,
    why: code === 'ENOENT' ? 'there is no such file' : reasonOf(code),
    next: 'Check the path and its permissions; nothing was sent.',
    where: path,
    cause: error,
  });
}

function tooLarge(maxBytes: number): Failure {
  return new Failure({
    kind: 'usage',
    what: 'Too much to copy',
    why: `it is larger than ${Math.floor(maxBytes / 1_048_576)} MiB`,
    next: 'Copy a part of it, or go by way of an object store.',
  });
}
