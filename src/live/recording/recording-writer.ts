import { type FileHandle, open } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { couldNotSave } from '../../platform/new-file.ts';
import type { RecordingEnd, RecordingHeader, RecordingLine } from '../../protocol/recording/recording-line.ts';
import { SingleTimer, type Timers } from '../timers.ts';

export interface RecordingWriterOptions {
  readonly path: string;
  readonly header: RecordingHeader;
  readonly timers: Timers;
  /** Size of the file, in bytes, at which recording ends. */
  readonly maxBytes: number;
  /** The file is full, or could not be written: nothing more is taken. */
  readonly onEnd: (end: { readonly full: true } | { readonly error: unknown }) => void;
}

const compress = promisify(gzip);
/** A batch is a whole gzip member: what a crash cuts off is at most the last one. */
const BATCH_MS = 2_000;
const BATCH_LENGTH = 256 * 1_024;

/** Appends lines to a new file of its owner alone, in batches. */
export class RecordingWriter {
  readonly path: string;
  readonly #file: FileHandle;
  readonly #options: RecordingWriterOptions;
  readonly #timer: SingleTimer;
  #batch = '';
  #bytes = 0;
  #writing: Promise<void> = Promise.resolve();
  #closed = false;

  private constructor(file: FileHandle, options: RecordingWriterOptions) {
    this.path = options.path;
    this.#file = file;
    this.#options = options;
    this.#timer = new SingleTimer(options.timers);
  }

  /** Rejects with a `usage` Failure where the file exists already or cannot be made. */
  static async create(options: RecordingWriterOptions): Promise<RecordingWriter> {
    let file: FileHandle;
    try {
      file = await open(options.path, 'wx', 0o600);
    } catch (error) {
      throw couldNotSave(options.path, error);
    }
    const writer = new RecordingWriter(file, options);
    writer.#add(options.header);
    await writer.#flush();
    return writer;
  }

  get bytes(): number {
    return this.#bytes;
  }

  write(line: RecordingLine): void {
    if (this.#closed) return;
    this.#add(line);
    if (this.#batch.length >= BATCH_LENGTH) void this.#flush();
    else if (!this.#timer.pending) this.#timer.start(BATCH_MS, () => void this.#flush());
  }

  /** Says how it ended and closes the file. Idempotent. */
  async close(end: RecordingEnd, at: number): Promise<void> {
    if (this.#closed) return this.#writing;
    this.#closed = true;
    this.#timer.stop();
    this.#add({ t: at, end });
    await this.#flush();
    await this.#file.close().catch(() => undefined);
  }

  #add(line: RecordingLine | RecordingHeader): void {
    this.#batch += `${JSON.stringify(line)}\n`;
  }

  #flush(): Promise<void> {
    this.#timer.stop();
    const batch = this.#batch;
    this.#batch = '';
    this.#writing = this.#writing.then(() => this.#append(batch)).catch((error: unknown) => this.#broken(error));
    return this.#writing;
  }

  async #append(batch: string): Promise<void> {
    if (batch === '') return;
    const bytes = await compress(batch);
    await this.#file.appendFile(bytes);
    this.#bytes += bytes.length;
    if (this.#bytes >= this.#options.maxBytes && !this.#closed) this.#options.onEnd({ full: true });
  }

  #broken(error: unknown): void {
    const first = !this.#closed;
    this.#closed = true;
    this.#timer.stop();
    void this.#file.close().catch(() => undefined);
    if (first) this.#options.onEnd({ error });
  }
}
