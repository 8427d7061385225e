import { logLineTime } from '../domain/log-line.ts';

/** Lines of several pods come out of order by a few seconds, and a log store lags (convox-api.md 2.4: 1-5 s). */
const MARGIN_MS = 15_000;
const FARTHEST_MS = 24 * 3_600_000;

/** What was received before the gap. */
export interface ReceivedLines {
  readonly first: number;
  readonly end: number;
  raw(sequence: number): string | undefined;
}

/** How to close a gap: what to ask for, and which of the repeated lines to leave out. */
export interface GapBridge {
  /** How far back to ask, ms. */
  readonly sinceMs: number;
  /** True for a line that was received before the gap; each received line answers once. */
  isRepeated(raw: string): boolean;
}

/**
 * Bridges the gap after a lost connection. `Since` counts from the rack's clock, lines carry the rack's clock, and we only
 * know ours: so ask for the time since the last line *arrived* or by its own stamp, whichever is longer, plus a margin, and
 * drop what is already here. Counted per line text, so that a line that was really logged twice stays twice.
 */
export function bridgeGap(lines: ReceivedLines, lastArrivalAt: number, now: number): GapBridge {
  const newest = newestTime(lines);
  const byArrival = now - lastArrivalAt;
  const byStamp = newest === undefined ? 0 : now - newest;
  const sinceMs = Math.min(FARTHEST_MS, Math.max(0, byArrival, byStamp) + MARGIN_MS);
  // The rack's now is at or after its newest stamp, so nothing older than this can be repeated.
  const repeatedFrom = newest === undefined ? Number.NEGATIVE_INFINITY : newest - sinceMs;
  const counts = countLines(lines, repeatedFrom);
  return {
    sinceMs,
    isRepeated: (raw) => {
      const count = counts.get(raw);
      if (count === undefined) return false;
      if (count === 1) counts.delete(raw);
      else counts.set(raw, count - 1);
      return true;
    },
  };
}

function newestTime(lines: ReceivedLines): number | undefined {
  // The whole ring: a service log's backlog comes pod by pod, so the newest stamp may be anywhere.
  let newest: number | undefined;
  for (let sequence = lines.first; sequence < lines.end; sequence += 1) {
    const time = logLineTime(lines.raw(sequence) ?? '');
    if (time !== undefined && (newest === undefined || time > newest)) newest = time;
  }
  return newest;
}

function countLines(lines: ReceivedLines, from: number): Map<string, number> {
  const counts = new Map<string, number>();
  for (let sequence = lines.first; sequence < lines.end; sequence += 1) {
    const raw = lines.raw(sequence) ?? '';
    const time = logLineTime(raw);
    if (time !== undefined && time < from - MARGIN_MS) continue;
    counts.set(raw, (counts.get(raw) ?? 0) + 1);
  }
  return counts;
}
