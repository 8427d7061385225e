import { createHash } from 'node:crypto';
import { appendFile, chmod, open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as breathe } from 'node:timers/promises';
import { readTextFile, systemErrorCode, writeFileAtomic } from '../platform/atomic-file.ts';
import type { Environment } from '../platform/environment.ts';
import { withFileLock } from '../platform/file-lock.ts';
import { ensurePrivateFolder, stateFolder } from '../platform/state-folder.ts';
import { type HistoryRecord, historyLine, isUsageLine, parseHistoryLine, timeOfLine } from './history-record.ts';
import { SingleTimer, SYSTEM_TIMERS, type Timers } from './timers.ts';
import { KEPT_MS } from './usage-ring.ts';

/** Size beyond which a file is compacted, and the size that it then has at most, bytes. */
const MAX_BYTES = 4 * 1_048_576;
const COMPACT_BYTES = 2 * 1_048_576;
/** Load is kept for twice as long as a screen reaches back; events are worth knowing for longer. Ms. */
const USAGE_AGE_MS = 2 * KEPT_MS;
const EVENT_AGE_MS = 7 * 24 * 3_600_000;
const FLUSH_MS = 60_000;
/** Records waiting to be written at most: a disk that is full must not fill the memory too. */
const MOST_WAITING = 5_000;
/** Lines that we cannot read are somebody's: they outlive a compaction up to this size. */
const MAX_FOREIGN_BYTES = 65_536;
/** Lines read in one go; the screen lives on between them. */
const CHUNK = 50;

export interface HistoryStoreOptions {
  readonly environment: Environment;
  /** Target.id: `gateway:acme/prod`. */
  readonly target: string;
  readonly timers?: Timers;
  readonly maxBytes?: number;
}

export interface HistoryLoad {
  readonly read: number;
  /** Torn, damaged or foreign lines; they stay in the file. */
  readonly skipped: number;
}

/**
 * Samples and events of one target as JSON lines in the state folder, mode 0600. Lines are appended under a lock, a minute's
 * worth at a time; two programs may write the same file, and their lines then tell the same story twice, which readers
 * allow for. Bounded in size and age by compaction, which replaces the file as a whole.
 */
export class HistoryStore {
  readonly #target: string;
  #path: string | undefined;
  readonly #environment: Environment;
  readonly #timer: SingleTimer;
  readonly #maxBytes: number;
  #waiting: string[] = [];
  #writing: Promise<void> = Promise.resolve();
  #problem: string | undefined;

  constructor(options: HistoryStoreOptions) {
    this.#environment = options.environment;
    this.#timer = new SingleTimer(options.timers ?? SYSTEM_TIMERS);
    this.#maxBytes = options.maxBytes ?? MAX_BYTES;
    this.#target = options.target;
  }

  /** Made when it is first needed: hashes take long to load, and a store is opened before the first frame. */
  get path(): string {
    this.#path ??= join(stateFolder(this.#environment), 'history', fileName(this.#target));
    return this.#path;
  }

  /** Why the last attempt to read or write failed, in words; undefined while all is well. */
  get problem(): string | undefined {
    return this.#problem;
  }

