import { readdir } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { asFailure, Failure } from '../domain/failure.ts';
import { safeText } from '../domain/safe-text.ts';
import { readTextFile, systemErrorCode } from '../platform/atomic-file.ts';
import type { Environment } from '../platform/environment.ts';
import { homePath } from '../platform/home-path.ts';
import { isJsonObject, type JsonObject, member } from './json-document.ts';

/** A rack that the settings folder knows by itself. */
export type LocalRack =
  | { readonly kind: 'terraform'; readonly name: string; readonly path: string }
  | { readonly kind: 'direct'; readonly name: string; readonly path: string };

/** A login to a console, as `convox login` left it. `token` and `session` are secret. */
export interface ConsoleLogin {
  readonly host: string;
  readonly token: string | undefined;
  readonly session: string | undefined;
}

/** The convox CLI's settings folder (convox-api.md 7.2). Only read, never written. */
export class ConvoxSettings {
  readonly #environment: Environment;
  #folder: Promise<string> | undefined;

  constructor(environment: Environment) {
    this.#environment = environment;
  }

  /** The first of the possible folders that exists; the first of all where none does. */
  folder(): Promise<string> {
    this.#folder ??= this.#findFolder();
    return this.#folder;
  }

  /** For messages: `~/.config/convox/current`. */
  async label(...parts: readonly string[]): Promise<string> {
    return homePath(join(await this.folder(), ...parts), this.#environment.home);
  }

  /** Trimmed text of a file; undefined where it is missing or blank. Throws a Failure that names the file. */
  async text(...parts: readonly string[]): Promise<string | undefined> {
    const text = (await readTextFile(join(await this.folder(), ...parts)))?.trim();
    return text === undefined || text === '' ? undefined : text;
  }

  /** A JSON object of a file; undefined where it is missing. Throws a `malformed` Failure that names the file. */
  async object(...parts: readonly string[]): Promise<JsonObject | undefined> {
    const text = await this.text(...parts);
    if (text === undefined) return undefined;
    const value = parsed(text);
    if (isJsonObject(value)) return value;
    throw new Failure({
      kind: 'malformed',
      what: `Could not understand ${await this.label(...parts)}`,
      why: 'it is not a JSON object',
      next: 'Correct the file, or run `convox login` to write it anew; it was left as it is.',
      where: await this.label(...parts),
    });
  }

  /** Entries of `racks/`: folders with a `main.tf` are terraform racks, plain files are direct ones. */
  async localRacks(): Promise<readonly LocalRack[]> {
    const folder = join(await this.folder(), 'racks');
    const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
      const code = systemErrorCode(error);
      if (code === 'ENOENT' || code === 'ENOTDIR') return [];
      throw asFailure(error, `Could not read ${homePath(folder, this.#environment.home)}`);
    });
    const racks = await Promise.all(
      entries.map(async (entry): Promise<LocalRack | undefined> => {
        const path = join(folder, entry.name);
        if (entry.name.startsWith('.')) return undefined;
        if (entry.isFile()) return { kind: 'direct', name: entry.name, path };
        // A link may lead to either.
        const isTerraform = (await readTextFile(join(path, 'main.tf')).catch(() => undefined)) !== undefined;
        if (isTerraform) return { kind: 'terraform', name: entry.name, path };
        return entry.isSymbolicLink() ? { kind: 'direct', name: entry.name, path } : undefined;
      }),
    );
    return racks.filter((rack) => rack !== undefined);
  }

  /** `CONVOX_HOST`, `CONVOX_PASSWORD` and the files that they override; undefined where there is no console at all. */
  async consoleLogin(): Promise<ConsoleLogin | undefined> {
    const { env } = this.#environment;
    const host = await this.consoleHost();
    if (host === undefined) return undefined;
    const token = filled(env.CONVOX_PASSWORD) ?? textMember(await this.object('auth'), host);
    const session = textMember(await this.object('session').catch(() => undefined), host);
    return { host, token, session };
  }

  async consoleHost(): Promise<string | undefined> {
    return filled(this.#environment.env.CONVOX_HOST) ?? (await this.text('console'));
  }

  async #findFolder(): Promise<string> {
    const folders = possibleFolders(this.#environment);
    for (const folder of folders) {
      const found = await readdir(folder).catch(() => undefined);
      if (found !== undefined) return folder;
    }
    return folders[0] ?? join(this.#environment.home, '.config', 'convox');
  }
}

/** convox-api.md 7.2, most specific first; with `CONVOX_CONFIG` no other one counts. */
function possibleFolders({ env, home, platform, cwd }: Environment): readonly string[] {
  const given = filled(env.CONVOX_CONFIG);
  if (given !== undefined) return [isAbsolute(given) ? given : join(cwd, given)];
  const xdg = filled(env.XDG_CONFIG_HOME);
  if (xdg !== undefined && isAbsolute(xdg)) return [join(xdg, 'convox'), ...systemFolders(env, platform)];
  return [join(userConfigHome({ env, home, platform }), 'convox'), ...systemFolders(env, platform)];
}

function userConfigHome({ env, home, platform }: Pick<Environment, 'env' | 'home' | 'platform'>): string {
  if (platform === 'darwin') return join(home, 'Library', 'Preferences');
  if (platform !== 'win32') return join(home, '.config');
  const roaming = filled(env.APPDATA);
  return filled(env.LOCALAPPDATA) ?? (roaming === undefined ? join(home, 'AppData', 'Local') : join(roaming, 'Local'));
}

function systemFolders(env: Environment['env'], platform: NodeJS.Platform): readonly string[] {
  if (platform === 'darwin') return ['/Library/Preferences/convox'];
  if (platform !== 'win32') return ['/etc/xdg/convox'];
  const programData = filled(env.PROGRAMDATA);
  return programData === undefined ? [] : [join(programData, 'convox')];
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function textMember(object: JsonObject | undefined, key: string): string | undefined {
  const value = object === undefined ? undefined : member(object, key);
  return typeof value === 'string' ? filled(value) : undefined;
}

/** Text of a settings file for display and matching: one clean line. */
export function cleanName(text: string): string {
  return safeText(text, 200).trim();
}

function filled(text: string | undefined): string | undefined {
  const trimmed = text?.trim();
  return trimmed === undefined || trimmed === '' ? undefined : trimmed;
}
