import { isoText, spanText } from '../domain/age.ts';
import { Failure } from '../domain/failure.ts';
import { instantOf } from '../live/recording/playback.ts';
import type { Recording } from '../live/recording/recording.ts';
import type { TargetListing } from '../targets/target.ts';
import type { CommonFlags, ReplayRequest } from './invocation.ts';
import type { Output } from './output.ts';
import { runView } from './run-view.ts';

export interface ReplayRun {
  readonly common: CommonFlags;
  readonly request: ReplayRequest;
  readonly recording: Recording;
  readonly listing: (now: () => number) => TargetListing;
  readonly output: Output;
  readonly signal: AbortSignal;
}

/** Prints one view as it was at an instant (by default the last one), or without a view what the recording holds. */
export async function runReplay(run: ReplayRun): Promise<number> {
  const { recording, request, output } = run;
  if (recording.damage) output.err(`${damageText(recording)}\n`);
  if (!request.view) {
    output.out(request.json ? summaryJson(recording) : summaryText(recording));
    return 0;
  }
  const at = request.at === undefined ? recording.to : instantIn(recording, request.at);
  return runView({
    common: run.common,
    request: { ...request, view: request.view },
    listing: run.listing(() => at),
    output,
    now: () => at,
    signal: run.signal,
  });
}

/** The instant that `--at` names. Throws a `usage` Failure for one that is none, or that lies outside. */
export function instantIn(recording: Recording, text: string): number {
  const at = instantOf(text, recording);
  const { from, to } = recording;
  if (at !== undefined && at >= from - 999 && at <= to + 999) return Math.min(Math.max(at, from), to);
  throw new Failure({
    kind: 'usage',
    what: at === undefined ? `'${text}' is no instant` : `${text} is not in this recording`,
    why: `it goes from ${isoText(from)} to ${isoText(to)}`,
    next: 'Write --at 02:40, 02:40:13, +5m (from its beginning), -30s (before its end), or a date and time.',
  });
}

/** What a person must know of a recording that is not whole. */
export function damageText({ damage, to }: Recording): string {
  return `The recording is not whole: ${damage ?? ''}; it plays up to ${isoText(to)}.`;
}

function summaryText(recording: Recording): string {
  const { header, from, to, racks } = recording;
  const lines = [
    `Recorded by ${header.by}: ${isoText(from)} to ${isoText(to)} (${spanText(to - from)})`,
    ...racks.map(({ name, kind }) => `  ${name} (${kind})`),
  ];
  return `${lines.join('\n')}\n`;
}

function summaryJson({ header, from, to, racks, damage }: Recording): string {
  const summary = {
    schema: 'rackdeck/replay@1',
    by: header.by,
    from: isoText(from),
    to: isoText(to),
    damage: damage ?? null,
    racks: racks.map(({ name, kind }) => ({ name, kind })),
  };
  return `${JSON.stringify(summary, null, 2)}\n`;
}