  /** Takes each readable record that is not too old, oldest lines first. Never rejects. */
  async load(take: (record: HistoryRecord) => void): Promise<HistoryLoad> {
    let read = 0;
    let skipped = 0;
    // The first frame does not wait for the past.
    await breathe();
    try {
      const lines = (await this.#readTail()).split('\n');
      const now = this.#environment.now();
      for (let at = 0; at < lines.length; at += 1) {
        const line = lines[at] ?? '';
        if (at % CHUNK === CHUNK - 1) await breathe();
        if (line === '' || isTooOld(line, now, KEPT_MS)) continue;
        const record = parseHistoryLine(line);
        if (record === undefined) {
          skipped += 1;
        } else if (record.at <= now) {
          read += 1;
          take(record);
        }
      }
      this.#problem = undefined;
    } catch (error) {
      this.#fail(error);
    }
    return { read, skipped };
  }

  /** Written within a minute, or when the store closes. */
  append(record: HistoryRecord): void {
    this.#waiting.push(historyLine(record));
    if (this.#waiting.length > MOST_WAITING) this.#waiting.splice(0, this.#waiting.length - MOST_WAITING);
    if (!this.#timer.pending) this.#timer.start(FLUSH_MS, () => void this.flush());
  }

  /** Writes what waits. Never rejects; what could not be written waits for the next time. */
  flush(): Promise<void> {
    this.#timer.stop();
    this.#writing = this.#writing.then(() => this.#write());
    return this.#writing;
  }

  close(): Promise<void> {
    return this.flush();
  }

  async #write(): Promise<void> {
    const lines = this.#waiting;
    if (lines.length === 0) return;
    this.#waiting = [];
    try {
      await ensurePrivateFolder(join(this.path, '..'));
      await this.#locked(async () => {
        await this.#append(lines);
        if ((await sizeOf(this.path)) > this.#maxBytes) await this.#compact();
      });
      this.#problem = undefined;
    } catch (error) {
      this.#waiting = [...lines, ...this.#waiting].slice(-MOST_WAITING);
      this.#fail(error);
    }
  }

  /** A line that another program could not finish must not swallow our first one. */
  async #append(lines: readonly string[]): Promise<void> {
    const torn = await endsTorn(this.path);
    await appendFile(this.path, `${torn ? '\n' : ''}${lines.join('\n')}\n`, { mode: 0o600 });
    await chmod(this.path, 0o600);
  }

  /** Keeps the newest lines; the caller holds the lock. */
  async #compact(): Promise<void> {
    const now = this.#environment.now();
    const room = Math.min(COMPACT_BYTES, this.#maxBytes / 2);
    const kept: string[] = [];
    let bytes = 0;
    let foreign = 0;
    const lines = ((await readTextFile(this.path)) ?? '').split('\n');
    for (const line of lines.reverse()) {
      if (line === '') continue;
      const size = Buffer.byteLength(line) + 1;
      if (timeOfLine(line) === undefined) {
        foreign += size;
        if (foreign <= MAX_FOREIGN_BYTES) kept.push(line);
      } else if (!isTooOld(line, now)) {
        bytes += size;
        if (bytes <= room) kept.push(line);
      }
    }
    await writeFileAtomic(
      this.path,
      kept
        .reverse()
        .map((line) => `${line}\n`)
        .join(''),
    );
  }

  /** The file as far as it is bounded; a larger one is somebody's doing, and its end is what counts. */
  async #readTail(): Promise<string> {
    const size = await sizeOf(this.path);
    if (size <= 2 * this.#maxBytes) return (await readTextFile(this.path)) ?? '';
    const file = await open(this.path, 'r');
    try {
      const buffer = Buffer.alloc(this.#maxBytes);
      const { bytesRead } = await file.read(buffer, 0, this.#maxBytes, size - this.#maxBytes);
      const text = buffer.subarray(0, bytesRead).toString('utf8');
      return text.slice(text.indexOf('\n') + 1);
    } finally {
      await file.close();
    }
  }

  #locked(work: () => Promise<void>): Promise<void> {
    const { hostname, now, random } = this.#environment;
    return withFileLock(`${this.path}.lock`, work, { hostname, now, random, waitMs: 2_000 });
  }

  #fail(error: unknown): void {
    this.#problem = error instanceof Error ? error.message : String(error);
  }
}

function isTooOld(line: string, now: number, usageAge = USAGE_AGE_MS): boolean {
  const at = timeOfLine(line);
  return at !== undefined && at < now - (isUsageLine(line) ? usageAge : EVENT_AGE_MS);
}

/** Readable, and two targets never share a file: `gateway-acme-prod-1f3870be.jsonl`. */
function fileName(target: string): string {
  const readable = target.replace(/[^A-Za-z0-9]+/g, '-').slice(0, 60);
  return `${readable}-${createHash('sha256').update(target).digest('hex').slice(0, 8)}.jsonl`;
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return 0;
    throw error;
  }
}

async function endsTorn(path: string): Promise<boolean> {
  const size = await sizeOf(path);
  if (size === 0) return false;
  const file = await open(path, 'r');
  try {
    const last = Buffer.alloc(1);
    await file.read(last, 0, 1, size - 1);
    return last[0] !== 0x0a;
  } finally {
    await file.close();
  }
}
