import { type LogLine, parseLogLine } from '../domain/log-line.ts';
import type { LogSource } from '../protocol/log-stream.ts';
import type { RackApi } from '../protocol/rack-api.ts';

export interface LogCollection {
  readonly lines: readonly LogLine[];
  /** Why there are no more; undefined where the log was read to its end. */
  readonly cutShort: string | undefined;
}

const MAX_LINES = 50_000;

/** The recent part of a log, read once. Never rejects: what came is kept, and why it ended early is said. */
export function collectLog(
  rack: RackApi,
  source: LogSource,
  {
    sinceMs,
    patienceMs,
    signal,
  }: { readonly sinceMs: number; readonly patienceMs: number; readonly signal: AbortSignal },
): Promise<LogCollection> {
  const lines: LogLine[] = [];
  const patience = AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]);
  return new Promise((resolve) => {
    const finish = (cutShort: string | undefined) => {
      patience.removeEventListener('abort', expire);
      stream.close();
      resolve({ lines, cutShort });
    };
    const expire = () => finish(`nothing more came within ${Math.round(patienceMs / 1_000)} seconds`);
    const stream = rack.openLogs(
      source,
      { follow: false, sinceMs },
      {
        open: () => {},
        lines: (batch) => {
          for (const raw of batch) lines.push(parseLogLine(raw));
          if (lines.length > MAX_LINES) lines.splice(0, lines.length - MAX_LINES);
        },
        end: (end) => finish(end.outcome === 'complete' ? undefined : end.failure.message),
      },
    );
    patience.addEventListener('abort', expire, { once: true });
    if (patience.aborted) expire();
  });
}
