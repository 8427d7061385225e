import type { TerminalInput } from './raw-input.ts';

/** The part of `process` that tells of signals. */
export interface SignalEvents {
  on(signal: 'SIGHUP', listener: () => void): unknown;
  off(signal: 'SIGHUP', listener: () => void): unknown;
}

const CTRL_C = 0x03;
const LINE_FEED = 0x0a;
const RETURN = 0x0d;

/**
 * What is typed while the dashboard is still being loaded. The terminal would echo it into the screen that was there before;
 * so it is made quiet at once, and what comes is kept for whoever reads the keys then. Ctrl-C and a hangup end the program as they
 * would without this (after the others Node itself puts the terminal back). A pipe is left alone.
 */
export class EarlyKeys {
  readonly #input: TerminalInput;
  readonly #end: (signal: 'SIGINT' | 'SIGHUP') => void;
  readonly #signals: SignalEvents;
  #held: Buffer[] = [];
  #holds = false;

  /** `end`: does what the signal does by default. */
  constructor(input: TerminalInput, end: (signal: 'SIGINT' | 'SIGHUP') => void, signals: SignalEvents) {
    this.#input = input;
    this.#end = end;
    this.#signals = signals;
    if (input.isTTY !== true) return;
    this.#holds = true;
    input.setRawMode?.(true);
    input.on('readable', this.#onReadable);
    signals.on('SIGHUP', this.#onHangup);
  }

  /** The keys so far go back into the input, still without an echo; whoever listens next gets them. */
  async handOver(): Promise<void> {
    if (!this.#letGo()) return;
    // A stream learns only then that nobody listens, and would not tell the next one what it has.
    await new Promise((resolve) => setImmediate(resolve));
    // Before it was quiet the terminal made a line feed of enter.
    const typed = Buffer.concat(this.#held).map((byte) => (byte === LINE_FEED ? RETURN : byte));
    if (typed.length > 0) this.#input.unshift(typed);
  }

  /** The terminal as it was; nothing where the keys were handed over. */
  giveBack(): void {
    if (this.#letGo()) this.#input.setRawMode?.(false);
  }

  #letGo(): boolean {
    if (!this.#holds) return false;
    this.#holds = false;
    this.#input.off('readable', this.#onReadable);
    this.#signals.off('SIGHUP', this.#onHangup);
    return true;
  }

  readonly #onHangup = (): void => {
    this.giveBack();
    this.#end('SIGHUP');
  };

  readonly #onReadable = (): void => {
    for (let chunk: unknown = this.#input.read(); chunk !== null; chunk = this.#input.read()) {
      const bytes = chunk instanceof Uint8Array ? Buffer.from(chunk) : Buffer.from(String(chunk), 'utf8');
      if (bytes.includes(CTRL_C)) {
        this.giveBack();
        this.#end('SIGINT');
        return;
      }
      this.#held.push(bytes);
    }
  };
}
