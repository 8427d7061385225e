import { HIDDEN } from '../../domain/secret-text.ts';

/** Less than this is a word that may stand anywhere. */
const LEAST = 4;

/**
 * Takes known secrets out of a stream of text, also where one is split over chunks: what may be the beginning of one is held
 * back until more has come. A secret of several lines is known by its lines. What a program shows of a secret in another form
 * (coloured, wrapped by the terminal, encoded) is not found.
 */
export class SecretRedactor {
  /** By first character, so that most text is passed with one look. */
  readonly #secrets = new Map<string, string[]>();
  readonly #longest: number;
  #held = '';
  /** How many characters at the beginning of `#held` belong to a secret that was replaced already. */
  #heldCovered = 0;
  #inSecret = false;
  #count = 0;

  constructor(secrets: readonly string[]) {
    let longest = 0;
    for (const secret of formsOf(secrets)) {
      const first = secret.charAt(0);
      this.#secrets.set(first, [...(this.#secrets.get(first) ?? []), secret]);
      longest = Math.max(longest, secret.length);
    }
    this.#longest = longest;
  }

  /** How many times something was replaced. */
  get count(): number {
    return this.#count;
  }

  /** Takes the next text; returns what may be kept. */
  push(text: string): string {
    return this.#take(text, false);
  }

  /** The rest, once nothing more will come. */
  finish(): string {
    return this.#take('', true);
  }

  #take(text: string, last: boolean): string {
    const all = this.#held + text;
    const covered = this.#cover(all);
    const until = last ? all.length : this.#holdFrom(all);
    const kept = this.#emit(all, covered, until);
    this.#held = all.slice(until);
    this.#heldCovered = covered.subarray(until).indexOf(0);
    if (this.#heldCovered < 0) this.#heldCovered = this.#held.length;
    return kept;
  }

  /** Marks every character that is part of a secret. */
  #cover(all: string): Uint8Array {
    const covered = new Uint8Array(all.length).fill(1, 0, this.#heldCovered);
    for (const secrets of this.#secrets.values()) {
      for (const secret of secrets) {
        for (let at = all.indexOf(secret); at >= 0; at = all.indexOf(secret, at + 1)) {
          covered.fill(1, at, at + secret.length);
        }
      }
    }
    return covered;
  }

  /** The earliest place from which the text may be a secret that has not come whole. */
  #holdFrom(all: string): number {
    for (let at = Math.max(0, all.length - this.#longest + 1); at < all.length; at++) {
      const tail = all.slice(at);
      const candidates = this.#secrets.get(tail.charAt(0)) ?? [];
      if (candidates.some((secret) => secret.length > tail.length && secret.startsWith(tail))) return at;
    }
    return all.length;
  }

  #emit(all: string, covered: Uint8Array, until: number): string {
    let kept = '';
    let from = 0;
    while (from < until) {
      const mark = covered[from];
      let to = from + 1;
      while (to < until && covered[to] === mark) to++;
      if (mark === 0) kept += all.slice(from, to);
      else if (!this.#inSecret) {
        kept += HIDDEN;
        this.#count += 1;
      }
      this.#inSecret = mark !== 0;
      from = to;
    }
    return kept;
  }
}

function formsOf(secrets: readonly string[]): ReadonlySet<string> {
  const forms = new Set<string>();
  for (const secret of secrets) {
    for (const line of secret.split(/\r?\n/)) {
      for (const form of [line, line.trim(), encodeURIComponent(line.toWellFormed())]) {
        if (form.length >= LEAST) forms.add(form);
      }
    }
  }
  return forms;
}
