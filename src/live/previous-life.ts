import { asFailure, Failure } from '../domain/failure.ts';
import { parseLogPrefix } from '../domain/log-line.ts';
import type { Verdict } from '../domain/verdict.ts';
import type { LogSource, LogStream, LogStreamEnd, LogStreamOptions, LogStreamSink } from '../protocol/log-stream.ts';

/** A process whose earlier life is wanted; without its service only the app log can tell. */
export interface ProcessName {
  readonly app: string;
  readonly service: string | undefined;
  readonly process: string;
}

/**
 * `service-log`: what the container wrote before its last restart (`Previous`). `app-log`: all that the process wrote, its
 * present life included. `watched`: the last lines that we saw ourselves.
 */
export type LifeOrigin = 'service-log' | 'app-log' | 'watched';

export interface PreviousLifeDependencies {
  readonly open: (source: LogSource, options: LogStreamOptions, sink: LogStreamSink) => LogStream;
  /** May the service log be asked for? Its reason is told where nothing else helps. */
  readonly serviceLog: () => Verdict;
  /** The last lines seen of the process, oldest first. */
  readonly watched: () => readonly string[];
  /** Told before its first line. */
  readonly onOrigin: (origin: LifeOrigin) => void;
}

/** The route of {@link PreviousLifeDependencies.serviceLog}, as access names it. */
export const PREVIOUS_ROUTE = 'SOCKET /apps/{app}/services/{service}/logs';

/** A container that died long ago still has its log: only the present life pushes it out. */
const LONG_MS = 30 * 86_400_000;

interface Attempt {
  readonly origin: LifeOrigin;
  readonly source: LogSource;
  readonly options: LogStreamOptions;
}

/** Asks where an earlier life may be found, one after the other, until a line comes; one finite stream to its reader. */
export function openPreviousLife(
  name: ProcessName,
  dependencies: PreviousLifeDependencies,
  options: LogStreamOptions,
  sink: LogStreamSink,
): LogStream {
  return new LifeSearch(name, dependencies, options, sink).begin();
}

class LifeSearch implements LogStream {
  readonly #name: ProcessName;
  readonly #deps: PreviousLifeDependencies;
  readonly #sink: LogStreamSink;
  readonly #attempts: Attempt[];
  /** Why each place did not help. */
  readonly #reasons: string[] = [];
  #stream: LogStream | undefined;
  #bytes = 0;
  #found = false;
  #opened = false;
  #closed = false;

  constructor(
    name: ProcessName,
    dependencies: PreviousLifeDependencies,
    options: LogStreamOptions,
    sink: LogStreamSink,
  ) {
    this.#name = name;
    this.#deps = dependencies;
    this.#sink = sink;
    this.#attempts = this.#plan(options);
  }

  get bytes(): number {
    return this.#bytes + (this.#stream?.bytes ?? 0);
  }

  begin(): this {
    this.#next();
    return this;
  }

  pause(): void {
    this.#stream?.pause();
  }

  resume(): void {
    this.#stream?.resume();
  }

  close(): void {
    this.#closed = true;
    this.#stream?.close();
    this.#stream = undefined;
  }

  #plan(options: LogStreamOptions): Attempt[] {
    const { app, service } = this.#name;
    const finite = { ...options, follow: false };
    const appLog: Attempt = {
      origin: 'app-log',
      source: { kind: 'app', app },
      options: { ...finite, previous: false },
    };
    if (service === undefined) return [appLog];
    const verdict = this.#deps.serviceLog();
    if (!verdict.allowed) {
      this.#reasons.push(`the service log: ${verdict.reason}`);
      return [appLog];
    }
    const source = { kind: 'service', app, service } as const;
    return [{ origin: 'service-log', source, options: { ...finite, sinceMs: LONG_MS, previous: true } }, appLog];
  }

  #next(): void {
    if (this.#closed) return;
    const attempt = this.#attempts.shift();
    if (!attempt) {
      this.#watched();
      return;
    }
    let isOver = false;
    const end = (how: LogStreamEnd): void => {
      isOver = true;
      this.#stream = undefined;
      this.#ended(attempt, how);
    };
    const lines = (taken: readonly string[]): void => this.#take(attempt.origin, taken);
    try {
      const sink = { open: () => this.#open(), lines, end };
      const stream = this.#deps.open(attempt.source, attempt.options, sink);
      if (this.#closed) stream.close();
      else if (!isOver) this.#stream = stream;
    } catch (error) {
      end({ outcome: 'failed', failure: asFailure(error) });
    }
  }

  #open(): void {
    if (this.#opened || this.#closed) return;
    this.#opened = true;
    this.#sink.open();
  }

  #take(origin: LifeOrigin, lines: readonly string[]): void {
    if (this.#closed) return;
    const own = lines.filter((line) => this.#isOwn(line));
    for (const line of lines) this.#bytes += line.length;
    if (own.length > 0) this.#pass(origin, own);
  }

  #pass(origin: LifeOrigin, lines: readonly string[]): void {
    if (!this.#found) this.#deps.onOrigin(origin);
    this.#found = true;
    this.#sink.lines(lines);
  }

  /** Its own lines, and what Kubernetes says of it: `system/k8s/<process>`. */
  #isOwn(line: string): boolean {
    const { process } = this.#name;
    if (!line.includes(process)) return false;
    const prefix = parseLogPrefix(line);
    return prefix.process === process || prefix.stream === `system/k8s/${process}`;
  }

  #ended(attempt: Attempt, end: LogStreamEnd): void {
    if (this.#closed) return;
    if (this.#found) {
      this.#finish(end.outcome === 'complete' ? end : { outcome: 'failed', failure: end.failure });
      return;
    }
    const where = attempt.origin === 'service-log' ? 'the service log' : 'the app log';
    const why = end.outcome === 'complete' ? 'has no line of it' : `says ${end.failure.why ?? end.failure.what}`;
    this.#reasons.push(`${where} ${why}`);
    // The link is gone: no other place would answer, and what we watched ourselves is better than a failure.
    if (end.outcome !== 'complete' && end.failure.kind === 'unreachable') this.#attempts.splice(0);
    this.#next();
  }

  #watched(): void {
    const lines = this.#deps.watched();
    if (lines.length > 0) {
      this.#open();
      this.#pass('watched', lines);
      this.#finish({ outcome: 'complete' });
      return;
    }
    this.#finish({
      outcome: 'failed',
      failure: new Failure({
        kind: 'not-found',
        what: `No earlier life of ${this.#name.process} is known`,
        why: [...this.#reasons, 'it wrote nothing while it was watched here'].join('; '),
        next: 'T asks further back.',
      }),
    });
  }

  #finish(end: LogStreamEnd): void {
    this.#closed = true;
    this.#sink.end(end);
  }
}
