import { randomUUID } from 'node:crypto';
import { lstat, mkdir, open, realpath, rename, stat, unlink } from 'node:fs/promises';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { Failure } from '../domain/failure.ts';
import { reasonOf, systemErrorCode } from './atomic-file.ts';
import { malformedTar } from './tar-header.ts';
import { readTar, type TarEntry } from './tar-reader.ts';

export interface UnpackOptions {
  /** Absolute path in the process that was asked for; absent: the first path in the archive. */
  readonly remotePath?: string;
  /** A folder that exists (the copy gets its name there), or the name of the copy. */
  readonly localPath: string;
  /** Replace files that exist. Default false. */
  readonly overwrite?: boolean;
  /** Sum of all files. Default 1 GiB. */
  readonly maxBytes?: number;
  /** Default 20,000. */
  readonly maxEntries?: number;
}

export interface UnpackedFiles {
  /** Where the copy is. */
  readonly localPath: string;
  /** Paths of the files on this disk. */
  readonly written: readonly string[];
  readonly bytes: number;
  /** What was left out, with the reason: links, devices. */
  readonly skipped: readonly string[];
}

/**
 * Puts what a process sent onto this disk. The archive is not trusted: it is read to its end and held against the rules before
 * the first byte is written. Nothing lands beside `localPath`; links are never made and never followed; files get mode 0600
 * (0700 where they can be run), folders 0700; what exists is replaced only when told so, and then whole.
 * Throws `malformed` for a bad archive and `usage` for a place that cannot be written; then nothing, or whole files only,
 * were written.
 */
export async function unpackFiles(archive: Uint8Array, options: UnpackOptions): Promise<UnpackedFiles> {
  const asked = partsOf(options.remotePath ?? firstPath(archive));
  const destination = await destinationOf(asked.at(-1) ?? 'root', options.localPath);
  const plan = planOf(archive, asked, destination, options);
  if (plan.steps.size === 0) {
    throw new Failure({
      kind: 'not-found',
      what: `Nothing to copy from /${asked.join('/')}`,
      why: plan.skipped[0] ?? 'the archive is empty',
    });
  }
  for (const step of plan.steps.values()) await checkPlace(step, destination, options.overwrite === true);
  for (const step of plan.steps.values()) await carryOut(step, options.overwrite === true);
  const written = [...plan.steps.values()].filter(({ kind }) => kind === 'file').map(({ place }) => place);
  return { localPath: destination, written, bytes: plan.bytes, skipped: plan.skipped };
}

interface Step {
  readonly kind: 'file' | 'folder';
  readonly place: string;
  readonly mode: number;
  readonly body: Uint8Array;
}

interface Plan {
  readonly steps: ReadonlyMap<string, Step>;
  readonly bytes: number;
  readonly skipped: readonly string[];
}

function firstPath(archive: Uint8Array): string {
  for (const { path } of readTar(archive)) return path;
  return '/';
}

async function destinationOf(name: string, localPath: string): Promise<string> {
  const wanted = resolve(localPath);
  const isFolder = await stat(wanted).then(
    (info) => info.isDirectory(),
    () => false,
  );
  if (isFolder) return join(await realpath(wanted), name);
  if (/[/\\]$/.test(localPath)) throw unwritable(localPath, 'there is no such folder');
  const parent = await realpath(dirname(wanted)).catch(() => undefined);
  if (parent === undefined) throw unwritable(dirname(wanted), 'there is no such folder');
  return join(parent, basename(wanted));
}

function planOf(archive: Uint8Array, asked: readonly string[], destination: string, options: UnpackOptions): Plan {
  const { maxBytes = 1_073_741_824, maxEntries = 20_000 } = options;
  const steps = new Map<string, Step>();
  const skipped: string[] = [];
  let bytes = 0;
  let count = 0;
  for (const entry of readTar(archive)) {
    count += 1;
    bytes += entry.body.length;
    if (count > maxEntries) throw malformedTar(`it holds more than ${maxEntries} files and folders`);
    if (bytes > maxBytes) throw malformedTar(`it is larger than ${Math.floor(maxBytes / 1_048_576)} MiB`);
    const inside = insideOf(entry.path, asked);
    if (entry.kind === 'file' || entry.kind === 'folder') {
      addStep(steps, entry, entry.kind, inside === '' ? destination : join(destination, ...inside.split('/')));
    } else skipped.push(`${entry.path}: ${reasonToSkip(entry)}`);
  }
  checkNesting(steps, destination);
  return { steps, bytes, skipped };
}

