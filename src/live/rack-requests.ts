import { asFailure, Failure } from '../domain/failure.ts';
import type { System } from '../domain/system.ts';
import type { RackApi, RackReads } from '../protocol/rack-api.ts';
import type { RackConnection, Target } from '../targets/target.ts';
import { createCachedReads } from './cached-reads.ts';
import { tellsOfLink } from './link-monitor.ts';
import type { RequestCache } from './request-cache.ts';

export interface RackRequestsOptions {
  readonly cache: RequestCache;
  readonly now: () => number;
  /** Some answer came. */
  readonly onAnswered: () => void;
  /** A request that left at `startedAt` failed. */
  readonly onFailed: (failure: Failure, startedAt: number) => void;
  readonly onSystem: (system: System) => void;
  /** Every answer of the rack, once: which read of RackReads, its arguments, what came and when. */
  readonly onRead?: (method: string, args: readonly unknown[], value: unknown, at: number) => void;
  /** Why there is no connection. */
  readonly problem: () => Failure | undefined;
}

export interface FreshnessOptions {
  /** See request-cache.ts; asked anew for every read. */
  readonly freshSince: () => number;
  readonly joinSince: number;
  readonly signal: AbortSignal | undefined;
  /** When the answer that was given came, epoch ms. */
  readonly onAnswer?: (at: number) => void;
}

/**
 * The connection of one session and every request over it. Counts each outcome for the link once, and drops what an older
 * connection still says.
 */
export class RackRequests {
  readonly #options: RackRequestsOptions;
  #connection: RackConnection | undefined;
  /** Grows with every connection. */
  #generation = 0;
  /** Ends what is under way past the cache (gateway calls). */
  #lifetime = new AbortController();

  constructor(options: RackRequestsOptions) {
    this.#options = options;
  }

  get connection(): RackConnection | undefined {
    return this.#connection;
  }

  /** Throws what `target.connect()` throws. */
  connect(target: Target): RackConnection {
    this.#generation += 1;
    this.#lifetime = new AbortController();
    this.#connection = target.connect();
    return this.#connection;
  }

  /** Aborts everything under way. Resolves when the sockets are closed. */
  disconnect(): Promise<void> {
    const connection = this.#connection;
    this.#connection = undefined;
    this.#generation += 1;
    this.#lifetime.abort();
    this.#options.cache.cancelAll();
    return connection ? connection.close().catch(() => undefined) : Promise.resolve();
  }

  connected(): RackConnection {
    if (this.#connection) return this.#connection;
    throw this.#options.problem() ?? new Failure({ kind: 'cancelled', what: 'The session has ended' });
  }

  reads(options: FreshnessOptions): RackReads {
    const { cache, onSystem, onRead, now } = this.#options;
    return createCachedReads(async (method, args, send, callOptions) => {
      const signals = [options.signal, callOptions?.signal].filter((signal) => signal !== undefined);
      const ask = { freshSince: options.freshSince(), joinSince: options.joinSince, signals };
      const answer = await cache.ask([method, ...args], ask, async (signal) => {
        const value = await this.#account((rack) => send(rack, { signal }));
        if (method === 'system') onSystem(value as System);
        onRead?.(method, args, value, now());
        return value;
      });
      options.onAnswer?.(answer.at);
      return answer.value;
    });
  }

  /** The rack itself, past the cache: the cheapest read, and the one that proves the way. */
  system(signal?: AbortSignal): Promise<System> {
    const now = this.#options.now();
    const options = { freshSince: () => now, joinSince: Number.NEGATIVE_INFINITY, signal };
    return this.reads(options).system();
  }

  /**
   * One call to the gateway itself, ended with the connection. That a gateway answers says nothing about the rack behind it,
   * so only its failures are told.
   */
  async counted<T>(send: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const told = this.#teller();
    try {
      return await send(this.#lifetime.signal);
    } catch (error) {
      throw told.failed(asFailure(error), tellsOfLink);
    }
  }

  async #account<T>(send: (rack: RackApi) => Promise<T>): Promise<T> {
    const told = this.#teller();
    try {
      const value = await send(this.connected().rack);
      told.answered();
      return value;
    } catch (error) {
      throw told.failed(asFailure(error), () => true);
    }
  }

  /** Passes an outcome on, unless the connection has changed meanwhile. */
  #teller() {
    const generation = this.#generation;
    const startedAt = this.#options.now();
    return {
      answered: () => {
        if (generation === this.#generation) this.#options.onAnswered();
      },
      failed: (failure: Failure, matters: (failure: Failure) => boolean) => {
        if (generation === this.#generation && matters(failure)) this.#options.onFailed(failure, startedAt);
        return failure;
      },
    };
  }
}
