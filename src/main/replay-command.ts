import { basename, resolve } from 'node:path';
import type { Invocation } from '../cli/invocation.ts';
import { runReplay } from '../cli/run-replay.ts';
import { readRecording } from '../live/recording/read-recording.ts';
import { recordingTargets } from '../live/recording/recording-targets.ts';
import type { Run } from '../main.ts';

/** Prints; the dashboard on a recording is replay-dashboard.ts. Nothing is sent, no configuration is read. */
export async function replayCommand(
  { common, replay }: Extract<Invocation, { command: 'replay' }>,
  { world, output, signal }: Run,
): Promise<number> {
  const path = resolve(world.environment.cwd, replay.file);
  const recording = await readRecording(path);
  return runReplay({
    common,
    request: replay,
    recording,
    listing: (now) => recordingTargets({ recording, name: basename(path), now }),
    output,
    signal,
  });
}
