import { spanText } from '../domain/age.ts';
import { asFailure, type Failure } from '../domain/failure.ts';
import type { Deck } from '../live/deck.ts';
import type { RecordingResult } from '../live/recording/recording-run.ts';
import { selectTarget } from '../targets/select-target.ts';
import type { TargetListing } from '../targets/target.ts';
import { exitCodeOf } from './exit-code.ts';
import { fileStamp } from './file-stamp.ts';
import type { CommonFlags, RecordRequest } from './invocation.ts';
import type { Output } from './output.ts';
import { renderFailure } from './render-failure.ts';

/** A recording under way, as far as this command sees it. */
export interface RecordingHandle {
  readonly path: string;
  readonly finished: Promise<RecordingResult>;
  stop(end?: 'stopped' | 'time'): Promise<RecordingResult>;
}

export interface RecordRun {
  readonly common: CommonFlags;
  readonly request: RecordRequest;
  readonly listing: TargetListing;
  readonly output: Output;
  readonly now: () => number;
  /** Ctrl-C: ends the recording, exit 0. */
  readonly signal: AbortSignal;
  readonly start: (name: string, listing: TargetListing) => Promise<RecordingHandle & { readonly deck: Deck }>;
}

/** Where a recording without a name goes. */
export function recordingName(now: number): string {
  return `rackdeck-${fileStamp(now)}.rec.gz`;
}

/** Records until Ctrl-C, the time given, or a full file. Resolves with the exit code. */
export async function runRecord(run: RecordRun): Promise<number> {
  const { common, request, output, signal } = run;
  const one = common.rack !== undefined || run.listing.targets.length === 0;
  const targets = one ? [selectTarget(run.listing, common.rack)] : run.listing.targets;
  const recording = await run.start(request.out ?? recordingName(run.now()), { ...run.listing, targets });
  const racks = targets.map(({ name }) => name).join(', ');
  const until = request.forMs === undefined ? 'until Ctrl-C' : `for ${spanText(request.forMs)}`;
  output.err(`Recording ${racks} to ${recording.path} ${until} ...\n`);
  const timer = request.forMs === undefined ? undefined : setTimeout(() => void recording.stop('time'), request.forMs);
  const stop = () => void recording.stop();
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  const result = await recording.finished;
  clearTimeout(timer);
  const failure = linkFailure(recording.deck);
  if (result.end === 'error') throw asFailure(result.error, `Could not write ${result.path}`);
  if (failure) output.err(renderFailure(failure));
  output.err(`${resultText(result)}\n`);
  return failure ? exitCodeOf(failure) : 0;
}

/** Where not one rack answered there is nothing in the file. */
function linkFailure(deck: Deck): Failure | undefined {
  const links = deck.sessions.get().map((session) => session.link.get());
  const [first] = links;
  if (links.some(({ kind }) => kind === 'live' || kind === 'connecting')) return undefined;
  return first && 'failure' in first ? first.failure : undefined;
}

/** `Saved rackdeck-....rec.gz: 10m, 120 kB.` */
export function resultText({ path, bytes, durationMs, end }: RecordingResult): string {
  const size = bytes < 1_000_000 ? `${Math.ceil(bytes / 1_000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
  const full = end === 'full' ? ' (the file is full)' : '';
  return `Saved ${path}: ${spanText(durationMs)}, ${size}${full}. Play it with: rackdeck replay ${path}`;
}
