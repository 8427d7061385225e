import { asFailure } from '../domain/failure.ts';
import { type LogLine, logLineTime } from '../domain/log-line.ts';
import { ObservableValue } from '../domain/observable-value.ts';
import type { LogSource, LogStream, LogStreamEnd, LogStreamOptions, LogStreamSink } from '../protocol/log-stream.ts';
import { createSinceBridge, type SinceBridge } from '../protocol/since-bridge.ts';
import { BackOff } from './back-off.ts';
import { BacklogOrder } from './backlog-order.ts';
import type { LogFollow, LogFollowOptions, LogLinkState, LogMeter } from './log-follow.ts';
import { LineRate } from './log-meter.ts';
import { afterEnd } from './log-reopen.ts';
import { LogRing } from './log-ring.ts';
import { SingleTimer, type Timers } from './timers.ts';

const DEFAULT_CAPACITY = 100_000;
/** The meter moves at most 20 times a second, whatever the rate of lines. */
const STEP_MS = 50;
/** While lines flow the rate is brought up to date at least this often, so that it falls to 0 when they stop. */
const RATE_STEP_MS = 1_000;
/** Service logs give 10 lines per pod unless told otherwise (convox-api.md 2.4). */
const SERVICE_TAIL = 10_000;

export interface LogFollowDependencies {
  readonly source: LogSource;
  readonly options: LogFollowOptions;
  /** May throw a `Failure`: then it counts as the stream's end. */
  readonly open: (source: LogSource, options: LogStreamOptions, sink: LogStreamSink) => LogStream;
  readonly now: () => number;
  readonly random: () => number;
  readonly timers: Timers;
  readonly onDispose?: () => void;
  /** New lines, as they go into the ring. */
  readonly onLines?: (lines: readonly string[]) => void;
}

/** What the session may do with a follow beyond what screens may. */
export interface LiveLogFollow extends LogFollow {
  raw(sequence: number): string | undefined;
  /** The rack is reachable again: do not wait for the back-off. */
  retryNow(): void;
  /** New connection or credentials: open again, also after a failure. */
  reopen(): void;
}

export function createLogFollow(dependencies: LogFollowDependencies): LiveLogFollow {
  return new RingLogFollow(dependencies);
}

class RingLogFollow implements LiveLogFollow {
  readonly #deps: LogFollowDependencies;
  readonly #meter: ObservableValue<LogMeter>;
  readonly #rate: LineRate;
  readonly #backOff: BackOff;
  readonly #retry: SingleTimer;
  readonly #bump: SingleTimer;
  #options: LogFollowOptions;
  #ring: LogRing;
  #stream: LogStream | undefined;
  #backlog: BacklogOrder | undefined;
  #link: LogLinkState = { kind: 'connecting' };
  /** Grows with every stream opened: what an older one still says is dropped. */
  #generation = 0;
  #bridge: SinceBridge;
  #openedAt: number | undefined;
  #received = 0;
  #lagMs: number | undefined;
  #bumpedAt = Number.NEGATIVE_INFINITY;
  #bumpDueAt = 0;
  #disposed = false;

  constructor(dependencies: LogFollowDependencies) {
    this.#deps = dependencies;
    this.#options = dependencies.options;
    this.#ring = new LogRing(dependencies.options.capacity ?? DEFAULT_CAPACITY);
    this.#bridge = this.#newBridge();
    this.#rate = new LineRate(dependencies.now);
    this.#backOff = new BackOff({ baseMs: 1_000, maxMs: 30_000, random: dependencies.random });
    this.#retry = new SingleTimer(dependencies.timers);
    this.#bump = new SingleTimer(dependencies.timers);
    this.#meter = new ObservableValue<LogMeter>(this.#measure(0));
    this.#open();
  }

  get first(): number {
    return this.#ring.first;
  }

  get end(): number {
    return this.#ring.end;
  }

  readonly get = (): LogMeter => this.#meter.get();

  readonly subscribe = (listener: () => void): (() => void) => this.#meter.subscribe(listener);

  line(sequence: number): LogLine | undefined {
    return this.#ring.line(sequence);
  }

  raw(sequence: number): string | undefined {
    return this.#ring.raw(sequence);
  }

