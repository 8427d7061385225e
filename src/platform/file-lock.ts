import { link, mkdir, open, readFile, rename, stat, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Failure } from '../domain/failure.ts';
import { reasonOf, systemErrorCode } from './atomic-file.ts';

export interface FileLockOptions {
  /** Longest wait for another holder, ms. */
  readonly waitMs?: number;
  /** A lock older than this belongs to a program that died on another machine, ms. */
  readonly staleMs?: number;
  readonly hostname?: string;
  readonly now?: () => number;
  readonly random?: () => number;
  readonly pid?: number;
  readonly isAlive?: (pid: number) => boolean;
  readonly wait?: (ms: number) => Promise<void>;
}

const WAIT_MS = 10_000;
const STALE_MS = 60_000;
const RETRY_MS = 25;

/**
 * Runs `work` while holding the lock file `path`, so that two rackdecks do not change the same file at once. A lock whose
 * holder died is taken over. Throws a `conflict` Failure when the wait is over, or whatever `work` throws.
 */
export async function withFileLock<T>(path: string, work: () => Promise<T>, options: FileLockOptions = {}): Promise<T> {
  const mark = await acquire(path, options);
  try {
    return await work();
  } finally {
    await release(path, mark);
  }
}

async function acquire(path: string, options: FileLockOptions): Promise<string> {
  const now = options.now ?? Date.now;
  const wait = options.wait ?? ((ms: number) => delay(ms));
  const random = options.random ?? Math.random;
  const until = now() + (options.waitMs ?? WAIT_MS);
  for (;;) {
    const mark = `${options.pid ?? process.pid} ${options.hostname || '-'} ${now()} ${crypto.randomUUID()}\n`;
    if (await create(path, mark)) return mark;
    const stale = await staleMark(path, options);
    if (stale !== undefined) await takeAway(path, stale);
    else if (now() >= until) throw busy(path);
    else await wait(RETRY_MS * (1 + random()));
  }
}

async function create(path: string, mark: string): Promise<boolean> {
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const file = await open(path, 'wx', 0o600);
    await file.writeFile(mark).finally(() => file.close());
    return true;
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === 'EEXIST') return false;
    throw new Failure({
      kind: 'server',
      what: `Could not create the lock file ${path}`,
      why: reasonOf(code),
      next: 'Check the permissions of its folder.',
      where: path,
      cause: error,
    });
  }
}

/** The text of a lock whose holder is gone; undefined while it is held (or was let go just now). */
async function staleMark(path: string, options: FileLockOptions): Promise<string | undefined> {
  try {
    const mark = await readFile(path, 'utf8');
    const [pid = '', host = '', time = ''] = mark.trim().split(' ');
    // The holder's own clock where it has written it yet: a file server's may be another one.
    const since = /^\d+$/.test(time) ? Number(time) : (await stat(path)).mtimeMs;
    if ((options.now ?? Date.now)() - since > (options.staleMs ?? STALE_MS)) return mark;
    const sameMachine = host === options.hostname && /^\d+$/.test(pid);
    return sameMachine && !(options.isAlive ?? isAlive)(Number(pid)) ? mark : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Two waiters may find the same stale lock: the second must not remove the fresh lock of the first. So the file is moved
 * aside first and put back where it is not the one that was judged.
 */
async function takeAway(path: string, stale: string): Promise<void> {
  const aside = `${path}.${crypto.randomUUID()}`;
  try {
    await rename(path, aside);
    if ((await readFile(aside, 'utf8')) !== stale) await link(aside, path).catch(() => undefined);
    await unlink(aside);
  } catch {
    // Someone else was faster; the next attempt sees what is there now.
  }
}

async function release(path: string, mark: string): Promise<void> {
  try {
    if ((await readFile(path, 'utf8')) === mark) await unlink(path);
  } catch {
    // Taken over after its time: nothing of ours is left to remove.
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemErrorCode(error) === 'EPERM';
  }
}

function busy(path: string): Failure {
  return new Failure({
    kind: 'conflict',
    what: 'Another rackdeck is changing the same file',
    why: `its lock ${path} is still held`,
    next: 'Try again in a moment; remove the lock file if no other rackdeck runs.',
    where: path,
  });
}
