import { asFailure, Failure } from '../domain/failure.ts';
import type { Observable } from '../domain/observable-value.ts';
import { ObservableValue } from '../domain/observable-value.ts';
import type { System } from '../domain/system.ts';
import type { LogSource } from '../protocol/log-stream.ts';
import type { MutationGuard } from '../protocol/mutation-guard.ts';
import type { RackReads } from '../protocol/rack-api.ts';
import type { RackChanges, RackConnection, Target } from '../targets/target.ts';
import { ConcurrencyGate } from './concurrency-gate.ts';
import type { HistoryStore } from './history-store.ts';
import { keepSampling } from './keep-sampling.ts';
import { SlowReads } from './lately.ts';
import { Later } from './later.ts';
import { LinkMonitor } from './link-monitor.ts';
import type { LiveTrace } from './live-trace.ts';
import type { LifeFollow, LogFollow, LogFollowOptions } from './log-follow.ts';
import { concurrencyLimit } from './poll-pace.ts';
import { Poller, type PollerContext, type PollReads } from './poller.ts';
import { PREVIOUS_ROUTE, type ProcessName } from './previous-life.ts';
import { RackRequests } from './rack-requests.ts';
import type { RackSession, SessionReadOptions } from './rack-session.ts';
import { RequestCache } from './request-cache.ts';
import { SessionAccess } from './session-access.ts';
import { SessionHistory } from './session-history.ts';
import { SessionLogs } from './session-logs.ts';
import { SingleTimer, type Timers } from './timers.ts';
import type { Visibility, Watch, WatchRequest } from './watch.ts';

/** Identity, permissions and version are asked again this often; answers unused for as long are forgotten. */
const UPKEEP_MS = 300_000;

export interface SessionDependencies {
  readonly now: () => number;
  readonly random: () => number;
  readonly timers: Timers;
  readonly onTrace: (trace: LiveTrace) => void;
  /** Watch for the history even where no screen does; undefined: remember only what comes by. */
  readonly sampling?: HistorySampling | undefined;
}

export interface HistorySampling {
  /** Where a target's history is kept on disk; undefined: in memory only. */
  readonly openStore: (target: Target) => HistoryStore | undefined;
}

/** The first screen comes first. */
const FIRST_SAMPLE_MS = 15_000;

/**
 * A session sends nothing until somebody asks: identity and version are loaded with the first watch or the first
 * subscription to `access` or `system`, so that a one-shot command pays for its own reads only.
 */
export class LiveRackSession implements RackSession {
  readonly #deps: SessionDependencies;
  readonly #cache: RequestCache;
  readonly #requests: RackRequests;
  readonly #link: LinkMonitor;
  readonly #system = new ObservableValue<System | undefined>(undefined);
  readonly #access: SessionAccess;
  readonly #upkeep: SingleTimer;
  readonly #sampling: SingleTimer;
  readonly history: SessionHistory;
  readonly lately: SlowReads;
  readonly #pollers = new Map<string, Poller<unknown>>();
  readonly #logs: SessionLogs;
  readonly #later: Later;
  readonly #pollerContext: PollerContext;
  #target: Target;
  #visibility: Visibility = 'visible';
  #started = false;
  #disposed = false;

