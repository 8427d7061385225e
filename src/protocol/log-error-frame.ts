const ERROR_PREFIX = Buffer.from('ERROR: ');
const MAX_ERROR_FRAME = 8_192;

/**
 * A rack says what went wrong in one text frame of its own, then ends (convox-api.md 2.1, gateway.md 6.8); a log line may begin
 * with the same word. Such a frame is held until more comes, or nothing for a while: then it was a line.
 */
export class LogErrorFrame {
  readonly #holdMs: number;
  readonly #release: (frame: Buffer) => void;
  #held: Buffer | undefined;
  /** The frame that was let through as a line and has stayed the last thing said. */
  #last: Buffer | undefined;
  #timer: NodeJS.Timeout | undefined;

  /** `release` gets a frame that turned out to be a line. */
  constructor(holdMs: number, release: (frame: Buffer) => void) {
    this.#holdMs = holdMs;
    this.#release = release;
  }

  /** What the rack ended with, should it end now. */
  get text(): string | undefined {
    return (this.#held ?? this.#last)?.subarray(ERROR_PREFIX.length).toString('utf8').trim();
  }

  /** A frame came: what was held before it was a line. True where this one is held now. */
  holds(frame: Buffer, atLineStart: () => boolean): boolean {
    this.#letGo();
    this.#last = undefined;
    if (!looksLikeError(frame) || !atLineStart()) return false;
    this.#held = frame;
    this.#timer = setTimeout(() => this.#letGo(), this.#holdMs);
    return true;
  }

  /** Nothing is let go any more. */
  stop(): void {
    clearTimeout(this.#timer);
  }

  #letGo(): void {
    clearTimeout(this.#timer);
    const held = this.#held;
    if (!held) return;
    this.#held = undefined;
    this.#last = held;
    this.#release(held);
  }
}

function looksLikeError(frame: Buffer): boolean {
  return (
    frame.length <= MAX_ERROR_FRAME &&
    frame.subarray(0, ERROR_PREFIX.length).equals(ERROR_PREFIX) &&
    frame.at(-1) === 0x0a
  );
}
