import type { Certificate } from '../domain/certificate.ts';
import { asFailure, type FailureKind } from '../domain/failure.ts';
import type { Instance } from '../domain/instance.ts';
import type { RackReads } from '../protocol/rack-api.ts';

/**
 * What moves slowly, as it was told last: nobody waits for it. Asking for it has it read again in the background once it is
 * old, so that a view that polls quickly costs a rack little more (performance.md P12).
 */
export interface Lately {
  /** Undefined before the first answer, where it is refused, and where the last answer is too old to be believed. */
  instances(): readonly Instance[] | undefined;
  certificates(): readonly Certificate[] | undefined;
  /**
   * `release` of `app` is new: has the app's releases read once, so that the history hears of them. A request per app: a few
   * a minute at most, the rest when their turn comes.
   */
  releases(app: string, release: string): void;
}

export interface SlowReadsOptions {
  readonly now: () => number;
  /** Through the shared cache: what another view read within `freshMs` will do. */
  readonly reads: (freshMs: number) => RackReads;
  /** The link lets requests through. */
  readonly open: () => boolean;
}

const INSTANCES_MS = 45_000;
const CERTIFICATES_MS = 30 * 60_000;
/** An answer that could not be renewed so often says nothing any more. */
const BELIEVED = 4;
const MINUTE = 60_000;
const RELEASES_A_MINUTE = 3;
/** They carry environments and manifests: only the newest matter here. */
const NEWEST_RELEASES = 5;
/** Another connection or moment may answer; anything else will be refused again. */
const PASSING: ReadonlySet<FailureKind> = new Set(['unreachable', 'cancelled']);

interface Slot {
  value: unknown;
  answeredAt: number;
  askedAt: number;
  running: boolean;
}

/** {@link Lately} of one session. */
export class SlowReads implements Lately {
  readonly #options: SlowReadsOptions;
  #slots = new Map<string, Slot>();
  /** By app: the release because of which its releases were read last. */
  #readFor = new Map<string, string>();
  #readAt: number[] = [];

  constructor(options: SlowReadsOptions) {
    this.#options = options;
  }

  instances(): readonly Instance[] | undefined {
    return this.#told('instances', INSTANCES_MS, (reads) => reads.instances());
  }

  certificates(): readonly Certificate[] | undefined {
    return this.#told('certificates', CERTIFICATES_MS, (reads) => reads.certificates(undefined));
  }

  releases(app: string, release: string): void {
    const { now, open, reads } = this.#options;
    if (this.#readFor.get(app) === release || !open()) return;
    this.#readAt = this.#readAt.filter((at) => at <= now() && now() - at < MINUTE);
    if (this.#readAt.length >= RELEASES_A_MINUTE) return;
    this.#readAt.push(now());
    this.#readFor.set(app, release);
    reads(MINUTE)
      .releases(app, { limit: NEWEST_RELEASES })
      .catch((error: unknown) => {
        if (PASSING.has(asFailure(error).kind)) this.#readFor.delete(app);
      });
  }

  /** Another connection may see other things. */
  forget(): void {
    this.#slots = new Map();
    this.#readFor = new Map();
  }

  #told<T>(key: string, everyMs: number, send: (reads: RackReads) => Promise<T>): T | undefined {
    const now = this.#options.now();
    const slots = this.#slots;
    const known = slots.get(key);
    if (!known?.running && this.#options.open() && !isWithin(known?.askedAt, everyMs, now)) {
      const slot = known ?? { value: undefined, answeredAt: now, askedAt: now, running: true };
      Object.assign(slot, { askedAt: now, running: true });
      slots.set(key, slot);
      send(this.#options.reads(everyMs)).then(
        (value) => Object.assign(slot, { value, answeredAt: this.#options.now(), running: false }),
        (error: unknown) => {
          slot.running = false;
          if (!PASSING.has(asFailure(error).kind)) slot.value = undefined;
        },
      );
    }
    // Each key is asked with one method: its slot holds what that one answers.
    return isWithin(known?.answeredAt, BELIEVED * everyMs, now) ? (known?.value as T | undefined) : undefined;
  }
}

/** A time that is yet to come was told before the clock was set back (or a recording was): as good as none. */
function isWithin(at: number | undefined, ms: number, now: number): boolean {
  return at !== undefined && at <= now && now - at < ms;
}