function addStep(steps: Map<string, Step>, entry: TarEntry, kind: Step['kind'], place: string): void {
  const before = steps.get(place);
  if (before !== undefined && !(before.kind === 'folder' && kind === 'folder')) {
    throw malformedTar(`${entry.path} is in it twice`);
  }
  steps.set(place, { kind, place, mode: (entry.mode & 0o100) === 0 ? 0o600 : 0o700, body: entry.body });
}

function checkNesting(steps: ReadonlyMap<string, Step>, destination: string): void {
  for (const { place } of steps.values()) {
    for (let above = dirname(place); above.length >= destination.length; above = dirname(above)) {
      if (steps.get(above)?.kind === 'file') throw malformedTar(`${basename(above)} is both a file and a folder in it`);
    }
  }
}

/**
 * The path below what was asked for; `''` for that itself. `tar` in the process may have written the whole path (with or
 * without its leading slash) or the last part of it only. Everything else is refused.
 */
function insideOf(path: string, asked: readonly string[]): string {
  const parts = partsOf(path);
  for (const root of [asked, asked.slice(-1)]) {
    if (root.every((part, index) => parts[index] === part)) return parts.slice(root.length).join('/');
  }
  throw malformedTar(`it holds ${path}, which was not asked for`);
}

function partsOf(path: string): string[] {
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  const bad = parts.some((part) => part === '..' || (sep === '\\' && /[\\:]/.test(part)) || hasControls(part));
  if (bad) throw malformedTar(`it holds ${path}, which is no safe name`);
  return parts;
}

function hasControls(text: string): boolean {
  return [...text].some((char) => char < ' ' || (char >= '\u007f' && char <= '\u009f'));
}

function reasonToSkip(entry: TarEntry): string {
  if (entry.kind === 'symlink') return `a link to ${entry.linkPath}; links are not copied`;
  if (entry.kind === 'hardlink') return `the same file as ${entry.linkPath}; links are not copied`;
  return 'neither a file nor a folder';
}

/** What stands there now must allow the step; nothing on the way may be a link to somewhere else. */
async function checkPlace({ kind, place }: Step, destination: string, overwrite: boolean): Promise<void> {
  for (let above = dirname(place); above.length >= destination.length; above = dirname(above)) {
    const info = await lstat(above).catch(() => undefined);
    if (info !== undefined && !info.isDirectory()) throw unwritable(above, 'it stands where a folder is needed');
  }
  const info = await lstat(place).catch(() => undefined);
  if (info === undefined) return;
  if (kind === 'folder') {
    if (!info.isDirectory()) throw unwritable(place, 'it stands where a folder is needed');
  } else if (!info.isFile()) throw unwritable(place, 'what stands there is no plain file');
  else if (!overwrite) throw unwritable(place, 'the file exists already');
}

async function carryOut(step: Step, overwrite: boolean): Promise<void> {
  try {
    const folder = step.kind === 'folder' ? step.place : dirname(step.place);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    if (step.kind === 'file') await (overwrite ? replaceFile(step) : createFile(step.place, step));
  } catch (error) {
    if (error instanceof Failure) throw error;
    const code = systemErrorCode(error);
    throw unwritable(step.place, code === 'EEXIST' ? 'the file exists already' : reasonOf(code), error);
  }
}

async function createFile(path: string, { body, mode }: Step): Promise<void> {
  const file = await open(path, 'wx', mode);
  try {
    await file.writeFile(body);
  } catch (error) {
    await unlink(path).catch(() => undefined);
    throw error;
  } finally {
    await file.close();
  }
}

async function replaceFile(step: Step): Promise<void> {
  const temporary = join(dirname(step.place), `.${basename(step.place)}.${randomUUID()}.tmp`);
  await createFile(temporary, step);
  try {
    await rename(temporary, step.place);
  } catch (error) {
    await unlink(temporary).catch(() => undefined);
    throw error;
  }
}

function unwritable(path: string, why: string, cause?: unknown): Failure {
  return new Failure({
    kind: 'usage',
    what: `Could not write ${path}`,
    why,
    next: 'Choose another place, or allow to overwrite.',
    where: path,
    cause,
  });
}
