import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The binary itself: the starter script in `.bin` would add a process of its own to every figure. */
export const NODE = fileURLToPath(new URL('../../../node_modules/node/bin/node', import.meta.url));
export const LAUNCHER = fileURLToPath(new URL('../../../bin/rackdeck.js', import.meta.url));

export interface TimedRun {
  readonly ms: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number | null;
}

/** Wall time of a whole process, from spawn to its streams closed. */
export function timeProcess(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<TimedRun> {
  return new Promise((resolve, reject) => {
    const begin = performance.now();
    const child = spawn(NODE, args, {
      env: { PATH: process.env.PATH ?? '', TZ: 'UTC', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      stdout += chunk;
    });
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      stderr += chunk;
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ ms: performance.now() - begin, stdout, stderr, code }));
  });
}

/** The floor under every command: Node itself, doing nothing. */
export function timeBareNode(): Promise<TimedRun> {
  return timeProcess(['-e', '0']);
}

/**
 * Several measurements in turn, A B C A B C ..., so that a drift of the machine meets all alike. One round more is made
 * first and forgotten: it fills the compile cache and the file cache.
 */
export async function alternate<T extends Record<string, () => Promise<unknown>>>(
  rounds: number,
  runs: T,
): Promise<{ readonly [K in keyof T]: Awaited<ReturnType<T[K]>>[] }> {
  const results = {} as { [K in keyof T]: Awaited<ReturnType<T[K]>>[] };
  const names = Object.keys(runs) as (keyof T)[];
  for (const name of names) results[name] = [];
  for (let round = -1; round < rounds; round += 1) {
    for (const name of names) {
      const result = (await runs[name]?.()) as Awaited<ReturnType<T[typeof name]>>;
      if (round >= 0) results[name].push(result);
    }
  }
  return results;
}

/** An empty home folder for as long as the work takes. */
export async function withHome<T>(work: (home: string) => Promise<T>): Promise<T> {
  const home = mkdtempSync(join(tmpdir(), 'rackdeck-bench-'));
  try {
    return await work(home);
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}
