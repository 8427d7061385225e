import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import { asFailure, type Failure } from '../../domain/failure.ts';
import { safeText } from '../../domain/safe-text.ts';
import { couldNotSave } from '../../platform/new-file.ts';
import { ensurePrivateFolder } from '../../platform/state-folder.ts';
import { SingleTimer, type Timers } from '../timers.ts';
import { SecretRedactor } from './secret-redactor.ts';

export interface CastOptions {
  /** Ours: made where it is missing, and closed to other people (0700). */
  readonly folder: string;
  /** `sh in web-1 of shop`: in the header and, shortened, in the name of the file. */
  readonly title: string;
  readonly size: { readonly columns: number; readonly rows: number };
  /** `TERM` of this terminal. */
  readonly term?: string | undefined;
  /** Replaced wherever they appear. */
  readonly secrets: readonly string[];
  /** Also record what is typed; then passwords that are not shown are in the file, too. Default false. */
  readonly recordInput?: boolean;
  /** Recording ends there; the session goes on. Default 256 MiB. */
  readonly maxBytes?: number;
  readonly now: () => number;
  readonly timers: Timers;
}

export interface CastEnd {
  readonly path: string;
  /** How many times a secret was replaced. */
  readonly redactions: number;
  /** The file is complete up to here only: it grew too large, or could not be written. */
  readonly cutOff: 'full' | Failure | undefined;
}

const FLUSH_MS = 1_000;
const FLUSH_LENGTH = 65_536;

/**
 * A session as an asciicast v2 file (https://docs.asciinema.org/manual/asciicast/v2/): 0600, a new file each time. It hears
 * what passes (`SessionTap`) and never disturbs the session: trouble with the file ends the recording alone.
 */
export class CastRecording {
  readonly path: string;
  readonly #file: FileHandle;
  readonly #options: CastOptions;
  readonly #startedAt: number;
  readonly #timer: SingleTimer;
  readonly #tracks: Readonly<Record<'o' | 'i', Track>>;
  #batch = '';
  #bytes = 0;
  #writing: Promise<void> = Promise.resolve();
  #cutOff: CastEnd['cutOff'];
  #closed = false;

  private constructor(path: string, file: FileHandle, options: CastOptions, startedAt: number) {
    this.path = path;
    this.#file = file;
    this.#options = options;
    this.#startedAt = startedAt;
    this.#timer = new SingleTimer(options.timers);
    this.#tracks = { o: new Track(options.secrets), i: new Track(options.secrets) };
  }

  /** Rejects with a Failure where folder or file cannot be made. */
  static async create(options: CastOptions): Promise<CastRecording> {
    await ensurePrivateFolder(options.folder);
    const startedAt = options.now();
    const title = redacted(safeText(options.title, 200), options.secrets);
    const path = join(options.folder, fileName(title, startedAt));
    let file: FileHandle;
    try {
      file = await open(path, 'wx', 0o600);
    } catch (error) {
      throw couldNotSave(path, error);
    }
    const recording = new CastRecording(path, file, options, startedAt);
    const { columns: width, rows: height } = options.size;
    const env = options.term === undefined ? {} : { env: { TERM: safeText(options.term, 100) } };
    recording.#add({ version: 2, width, height, timestamp: Math.floor(startedAt / 1000), title, ...env });
    return recording;
  }

  readonly output = (bytes: Uint8Array): void => this.#event('o', bytes);

  readonly input = (bytes: Uint8Array): void => {
    if (this.#options.recordInput) this.#event('i', bytes);
  };

  /** Idempotent; never rejects. */
  async close(): Promise<CastEnd> {
    if (!this.#closed) {
      this.#closed = true;
      this.#timer.stop();
      for (const code of ['i', 'o'] as const) this.#line(code, this.#tracks[code].finish());
      this.#flush();
      this.#writing = this.#writing.then(() => this.#file.close()).catch((error: unknown) => this.#broken(error));
    }
    await this.#writing;
    const redactions = this.#tracks.o.redactions + this.#tracks.i.redactions;
    return { path: this.path, redactions, cutOff: this.#cutOff };
  }

  #event(code: 'o' | 'i', bytes: Uint8Array): void {
    if (this.#closed || this.#cutOff !== undefined) return;
    this.#line(code, this.#tracks[code].push(bytes));
    if (this.#batch.length >= FLUSH_LENGTH) this.#flush();
    else if (this.#batch !== '' && !this.#timer.pending) this.#timer.start(FLUSH_MS, () => this.#flush());
  }

  #line(code: 'o' | 'i', text: string): void {
    if (text === '' || this.#cutOff !== undefined) return;
    const seconds = Math.max(0, this.#options.now() - this.#startedAt) / 1000;
    this.#add([seconds, code, text]);
  }

  #add(line: unknown): void {
    const text = `${JSON.stringify(line)}\n`;
    this.#bytes += Buffer.byteLength(text);
    if (this.#bytes > (this.#options.maxBytes ?? 256 * 1_048_576)) this.#cutOff = 'full';
    else this.#batch += text;
  }

  #flush(): void {
    this.#timer.stop();
    const batch = this.#batch;
    this.#batch = '';
    if (batch === '') return;
    this.#writing = this.#writing
      .then(() => this.#file.appendFile(batch))
      .catch((error: unknown) => this.#broken(error));
  }

  #broken(error: unknown): void {
    this.#cutOff = asFailure(error, `Could not write ${this.path}`);
  }
}

/** One direction: bytes to text (characters are split over chunks, too), without secrets. */
class Track {
  readonly #decoder = new StringDecoder('utf8');
  readonly #redactor: SecretRedactor;

  constructor(secrets: readonly string[]) {
    this.#redactor = new SecretRedactor(secrets);
  }

  get redactions(): number {
    return this.#redactor.count;
  }

  push(bytes: Uint8Array): string {
    return this.#redactor.push(this.#decoder.write(Buffer.from(bytes)));
  }

  finish(): string {
    return this.#redactor.push(this.#decoder.end()) + this.#redactor.finish();
  }
}

function redacted(text: string, secrets: readonly string[]): string {
  const redactor = new SecretRedactor(secrets);
  return redactor.push(text) + redactor.finish();
}

/** `2026-05-01T10-00-00.123Z-sh-in-web-1.cast`. */
function fileName(title: string, at: number): string {
  const slug = title
    .replace(/[^A-Za-z0-9.-]+/g, '-')
    .replace(/^[-.]+|[-.]+$/g, '')
    .slice(0, 60);
  return `${new Date(at).toISOString().replaceAll(':', '-')}${slug === '' ? '' : `-${slug}`}.cast`;
}
