import { parseLogPrefix } from '../domain/log-line.ts';
import type { LogSource } from '../protocol/log-stream.ts';

export interface LastLinesLimits {
  /** Lines kept of each process. */
  readonly lines?: number;
  /** Text kept of each process, UTF-16 units. */
  readonly units?: number;
  readonly processes?: number;
}

interface Kept {
  readonly lines: string[];
  /** Where the oldest line stands, once the list is full. */
  next: number;
  units: number;
}

/**
 * The last lines of every process whose log was watched: when it disappears, the rack may no longer have them. A few
 * megabytes at the very most.
 */
export class LastLines {
  readonly #maxLines: number;
  readonly #maxUnits: number;
  readonly #maxProcesses: number;
  /** By app and process; the ones that wrote last stand last. */
  readonly #kept = new Map<string, Kept>();
  /** Lines of one process usually come together. */
  #lastKey = '';
  #last: Kept | undefined;

  constructor(limits: LastLinesLimits = {}) {
    this.#maxLines = limits.lines ?? 200;
    this.#maxUnits = limits.units ?? 32 * 1_024;
    this.#maxProcesses = limits.processes ?? 200;
  }

  /** Lines as they came, sanitised. Rack and build logs have no processes. */
  take(source: LogSource, lines: readonly string[]): void {
    if (source.kind === 'rack' || source.kind === 'build') return;
    const own = source.kind === 'process' ? source.process : undefined;
    for (const line of lines) {
      const process = own ?? parseLogPrefix(line).process;
      if (process !== undefined) this.#push(`${source.app}/${process}`, line);
    }
  }

  /** Oldest first; empty for a process that wrote nothing while it was watched. */
  of(app: string, process: string): readonly string[] {
    const kept = this.#kept.get(`${app}/${process}`);
    return kept ? [...kept.lines.slice(kept.next), ...kept.lines.slice(0, kept.next)] : [];
  }

  #push(key: string, line: string): void {
    const kept = this.#find(key);
    kept.units += line.length;
    if (kept.lines.length < this.#maxLines) {
      kept.lines.push(line);
    } else {
      kept.units -= kept.lines[kept.next]?.length ?? 0;
      kept.lines[kept.next] = line;
      kept.next = (kept.next + 1) % this.#maxLines;
    }
    if (kept.units > this.#maxUnits) this.#shorten(kept);
  }

  #find(key: string): Kept {
    if (this.#last && this.#lastKey === key) return this.#last;
    const known = this.#kept.get(key);
    const kept = known ?? { lines: [], next: 0, units: 0 };
    // The order of the map is the order of last use.
    if (known) this.#kept.delete(key);
    this.#kept.set(key, kept);
    if (this.#kept.size > this.#maxProcesses) {
      for (const oldest of this.#kept.keys()) {
        this.#kept.delete(oldest);
        break;
      }
    }
    this.#lastKey = key;
    this.#last = kept;
    return kept;
  }

  /** Lines that long are rare: the list is put in order and its older half goes. */
  #shorten(kept: Kept): void {
    const ordered = [...kept.lines.slice(kept.next), ...kept.lines.slice(0, kept.next)];
    while (ordered.length > 1 && kept.units > this.#maxUnits / 2) kept.units -= ordered.shift()?.length ?? 0;
    kept.lines.splice(0, kept.lines.length, ...ordered);
    kept.next = 0;
  }
}
