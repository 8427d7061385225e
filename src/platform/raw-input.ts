import type { Readable } from 'node:stream';

/** The part of `process.stdin` that is used; a plain stream serves for piped input. */
export type TerminalInput = Readable & {
  readonly isTTY?: boolean | undefined;
  readonly isRaw?: boolean | undefined;
  setRawMode?(raw: boolean): unknown;
  ref?(): unknown;
  unref?(): unknown;
};

export interface RawInputListener {
  bytes(bytes: Buffer): void;
  end(): void;
}

/**
 * Input byte for byte, from a terminal in raw mode or from a pipe. Ink reads the same stream as text; so the encoding is
 * changed to one that maps every byte to one character, and put back afterwards.
 */
export class RawInput {
  readonly #input: TerminalInput;
  readonly #listener: RawInputListener;
  readonly #encoding: BufferEncoding | null;
  readonly #wasRaw: boolean;
  #reading = true;
  #released = false;

  /** Takes the input over; what was typed before is dropped where it is a terminal. */
  constructor(input: TerminalInput, listener: RawInputListener) {
    this.#input = input;
    this.#listener = listener;
    this.#encoding = input.readableEncoding;
    this.#wasRaw = input.isRaw === true;
    if (input.isTTY) {
      input.setRawMode?.(true);
      while (input.read() !== null);
    }
    if (this.#encoding !== null) input.setEncoding('latin1');
    input.ref?.();
    input.on('readable', this.#onReadable);
    input.on('end', this.#onEnd);
    input.on('close', this.#onEnd);
    input.on('error', this.#onEnd);
  }

  /** Stops reading (the stream and its source wait). */
  pause(): void {
    this.#reading = false;
  }

  resume(): void {
    if (this.#reading || this.#released) return;
    this.#reading = true;
    this.#onReadable();
  }

  /** Gives the input back as it was found. Idempotent. */
  release(): void {
    if (this.#released) return;
    this.#released = true;
    const input = this.#input;
    input.off('readable', this.#onReadable);
    input.off('end', this.#onEnd);
    input.off('close', this.#onEnd);
    input.off('error', this.#onEnd);
    if (this.#encoding !== null) input.setEncoding(this.#encoding);
    if (input.isTTY && !this.#wasRaw) input.setRawMode?.(false);
    // Nobody else reads it: it must not keep the program alive.
    if (input.listenerCount('readable') === 0 && input.listenerCount('data') === 0) input.unref?.();
  }

  readonly #onReadable = (): void => {
    while (this.#reading && !this.#released) {
      const chunk: unknown = this.#input.read();
      if (chunk === null) return;
      this.#listener.bytes(typeof chunk === 'string' ? Buffer.from(chunk, 'latin1') : asBuffer(chunk));
    }
  };

  readonly #onEnd = (): void => {
    if (!this.#released) this.#listener.end();
  };
}

function asBuffer(chunk: unknown): Buffer {
  return chunk instanceof Uint8Array ? Buffer.from(chunk) : Buffer.from(String(chunk), 'utf8');
}
