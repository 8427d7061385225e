import { MAX_LOG_LINE, safeLogLine } from '../domain/safe-text.ts';

/**
 * Raw bytes cut anywhere (inside characters, inside lines) to whole, sanitised lines (convox-api.md 2.2). A line longer
 * than what is ever shown keeps its beginning; its rest is skipped as it comes, so that memory stays bounded.
 */
export class LogFrames {
  readonly #decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  #pending = '';
  #skipping = false;

  /** Nothing of an unfinished line is held back: the next byte begins a line. */
  get atLineStart(): boolean {
    return this.#pending === '' && !this.#skipping;
  }

  push(bytes: Uint8Array): string[] {
    return this.#split(this.#decoder.decode(bytes, { stream: true }));
  }

  /** What is left of an unfinished line when the stream ends. */
  finish(): string[] {
    const lines = this.#split(this.#decoder.decode());
    if (this.#pending !== '') lines.push(line(this.#pending));
    this.#pending = '';
    this.#skipping = false;
    return lines;
  }

  #split(text: string): string[] {
    const lines: string[] = [];
    let from = 0;
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', from)) {
      if (this.#skipping) this.#skipping = false;
      else lines.push(line(this.#pending + text.slice(from, at)));
      this.#pending = '';
      from = at + 1;
    }
    if (!this.#skipping) this.#keep(text.slice(from), lines);
    return lines;
  }

  #keep(rest: string, lines: string[]): void {
    this.#pending += rest;
    if (this.#pending.length <= MAX_LOG_LINE * 2) return;
    lines.push(line(this.#pending));
    this.#pending = '';
    this.#skipping = true;
  }
}

function line(text: string): string {
  return safeLogLine(text.endsWith('\r') ? text.slice(0, -1) : text);
}
