import { createHash, randomUUID } from 'node:crypto';
import { asFailure, Failure } from '../domain/failure.ts';
import {
  type ChainEnd,
  type ChainFile,
  type ChainReport,
  chainEnd,
  checkChain,
  EMPTY_CHAIN,
  readSealed,
  sealLine,
} from '../domain/journal-chain.ts';
import type {
  JournalEntry,
  JournalIntent,
  JournalRecovery,
  JournalResult,
  JournalVerification,
} from '../domain/journal-entry.ts';
import { isOpen, type JournalLine, type RecordedRun, runsOf } from '../domain/journal-run.ts';
import { scrubbedEntry } from '../domain/journal-scrub.ts';
import type { JournalAddition, JournalStore, JournalTail } from '../platform/journal-folder.ts';
import { isGone, ownMark, type ProcessTable } from '../platform/process-mark.ts';
import { readEntry } from './journal-schema.ts';

/** What the pipeline says of an action; the journal adds id, time, process and login name. */
export type NewIntent = Omit<JournalIntent, 'kind' | 'run' | 'at' | 'machineUser' | 'process'>;
type Said<Entry extends { kind: string; run: string; at: number }> = Omit<Entry, 'kind' | 'run' | 'at'>;

/** One action that is being recorded. */
export interface JournalRun {
  /** UUID. */
  readonly id: string;
  /** Rejects with a Failure where it could not be written: the run then counts as open on the next start. */
  result(result: Said<JournalResult>): Promise<void>;
  verification(verification: Said<JournalVerification>): Promise<void>;
}

export interface JournalReading {
  /** In the order in which they began. */
  readonly runs: readonly RecordedRun[];
  /** Damaged or cut-off lines, and those of a newer rackdeck. */
  readonly unreadable: number;
}

/** Own actions, kept on this machine. All methods reject with a Failure that names the file. */
export interface Journal {
  /** Folder of the files, for messages. */
  readonly place: string;
  /** Resolves when the intent is on the disk. Rejects where it is not: then the action must not run. */
  begin(intent: NewIntent): Promise<JournalRun>;
  read(): Promise<JournalReading>;
  /** Every readable line, oldest first. */
  entries(): Promise<readonly JournalLine[]>;
  /** Actions whose program ended before their outcome was known. Those of a rackdeck that still runs are not among them. */
  openRuns(): Promise<readonly RecordedRun[]>;
  /** What reading back said about an open run. */
  recovered(run: string, recovery: Said<JournalRecovery>): Promise<void>;
  verify(): Promise<ChainReport>;
}

export interface JournalOptions {
  readonly store: JournalStore;
  readonly processes: ProcessTable;
  readonly now: () => number;
  readonly newId?: () => string;
}

export function createJournal(options: JournalOptions): Journal {
  return new StoredJournal(options);
}

interface ReadFile {
  readonly lines: readonly JournalLine[];
  readonly unreadable: number;
}

class StoredJournal implements Journal {
  readonly #options: JournalOptions;
  /** A file that did not change is the same object again: it need not be hashed again. */
  readonly #read = new WeakMap<ChainFile, ReadFile>();

  constructor(options: JournalOptions) {
    this.#options = options;
  }

  get place(): string {
    return this.#options.store.place;
  }

  async begin(intent: NewIntent): Promise<JournalRun> {
    const { processes, newId = randomUUID } = this.#options;
    const run = newId();
    const [machineUser, process] = [processes.user(), ownMark(processes)];
    await this.#add(NOT_STARTED, (at) => ({ kind: 'intent', ...intent, run, at, machineUser, process }));
    return {
      id: run,
      result: (result) => this.#add(NOT_RECORDED, (at) => ({ kind: 'result', ...result, run, at })),
      verification: (said) => this.#add(NOT_RECORDED, (at) => ({ kind: 'verification', ...said, run, at })),
    };
  }

  recovered(run: string, recovery: Said<JournalRecovery>): Promise<void> {
    return this.#add(NOT_RECORDED, (at) => ({ kind: 'recovered', ...recovery, run, at }));
  }

  async read(): Promise<JournalReading> {
    const files = await this.#files();
    const unreadable = files.reduce((sum, file) => sum + file.unreadable, 0);
    return { runs: runsOf(files.flatMap((file) => file.lines)), unreadable };
  }

  async entries(): Promise<readonly JournalLine[]> {
    return (await this.#files()).flatMap((file) => file.lines);
  }

  async openRuns(): Promise<readonly RecordedRun[]> {
    const { processes, now } = this.#options;
    const { runs } = await this.read();
    return runs.filter((run) => isOpen(run) && isGone(run.intent.process, now() - run.intent.at, processes));
  }

  async verify(): Promise<ChainReport> {
    const { files, head } = await this.#options.store.read();
    return checkChain(files, head, sha256);
  }

  async #files(): Promise<readonly ReadFile[]> {
    const { files } = await this.#options.store.read();
    return files.map((file) => {
      const known = this.#read.get(file) ?? readChainFile(file);
      this.#read.set(file, known);
      return known;
    });
  }

  async #add(what: string, entry: (at: number) => JournalEntry): Promise<void> {
    const { store, now } = this.#options;
    try {
      // The time of writing, not of waiting for the lock: times in the file then never go back by that.
      await store.append((tail) => addition(tail, entry, now()));
    } catch (error) {
      throw couldNotWrite(what, store.place, error);
    }
  }
}

const NOT_STARTED = 'The action was not started, because it could not be written into the journal';
const NOT_RECORDED = 'What became of the action could not be written into the journal';

function couldNotWrite(what: string, place: string, error: unknown): Failure {
  const failure = asFailure(error);
  const { kind, why } = failure;
  return new Failure({
    kind: kind === 'conflict' ? 'conflict' : 'server',
    what,
    why: why === undefined ? failure.what : `${failure.what}: ${why}`,
    next:
      kind === 'conflict'
        ? failure.next
        : `Check the permissions and the free space of ${place}; RACKDECK_STATE_DIR names another state folder.`,
    where: failure.where ?? place,
    cause: error,
  });
}

/** The entry as the next line; before it a note where the last one was cut off. */
function addition(
  { lines, head, whole }: JournalTail,
  entry: (at: number) => JournalEntry,
  at: number,
): JournalAddition | undefined {
  const known = chainEnd(lines, head, sha256) ?? (whole ? (head ?? EMPTY_CHAIN) : undefined);
  if (!known) return undefined;
  const texts: string[] = [];
  let end: ChainEnd = known;
  const add = (next: JournalEntry) => {
    const sealed = sealLine(next, end, sha256);
    texts.push(sealed.text);
    end = { seq: sealed.seq, hash: sealed.hash };
  };
  const last = lines.at(-1);
  if (last && !last.complete && !readSealed(last.text, sha256)) {
    add({ kind: 'note', at, about: 'torn-line', digest: sha256(last.text) });
  }
  add(scrubbedEntry(entry(at)));
  return { lines: texts, head: end };
}

function readChainFile({ lines }: ChainFile): ReadFile {
  const read: JournalLine[] = [];
  for (const { text } of lines) {
    const sealed = readSealed(text, sha256);
    const entry = sealed && readEntry(sealed.entry);
    if (entry) read.push({ seq: sealed.seq, hash: sealed.hash, entry });
  }
  return { lines: read, unreadable: lines.length - read.length };
}

function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}
