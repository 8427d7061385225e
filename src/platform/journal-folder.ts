import { isUtf8 } from 'node:buffer';
import { type FileHandle, open, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../domain/failure.ts';
import type { ChainEnd, ChainFile, FileLine, KnownHead } from '../domain/journal-chain.ts';
import { readTextFile, reasonOf, syncFolder, systemErrorCode, writeFileAtomic } from './atomic-file.ts';
import type { Environment } from './environment.ts';
import { withFileLock } from './file-lock.ts';
import { ensurePrivateFolder, stateFolder } from './state-folder.ts';

/** What is at the end of the files. */
export interface JournalTail {
  /** Of the newest file that has any, oldest first: at least the last ones; all lines of all files where `whole`. */
  readonly lines: readonly FileLine[];
  readonly head: ChainEnd | undefined;
  readonly whole: boolean;
}

/** Lines to be written (without newlines), and the end of the chain that they make. */
export interface JournalAddition {
  readonly lines: readonly string[];
  readonly head: ChainEnd;
}

/** Gives what to add; undefined: this much of the end does not tell, show all of it. */
export type ComposeAddition = (tail: JournalTail) => JournalAddition | undefined;

export interface JournalFiles {
  readonly files: readonly ChainFile[];
  readonly head: KnownHead;
}

/** Where lines are kept: a folder, or memory for what ends with the program. */
export interface JournalStore {
  /** For messages. */
  readonly place: string;
  read(): Promise<JournalFiles>;
  /** Resolves when the lines are on the disk. */
  append(compose: ComposeAddition): Promise<void>;
}

const FILE_NAME = /^\d{4}-\d{2}\.jsonl$/;
const HEAD = 'head.json';
const TAIL_BYTES = 262_144;
const NEWLINE = 0x0a;

/** The newest file that has lines, and how long it was; `''` and 0 where there is none. */
interface Seen {
  readonly name: string;
  readonly size: number;
}

interface Kept {
  readonly stamp: string;
  readonly file: ChainFile;
}

/**
 * One file a month (UTC) in `journal/` of the state folder, 0600 in 0700. Lines are only ever added: under a lock, because
 * several rackdecks may run, and forced to the disk before `append` resolves. A line that a crash cut off stays where it is.
 * `head.json` notes the last line apart from the lines, so that lines taken from the end are missed.
 */
export class JournalFolder implements JournalStore {
  readonly place: string;
  readonly #environment: Environment;
  readonly #kept = new Map<string, Kept>();
  #turn: Promise<unknown> = Promise.resolve();

  constructor(environment: Environment) {
    this.#environment = environment;
    this.place = join(stateFolder(environment), 'journal');
  }

  /** The same object again for a file that did not change. Throws a Failure where one cannot be read. */
  async read(): Promise<JournalFiles> {
    // The note first: lines that another process adds meanwhile are then too many, never too few.
    const head = await this.#head();
    const files: ChainFile[] = [];
    for (const name of await this.#names()) files.push(await this.#file(name));
    return { files, head };
  }

  append(compose: ComposeAddition): Promise<void> {
    // In this process one after the other; the lock is for the others.
    const mine = this.#turn.then(() => this.#append(compose));
    this.#turn = mine.catch(() => undefined);
    return mine;
  }

  async #append(compose: ComposeAddition): Promise<void> {
    await this.#ensureFolder();
    const { hostname, now, random } = this.#environment;
    await withFileLock(join(this.place, 'lock'), () => this.#write(compose), { hostname, now, random });
  }

  async #ensureFolder(): Promise<void> {
    const existed = await exists(this.place);
    await ensurePrivateFolder(this.place);
    if (!existed) await syncFolder(join(this.place, '..'));
  }

  /** The caller holds the lock. */
  async #write(compose: ComposeAddition): Promise<void> {
    const known = await this.#head();
    const head = known === 'unreadable' ? undefined : known;
    const names = await this.#names();
    const { lines, seen } = await this.#lastLines(names);
    const addition =
      compose({ lines, head, whole: false }) ?? compose({ lines: await this.#allLines(names), head, whole: true });
    if (!addition) throw new Error('nothing to add to the journal');
    if (!(await this.#addTo(this.#currentName(names), addition.lines, seen))) return this.#write(compose);
    // A note that cannot be read is somebody's: it stays, and verifying says so.
    if (known !== 'unreadable') await writeFileAtomic(join(this.place, HEAD), headText(addition.head));
  }

  /** A clock that went back must not begin an older file: the chain goes on in the newest. */
  #currentName(names: readonly string[]): string {
    const month = `${new Date(this.#environment.now()).toISOString().slice(0, 7)}.jsonl`;
    const newest = names.at(-1) ?? '';
    return newest > month ? newest : month;
  }

  /**
   * False, and nothing is written, where the file is no longer the one that was read: the lock of a program that slept for
   * a minute (a closed laptop) is taken over, and on waking it must not write what another has written meanwhile.
   */
  async #addTo(name: string, lines: readonly string[], seen: Seen): Promise<boolean> {
    const path = join(this.place, name);
    try {
      const file = await open(path, 'a+', 0o600);
      try {
        const { size } = await privateFile(file);
        if (size !== (seen.name === name ? seen.size : 0)) return false;
        const torn = size > 0 && (await lastByte(file, size)) !== NEWLINE;
        await file.writeFile(`${torn ? '\n' : ''}${lines.join('\n')}\n`, 'utf8');
        await file.sync();
        return true;
      } finally {
        await file.close();
      }
    } catch (error) {
      throw fileFailure('write', path, error);
    }
  }

  async #names(): Promise<readonly string[]> {
    try {
      return (await readdir(this.place)).filter((name) => FILE_NAME.test(name)).sort();
    } catch (error) {
      if (systemErrorCode(error) === 'ENOENT') return [];
      throw fileFailure('read', this.place, error);
    }
  }

  async #lastLines(names: readonly string[]): Promise<{ readonly lines: readonly FileLine[]; readonly seen: Seen }> {
    for (const name of names.toReversed()) {
      const path = join(this.place, name);
      const { lines, size } = await this.#reading(path, () => readLastLines(path));
      if (lines.length > 0) return { lines, seen: { name, size } };
    }
    return { lines: [], seen: { name: '', size: 0 } };
  }

  async #allLines(names: readonly string[]): Promise<readonly FileLine[]> {
    const all: FileLine[] = [];
    for (const name of names) all.push(...(await this.#file(name)).lines);
    return all;
  }

  async #file(name: string): Promise<ChainFile> {
    const path = join(this.place, name);
    return this.#reading(path, async () => {
      const { size, mtimeMs, ino } = await stat(path);
      const stamp = `${size} ${mtimeMs} ${ino}`;
      const kept = this.#kept.get(name);
      if (kept?.stamp === stamp) return kept.file;
      const bytes = await readFile(path);
      const file = { name, lines: linesOf(bytes) };
      // More bytes than were measured: another process has just written; the next look reads it again.
      if (bytes.length === size) this.#kept.set(name, { stamp, file });
      return file;
    });
  }

  async #reading<T>(path: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw fileFailure('read', path, error);
    }
  }

  async #head(): Promise<KnownHead> {
    const text = await readTextFile(join(this.place, HEAD));
    return text === undefined ? undefined : (parseHead(text) ?? 'unreadable');
  }
}

