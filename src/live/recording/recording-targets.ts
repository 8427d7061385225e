import { Failure } from '../../domain/failure.ts';
import type { Target, TargetListing } from '../../targets/target.ts';
import { SYSTEM_TIMERS, type Timers } from '../timers.ts';
import { recordedApi } from './recorded-api.ts';
import type { Recording } from './recording.ts';

export interface RecordingSource {
  readonly recording: Recording;
  /** File name, for display. */
  readonly name: string;
  /** The instant that is shown. */
  readonly now: () => number;
  readonly timers?: Timers;
}

/**
 * The racks of a recording. `jump` counts the leaps in time: sessions that hold answers from another time are not kept
 * (a deck keeps those whose id stays).
 */
export function recordingTargets(
  { recording, name, now, timers = SYSTEM_TIMERS }: RecordingSource,
  jump = 0,
): TargetListing {
  const targets = recording.racks.map(
    (rack): Target => ({
      id: `recording:${jump}:${rack.name}`,
      name: rack.name,
      kind: 'recording',
      origin: name,
      source: name,
      demo: false,
      readOnly: true,
      connect: () => ({
        rack: recordedApi(rack, now, timers),
        gateway: undefined,
        claims: undefined,
        writes: () => {
          throw unchangeable(rack.name);
        },
        close: async () => {},
      }),
    }),
  );
  return { targets, problems: [], current: targets[0]?.name, notices: [] };
}

function unchangeable(rack: string): Failure {
  return new Failure({
    kind: 'unsupported',
    what: `${rack} cannot be changed`,
    why: 'this is a recording of it',
    next: 'Connect to the rack itself.',
    nothingSent: true,
  });
}