  constructor(target: Target, deps: SessionDependencies) {
    this.#target = target;
    this.#deps = deps;
    this.#cache = new RequestCache({ gate: new ConcurrencyGate(concurrencyLimit(target.kind)), now: deps.now });
    this.#upkeep = new SingleTimer(deps.timers);
    this.#sampling = new SingleTimer(deps.timers);
    this.history = new SessionHistory(deps.sampling?.openStore(target));
    this.#later = new Later(deps.timers);
    this.#link = new LinkMonitor({
      now: deps.now,
      timers: deps.timers,
      random: deps.random,
      probe: async (signal) => void (await this.#requests.system(signal)),
      onRecovered: () => this.#recovered(),
      onChange: (state) => this.#linkChanged(state.kind),
    });
    this.#requests = new RackRequests({
      cache: this.#cache,
      now: deps.now,
      onAnswered: () => this.#link.answered(),
      onFailed: (failure, startedAt) => this.#link.failed(failure, startedAt),
      onSystem: (system) => this.#learnSystem(system),
      onRead: (method, args, value, at) => this.#later.do(() => this.history.take(method, args, value, at)),
      problem: () => this.#link.failure,
    });
    this.lately = new SlowReads({
      now: deps.now,
      reads: (freshMs) => this.reads({ freshMs }),
      open: () => this.#closedBecause() === undefined,
    });
    this.#access = new SessionAccess(target.kind, undefined);
    this.#pollerContext = this.#createPollerContext();
    this.#logs = new SessionLogs({
      ...deps,
      open: (source, options, sink) => this.#requests.connected().rack.openLogs(source, options, sink),
      serviceLog: () => this.#access.access.get().offers(PREVIOUS_ROUTE),
    });
    this.#connect();
  }

  get target(): Target {
    return this.#target;
  }

  get link(): LinkMonitor['state'] {
    return this.#link.state;
  }

  get gateway(): RackConnection['gateway'] {
    return this.#requests.connection?.gateway;
  }

  readonly access: RackSession['access'] = this.#startingWith(() => this.#access.access);

  readonly system: RackSession['system'] = this.#startingWith(() => this.#system);

  reads({ freshMs, alone = false, signal }: SessionReadOptions): RackReads {
    return this.#requests.reads({
      freshSince: () => (alone ? Number.POSITIVE_INFINITY : this.#deps.now() - freshMs),
      joinSince: alone ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY,
      signal,
    });
  }

  writes(guard: MutationGuard): RackChanges {
    return this.#requests.connected().writes(guard);
  }

  changed(): void {
    if (this.#disposed) return;
    // A panel covers the table whose rows were changed: it is asked again when it is back.
    for (const poller of this.#pollers.values()) poller.outdate();
  }

  watch<T>(request: WatchRequest<T>): Watch<T> {
    this.#start();
    const id = JSON.stringify(request.key);
    // Equal keys mean equal queries (watch.ts), hence equal types.
    let poller = this.#pollers.get(id) as Poller<T> | undefined;
    if (!poller) {
      poller = new Poller<T>(request, this.#pollerContext);
      this.#pollers.set(id, poller as Poller<unknown>);
    }
    return poller.watch(request);
  }

  followLogs(source: LogSource, options: LogFollowOptions): LogFollow {
    return this.#logs.follow(source, options);
  }

  followPreviousLife(name: ProcessName, options: LogFollowOptions): LifeFollow {
    return this.#logs.followPreviousLife(name, options);
  }

  reconnect(): void {
    if (this.#disposed) return;
    for (const poller of this.#pollers.values()) poller.stop();
    void this.#requests.disconnect();
    this.#link.reset();
    this.lately.forget();
    this.#access.forget();
    this.#connect();
    if (this.#started) this.#load();
    this.#wakePollers();
    this.#logs.reopen();
  }

  /** The deck found this target again: newest description, new connection on the next {@link reconnect}. */
  retarget(target: Target): void {
    this.#target = target;
  }

  /** Terminal focus and suspension. */
  setVisibility(visibility: Visibility): void {
    if (this.#visibility === visibility) return;
    this.#visibility = visibility;
    this.#link.setPaused(visibility === 'paused');
    for (const poller of this.#pollers.values()) poller.reschedule();
    if (visibility === 'paused') this.#upkeep.stop();
    else this.#scheduleUpkeep();
  }

  async dispose(): Promise<void> {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#upkeep.stop();
    this.#sampling.stop();
    this.#link.dispose();
    for (const poller of this.#pollers.values()) poller.stop();
    this.#logs.dispose();
    const closing = this.#requests.disconnect();
    this.#cache.dispose();
    this.#later.finish();
    await Promise.all([closing, this.history.close()]);
  }

  #startingWith<T>(inner: () => Observable<T>): Observable<T> {
    return {
      get: () => inner().get(),
      subscribe: (listener) => {
        this.#start();
        return inner().subscribe(listener);
      },
    };
  }

  #connect(): void {
    try {
      this.#access.setClaims(this.#requests.connect(this.#target).claims);
    } catch (error) {
      this.#link.block(this.#target.problem ?? asFailure(error, `${this.#target.name} cannot be used`));
    }
  }

  #start(): void {
    if (this.#started || this.#disposed) return;
    this.#started = true;
    this.#load();
    this.#scheduleUpkeep();
    if (this.#deps.sampling) this.#sampling.start(FIRST_SAMPLE_MS, () => keepSampling(this));
  }

  /** Version and identity. Failures are the link's business: they were counted where they happened. */
  #load(): void {
    const { connection } = this.#requests;
    if (!connection) return;
    this.#requests.system().catch(() => undefined);
    const { gateway } = connection;
    if (gateway) this.#access.load(gateway, (send) => this.#requests.counted(send)).catch(() => undefined);
  }

  #scheduleUpkeep(): void {
    if (!this.#started || this.#disposed || this.#visibility === 'paused') return;
    this.#upkeep.start(UPKEEP_MS, () => {
      if (this.#link.open) this.#load();
      this.#forget();
      this.#scheduleUpkeep();
    });
  }

  #forget(): void {
    const watched = new Set<string>();
    for (const [id, poller] of this.#pollers) {
      if (poller.watched) watched.add(JSON.stringify(['watch', ...poller.key]));
      else this.#pollers.delete(id);
    }
    this.#cache.evict(this.#deps.now() - UPKEEP_MS, (key) => watched.has(JSON.stringify(key)));
  }

  #learnSystem(system: System): void {
    const known = this.#system.get();
    if (known && JSON.stringify(known) === JSON.stringify(system)) return;
    this.#system.set(system);
    this.#access.setSystem(system);
  }

  #createPollerContext(): PollerContext {
    const { now, random, timers } = this.#deps;
    return {
      kind: this.#target.kind,
      cache: this.#cache,
      now,
      random,
      timers,
      deckVisibility: () => this.#visibility,
      closedBecause: () => this.#closedBecause(),
      probe: () => this.#link.probe(),
      pollReads: (options) => this.#pollReads(options),
      onFailure: (failure, startedAt) => this.#link.failed(failure, startedAt),
    };
  }

  #closedBecause(): Failure | undefined {
    if (this.#disposed) return new Failure({ kind: 'cancelled', what: 'The session has ended' });
    return this.#link.open ? undefined : this.#link.failure;
  }

  #pollReads(options: Parameters<PollerContext['pollReads']>[0]): PollReads {
    let oldest: number | undefined;
    const onAnswer = (at: number) => {
      oldest = oldest === undefined ? at : Math.min(oldest, at);
    };
    const { freshSince, joinSince, signal } = options;
    const reads = this.#requests.reads({ freshSince: () => freshSince, joinSince, signal, onAnswer });
    return { reads, oldestAt: () => oldest };
  }

  #recovered(): void {
    if (this.#started) this.#load();
    this.#wakePollers();
    this.#logs.retryNow();
  }

  #wakePollers(): void {
    for (const poller of this.#pollers.values()) {
      if (poller.onScreen) poller.wake();
      else if (poller.watched) poller.reschedule();
    }
  }

  #linkChanged(kind: string): void {
    this.#deps.onTrace({ rack: this.#target.name, event: `link ${kind}`, detail: this.#link.failure?.message });
    if (this.#link.open) return;
    for (const poller of this.#pollers.values()) if (poller.watched) poller.reschedule();
  }
}
