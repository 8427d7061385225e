const MARKER = Buffer.from('F1E49A85-0AD7-4AEF-A618-C249C6E6568D:');
/** What may stand between the marker and the end of what came so far. */
const CODE_SO_FAR = /^-?\d{0,10}\r?\n?$/;
const WHOLE_CODE = /^(-?\d{1,10})\r?\n$/;
/** As much of a marker's beginning as somebody may type: `F1E49A85`. */
const TYPEABLE = 8;
const NOTHING = Buffer.alloc(0);

/**
 * Takes the exit status out of the output of a command (convox-api.md 2.5, gateway.md 6.8): the last line of the stream,
 * `<marker>:<code>\n`, whole or split over frames or glued to output. The same text with more output behind it was printed
 * by the command itself and passes through.
 */
export class ExitMarker {
  #held: Buffer = NOTHING;
  /** How many bytes of `#held` were shown already, by `flush`. */
  #shown = 0;

  /** Takes the next bytes; returns those that certainly are output. */
  push(bytes: Uint8Array): Buffer {
    const all = Buffer.concat([this.#held, bytes]);
    const from = holdFrom(all);
    const output = all.subarray(Math.min(this.#shown, from), from);
    this.#held = all.subarray(from);
    this.#shown = Math.max(0, this.#shown - from);
    return output;
  }

  /** True while something is held back that `flush` would give. */
  get flushable(): boolean {
    return this.#held.length > this.#shown && this.#held.length <= TYPEABLE;
  }

  /**
   * For a pause in the stream: gives a beginning of the marker so short that it may as well be the echo of somebody typing.
   * Should the rest of a marker follow after all, it is still recognised.
   */
  flush(): Buffer {
    if (!this.flushable) return NOTHING;
    const output = this.#held.subarray(this.#shown);
    this.#shown = this.#held.length;
    return output;
  }

  /** The stream is over. */
  finish(): { readonly rest: Buffer; readonly exitCode: number | undefined } {
    const held = this.#held;
    this.#held = NOTHING;
    const rest = held.length <= TYPEABLE ? held.subarray(this.#shown) : NOTHING;
    this.#shown = 0;
    const code = WHOLE_CODE.exec(held.subarray(MARKER.length).toString('latin1'))?.[1];
    return { rest, exitCode: code === undefined ? undefined : Number(code) };
  }
}

/** Index from which the bytes may be (the beginning of) a marker that reaches to their end. */
function holdFrom(bytes: Buffer): number {
  const whole = bytes.lastIndexOf(MARKER);
  if (whole >= 0 && CODE_SO_FAR.test(bytes.subarray(whole + MARKER.length).toString('latin1'))) return whole;
  for (let length = Math.min(MARKER.length - 1, bytes.length); length > 0; length--) {
    if (bytes.subarray(bytes.length - length).equals(MARKER.subarray(0, length))) return bytes.length - length;
  }
  return bytes.length;
}
