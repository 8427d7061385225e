import { ObservableValue } from '../domain/observable-value.ts';
import type { Target, TargetListing } from '../targets/target.ts';
import { type HistorySampling, LiveRackSession, type SessionDependencies } from './create-rack-session.ts';
import type { Deck } from './deck.ts';
import type { LiveTrace } from './live-trace.ts';
import type { RackSession } from './rack-session.ts';
import { SYSTEM_TIMERS, type Timers } from './timers.ts';
import type { Visibility } from './watch.ts';

export interface DeckOptions {
  readonly listing: TargetListing;
  readonly now: () => number;
  /** Uniform [0, 1): jitter. */
  readonly random: () => number;
  readonly timers?: Timers;
  readonly onTrace?: (trace: LiveTrace) => void;
  /** Sample every rack that is looked at, on screen or not, and keep what was seen. */
  readonly sampling?: HistorySampling;
}

/** A deck sends nothing by itself: each session starts with its first watch or subscription. */
export function createDeck(options: DeckOptions): Deck {
  return new LiveDeck(options);
}

class LiveDeck implements Deck {
  readonly sessions: ObservableValue<readonly RackSession[]>;
  readonly #deps: SessionDependencies;
  #byId = new Map<string, LiveRackSession>();
  #visibility: Visibility = 'visible';

  constructor(options: DeckOptions) {
    this.#deps = {
      now: options.now,
      random: options.random,
      timers: options.timers ?? SYSTEM_TIMERS,
      onTrace: options.onTrace ?? (() => undefined),
      sampling: options.sampling,
    };
    for (const target of unique(options.listing)) this.#byId.set(target.id, this.#create(target));
    this.sessions = new ObservableValue<readonly RackSession[]>([...this.#byId.values()]);
  }

  /** By name; by id (`gateway:prod`) where two sources know the same name. */
  session(name: string): RackSession | undefined {
    const exact = this.#byId.get(name);
    return exact ?? [...this.#byId.values()].find((session) => session.target.name === name);
  }

  async replaceTargets(listing: TargetListing): Promise<void> {
    const before = this.#byId;
    const after = new Map<string, LiveRackSession>();
    const revived: LiveRackSession[] = [];
    for (const target of unique(listing)) {
      const kept = before.get(target.id);
      if (kept && kept.target.kind === target.kind && kept.target.origin === target.origin) {
        if (needsNewConnection(kept, target)) revived.push(kept);
        kept.retarget(target);
        after.set(target.id, kept);
      } else {
        after.set(target.id, this.#create(target));
      }
    }
    const gone = [...before.values()].filter((session) => after.get(session.target.id) !== session);
    this.#byId = after;
    for (const session of revived) session.reconnect();
    if (!sameOrder(this.sessions.get(), [...after.values()])) this.sessions.set([...after.values()]);
    await Promise.all(gone.map((session) => session.dispose()));
  }

  setVisibility(visibility: Visibility): void {
    this.#visibility = visibility;
    for (const session of this.#byId.values()) session.setVisibility(visibility);
  }

  async dispose(): Promise<void> {
    const all = [...this.#byId.values()];
    this.#byId = new Map();
    await Promise.all(all.map((session) => session.dispose()));
  }

  #create(target: Target): LiveRackSession {
    const session = new LiveRackSession(target, this.#deps);
    session.setVisibility(this.#visibility);
    return session;
  }
}

/** Its way in changed (found elsewhere, problem solved or new) or it was waiting for a login. */
function needsNewConnection(session: LiveRackSession, target: Target): boolean {
  const { target: old } = session;
  if (session.link.get().kind === 'logged-out') return target.problem === undefined || target.problem !== old.problem;
  return old.source !== target.source || old.demo !== target.demo || old.problem?.message !== target.problem?.message;
}

/** Ids are unique by contract (target.ts); should two collide all the same, the first one found counts. */
function unique({ targets }: TargetListing): readonly Target[] {
  return targets.filter((target, index) => targets.findIndex(({ id }) => id === target.id) === index);
}

function sameOrder(left: readonly RackSession[], right: readonly RackSession[]): boolean {
  return left.length === right.length && left.every((session, index) => session === right[index]);
}
