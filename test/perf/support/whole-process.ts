import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const NODE = fileURLToPath(new URL('../../../node_modules/node/bin/node', import.meta.url));
export const LAUNCHER = fileURLToPath(new URL('../../../bin/rackdeck.js', import.meta.url));

export interface TimedRun {
  readonly ms: number;
  readonly stdout: string;
  readonly code: number | null;
}

/** Wall time of a whole process, from spawn to its streams closed. */
export function timeProcess(args: readonly string[], env: Readonly<Record<string, string>>): Promise<TimedRun> {
  return new Promise((resolve, reject) => {
    const begin = performance.now();
    const child = spawn(NODE, args, { env: { PATH: process.env.PATH ?? '', ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      stdout += chunk;
    });
    child.stderr.resume();
    child.on('error', reject);
    child.on('close', (code) => resolve({ ms: performance.now() - begin, stdout, code }));
  });
}

/** Two commands in turn, A B A B ..., so that a drift of the machine meets both alike. */
export async function alternate<A, B>(
  rounds: number,
  first: () => Promise<A>,
  second: () => Promise<B>,
): Promise<{ readonly first: A[]; readonly second: B[] }> {
  await first();
  await second();
  const results = { first: [] as A[], second: [] as B[] };
  for (let round = 0; round < rounds; round += 1) {
    results.first.push(await first());
    results.second.push(await second());
  }
  return results;
}
