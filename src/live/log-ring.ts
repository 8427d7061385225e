import { LazyLogLine } from '../domain/lazy-log-line.ts';
import type { LogLine } from '../domain/log-line.ts';
import { TextSlabs } from './text-slabs.ts';

/** Parsed lines kept for repaints; a screen shows a few dozen. A power of two. */
const KEPT = 512;

/** Text kept at most, bytes: a hundred thousand lines of the greatest length would take gigabytes. */
const MAX_BYTES = 128 * 1_048_576;

/**
 * The last `capacity` lines by sequence number. Holds their text only, as bytes outside the heap of JavaScript: a hundred
 * thousand strings that come and go make the collector keep three times their size. Lines are parsed when somebody looks at
 * them, because of 3,000 a second a screen shows fifty.
 */
export class LogRing {
  readonly capacity: number;
  readonly #maxBytes: number;
  readonly #text = new TextSlabs();
  /** By `sequence % capacity`: where the line's bytes stand, and how many they are. */
  readonly #slabs: Uint32Array;
  readonly #offsets: Uint32Array;
  readonly #lengths: Uint32Array;
  readonly #seenLines: LogLine[] = [];
  /** Sequence number of the line in the same place of `seenLines`. */
  readonly #seen: number[] = [];
  #end = 0;
  #length = 0;
  #dropped = 0;
  #bytes = 0;

  constructor(capacity: number, maxBytes = MAX_BYTES) {
    this.capacity = Math.max(1, Math.floor(capacity));
    this.#maxBytes = maxBytes;
    this.#slabs = new Uint32Array(this.capacity);
    this.#offsets = new Uint32Array(this.capacity);
    this.#lengths = new Uint32Array(this.capacity);
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
    const slot = this.#end % this.capacity;
    const { slab, offset, length } = this.#text.append(raw);
    this.#slabs[slot] = slab;
    this.#offsets[slot] = offset;
    this.#lengths[slot] = length;
    this.#end += 1;
    this.#length += 1;
    this.#bytes += length;
    while (this.#bytes > this.#maxBytes && this.#length > 1) this.#drop();
  }

  #drop(): void {
    this.#bytes -= this.#lengths[this.first % this.capacity] ?? 0;
    this.#length -= 1;
    this.#dropped += 1;
    if (this.#length > 0) this.#text.forgetBefore(this.#slabs[this.first % this.capacity] ?? 0);
  }

  raw(sequence: number): string | undefined {
    if (sequence < this.first || sequence >= this.#end) return undefined;
    const slot = sequence % this.capacity;
    return this.#text.read(this.#slabs[slot] ?? 0, this.#offsets[slot] ?? 0, this.#lengths[slot] ?? 0);
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
    const ring = new LogRing(capacity, this.#maxBytes);
    ring.#end = this.#end;
    return ring;
  }
}
