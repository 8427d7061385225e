import type { Terminal } from './terminal.ts';

/** Presses keys for somebody who may only press so many: the next one throws. Waiting and looking cost nothing. */
export class KeyBudget {
  readonly #terminal: Terminal;
  readonly #most: number;
  readonly #pressed: string[] = [];

  constructor(terminal: Terminal, most: number) {
    this.#terminal = terminal;
    this.#most = most;
  }

  /** One key, as the key table names it. */
  press(key: string): void {
    this.#pressed.push(key);
    if (this.#pressed.length > this.#most) {
      throw new Error(`${this.#most} keys are allowed; pressed: ${this.#pressed.join(' ')}`);
    }
    this.#terminal.press(key);
  }

  get used(): number {
    return this.#pressed.length;
  }
}
