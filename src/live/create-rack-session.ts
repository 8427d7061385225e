import { asFailure, Failure } from '../domain/failure.ts';
import type { System } from '../domain/system.ts';
import type { LogSource } from '../protocol/log-stream.ts';
import type { RackApi, RackReads } from '../protocol/rack-api.ts';
import type { RackConnection, Target } from '../targets/target.ts';
import { createCachedReads } from './cached-reads.ts';
import { ConcurrencyGate } from './concurrency-gate.ts';
import { createLogFollow, type LiveLogFollow } from './create-log-follow.ts';
import { LinkMonitor } from './link-monitor.ts';
import type { LiveTrace } from './live-trace.ts';
import type { LogFollow, LogFollowOptions } from './log-follow.ts';
import { ObservableValue } from './observable-value.ts';
import { concurrencyLimit } from './poll-pace.ts';
import { Poller, type PollerContext, type PollReads } from './poller.ts';
import type { Observable, RackSession } from './rack-session.ts';
import { RequestCache } from './request-cache.ts';
import { SessionAccess } from './session-access.ts';
import { SingleTimer, type Timers } from './timers.ts';
import type { Visibility, Watch, WatchRequest } from './watch.ts';

/** Identity, permissions and version are asked again this often; answers unused for as long are forgotten. */
const UPKEEP_MS = 300_000;

export interface SessionDependencies {
  readonly now: () => number;
  readonly random: () => number;
  readonly timers: Timers;
  readonly onTrace: (trace: LiveTrace) => void;
}

interface ReadOptionsInternal {
  readonly freshSince: () => number;
  readonly joinSince: number;
  readonly signal: AbortSignal | undefined;
  readonly onAnswer?: (at: number) => void;
}

/**
 * A session sends nothing until somebody asks: identity and version are loaded with the first watch or the first
 * subscription to `access` or `system`, so that a one-shot command pays for its own reads only.
 */
export class LiveRackSession implements RackSession {
  readonly #deps: SessionDependencies;
  readonly #cache: RequestCache;
  readonly #link: LinkMonitor;
  readonly #system = new ObservableValue<System | undefined>(undefined);
  readonly #access: SessionAccess;
  readonly #upkeep: SingleTimer;
  readonly #pollers = new Map<string, Poller<unknown>>();
  readonly #follows = new Set<LiveLogFollow>();
  readonly #pollerContext: PollerContext;
  #target: Target;
  #connection: RackConnection | undefined;
  /** Grows with every connection: what an older one answers is dropped. */
  #generation = 0;
  #visibility: Visibility = 'visible';
  #started = false;
  #disposed = false;
  /** Every call that is under way past the cache (gateway), ended with the connection. */
  #lifetime = new AbortController();

