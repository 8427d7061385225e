import type { LogLine } from '../../../src/domain/log-line.ts';
import type { LogFollow, LogFollowOptions, LogLinkState, LogMeter } from '../../../src/live/log-follow.ts';

/** A follow whose lines and link the test decides; notifies once per call, as the real one does per batch. */
export class LogFollowDouble implements LogFollow {
  readonly restarts: LogFollowOptions[] = [];
  disposed = false;
  #lines: LogLine[] = [];
  #first = 0;
  #meter: LogMeter;
  readonly #capacity: number;
  readonly #listeners = new Set<() => void>();

  constructor(capacity = 100_000) {
    this.#capacity = capacity;
    this.#meter = {
      link: { kind: 'live' },
      received: 0,
      dropped: 0,
      linesPerSecond: 0,
      lagMs: undefined,
      version: 0,
    };
  }

  get first(): number {
    return this.#first;
  }

  get end(): number {
    return this.#first + this.#lines.length;
  }

  get listeners(): number {
    return this.#listeners.size;
  }

  get(): LogMeter {
    return this.#meter;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  line(sequence: number): LogLine | undefined {
    return this.#lines[sequence - this.#first];
  }

  restart(options: LogFollowOptions): void {
    this.restarts.push(options);
    this.#first = this.end;
    this.#lines = [];
    this.#bump({ link: { kind: 'connecting' } });
  }

  dispose(): void {
    this.disposed = true;
  }

  push(...lines: readonly (string | Partial<LogLine>)[]): void {
    this.#lines.push(...lines.map((line) => logLine(line)));
    const over = Math.max(0, this.#lines.length - this.#capacity);
    this.#lines.splice(0, over);
    this.#first += over;
    this.#bump({ received: this.#meter.received + lines.length, dropped: this.#meter.dropped + over });
  }

  link(link: LogLinkState): void {
    this.#bump({ link });
  }

  meter(change: Partial<LogMeter>): void {
    this.#bump(change);
  }

  #bump(change: Partial<LogMeter>): void {
    this.#meter = { ...this.#meter, ...change, version: this.#meter.version + 1 };
    for (const listener of this.#listeners) listener();
  }
}

export function logLine(line: string | Partial<LogLine>): LogLine {
  const parts = typeof line === 'string' ? { message: line } : line;
  const message = parts.message ?? '';
  return {
    raw: message,
    time: undefined,
    stream: '',
    service: undefined,
    process: undefined,
    level: undefined,
    ...parts,
    message,
  };
}
