import { chmod, stat, unlink } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';
import { readTextFile, writeFileAtomic } from '../platform/atomic-file.ts';
import type { Environment } from '../platform/environment.ts';
import { withFileLock } from '../platform/file-lock.ts';
import {
  dropSession,
  formatGatewayConfig,
  type GatewayConfig,
  parseGatewayDocument,
  putSession,
  readGatewayConfig,
  type StoredSession,
} from './gateway-config.ts';
import { type JsonObject, setMember } from './json-document.ts';

/** `$GATEWAY_CLI_CONFIG_DIR/config.json`, else `~/.config/rack-gateway/config.json` on every OS (gateway.md 2.8). */
export function gatewayConfigPath(environment: Environment): string {
  const folder = environment.env.GATEWAY_CLI_CONFIG_DIR?.trim();
  if (folder === undefined || folder === '') return join(environment.home, '.config', 'rack-gateway', 'config.json');
  return join(isAbsolute(folder) ? folder : join(environment.cwd, folder), 'config.json');
}

/**
 * The shared file on disk. Reading is cached by the file's identity and time stamp, so that every request may ask for the
 * token of the moment: a login in another terminal is used at once.
 *
 * That CLI takes no lock and writes in place. So we re-read right before each write and hold our own lock against a
 * second rackdeck; what can be lost in the remaining instant is one of two logins, never the file.
 */
export class GatewayConfigFile {
  readonly path: string;
  readonly #environment: Environment;
  #cached: { readonly stamp: string; readonly config: GatewayConfig | undefined } | undefined;

  constructor(environment: Environment) {
    this.#environment = environment;
    this.path = gatewayConfigPath(environment);
  }

  /** Undefined where there is no file. Throws a `malformed` Failure that names it. */
  async read(): Promise<GatewayConfig | undefined> {
    const stamp = await stampOf(this.path);
    if (this.#cached?.stamp === stamp) return this.#cached.config;
    const text = await readTextFile(this.path);
    const config = text === undefined ? undefined : await this.#complete(parseGatewayDocument(text, this.path));
    this.#cached = { stamp, config };
    return config;
  }

  /** Stores a session and selects the rack. Throws where the file is malformed: it is never overwritten then. */
  async saveSession(name: string, url: string, session: StoredSession): Promise<void> {
    await this.#update((document, machineId) => {
      if (machineId === undefined) setMember(document, 'machine_id', session.deviceId);
      putSession(document, this.path, { name, url, session });
    });
  }

  /** Forgets a session if the file still holds `token` (undefined: whatever it holds). */
  async clearSession(name: string, token: string | undefined): Promise<void> {
    await this.#update((document) => dropSession(document, name, token));
  }

  async #update(change: (document: JsonObject, machineId: string | undefined) => void): Promise<void> {
    const { hostname, now, random } = this.#environment;
    await withFileLock(
      `${this.path}.rackdeck-lock`,
      async () => {
        const text = (await readTextFile(this.path)) ?? '';
        const document = parseGatewayDocument(text, this.path);
        const config = await this.#complete(document);
        if (config.current !== undefined) setMember(document, 'current', config.current);
        change(document, config.machineId);
        if (!Object.hasOwn(document, 'gateways')) setMember(document, 'gateways', {});
        await writeFileAtomic(this.path, formatGatewayConfig(document));
        await this.#tidy();
      },
      { hostname, now, random },
    );
    this.#cached = undefined;
  }

  /** The key `current` wins over the older standalone file of that name (gateway.md 10). */
  async #complete(document: JsonObject): Promise<GatewayConfig> {
    const config = readGatewayConfig(document, this.path);
    if (config.current !== undefined) return config;
    const older = await readTextFile(this.#olderCurrentPath()).catch(() => undefined);
    const current = older?.trim();
    return current === undefined || current === '' || current.includes('\n') ? config : { ...config, current };
  }

  /** As the CLI does on save: the stale file goes, the folder is private. */
  async #tidy(): Promise<void> {
    await unlink(this.#olderCurrentPath()).catch(() => undefined);
    await chmod(dirname(this.path), 0o700).catch(() => undefined);
  }

  #olderCurrentPath(): string {
    return join(dirname(this.path), 'current');
  }
}

async function stampOf(path: string): Promise<string> {
  try {
    const { ino, mtimeMs, size } = await stat(path);
    return `${ino} ${mtimeMs} ${size}`;
  } catch {
    return 'missing';
  }
}
