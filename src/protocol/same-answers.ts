import type { Reader } from './schemas/reader.ts';

interface Kept {
  readonly reader: Reader<unknown>;
  readonly body: Buffer;
  readonly value: unknown;
}

/** Lists that a screen asks for again and again; more than these are asked by nobody every few seconds. */
const MOST_QUESTIONS = 12;
/** All bodies together, bytes. */
const MOST_BYTES = 6 * 1_048_576;

/**
 * The last answer to each question. A rack that is polled mostly says what it said before: the same bytes are not parsed,
 * checked and mapped again (40 ms and 10 MB of garbage for 5,000 processes), and what is drawn from them is the very same value.
 */
export class SameAnswers {
  readonly #kept = new Map<string, Kept>();
  #bytes = 0;

  /** `question`: route, variables and query as sent. What `read` throws is thrown, and not kept. */
  read<T>(question: string, reader: Reader<T>, body: Buffer, read: () => T): T {
    const before = this.#kept.get(question);
    if (before) this.#forget(question, before);
    const known = before !== undefined && before.reader === reader && before.body.equals(body);
    // The reader's own type: what it made of these bytes before.
    const value = known ? (before.value as T) : read();
    this.#keep(question, { reader, body: known ? before.body : body, value });
    return value;
  }

  #keep(question: string, kept: Kept): void {
    if (kept.body.length > MOST_BYTES) return;
    this.#kept.set(question, kept);
    this.#bytes += kept.body.length;
    for (const [oldest, { body }] of this.#kept) {
      if (this.#kept.size <= MOST_QUESTIONS && this.#bytes <= MOST_BYTES) break;
      this.#kept.delete(oldest);
      this.#bytes -= body.length;
    }
  }

  #forget(question: string, { body }: Kept): void {
    this.#kept.delete(question);
    this.#bytes -= body.length;
  }
}