  constructor(target: Target, deps: SessionDependencies) {
    this.#target = target;
    this.#deps = deps;
    this.#cache = new RequestCache({ gate: new ConcurrencyGate(concurrencyLimit(target.kind)), now: deps.now });
    this.#upkeep = new SingleTimer(deps.timers);
    this.#link = new LinkMonitor({
      now: deps.now,
      timers: deps.timers,
      random: deps.random,
      probe: async (signal) => void (await this.#readSystem(signal)),
      onRecovered: () => this.#recovered(),
      onChange: (state) => this.#linkChanged(state.kind),
    });
    this.#access = new SessionAccess(target.kind, undefined);
    this.#pollerContext = this.#createPollerContext();
    this.#connect();
  }

  get target(): Target {
    return this.#target;
  }

  get link(): LinkMonitor['state'] {
    return this.#link.state;
  }

  get gateway(): RackConnection['gateway'] {
    return this.#connection?.gateway;
  }

  readonly access: RackSession['access'] = this.#startingWith(() => this.#access.access);

  readonly system: RackSession['system'] = this.#startingWith(() => this.#system);

  reads(options: { readonly freshMs: number; readonly signal?: AbortSignal }): RackReads {
    return this.#reads({
      freshSince: () => this.#deps.now() - options.freshMs,
      joinSince: Number.NEGATIVE_INFINITY,
      signal: options.signal,
    });
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
    const follow = createLogFollow({
      source,
      options,
      open: (openSource, streamOptions, sink) => this.#connected().rack.openLogs(openSource, streamOptions, sink),
      now: this.#deps.now,
      random: this.#deps.random,
      timers: this.#deps.timers,
      onDispose: () => this.#follows.delete(follow),
    });
    this.#follows.add(follow);
    return follow;
  }

  reconnect(): void {
    if (this.#disposed) return;
    for (const poller of this.#pollers.values()) poller.stop();
    this.#disconnect();
    this.#link.reset();
    this.#connect();
    if (this.#started) this.#load();
    this.#wakePollers();
    for (const follow of this.#follows) follow.reopen();
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
    this.#link.dispose();
    for (const poller of this.#pollers.values()) poller.stop();
    for (const follow of [...this.#follows]) follow.dispose();
    const closing = this.#disconnect();
    this.#cache.dispose();
    await closing;
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
    this.#generation += 1;
    this.#lifetime = new AbortController();
    try {
      this.#connection = this.#target.connect();
      this.#access.setClaims(this.#connection.claims);
    } catch (error) {
      this.#connection = undefined;
      this.#link.block(this.#target.problem ?? asFailure(error, `${this.#target.name} cannot be used`));
    }
  }

  #disconnect(): Promise<void> {
    const connection = this.#connection;
    this.#connection = undefined;
    this.#generation += 1;
    this.#lifetime.abort();
    this.#cache.cancelAll();
    return connection ? connection.close().catch(() => undefined) : Promise.resolve();
  }

  #connected(): RackConnection {
    if (this.#connection) return this.#connection;
    throw this.#link.failure ?? ended();
  }

  #start(): void {
    if (this.#started || this.#disposed) return;
    this.#started = true;
    this.#load();
    this.#scheduleUpkeep();
  }

  /** Version and identity. Failures are the link's business: they were counted where they happened. */
  #load(): void {
    const connection = this.#connection;
    if (!connection) return;
    this.#readSystem(this.#lifetime.signal).catch(() => undefined);
    const { gateway } = connection;
    if (gateway) this.#access.load(gateway, (send) => this.#counted(send)).catch(() => undefined);
  }

  async #readSystem(signal: AbortSignal): Promise<System> {
    const now = this.#deps.now();
    return this.#reads({ freshSince: () => now, joinSince: Number.NEGATIVE_INFINITY, signal }).system();
  }

  #scheduleUpkeep(): void {
    if (!this.#started || this.#disposed) return;
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

  #reads(options: ReadOptionsInternal): RackReads {
    return createCachedReads(async (method, args, send, callOptions) => {
      const signals = [options.signal, callOptions?.signal].filter((signal) => signal !== undefined);
      const ask = { freshSince: options.freshSince(), joinSince: options.joinSince, signals };
      const answer = await this.#cache.ask([method, ...args], ask, async (signal) => {
        const value = await this.#account((rack) => send(rack, { signal }));
        if (method === 'system') this.#learnSystem(value as System);
        return value;
      });
      options.onAnswer?.(answer.at);
      return answer.value;
    });
  }

  /** Runs one request and tells the link how it went. */
  async #account<T>(send: (rack: RackApi) => Promise<T>): Promise<T> {
    const generation = this.#generation;
    const startedAt = this.#deps.now();
    try {
      const value = await send(this.#connected().rack);
      if (generation === this.#generation) this.#link.answered();
      return value;
    } catch (error) {
      const failure = asFailure(error);
      if (generation === this.#generation) this.#link.failed(failure, startedAt);
      throw failure;
    }
  }

  #counted<T>(send: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const { signal } = this.#lifetime;
    return this.#account(() => send(signal));
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
      closedBecause: () => (this.#disposed ? ended() : this.#link.open ? undefined : this.#link.failure),
      probe: () => this.#link.probe(),
      pollReads: (options) => this.#pollReads(options),
      onFailure: (failure, startedAt) => this.#link.failed(failure, startedAt),
    };
  }

  #pollReads(options: Parameters<PollerContext['pollReads']>[0]): PollReads {
    let oldest: number | undefined;
    const onAnswer = (at: number) => {
      oldest = oldest === undefined ? at : Math.min(oldest, at);
    };
    const { freshSince, joinSince, signal } = options;
    return {
      reads: this.#reads({ freshSince: () => freshSince, joinSince, signal, onAnswer }),
      oldestAt: () => oldest,
    };
  }

  #recovered(): void {
    if (this.#started) this.#load();
    this.#wakePollers();
    for (const follow of this.#follows) follow.retryNow();
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

function ended(): Failure {
  return new Failure({ kind: 'cancelled', what: 'The session has ended' });
}
