import type { AnyAction } from '../actions/define-action.ts';
import { spanText } from '../domain/age.ts';
import type { KeyBinding } from './keys/key-binding.ts';
import type { Span } from './text/line.ts';

/** Starts and stops a recording of what the racks say, whatever is on screen. */
export interface RecordingControls {
  /** Since when, epoch ms; undefined while none is under way. */
  readonly since: number | undefined;
  /** Resolves with what to tell: where it goes, or where it went. */
  toggle(): Promise<string>;
  /** It started or ended, be it by itself (a full file). */
  subscribe(listener: (remark: string | undefined) => void): () => void;
}

/** The clock of a replay. */
export interface ReplayControls {
  /** The instant on screen, epoch ms of the recording. */
  readonly at: number;
  /** Undefined while it stands still. */
  readonly speed: number | undefined;
  readonly from: number;
  readonly to: number;
  /** Listed all the same: each says why it cannot be done there. */
  readonly actions: readonly AnyAction[];
  run(command: ReplayCommand): void;
}

export type ReplayCommand = 'step-back' | 'step-forward' | 'minute-back' | 'minute-forward' | 'play';

const key = (command: ReplayCommand, keys: readonly string[], label: string, hint?: number): KeyBinding => ({
  id: `replay.${command}`,
  context: 'global',
  keys,
  label,
  ...(hint === undefined ? {} : { hint }),
});

/** Keys that exist in a replay alone. */
export const REPLAY_BINDINGS: readonly KeyBinding[] = [
  key('play', ['p'], 'play: 1x, 10x, stop', 15),
  key('step-back', [','], 'change before', 16),
  key('step-forward', ['.'], 'next change', 17),
  key('minute-back', ['<'], 'a minute back', 18),
  key('minute-forward', ['>'], 'a minute on', 19),
];

export function replayCommandOf(id: string): ReplayCommand | undefined {
  const name = id.startsWith('replay.') ? id.slice('replay.'.length) : '';
  return REPLAY_BINDINGS.some((binding) => binding.id === id) ? (name as ReplayCommand) : undefined;
}

/** `REC 12m`, or `REPLAY 02:40:13 10x`: what is on screen is not what it seems to be. */
export function modeSpan(
  services: { readonly recording?: RecordingControls; readonly replay?: ReplayControls },
  now: number,
): Span | undefined {
  const { recording, replay } = services;
  if (replay) {
    const speed = replay.speed === undefined ? '' : ` ${replay.speed}x`;
    const end = replay.at >= replay.to ? ' end' : '';
    return { text: `REPLAY ${clockText(replay.at)}${speed}${end}`, role: 'warning', bold: true };
  }
  if (recording?.since === undefined) return undefined;
  return { text: `REC ${spanText(Math.max(0, now - recording.since))}`, role: 'critical', bold: true };
}

/** On the clock of this machine, as a person remembers it. */
function clockText(at: number): string {
  const date = new Date(at);
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map((part) => String(part).padStart(2, '0')).join(':');
}
