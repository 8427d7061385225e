import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { asFailure } from '../domain/failure.ts';
import { readTextFile, systemErrorCode } from '../platform/atomic-file.ts';
import type { Environment } from '../platform/environment.ts';
import { type ConvoxSettings, cleanName, textMember } from './convox-settings.ts';
import { type FolderSource, type RackFolder, readRackFolder } from './rack-folder.ts';

/** Folder of a terraform rack on the disk; undefined where there is nothing of that name, or a file. */
export async function rackFolderPath(settings: ConvoxSettings, name: string): Promise<string | undefined> {
  if (!isRackName(name)) return undefined;
  const path = join(await settings.folder(), 'racks', name);
  return (await entriesOf(path)) === undefined ? undefined : path;
}

const isRackName = (name: string): boolean => /^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name);

/** What the folder says; only read, without terraform. Undefined where there is nothing of that name. */
export async function localRackFolder(
  settings: ConvoxSettings,
  name: string,
  { env }: Pick<Environment, 'env'>,
): Promise<RackFolder | undefined> {
  if (!isRackName(name)) return undefined;
  const path = join(await settings.folder(), 'racks', name);
  const info = await placeOf(path);
  if (!info) return undefined;
  const source = await sourceOf(settings, name, path);
  const backend = (env.CONVOX_TERRAFORM_BACKEND?.trim() ?? '') !== '';
  return readRackFolder(name, source, { ...info, backend });
}

/** The files of a terraform rack; undefined where there is no folder of that name. */
export async function rackFolderSource(settings: ConvoxSettings, name: string): Promise<FolderSource | undefined> {
  const path = await rackFolderPath(settings, name);
  return path === undefined ? undefined : sourceOf(settings, name, path);
}

async function sourceOf(settings: ConvoxSettings, name: string, path: string): Promise<FolderSource> {
  return {
    path: await settings.label('racks', name),
    list: async () => (await entriesOf(path)) ?? [],
    read: (file) => readTextFile(join(path, file)),
  };
}

async function placeOf(path: string): Promise<{ isLink: boolean; isFile: boolean } | undefined> {
  try {
    const own = await lstat(path);
    return { isLink: own.isSymbolicLink(), isFile: (await entriesOf(path)) === undefined };
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    throw asFailure(error, `Could not look at ${path}`);
  }
}

async function entriesOf(path: string): Promise<readonly string[] | undefined> {
  try {
    return await readdir(path);
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw asFailure(error, `Could not read ${path}`);
  }
}

export interface NamedRackPlace {
  readonly name: string;
  /** What names it: `CONVOX_RACK`, `~/.config/convox/current`. */
  readonly from: string;
}

/** Everything here that names a rack for the convox CLI, what counts first (convox-api.md 7.1). */
export async function namedRacks(
  environment: Environment,
  settings: ConvoxSettings,
): Promise<readonly NamedRackPlace[]> {
  const { env, cwd } = environment;
  const reads: readonly (readonly [string, () => Promise<string | undefined>])[] = [
    ['RACK_URL', async () => (env.RACK_URL?.trim() ? 'direct' : undefined)],
    ['CONVOX_RACK', async () => env.CONVOX_RACK],
    ['.convox/rack', () => readTextFile(join(cwd, '.convox', 'rack'))],
    [await settings.label('rack'), () => settings.text('rack')],
    [await settings.label('current'), async () => textMember(await settings.object('current'), 'name')],
  ];
  const found = await Promise.all(reads.map(async ([from, read]) => ({ from, name: cleanName((await read()) ?? '') })));
  return found.filter(({ name }) => name !== '');
}