function headText({ seq, hash }: ChainEnd): string {
  return `${JSON.stringify({ v: 1, seq, hash })}\n`;
}

function parseHead(text: string): ChainEnd | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed !== 'object' || parsed === null || !('seq' in parsed) || !('hash' in parsed)) return undefined;
    const { seq, hash } = parsed;
    if (typeof seq !== 'number' || !Number.isSafeInteger(seq) || seq < 1) return undefined;
    return typeof hash === 'string' && /^[0-9a-f]{64}$/.test(hash) ? { seq, hash } : undefined;
  } catch {
    return undefined;
  }
}

/** Lines without their newlines. Bytes that are no text become marks that no line of ours holds. */
export function linesOf(bytes: Buffer): readonly FileLine[] {
  const lines: FileLine[] = [];
  let from = 0;
  while (from < bytes.length) {
    const found = bytes.indexOf(NEWLINE, from);
    const to = found === -1 ? bytes.length : found;
    const piece = bytes.subarray(from, to);
    // Decoding may bring a broken line back to the very text it was: that it was broken must stay visible.
    lines.push({
      text: isUtf8(piece) ? piece.toString('utf8') : `\0${piece.toString('latin1')}`,
      complete: found !== -1,
    });
    from = to + 1;
  }
  return lines;
}

/** The last part of a file from the beginning of a line; the whole file where no line begins in that part. */
async function readLastLines(path: string): Promise<{ readonly lines: readonly FileLine[]; readonly size: number }> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    if (size > TAIL_BYTES) {
      const buffer = Buffer.alloc(TAIL_BYTES);
      const { bytesRead } = await file.read(buffer, 0, TAIL_BYTES, size - TAIL_BYTES);
      const tail = buffer.subarray(0, bytesRead);
      const first = tail.indexOf(NEWLINE) + 1;
      if (first > 0 && first < tail.length) return { lines: linesOf(tail.subarray(first)), size };
    }
    const bytes = await file.readFile();
    return { lines: linesOf(bytes), size: bytes.length };
  } finally {
    await file.close();
  }
}

/** A device or pipe in the place of the file would swallow the journal without a word. */
async function privateFile(file: FileHandle): Promise<{ readonly size: number }> {
  const info = await file.stat();
  if (!info.isFile()) throw Object.assign(new Error('not a regular file'), { code: 'ENOTSUP' });
  if ((info.mode & 0o077) !== 0) await file.chmod(0o600);
  return info;
}

async function lastByte(file: FileHandle, size: number): Promise<number | undefined> {
  const last = Buffer.alloc(1);
  await file.read(last, 0, 1, size - 1);
  return last[0];
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch {
    return false;
  }
}

function fileFailure(doing: 'read' | 'write', path: string, error: unknown): Failure {
  if (error instanceof Failure) return error;
  return new Failure({
    kind: 'server',
    what: `Could not ${doing} ${path}`,
    why: reasonOf(systemErrorCode(error)),
    next: 'Check the permissions and the free space of its folder.',
    where: path,
    cause: error,
  });
}
