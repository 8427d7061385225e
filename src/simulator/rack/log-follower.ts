import type { FrameSocket } from '../wire/frame-socket.ts';
import type { LogLine } from '../world/app-log.ts';
import type { Call } from './call.ts';

export type LogFormat = (line: LogLine) => Buffer;

export interface LogStream {
  /** Start of the backlog, milliseconds since the epoch; may lie in the future. */
  readonly from: number;
  readonly follow: boolean;
  readonly format: LogFormat;
  /** Lines with `from <= at < to`, oldest first. */
  readonly lines: (from: number, to: number) => readonly LogLine[];
  /** Shortens the backlog (`Tail`). */
  readonly backlog?: (lines: readonly LogLine[]) => readonly LogLine[];
  /** True once nothing more can come. */
  readonly ended?: () => boolean;
  /** Builds proceed even on a rack that is not lively. */
  readonly wallClock?: boolean;
}

const SLOW_TICK_MS = 150;
const FAST_TICK_MS = 25;
const FAST_RATE = 50;
const BACKLOG_LIMIT = 1024 * 1024;
const NEWLINE = Buffer.from('\n');

/** Sends the backlog, then what comes, until the stream ends or the client goes. The end marker leaves the socket open. */
export function followLog(call: Call, socket: FrameSocket, stream: LogStream): void {
  const { rack } = call;
  const clock = (): number => (stream.wallClock === true ? rack.now() : rack.pulse);
  let cursor = clock();
  const old = stream.from < cursor ? stream.lines(stream.from, cursor) : [];
  socket.write(lineBytes(stream.backlog?.(old) ?? old, stream.format));
  if (!stream.follow) {
    socket.end();
    return;
  }
  cursor = Math.max(cursor, stream.from);
  const timer = setInterval(
    () => {
      // A slow client is not drowned: the lines wait in the log, as they do in CloudWatch.
      if (socket.backlog > BACKLOG_LIMIT) return;
      rack.settle();
      const finished = stream.ended?.() === true;
      const to = clock();
      if (to > cursor) {
        socket.write(lineBytes(stream.lines(cursor, to), stream.format));
        cursor = to;
      }
      if (finished) socket.end();
      if (!socket.open) clearInterval(timer);
    },
    rack.logRate >= FAST_RATE ? FAST_TICK_MS : SLOW_TICK_MS,
  );
  socket.onClose(() => clearInterval(timer));
}

export function lineBytes(lines: readonly LogLine[], format: LogFormat): Buffer {
  const parts: Buffer[] = [];
  for (const line of lines) parts.push(format(line), NEWLINE);
  return Buffer.concat(parts);
}
