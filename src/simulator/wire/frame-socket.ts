import type { WebSocket } from 'ws';

const FRAME_LIMIT = 32 * 1024;
const EMPTY = Buffer.alloc(0);

/**
 * The server's end of a stream (convox-api.md 2.2): text frames of raw bytes, the end is one empty binary frame, and
 * afterwards the socket stays open until the client closes it.
 */
export class FrameSocket {
  readonly #socket: WebSocket;
  #left: number;
  #ended = false;
  #closed = false;
  #salt = 0;
  readonly #onClose: (() => void)[] = [];

  constructor(socket: WebSocket, dropAfterFrames = Number.POSITIVE_INFINITY) {
    this.#socket = socket;
    this.#left = dropAfterFrames;
    socket.on('close', () => this.#finish());
    socket.on('error', () => socket.terminate());
    if (dropAfterFrames <= 0) this.drop();
  }

  get open(): boolean {
    return !this.#closed && !this.#ended;
  }

  /** Bytes the client has not taken yet. */
  get backlog(): number {
    return this.#socket.bufferedAmount;
  }

  /** Called once when the connection is gone. */
  onClose(listener: () => void): void {
    if (this.#closed) listener();
    else this.#onClose.push(listener);
  }

  /** Frames of the client: raw bytes; any binary frame means its end of input. */
  onInput(bytes: (data: Buffer) => void, end: () => void = () => {}): void {
    this.#socket.on('message', (data, isBinary) => {
      if (isBinary) end();
      else bytes(Buffer.isBuffer(data) ? data : Buffer.concat(Array.isArray(data) ? data : [Buffer.from(data)]));
    });
  }

  /** One frame exactly as given. */
  frame(bytes: Buffer): void {
    this.#transmit(bytes, false);
  }

  /**
   * A stretch of a stream, cut into frames without regard to lines or characters: never above 32 KiB, and usually once
   * inside, in the middle of a multi-byte character where there is one.
   */
  write(bytes: Buffer): void {
    let from = 0;
    while (from < bytes.length) {
      const to = Math.min(from + FRAME_LIMIT, bytes.length);
      const cut = cutPoint(bytes.subarray(from, to), this.#salt++);
      this.#transmit(bytes.subarray(from, from + cut), false);
      if (from + cut < to) this.#transmit(bytes.subarray(from + cut, to), false);
      from = to;
    }
  }

  /** `ERROR: <message>` and the end marker. */
  fail(message: string): void {
    this.#transmit(Buffer.from(`ERROR: ${message}\n`), false);
    this.end();
  }

  /** The end marker. Sends neither a close frame nor a FIN. */
  end(): void {
    if (this.#ended) return;
    this.#transmit(EMPTY, true);
    this.#ended = true;
  }

  /** An abrupt end of the connection. */
  drop(): void {
    this.#socket.terminate();
    this.#finish();
  }

  #transmit(bytes: Buffer, binary: boolean): void {
    if (!this.open || this.#left <= 0 || this.#socket.readyState !== this.#socket.OPEN) return;
    this.#socket.send(bytes, { binary });
    this.#left--;
    if (this.#left <= 0) setImmediate(() => this.drop());
  }

  #finish(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const listener of this.#onClose) listener();
  }
}

/** Where to cut a chunk in two; its length for "not at all". */
function cutPoint(chunk: Buffer, salt: number): number {
  if (chunk.length < 8 || salt % 3 === 2) return chunk.length;
  for (let i = 1; i < chunk.length; i++) if (((chunk[i] ?? 0) & 0xc0) === 0x80) return i;
  return 1 + ((salt * 7919) % (chunk.length - 1));
}
