import { createHmac, randomBytes } from 'node:crypto';
import { RECORDING_SCHEMA, type RecordingEnd } from '../../protocol/recording/recording-line.ts';
import type { TargetListing } from '../../targets/target.ts';
import type { Deck } from '../deck.ts';
import { SYSTEM_TIMERS, type Timers } from '../timers.ts';
import { Recorder } from './recorder.ts';
import { RecordingCrew } from './recording-crew.ts';
import type { RecordingTap } from './recording-tap.ts';
import { RecordingWriter } from './recording-writer.ts';

export interface RecordingRunOptions {
  readonly path: string;
  /** `rackdeck 1.4.0`. */
  readonly by: string;
  readonly tap: RecordingTap;
  readonly deck: Deck;
  readonly listing: TargetListing;
  /** Only this rack. */
  readonly rack?: string | undefined;
  readonly logs: boolean;
  readonly maxBytes: number;
  readonly now: () => number;
  readonly timers?: Timers;
}

/** How a recording ended. */
export interface RecordingResult {
  readonly path: string;
  readonly bytes: number;
  readonly durationMs: number;
  readonly end: RecordingEnd | 'error';
  readonly error?: unknown;
}

/** One recording under way. */
export class RecordingRun {
  /** Settles once, when the file is closed. */
  readonly finished: Promise<RecordingResult>;
  readonly path: string;
  readonly #writer: RecordingWriter;
  readonly #crew: RecordingCrew;
  readonly #options: RecordingRunOptions;
  readonly #startedAt: number;
  readonly #settle: (result: RecordingResult) => void;
  #over = false;

  private constructor(
    writer: RecordingWriter,
    options: RecordingRunOptions,
    broken: Promise<{ end: RecordingEnd | 'error'; error?: unknown }>,
  ) {
    const { promise, resolve } = Promise.withResolvers<RecordingResult>();
    this.finished = promise;
    this.#settle = resolve;
    this.path = writer.path;
    this.#writer = writer;
    this.#options = options;
    this.#startedAt = options.now();
    const key = randomBytes(32);
    const recorder = new Recorder({
      racks: racksOf(options).map(({ name }) => name),
      now: options.now,
      digest: (text) => createHmac('sha256', key).update(text).digest('base64'),
      write: (line) => writer.write(line),
    });
    options.tap.start(recorder);
    this.#crew = new RecordingCrew(options.deck, { logs: options.logs, rack: options.rack });
    void broken.then(({ end, error }) => this.#end(end, error));
  }

  /** Rejects with a Failure where the file cannot be made. */
  static async start(options: RecordingRunOptions): Promise<RecordingRun> {
    const { promise, resolve } = Promise.withResolvers<{ end: RecordingEnd | 'error'; error?: unknown }>();
    const writer = await RecordingWriter.create({
      path: options.path,
      maxBytes: options.maxBytes,
      timers: options.timers ?? SYSTEM_TIMERS,
      header: {
        schema: RECORDING_SCHEMA,
        startedAt: options.now(),
        by: options.by,
        racks: racksOf(options).map(({ name, kind }) => ({ name, kind })),
      },
      onEnd: (end) => resolve('full' in end ? { end: 'full' } : { end: 'error', error: end.error }),
    });
    return new RecordingRun(writer, options, promise);
  }

  get bytes(): number {
    return this.#writer.bytes;
  }

  stop(end: RecordingEnd = 'stopped'): Promise<RecordingResult> {
    void this.#end(end);
    return this.finished;
  }

  async #end(end: RecordingEnd | 'error', error?: unknown): Promise<void> {
    if (this.#over) return;
    this.#over = true;
    this.#crew.stop();
    this.#options.tap.stop();
    const now = this.#options.now();
    await this.#writer.close(end === 'error' ? 'stopped' : end, now);
    const { path, bytes } = this.#writer;
    this.#settle({ path, bytes, durationMs: now - this.#startedAt, end, error });
  }
}

function racksOf({ listing, rack }: RecordingRunOptions): TargetListing['targets'] {
  return rack === undefined ? listing.targets : listing.targets.filter(({ name }) => name === rack);
}
