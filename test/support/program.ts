import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { main } from '../../src/main.ts';

const PACKAGE: { readonly version: string } = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
);
const LAUNCHER = fileURLToPath(new URL('../../bin/rackdeck.js', import.meta.url));
const NODE = fileURLToPath(new URL('../../node_modules/.bin/node', import.meta.url));

export interface ProgramRun {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ProgramOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly home?: string;
  readonly cwd?: string;
  readonly signal?: AbortSignal;
}

/** The real program with pipes instead of a terminal, in a clean environment and an empty home folder. */
export function runProgram(args: readonly string[], options: ProgramOptions = {}): Promise<ProgramRun> {
  const home = options.home ?? mkdtempSync(join(tmpdir(), 'rackdeck-home-'));
  return new Promise((resolve, reject) => {
    const child = spawn(NODE, [LAUNCHER, ...args], {
      cwd: options.cwd ?? home,
      env: { PATH: process.env.PATH ?? '', HOME: home, LANG: 'C.UTF-8', TZ: 'UTC', ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
      signal: options.signal,
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
    child.on('close', (code) => {
      if (options.home === undefined) rmSync(home, { recursive: true, force: true });
      resolve({ code, stdout, stderr });
    });
  });
}

/**
 * The program from its composition root on, in this process: what it answers to many command lines, at a tenth of what as many
 * real processes cost. What belongs to a process (signals, engine flags, the bundle) is {@link runProgram}'s.
 */
export async function runMain(args: readonly string[], options: ProgramOptions = {}): Promise<ProgramRun> {
  // What a build puts in; the one of the package, as the other tests of this process see it, too.
  Object.assign(globalThis, { __RACKDECK_VERSION__: PACKAGE.version });
  const home = options.home ?? mkdtempSync(join(tmpdir(), 'rackdeck-home-'));
  const [stdout, stderr] = [new Captured(), new Captured()];
  const proc: NodeJS.Process = Object.create(process, {
    env: { value: { HOME: home, LANG: 'C.UTF-8', TZ: 'UTC', ...options.env } },
    cwd: { value: () => options.cwd ?? home },
    stdin: { value: { isTTY: false } },
    stdout: { value: stdout },
    stderr: { value: stderr },
    once: { value: () => proc },
    // None of which it knows the flags: those would hold for the tests, too.
    versions: { value: { ...process.versions, v8: '0' } },
  });
  // Where the home folder is, is asked of the system, once and before anything is waited for.
  const before = process.env.HOME;
  process.env.HOME = home;
  const running = main(args, proc);
  process.env.HOME = before;
  const code = await running;
  if (options.home === undefined) rmSync(home, { recursive: true, force: true });
  return { code, stdout: stdout.text, stderr: stderr.text };
}

class Captured extends Writable {
  text = '';

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.text += chunk.toString('utf8');
    done();
  }
}
