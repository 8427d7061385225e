import { asFailure } from '../../domain/failure.ts';
import type { LogSource, LogStreamSink } from '../../protocol/log-stream.ts';
import type { RackApi } from '../../protocol/rack-api.ts';
import type { RackConnection, Target, TargetListing } from '../../targets/target.ts';
import { createCachedReads } from '../cached-reads.ts';
import type { Recorder } from './recorder.ts';

/** Questions whose last answer is kept, so that a recording begins with what is on screen. */
const KEPT_ANSWERS = 2_000;

interface LastAnswer {
  readonly rack: string;
  readonly read: string;
  readonly args: readonly unknown[];
  readonly value: unknown;
}

/**
 * Where a recording hears what the racks say: sits between the targets and whoever asks, and costs next to nothing while
 * nobody records.
 */
export class RecordingTap {
  #recorder: Recorder | undefined;
  readonly #last = new Map<string, LastAnswer>();

  get recorder(): Recorder | undefined {
    return this.#recorder;
  }

  /** Begins with the newest answer to each question asked so far. */
  start(recorder: Recorder): void {
    this.#recorder = recorder;
    for (const { rack, read, args, value } of this.#last.values()) recorder.answered(rack, read, args, value);
  }

  stop(): void {
    this.#recorder = undefined;
  }

  listing(listing: TargetListing): TargetListing {
    return { ...listing, targets: listing.targets.map((target) => this.#tapped(target)) };
  }

  #tapped(target: Target): Target {
    return { ...target, connect: () => this.#connection(target.name, target.connect()) };
  }

  #connection(name: string, connection: RackConnection): RackConnection {
    const { rack } = connection;
    const reads = createCachedReads(async (read, args, send, options) => {
      try {
        const value = await send(rack, options ?? {});
        this.#answered(name, read, args, value);
        return value;
      } catch (error) {
        this.#recorder?.failed(name, read, args, asFailure(error));
        throw error;
      }
    });
    const tapped: RackApi = {
      ...reads,
      checkCredential: (options) => rack.checkCredential(options),
      openLogs: (source, options, sink) =>
        rack.openLogs(source, options, options.previous ? sink : this.#sink(name, source, sink)),
      close: () => rack.close(),
    };
    return { ...connection, rack: tapped };
  }

  #sink(name: string, source: LogSource, sink: LogStreamSink): LogStreamSink {
    return {
      open: () => sink.open(),
      lines: (lines) => {
        this.#recorder?.lines(name, source, lines);
        sink.lines(lines);
      },
      end: (end) => sink.end(end),
    };
  }

  #answered(rack: string, read: string, args: readonly unknown[], value: unknown): void {
    const key = JSON.stringify([rack, read, args]);
    this.#last.delete(key);
    this.#last.set(key, { rack, read, args, value });
    if (this.#last.size > KEPT_ANSWERS) {
      const [oldest] = this.#last.keys();
      if (oldest !== undefined) this.#last.delete(oldest);
    }
    this.#recorder?.answered(rack, read, args, value);
  }
}
