import { chmod, mkdir } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { Failure } from '../domain/failure.ts';
import { reasonOf, systemErrorCode } from './atomic-file.ts';
import type { Environment } from './environment.ts';

/** Folder of our own settings: `RACKDECK_CONFIG_DIR`, else what the operating system provides for it. */
export function configFolder(environment: Environment): string {
  const given = absolute(environment.env.RACKDECK_CONFIG_DIR);
  if (given !== undefined) return given;
  const { home, platform, env } = environment;
  if (platform === 'win32') {
    return join(absolute(env.APPDATA) ?? join(home, 'AppData', 'Roaming'), 'rackdeck', 'config');
  }
  const xdg = absolute(env.XDG_CONFIG_HOME);
  if (xdg !== undefined) return join(xdg, 'rackdeck');
  return platform === 'darwin' ? join(home, 'Library', 'Preferences', 'rackdeck') : join(home, '.config', 'rackdeck');
}

/** Folder of what the program remembers by itself (tokens, journal, debug log): `RACKDECK_STATE_DIR`, else by the OS. */
export function stateFolder(environment: Environment): string {
  const given = absolute(environment.env.RACKDECK_STATE_DIR);
  if (given !== undefined) return given;
  const { home, platform, env } = environment;
  if (platform === 'win32') {
    return join(absolute(env.LOCALAPPDATA) ?? join(home, 'AppData', 'Local'), 'rackdeck', 'state');
  }
  const xdg = absolute(env.XDG_STATE_HOME);
  if (xdg !== undefined) return join(xdg, 'rackdeck');
  return platform === 'darwin'
    ? join(home, 'Library', 'Application Support', 'rackdeck')
    : join(home, '.local', 'state', 'rackdeck');
}

/** Creates the folder (0700) where it is missing, and takes other people's access away where it exists. */
export async function ensurePrivateFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true, mode: 0o700 });
    await chmod(path, 0o700);
  } catch (error) {
    throw new Failure({
      kind: 'server',
      what: `Could not create the folder ${path}`,
      why: reasonOf(systemErrorCode(error)),
      next: 'Check the permissions of the folder above it.',
      where: path,
      cause: error,
    });
  }
}

/** The XDG rules (and ours): a relative path in such a variable is to be ignored. */
function absolute(path: string | undefined): string | undefined {
  const trimmed = path?.trim();
  return trimmed !== undefined && trimmed !== '' && isAbsolute(trimmed) ? trimmed : undefined;
}
