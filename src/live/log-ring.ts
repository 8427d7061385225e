import { LazyLogLine } from '../domain/lazy-log-line.ts';
import type { LogLine } from '../domain/log-line.ts';

/** Parsed lines kept for repaints; a screen shows a few dozen. A power of two. */
const KEPT = 512;

/** Text kept at most, UTF-16 units: a hundred thousand lines of the greatest length would take gigabytes. */
const MAX_UNITS = 128 * 1_048_576;

/**
 * The last `capacity` lines by sequence number. Holds raw text only (a string each, nothing else): lines are parsed when
 * somebody looks at them, because of 3,000 a second a screen shows fifty.
 */
export class LogRing {
  readonly capacity: number;
  readonly #maxUnits: number;
  readonly #raw: string[] = [];
  readonly #seenLines: LogLine[] = [];
  /** Sequence number of the line in the same place of `seenLines`. */
  readonly #seen: number[] = [];
  #end = 0;
  #length = 0;
  #dropped = 0;
  #units = 0;

  constructor(capacity: number, maxUnits = MAX_UNITS) {
    this.capacity = Math.max(1, Math.floor(capacity));
    this.#maxUnits = maxUnits;
  }

  get first(): number {
    return this.#end - this.#length;
  }

  get end(): number {
    return this.#end;
  }

  /** Lines that fell off because the ring was full, of lines or of text. */
  get dropped(): number {
    return this.#dropped;
  }

  push(raw: string): void {
    if (this.#length === this.capacity) this.#drop();
    this.#raw[this.#end % this.capacity] = raw;
    this.#end += 1;
    this.#length += 1;
    this.#units += raw.length;
    while (this.#units > this.#maxUnits && this.#length > 1) this.#drop();
  }

  #drop(): void {
    const slot = this.first % this.capacity;
    this.#units -= this.#raw[slot]?.length ?? 0;
    this.#raw[slot] = '';
    this.#length -= 1;
    this.#dropped += 1;
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
    const ring = new LogRing(capacity, this.#maxUnits);
    ring.#end = this.#end;
    return ring;
  }
}