  restart(options: LogFollowOptions): void {
    if (this.#disposed) return;
    this.#close();
    this.#options = options;
    this.#ring = this.#ring.emptied(options.capacity ?? this.#ring.capacity);
    this.#received = 0;
    this.#bridge = this.#newBridge();
    this.#openedAt = undefined;
    this.#lagMs = undefined;
    this.#backOff.reset();
    this.#rate.reset();
    this.#open();
  }

  retryNow(): void {
    if (this.#link.kind === 'reconnecting' && this.#retry.pending) this.#open();
  }

  reopen(): void {
    if (this.#disposed || this.#link.kind === 'complete') return;
    this.#backOff.reset();
    this.#open();
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#close();
    this.#bump.stop();
    this.#deps.onDispose?.();
  }

  #open(): void {
    this.#close();
    const generation = this.#generation;
    const mine = () => generation === this.#generation;
    const backlog =
      this.#deps.source.kind === 'service'
        ? new BacklogOrder(this.#deps.timers, (lines) => mine() && this.#take(lines))
        : undefined;
    this.#backlog = backlog;
    const sink: LogStreamSink = {
      open: () => mine() && this.#setLink({ kind: 'live' }),
      lines: (lines) => mine() && (backlog ? backlog.take(lines) : this.#take(lines)),
      end: (end) => {
        if (!mine()) return;
        backlog?.settle();
        this.#ended(end);
      },
    };
    const streamOptions = this.#streamOptions();
    this.#setLink(this.#link.kind === 'reconnecting' ? this.#link : { kind: 'connecting' });
    this.#openedAt ??= this.#deps.now();
    try {
      const stream = this.#deps.open(this.#deps.source, streamOptions, sink);
      if (mine()) this.#stream = stream;
      else stream.close();
    } catch (error) {
      if (mine()) this.#ended({ outcome: 'failed', failure: asFailure(error) });
    }
  }

  /** The first time as asked, afterwards so far back that no line is missed. */
  #streamOptions(): LogStreamOptions {
    const { follow, filter, previous, tail, sinceMs } = this.#options;
    const now = this.#deps.now();
    const gapMs = this.#bridge.sinceMs(now);
    if (gapMs !== undefined) this.#bridge.reopened();
    const waited = this.#openedAt === undefined ? 0 : now - this.#openedAt;
    const serviceTail = this.#deps.source.kind === 'service' ? SERVICE_TAIL : undefined;
    const lines = gapMs === undefined ? (tail ?? serviceTail) : serviceTail;
    return {
      follow,
      sinceMs: gapMs ?? sinceMs + waited,
      ...(lines !== undefined && { tail: lines }),
      ...(filter !== undefined && { filter }),
      ...(previous !== undefined && { previous }),
    };
  }

  #take(lines: readonly string[]): void {
    const now = this.#deps.now();
    if (this.#link.kind !== 'live') this.#setLink({ kind: 'live' });
    const fresh = this.#bridge.accept(lines, now);
    const newest = fresh.at(-1);
    if (newest === undefined) return;
    for (const line of fresh) this.#ring.push(line);
    this.#deps.onLines?.(fresh);
    this.#received += fresh.length;
    this.#rate.add(fresh.length);
    this.#backOff.reset();
    this.#lagMs = this.#lagOf(newest, now);
    this.#changed();
  }

  /** Lines from before the log was opened were asked for: that they are old says nothing about the stream. */
  #lagOf(line: string, now: number): number | undefined {
    const time = logLineTime(line);
    return time === undefined || time < (this.#openedAt ?? 0) ? undefined : Math.max(0, now - time);
  }

  #ended(end: LogStreamEnd): void {
    this.#generation += 1;
    this.#stream?.close();
    this.#stream = undefined;
    const verdict = afterEnd(this.#deps.source, this.#options, end);
    if (verdict.next === 'complete') {
      this.#setLink({ kind: 'complete' });
    } else if (verdict.next === 'fail') {
      this.#setLink({ kind: 'failed', failure: verdict.failure });
    } else {
      const now = this.#deps.now();
      const retryAt = Math.max(now + this.#backOff.next(), verdict.failure.retryAt ?? 0);
      this.#setLink({ kind: 'reconnecting', retryAt, failure: verdict.failure });
      this.#retry.start(retryAt - now, () => this.#open());
    }
  }

  #close(): void {
    this.#generation += 1;
    this.#backlog?.dispose();
    this.#retry.stop();
    this.#stream?.close();
    this.#stream = undefined;
  }

  #newBridge(): SinceBridge {
    // A build log starts over as a whole; of the others, the bridge's own default covers a minute at full speed.
    const isBuild = this.#deps.source.kind === 'build';
    return createSinceBridge(isBuild ? { replaysAll: true, capacity: this.#ring.capacity } : {});
  }

  #setLink(link: LogLinkState): void {
    if (
      this.#link === link ||
      (link.kind === this.#link.kind && link.kind !== 'reconnecting' && link.kind !== 'failed')
    ) {
      return;
    }
    this.#link = link;
    this.#changed();
  }

  /** Bumps the version now, or as soon as the last bump is {@link STEP_MS} old. */
  #changed(): void {
    if (this.#disposed) return;
    const wait = Math.min(STEP_MS, this.#bumpedAt + STEP_MS - this.#deps.now());
    if (wait <= 0) this.#publish();
    else this.#schedule(wait);
  }

  #schedule(wait: number): void {
    const at = this.#deps.now() + wait;
    if (this.#bump.pending && this.#bumpDueAt <= at) return;
    this.#bumpDueAt = at;
    this.#bump.start(wait, () => this.#publish());
  }

  #publish(): void {
    this.#bump.stop();
    this.#bumpedAt = this.#deps.now();
    this.#meter.set(this.#measure(this.#meter.get().version + 1));
    if (this.#meter.get().linesPerSecond > 0) this.#schedule(RATE_STEP_MS);
  }

  #measure(version: number): LogMeter {
    return {
      link: this.#link,
      received: this.#received,
      dropped: this.#ring.dropped,
      linesPerSecond: this.#rate.perSecond,
      lagMs: this.#lagMs,
      version,
    };
  }
}
