import type { Failure } from '../domain/failure.ts';

export interface ByteSocketLimits {
  /** From the call to the open socket, ms. Default 20,000: a gateway dials the rack for up to 10 s. */
  readonly handshakeMs?: number;
  /** Keeps load balancers from cutting an idle stream. Default 5,000. */
  readonly pingMs?: number;
  /** How long an `ERROR: ` frame waits for the end before it passes for data. Default 1,000. */
  readonly errorHoldMs?: number;
}

export interface ByteSocketOptions extends ByteSocketLimits {
  /** Awaited before the handshake; its headers are added. */
  readonly prelude?: (() => Promise<Readonly<Record<string, string>>>) | undefined;
  /** Largest frame sent, bytes. Default 1,024, as the racks' own client sends. */
  readonly frameBytes?: number;
  /** A program may print `ERROR: ` in mid-stream; then only the first frame is looked at. */
  readonly errorsOnlyFirst?: boolean;
}

export type ByteSocketEnd =
  /** The end marker came. */
  | { readonly how: 'ended' }
  /** The connection is gone without one; `lost`: not closed by the other side, but reset or timed out. */
  | { readonly how: 'closed'; readonly code: number; readonly lost: boolean }
  /** The server said in-band why it cannot, or sent what cannot be read. */
  | { readonly how: 'failed'; readonly failure: Failure };

/** Called only after `open` has succeeded (or in the same tick). */
export interface ByteSocketSink {
  data(bytes: Buffer): void;
  /** Everything sent so far has left: `send` may go on after it returned false. */
  drain(): void;
  /** Exactly once, last; never after `hangUp`. */
  end(end: ByteSocketEnd): void;
}
