import { LazyLogLine } from '../domain/lazy-log-line.ts';
import type { LogLine } from '../domain/log-line.ts';

/** Parsed lines kept for repaints; a screen shows a few dozen. A power of two. */
const KEPT = 512;

/**
 * The last `capacity` lines by sequence number. Holds raw text only (a string each, nothing else): lines are parsed when
 * somebody looks at them, because of 3,000 a second a screen shows fifty.
 */
export class LogRing {
  readonly capacity: number;
  readonly #raw: string[] = [];
  readonly #seenLines: LogLine[] = [];
  /** Sequence number of the line in the same place of `seenLines`. */
  readonly #seen: number[] = [];
  #end = 0;
  #length = 0;
  #dropped = 0;

  constructor(capacity: number) {
    this.capacity = Math.max(1, Math.floor(capacity));
  }

  get first(): number {
    return this.#end - this.#length;
  }

  get end(): number {
    return this.#end;
  }

  /** Lines that fell off because the ring was full. */
  get dropped(): number {
    return this.#dropped;
  }

  push(raw: string): void {
    this.#raw[this.#end % this.capacity] = raw;
    this.#end += 1;
    if (this.#length < this.capacity) this.#length += 1;
    else this.#dropped += 1;
  }

  raw(sequence: number): string | undefined {
    if (sequence < this.first || sequence >= this.#end) return undefined;
    return this.#raw[sequence % this.capacity];
  }

  line(sequence: number): LogLine | undefined {
    const raw = this.raw(sequence);
    if (raw === undefined) return undefined;
    const slot = sequence & (KEPT - 1);
    const known = this.#seen[slot] === sequence ? this.#seenLines[slot] : undefined;
    if (known) return known;
    const line = new LazyLogLine(raw);
    this.#seen[slot] = sequence;
    this.#seenLines[slot] = line;
    return line;
  }

  /** An empty ring of another size that goes on with this one's sequence numbers. */
  emptied(capacity: number): LogRing {
    const ring = new LogRing(capacity);
    ring.#end = this.#end;
    return ring;
  }
}
