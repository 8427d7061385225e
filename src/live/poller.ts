import { asFailure, type Failure } from '../domain/failure.ts';
import { ObservableValue } from '../domain/observable-value.ts';
import type { RackReads } from '../protocol/rack-api.ts';
import type { TargetKind } from '../targets/target.ts';
import { dampened, nextDelay, pollInterval } from './poll-pace.ts';
import type { RequestCache } from './request-cache.ts';
import type { Snapshot } from './snapshot.ts';
import { SingleTimer, type Timers } from './timers.ts';
import type { Visibility, Watch, WatchRequest } from './watch.ts';

/** What a poll may read with, and how old the oldest answer it used is. */
export interface PollReads {
  readonly reads: RackReads;
  /** Epoch ms of the oldest answer used so far; undefined before the first. */
  readonly oldestAt: () => number | undefined;
}

export interface PollerContext {
  readonly kind: TargetKind;
  readonly cache: RequestCache;
  readonly now: () => number;
  readonly random: () => number;
  readonly timers: Timers;
  readonly deckVisibility: () => Visibility;
  /** Undefined while the link lets requests through, else why it does not. */
  readonly closedBecause: () => Failure | undefined;
  /** While offline: asks whether the way is open again. Settles with the link state up to date. */
  readonly probe: () => Promise<void>;
  readonly pollReads: (options: {
    readonly freshSince: number;
    readonly joinSince: number;
    readonly signal: AbortSignal;
  }) => PollReads;
  /** A failure that came past the reads (a gateway call inside the query). */
  readonly onFailure: (failure: Failure, startedAt: number) => void;
}

interface Watcher {
  visibility: Visibility;
  readonly pace: number;
}

/**
 * Keeps one query of one rack fresh for all who watch it. The snapshot outlives its watchers in the session's cache, so
 * that going back to a view shows the old data at once, with its age.
 */
export class Poller<T> {
  readonly key: readonly unknown[];
  #read: WatchRequest<T>['read'];
  readonly #context: PollerContext;
  readonly #watchers = new Set<Watcher>();
  readonly #snapshot: ObservableValue<Snapshot<T>>;
  readonly #timer: SingleTimer;
  #controller: AbortController | undefined;
  /** The poll on its way (or the last one), so that whoever asked for a refresh can wait for its successor too. */
  #running: Promise<void> = Promise.resolve();
  /** Grows with every poll; an answer of an older one is dropped. */
  #generation = 0;
  #settledAt: number | undefined;
  /** Something was changed since: what is shown is not what is. */
  #outdated = false;
  #failures = 0;

