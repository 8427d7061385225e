import { detectLogLevel } from './log-level.ts';
import { type LogLevel, type LogLine, type LogPrefix, parseLogPrefix } from './log-line.ts';

/**
 * A log line that is taken apart only as far as somebody asks: a search over 100,000 lines looks at `raw` and parses the
 * few that match. Same values as `parseLogLine`, from getters.
 */
export class LazyLogLine implements LogLine {
  readonly raw: string;
  #prefix: LogPrefix | undefined;
  #message: string | undefined;
  /** null: not looked for yet. */
  #level: LogLevel | undefined | null = null;

  constructor(raw: string) {
    this.raw = raw;
  }

  get time(): number | undefined {
    return this.#parsed.time;
  }

  get stream(): string {
    return this.#parsed.stream;
  }

  get service(): string | undefined {
    return this.#parsed.service;
  }

  get process(): string | undefined {
    return this.#parsed.process;
  }

  get message(): string {
    const { messageAt } = this.#parsed;
    this.#message ??= messageAt === 0 ? this.raw : this.raw.slice(messageAt);
    return this.#message;
  }

  get level(): LogLevel | undefined {
    if (this.#level === null) this.#level = detectLogLevel(this.message);
    return this.#level;
  }

  get #parsed(): LogPrefix {
    this.#prefix ??= parseLogPrefix(this.raw);
    return this.#prefix;
  }
}
