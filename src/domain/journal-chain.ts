/**
 * Lines that hold each other: each names the hash of the one before, so that a line which was changed, moved or taken out is
 * found. The hash is no signature: who may write the files can write a whole new chain.
 */

/** SHA-256 of a text (UTF-8) in lower-case hex. */
export type Digest = (text: string) => string;

export const NO_HASH = '0'.repeat(64);
const VERSION = 1;

/** Where a chain ends: number and hash of its last line. */
export interface ChainEnd {
  readonly seq: number;
  readonly hash: string;
}

export const EMPTY_CHAIN: ChainEnd = { seq: 0, hash: NO_HASH };

/** A line that is whole: its text is canonical and its hash is right. What its entry says is not looked at here. */
export interface SealedLine extends ChainEnd {
  readonly prev: string;
  readonly entry: Readonly<Record<string, unknown>>;
}

/** One line of a file, without its newline. */
export interface FileLine {
  readonly text: string;
  /** False for a last line that has no newline: a crash, or a full disk, cut it off. */
  readonly complete: boolean;
}

export interface ChainFile {
  readonly name: string;
  readonly lines: readonly FileLine[];
}

/** JSON with sorted keys and without spaces or undefined members: one text per value. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item ?? null)).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  members.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`).join(',')}}`;
}

/** The line that follows `end` and says `entry`. */
export function sealLine(entry: object, end: ChainEnd, digest: Digest): ChainEnd & { readonly text: string } {
  const seq = end.seq + 1;
  const body = { ...entry, v: VERSION, seq, prev: end.hash };
  const hash = digest(canonicalJson(body));
  return { seq, hash, text: canonicalJson({ ...body, hash }) };
}

/** Undefined for a line that is torn, was changed, or was never ours. */
export function readSealed(text: string, digest: Digest): SealedLine | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return undefined;
    const { hash, ...body } = parsed as Record<string, unknown>;
    const { v: _version, seq, prev, ...entry } = body;
    if (typeof hash !== 'string' || typeof prev !== 'string' || typeof seq !== 'number') return undefined;
    if (!Number.isSafeInteger(seq) || seq < 1) return undefined;
    if (canonicalJson(parsed) !== text || digest(canonicalJson(body)) !== hash) return undefined;
    return { seq, prev, hash, entry };
  } catch {
    return undefined;
  }
}

/**
 * What the next line follows: the last whole line, or the end that was noted apart from the lines (`head`) where that is
 * further on, so that lines taken from the end leave a gap for ever. Undefined: neither is known.
 */
export function chainEnd(lines: readonly FileLine[], head: ChainEnd | undefined, digest: Digest): ChainEnd | undefined {
  for (let at = lines.length - 1; at >= 0; at -= 1) {
    const sealed = readSealed(lines[at]?.text ?? '', digest);
    if (sealed) return head !== undefined && head.seq > sealed.seq ? head : { seq: sealed.seq, hash: sealed.hash };
  }
  return undefined;
}

export interface ChainProblem {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly what: string;
}

export interface ChainReport {
  readonly files: number;
  /** Whole lines. */
  readonly lines: number;
  /** Lines that a crash cut off: they say nothing, and are no sign of tampering. */
  readonly torn: number;
  /** Empty: nothing was changed, moved or taken out. */
  readonly problems: readonly ChainProblem[];
}

/** What is known of the noted end: `unreadable` is a problem of its own, `undefined` is right for an empty journal only. */
export type KnownHead = ChainEnd | 'unreadable' | undefined;

/** Walks all lines, oldest file first. */
export function checkChain(files: readonly ChainFile[], head: KnownHead, digest: Digest): ChainReport {
  const walk = new ChainWalk(digest, head);
  for (const { name, lines } of files) {
    for (const [index, line] of lines.entries()) walk.take({ file: name, line: index + 1 }, line);
  }
  return { files: files.length, ...walk.end() };
}

type Position = Omit<ChainProblem, 'what'>;

class ChainWalk {
  readonly #digest: Digest;
  readonly #head: KnownHead;
  readonly #problems: ChainProblem[] = [];
  #last: ChainEnd = EMPTY_CHAIN;
  #position: Position = { file: '', line: 0 };
  /** Lines since the last whole one that are none. */
  #broken: (Position & FileLine)[] = [];
  #lines = 0;
  #torn = 0;
  #headSeen = false;

  constructor(digest: Digest, head: KnownHead) {
    this.#digest = digest;
    this.#head = head;
  }

  take(position: Position, line: FileLine): void {
    this.#position = position;
    const sealed = readSealed(line.text, this.#digest);
    if (!sealed) {
      this.#broken.push({ ...position, ...line });
      return;
    }
    this.#lines += 1;
    const damaged = this.#settleBroken(sealed);
    const problem = this.#sequenceProblem(sealed, damaged);
    if (problem !== undefined) this.#problems.push({ ...position, what: problem });
    const { seq, hash } = sealed;
    if (isEnd(this.#head) && this.#head.seq === seq && this.#head.hash === hash) this.#headSeen = true;
    this.#last = { seq, hash };
  }

  end(): Omit<ChainReport, 'files'> {
    for (const { text: _text, complete, ...position } of this.#broken) {
      if (complete) this.#problems.push({ ...position, what: DAMAGED });
      else this.#torn += 1;
    }
    const problem = this.#headProblem();
    if (problem !== undefined) this.#problems.push({ ...this.#position, what: problem });
    return { lines: this.#lines, torn: this.#torn, problems: this.#problems };
  }

  /** A torn line is believed where the line after it says so. Gives how many were something else. */
  #settleBroken({ entry }: SealedLine): number {
    const noted = entry.kind === 'note' && entry.about === 'torn-line' ? entry.digest : undefined;
    let damaged = 0;
    for (const [index, { text, complete: _complete, ...position }] of this.#broken.entries()) {
      if (index === this.#broken.length - 1 && noted === this.#digest(text)) {
        this.#torn += 1;
      } else {
        damaged += 1;
        this.#problems.push({ ...position, what: DAMAGED });
      }
    }
    this.#broken = [];
    return damaged;
  }

  #sequenceProblem({ seq, prev }: SealedLine, damaged: number): string | undefined {
    const { seq: before, hash } = this.#last;
    if (seq <= before) return `line number ${seq} comes after number ${before}: it was moved or repeated`;
    const missing = seq - before - 1;
    // As many damaged lines as numbers that lack: those are the ones.
    if (missing > 0) return missing <= damaged ? undefined : gapText(before + 1, seq - 1);
    return prev === hash ? undefined : `it does not follow the line before it (number ${before})`;
  }

  #headProblem(): string | undefined {
    const head = this.#head;
    const { seq } = this.#last;
    if (head === 'unreadable') return 'the note of where the journal ends cannot be read';
    if (head === undefined) {
      // The very first line is written before the note is.
      return seq > 1 ? 'the note of where the journal ends is missing' : undefined;
    }
    if (this.#headSeen) return undefined;
    if (head.seq > seq) return gapText(seq + 1, head.seq);
    return `number ${head.seq} is not the line that was written`;
  }
}

const DAMAGED = 'it was changed, or is no line of the journal';

function isEnd(head: KnownHead): head is ChainEnd {
  return typeof head === 'object';
}

function gapText(from: number, to: number): string {
  return from === to ? `number ${from} is missing` : `numbers ${from} to ${to} are missing`;
}
