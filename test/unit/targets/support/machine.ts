import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Environment } from '../../../../src/platform/environment.ts';

export interface Machine {
  readonly environment: Environment;
  readonly home: string;
  /** Path inside the home folder. */
  path(...parts: string[]): string;
  write(path: string, content: string | object): Promise<string>;
}

/** A machine of its own: an empty home folder, no variables. Removed after the test. */
export async function machine(
  env: Record<string, string> = {},
  overrides: Partial<Environment> = {},
): Promise<Machine> {
  const root = await mkdtemp(join(tmpdir(), 'rackdeck-'));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  const home = join(root, 'home');
  const cwd = join(root, 'project');
  await mkdir(home);
  await mkdir(cwd);
  const environment: Environment = {
    env,
    home,
    cwd,
    platform: 'linux',
    hostname: 'test-host',
    now: () => Date.now(),
    random: () => 0.5,
    ...overrides,
  };
  return {
    environment,
    home,
    path: (...parts) => join(home, ...parts),
    write: async (path, content) => {
      const full = join(home, path);
      await mkdir(dirname(full), { recursive: true });
      await writeFile(full, typeof content === 'string' ? content : JSON.stringify(content, undefined, 2));
      return full;
    },
  };
}