  constructor(request: WatchRequest<T>, context: PollerContext) {
    this.key = request.key;
    this.#read = request.read;
    this.#context = context;
    this.#timer = new SingleTimer(context.timers);
    const kept = context.cache.peek<T>(this.#cacheKey);
    this.#settledAt = kept?.at;
    this.#snapshot = new ObservableValue<Snapshot<T>>({
      data: kept?.value,
      fetchedAt: kept?.at,
      failure: undefined,
      fetching: kept === undefined,
    });
  }

  get watched(): boolean {
    return this.#watchers.size > 0;
  }

  get #cacheKey(): readonly unknown[] {
    return ['watch', ...this.key];
  }

  watch(request: WatchRequest<T>): Watch<T> {
    this.#read = request.read;
    const watcher: Watcher = { visibility: 'visible', pace: request.pace ?? 1 };
    this.#watchers.add(watcher);
    this.reschedule();
    return {
      get: this.#snapshot.get,
      subscribe: this.#snapshot.subscribe,
      refresh: () => this.refresh(),
      setVisibility: (visibility) => {
        if (watcher.visibility === visibility) return;
        watcher.visibility = visibility;
        this.reschedule();
      },
      dispose: () => {
        if (!this.#watchers.delete(watcher)) return;
        if (this.watched) this.reschedule();
        else this.stop();
      },
    };
  }

  /** Applies a changed visibility, pace or link state. */
  reschedule(): void {
    const closed = this.#context.closedBecause();
    if (closed) {
      this.#halt(closed);
      return;
    }
    const interval = this.#interval();
    if (!Number.isFinite(interval)) {
      this.#timer.stop();
      return;
    }
    if (this.#outdated && this.onScreen) {
      this.#start(true);
      return;
    }
    if (this.#controller) return;
    if (this.#settledAt === undefined) {
      this.#start(false);
      return;
    }
    const delay = this.#delay(interval);
    // Bounded by the delay itself: a clock that was set back must not silence the poll for as long.
    const rest = Math.min(delay, this.#settledAt + delay - this.#context.now());
    this.#timer.start(rest, () => this.#start(false));
  }

  /** Past the cache; while offline it asks for the link first. */
  async refresh(): Promise<void> {
    if (this.#context.closedBecause()) {
      this.#set({ fetching: true });
      await this.#context.probe();
      const still = this.#context.closedBecause();
      if (still) {
        this.#halt(still);
        return;
      }
    }
    this.#start(true);
    let waitedFor: Promise<void>;
    do {
      waitedFor = this.#running;
      await waitedFor;
    } while (waitedFor !== this.#running);
  }

  /** The link came back or the person returned: ask at once if anybody looks. */
  wake(): void {
    if (Number.isFinite(this.#interval()) && !this.#context.closedBecause()) this.#start(true);
  }

  /** Something was changed: asked again at once, or as soon as somebody looks; no answer from before is taken for one. */
  outdate(): void {
    this.#outdated = true;
    if (this.onScreen) this.reschedule();
  }

  get onScreen(): boolean {
    return this.#visibilities().includes('visible');
  }

  stop(): void {
    this.#timer.stop();
    this.#generation += 1;
    this.#controller?.abort();
    this.#controller = undefined;
  }

  #start(force: boolean): void {
    this.#outdated &&= !force;
    this.#running = this.#poll(force);
  }

  async #poll(force: boolean): Promise<void> {
    this.stop();
    const generation = this.#generation;
    const controller = new AbortController();
    this.#controller = controller;
    const { now, cache } = this.#context;
    const startedAt = now();
    const freshSince = force ? startedAt : startedAt - this.#freshFor();
    if (force || this.#snapshot.get().data === undefined) this.#set({ fetching: true });
    const poll = this.#context.pollReads({
      freshSince,
      joinSince: force ? startedAt : Number.NEGATIVE_INFINITY,
      signal: controller.signal,
    });
    try {
      const value = await this.#read(poll.reads, controller.signal);
      if (generation !== this.#generation) return;
      const at = poll.oldestAt() ?? now();
      const kept = cache.store(this.#cacheKey, { value, startedAt, at });
      this.#failures = 0;
      this.#settled({ data: kept.value, fetchedAt: at, failure: undefined, fetching: false });
    } catch (error) {
      if (generation !== this.#generation) return;
      this.#failed(asFailure(error), startedAt);
    }
  }

  #failed(failure: Failure, startedAt: number): void {
    if (failure.kind === 'cancelled') {
      this.#settled({ ...this.#snapshot.get(), fetching: false });
      return;
    }
    this.#failures += 1;
    this.#settled({ ...this.#snapshot.get(), failure, fetching: false });
    this.#context.onFailure(failure, startedAt);
  }

  #settled(snapshot: Snapshot<T>): void {
    this.#controller = undefined;
    this.#settledAt = this.#context.now();
    this.#snapshot.set(snapshot);
    if (this.watched) this.reschedule();
  }

  #halt(failure: Failure): void {
    this.stop();
    const { data, fetching } = this.#snapshot.get();
    if (data === undefined || fetching) this.#set({ failure, fetching: false });
  }

  #delay(interval: number): number {
    const { failure } = this.#snapshot.get();
    const trouble = failure && { failure, count: Math.max(1, this.#failures), now: this.#context.now() };
    return nextDelay(interval, this.#context.random, trouble);
  }

  /** The most eager watcher decides. */
  #interval(): number {
    const { kind, deckVisibility } = this.#context;
    let shortest = Number.POSITIVE_INFINITY;
    for (const { visibility, pace } of this.#watchers) {
      shortest = Math.min(shortest, pollInterval(kind, pace, dampened(visibility, deckVisibility())));
    }
    return shortest;
  }

  #freshFor(): number {
    const interval = this.#interval();
    return Number.isFinite(interval) ? interval : 0;
  }

  #visibilities(): Visibility[] {
    const deck = this.#context.deckVisibility();
    return [...this.#watchers].map(({ visibility }) => dampened(visibility, deck));
  }

  #set(change: Partial<Snapshot<T>>): void {
    const before = this.#snapshot.get();
    const after = { ...before, ...change };
    if (before.failure !== after.failure || before.fetching !== after.fetching) this.#snapshot.set(after);
  }
}
