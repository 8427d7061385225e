import type { App } from '../../domain/app.ts';
import type { Build } from '../../domain/build.ts';
import { Failure } from '../../domain/failure.ts';
import type { Process } from '../../domain/process.ts';
import type { Release } from '../../domain/release.ts';
import type { LogSource, LogStream, LogStreamOptions, LogStreamSink } from '../../protocol/log-stream.ts';
import type { RackApi } from '../../protocol/rack-api.ts';
import { isReadName, RECORDED_READS } from '../../protocol/recording/recorded-reads.ts';
import { createCachedReads } from '../cached-reads.ts';
import { SingleTimer, type Timers } from '../timers.ts';
import { failureOf, type RecordedRack } from './recording.ts';

/** New lines of a followed log are looked for this often. */
const FOLLOW_MS = 250;
const DEFAULT_LOG_MS = 120_000;

/** A rack as it was at the instant that `now` says: nothing is sent. */
export function recordedApi(rack: RecordedRack, now: () => number, timers: Timers): RackApi {
  const reads = createCachedReads(async <T>(read: string, args: readonly unknown[]): Promise<T> => {
    return answerAt(rack, read, args, now()) as T;
  });
  return {
    ...reads,
    checkCredential: async () => {},
    openLogs: (source, options, sink) => new RecordedLogStream(rack, source, options, sink, now, timers),
    close: async () => {},
  };
}

/** Throws the failure of that time, or one that says what the recording does not hold. */
function answerAt(rack: RecordedRack, read: string, args: readonly unknown[], at: number): unknown {
  const moment = rack.answer(read, args, at);
  if (moment?.failed) throw failureOf(moment.failed);
  if (moment) return limited(read, args, moment.value);
  const derived = derive(rack, read, args, at);
  if (derived !== undefined) return derived;
  throw missing(rack, read, args);
}

/** A list that was asked for with another limit. */
function limited(read: string, args: readonly unknown[], value: unknown): unknown {
  const query = args[1];
  const limit = typeof query === 'object' && query !== null && 'limit' in query ? Number(query.limit) : 0;
  return (read === 'releases' || read === 'builds') && limit > 0 && Array.isArray(value)
    ? value.slice(0, limit)
    : value;
}

/** What was not asked for by itself may be part of what was. */
function derive(rack: RecordedRack, read: string, args: readonly unknown[], at: number): unknown {
  const list = <T>(name: string, ...of: readonly unknown[]): readonly T[] | undefined => {
    const moment = rack.answer(name, of, at);
    return moment && !moment.failed ? (moment.value as readonly T[]) : undefined;
  };
  const [first, second] = args;
  switch (read) {
    case 'app':
      return list<App>('apps')?.find(({ name }) => name === first);
    case 'processes': {
      const whole = list<Process>('systemProcesses', { all: true })?.filter(({ app }) => app === first);
      const { service, release } = (second ?? {}) as { readonly service?: string; readonly release?: string };
      return whole?.filter(
        (process) =>
          (service === undefined || process.service === service) &&
          (release === undefined || process.release === release),
      );
    }
    case 'process': {
      const own = list<Process>('processes', first) ?? list<Process>('systemProcesses', { all: true });
      return own?.find(({ app, id }) => app === first && id === second);
    }
    case 'release':
      return list<Release>('releases', first)?.find(({ id }) => id === second);
    case 'build':
      return list<Build>('builds', first)?.find(({ id }) => id === second);
    default:
      return undefined;
  }
}

/** Kinds that say nothing about the link: the rest of the replay goes on. */
function missing(rack: RecordedRack, read: string, args: readonly unknown[]): Failure {
  if (!isReadName(read) || RECORDED_READS[read] === 'never') {
    return new Failure({
      kind: 'unsupported',
      what: 'A recording does not hold this',
      why: 'its answer may hold secrets and is never recorded',
    });
  }
  return rack.knows(read, args)
    ? new Failure({ kind: 'conflict', what: 'Not yet recorded at this instant', next: 'Go on to a later one.' })
    : new Failure({ kind: 'unsupported', what: 'This recording does not hold it', why: 'nobody asked for it then' });
}

class RecordedLogStream implements LogStream {
  bytes = 0;
  readonly #rack: RecordedRack;
  readonly #source: LogSource;
  readonly #sink: LogStreamSink;
  readonly #now: () => number;
  readonly #timer: SingleTimer;
  readonly #follow: boolean;
  #told: number;
  #paused = false;
  #closed = false;

  constructor(
    rack: RecordedRack,
    source: LogSource,
    options: LogStreamOptions,
    sink: LogStreamSink,
    now: () => number,
    timers: Timers,
  ) {
    this.#rack = rack;
    this.#source = source;
    this.#sink = sink;
    this.#now = now;
    this.#follow = options.follow;
    this.#told = now() - (options.sinceMs ?? DEFAULT_LOG_MS);
    this.#timer = new SingleTimer(timers);
    queueMicrotask(() => this.#begin(options.previous === true));
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
  }

  close(): void {
    this.#closed = true;
    this.#timer.stop();
  }

  #begin(previous: boolean): void {
    if (this.#closed) return;
    if (previous || this.#rack.lines(this.#source, 0, 0) === undefined) {
      const what = previous ? 'A recording does not hold previous lives' : 'This recording does not hold this log';
      this.#closed = true;
      this.#sink.end({ outcome: 'failed', failure: new Failure({ kind: 'not-found', what }) });
      return;
    }
    this.#sink.open();
    this.#step();
  }

  #step(): void {
    if (this.#closed) return;
    const now = this.#now();
    if (!this.#paused && now > this.#told) {
      const lines = this.#rack.lines(this.#source, this.#told, now) ?? [];
      this.#told = now;
      for (const line of lines) this.bytes += line.length;
      if (lines.length > 0) this.#sink.lines(lines);
    }
    if (this.#closed) return;
    if (this.#follow) {
      this.#timer.start(FOLLOW_MS, () => this.#step());
      return;
    }
    this.#closed = true;
    this.#sink.end({ outcome: 'complete' });
  }
}
