import type { Recording } from './recording.ts';

export type PlaybackSpeed = 1 | 10;

/** The clock of a replay: an instant within the recording that stands still, or moves with the real time at 1x or 10x. */
export class Playback {
  readonly #recording: Pick<Recording, 'from' | 'to' | 'instants'>;
  readonly #realNow: () => number;
  #at: number;
  /** Real time at which `#at` was right; undefined while it stands still. */
  #since: number | undefined;
  #speed: PlaybackSpeed = 1;

  constructor(recording: Pick<Recording, 'from' | 'to' | 'instants'>, realNow: () => number, at = recording.from) {
    this.#recording = recording;
    this.#realNow = realNow;
    this.#at = this.#within(at);
  }

  /** The instant, epoch ms of the recording. */
  readonly now = (): number => {
    if (this.#since === undefined) return this.#at;
    return this.#within(this.#at + Math.max(0, this.#realNow() - this.#since) * this.#speed);
  };

  /** Undefined while it stands still; at the end it does. */
  get speed(): PlaybackSpeed | undefined {
    return this.#since === undefined || this.now() >= this.#recording.to ? undefined : this.#speed;
  }

  seek(at: number): void {
    this.#at = this.#within(at);
    if (this.#since !== undefined) this.#since = this.#realNow();
  }

  /** Stands -> 1x -> 10x -> stands. At the end it begins anew. */
  cycle(): void {
    const { speed } = this;
    const at = this.now();
    this.#at = speed === undefined && at >= this.#recording.to ? this.#recording.from : at;
    this.#since = speed === 10 ? undefined : this.#realNow();
    this.#speed = speed === 1 ? 10 : 1;
  }

  /** To the next (or the previous) second in which something changed. */
  step(direction: 'back' | 'forward'): void {
    const at = this.now();
    const { instants, from, to } = this.#recording;
    this.#since = undefined;
    // The clock on screen shows seconds: a step that does not move it would look like none.
    const second = Math.floor(at / 1_000);
    const next =
      direction === 'forward'
        ? instants.find((each) => Math.floor(each / 1_000) > second)
        : instants.findLast((each) => Math.floor(each / 1_000) < second);
    this.seek(next ?? (direction === 'forward' ? to : from));
  }

  #within(at: number): number {
    return Math.min(Math.max(at, this.#recording.from), this.#recording.to);
  }
}

const DURATION = /^([+-]?)(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/;
const CLOCK = /^(\d{1,2}):(\d{2})(?::(\d{2}))?$/;

/**
 * `02:40` and `02:40:13` on the clock of this machine (the first such time in the recording, else the nearest), `+5m` from its
 * beginning, `-30s` before its end, or a whole date and time. Undefined for anything else.
 */
export function instantOf(
  text: string,
  { from, to }: { readonly from: number; readonly to: number },
): number | undefined {
  const trimmed = text.trim();
  const clock = CLOCK.exec(trimmed);
  if (clock) return clockInstant(clock, from, to);
  const duration = DURATION.exec(trimmed);
  if (duration && /[hms]$/.test(trimmed)) {
    const [, sign, hours, minutes, seconds] = duration;
    const ms = (Number(hours ?? 0) * 3_600 + Number(minutes ?? 0) * 60 + Number(seconds ?? 0)) * 1_000;
    return sign === '-' ? to - ms : from + ms;
  }
  if (!/^\d{4}-\d\d-\d\d/.test(trimmed)) return undefined;
  const parsed = Date.parse(trimmed);
  return Number.isNaN(parsed) ? undefined : parsed;
}

function clockInstant(
  [, hours, minutes, seconds]: readonly (string | undefined)[],
  from: number,
  to: number,
): number | undefined {
  const parts = [Number(hours), Number(minutes), Number(seconds ?? 0)] as const;
  if (parts[0] > 23 || parts[1] > 59 || parts[2] > 59) return undefined;
  const day = new Date(from);
  const candidates = [-1, 0, 1, 2].map((offset) =>
    new Date(day.getFullYear(), day.getMonth(), day.getDate() + offset, ...parts).getTime(),
  );
  const inside = candidates.find((at) => at >= from && at <= to);
  const distance = (at: number): number => (at < from ? from - at : at - to);
  return inside ?? candidates.sort((a, b) => distance(a) - distance(b))[0];
}
