import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Environment } from '../../../src/platform/environment.ts';

export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'rackdeck-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

export async function temporaryHome(env: Record<string, string> = {}): Promise<Environment> {
  const home = await temporaryFolder();
  return { env, home, cwd: home, platform: 'linux', hostname: 'test-host', now: Date.now, random: Math.random };
}
