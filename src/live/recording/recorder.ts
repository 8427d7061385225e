import { EnvOrdinals } from '../../domain/env-ordinals.ts';
import type { Failure } from '../../domain/failure.ts';
import { logLineTime } from '../../domain/log-line.ts';
import { scrubText } from '../../domain/scrub-text.ts';
import type { LogSource } from '../../protocol/log-stream.ts';
import { recordAnswer } from '../../protocol/recording/record-answer.ts';
import { isReadName } from '../../protocol/recording/recorded-reads.ts';
import type { RecordingLine } from '../../protocol/recording/recording-line.ts';

export interface RecorderOptions {
  /** Names of the racks, in the order of the header; others are not recorded. */
  readonly racks: readonly string[];
  readonly now: () => number;
  readonly digest: (text: string) => string;
  readonly write: (line: RecordingLine) => void;
}

/** Says "the same again" at most this often per question: so that a replay knows how fresh an answer was. */
const AGAIN_MS = 10_000;
/** Lines of one log looked back at, to tell those that a stream opened again repeats. */
const REMEMBERED_LINES = 5_000;
// biome-ignore format: one pattern
const SGR = /\u001b\[[0-9;:]*m/g;

interface Asked {
  readonly json: string;
  at: number;
}

/** Turns answers and log lines into the lines of a recording: what may be kept, each answer once, no secret. */
export class Recorder {
  readonly #options: RecorderOptions;
  readonly #env: EnvOrdinals;
  readonly #asked = new Map<string, Asked>();
  readonly #logs = new Map<string, LogMemory>();

  constructor(options: RecorderOptions) {
    this.#options = options;
    this.#env = new EnvOrdinals(options.digest);
  }

  answered(rackName: string, read: string, args: readonly unknown[], value: unknown, at = this.#options.now()): void {
    const rack = this.#options.racks.indexOf(rackName);
    if (rack < 0 || !isReadName(read)) return;
    const kept = recordAnswer(read, value, this.#env);
    if (kept === undefined) return;
    const line = { t: at, rack, read, args };
    this.#tell(JSON.stringify([rack, read, args]), JSON.stringify(kept), at, (again) =>
      again ? { ...line, same: true } : { ...line, value: kept },
    );
  }

  failed(rackName: string, read: string, args: readonly unknown[], failure: Failure): void {
    const rack = this.#options.racks.indexOf(rackName);
    if (rack < 0 || !isReadName(read) || failure.kind === 'cancelled') return;
    const t = this.#options.now();
    const clean = (text: string | undefined): string | undefined => text && scrubText(text).text;
    const { kind, what, why, next } = failure;
    const failed = { kind, what: clean(what) ?? '', why: clean(why), next: clean(next) };
    this.#tell(JSON.stringify([rack, read, args]), JSON.stringify(failed), t, (again) =>
      again ? { t, rack, read, args, same: true } : { t, rack, read, args, failed },
    );
  }

  lines(rackName: string, log: LogSource, lines: readonly string[]): void {
    const rack = this.#options.racks.indexOf(rackName);
    if (rack < 0) return;
    const key = JSON.stringify([rack, log]);
    const memory = this.#logs.get(key) ?? new LogMemory();
    this.#logs.set(key, memory);
    const fresh = lines.filter((line) => memory.isNew(line)).map(withoutSecrets);
    if (fresh.length > 0) this.#options.write({ t: this.#options.now(), rack, log, lines: fresh });
  }

  #tell(key: string, json: string, at: number, line: (again: boolean) => RecordingLine): void {
    const before = this.#asked.get(key);
    const again = before?.json === json;
    if (again && at - before.at < AGAIN_MS) return;
    this.#asked.set(key, { json, at });
    this.#options.write(line(again));
  }
}

/** Colours stay where there is nothing to hide; a secret could otherwise hide between two of them. */
function withoutSecrets(line: string): string {
  const { text, count } = scrubText(line.replace(SGR, ''));
  return count === 0 ? line : text;
}

/** Which lines of a log have been written already: two screens may follow one log, and a stream opened again repeats. */
class LogMemory {
  #earliest = Number.POSITIVE_INFINITY;
  #latest = Number.NEGATIVE_INFINITY;
  #recent = new Set<string>();
  #older = new Set<string>();

  isNew(line: string): boolean {
    if (this.#recent.has(line) || this.#older.has(line)) return false;
    const time = logLineTime(line);
    // Between what is known and older than what is remembered: it was there before.
    if (time !== undefined && time >= this.#earliest && time < this.#latest - 60_000 && this.#older.size > 0)
      return false;
    if (time !== undefined) {
      this.#earliest = Math.min(this.#earliest, time);
      this.#latest = Math.max(this.#latest, time);
    }
    this.#recent.add(line);
    if (this.#recent.size >= REMEMBERED_LINES) {
      this.#older = this.#recent;
      this.#recent = new Set();
    }
    return true;
  }
}
