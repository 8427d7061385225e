import type { RackSession } from '../../live/rack-session.ts';
import { VitalsWatch } from './vitals-watch.ts';

/** Keeps an eye on the racks for the frame: vitals and role of the current one, the links of all. */
export class RackFollower {
  readonly #vitals = new Map<string, VitalsWatch>();
  readonly #stops: (() => void)[] = [];
  readonly #now: () => number;
  readonly #onChange: () => void;

  constructor(now: () => number, onChange: () => void) {
    this.#now = now;
    this.#onChange = onChange;
  }

  vitals(rack: string | undefined): VitalsWatch | undefined {
    return rack === undefined ? undefined : this.#vitals.get(rack);
  }

  /** `current` is the rack that the view on screen speaks of. */
  follow(sessions: readonly RackSession[], current: RackSession | undefined): void {
    const rack = current?.target.name;
    if (current && rack !== undefined && !this.#vitals.has(rack)) {
      this.#vitals.set(rack, new VitalsWatch(current, this.#now, this.#onChange));
    }
    for (const [name, vitals] of this.#vitals) vitals.show(name === rack);
    this.#stop();
    for (const session of sessions) this.#stops.push(session.link.subscribe(this.#onChange));
    // Role and version of the current one only: asking for those costs a request.
    if (current) this.#stops.push(current.access.subscribe(this.#onChange), current.system.subscribe(this.#onChange));
  }

  /** Lets go of everything; `follow` starts anew. */
  clear(): void {
    this.#stop();
    for (const vitals of this.#vitals.values()) vitals.dispose();
    this.#vitals.clear();
  }

  #stop(): void {
    for (const stop of this.#stops.splice(0)) stop();
  }
}
