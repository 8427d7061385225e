import { CancelledError, type Query, QueryClient } from '@tanstack/query-core';
import { asFailure, Failure } from '../domain/failure.ts';
import type { ConcurrencyGate } from './concurrency-gate.ts';

/** One answer and when it was asked for and came, epoch ms. */
export interface Answer<T> {
  readonly value: T;
  readonly startedAt: number;
  readonly at: number;
}

export interface AskOptions {
  /** A cached answer whose request left at or after this moment will do. `Infinity`: none. */
  readonly freshSince: number;
  /** A request on its way may be joined if it left at or after this moment (or has not left yet). `-Infinity`: always. */
  readonly joinSince: number;
  /** Ends the caller's wait; the request is aborted when nobody waits any more. */
  readonly signals: readonly AbortSignal[];
}

interface Flight {
  readonly promise: Promise<Answer<unknown>>;
  readonly reject: (reason: Failure) => void;
  waiters: number;
  /** Undefined while it queues at the gate. */
  startedAt: number | undefined;
}

/**
 * Answers of one rack by key. TanStack query-core keeps them: one request per key at a time, abort, and structural
 * sharing of what is composed for a watch ({@link store}: unchanged parts keep their identity; sharing the raw lists too
 * would cost 10 ms per 2,000 processes and help nobody). Freshness is judged by the caller with the injected clock, and nothing here sets a
 * timer: unused answers leave through {@link evict}.
 */
export class RequestCache {
  readonly #client = new QueryClient({
    defaultOptions: { queries: { retry: false, gcTime: Number.POSITIVE_INFINITY, networkMode: 'always' } },
  });
  readonly #flights = new Map<string, Flight>();
  readonly #gate: ConcurrencyGate;
  readonly #now: () => number;

  constructor(options: { readonly gate: ConcurrencyGate; readonly now: () => number }) {
    this.#gate = options.gate;
    this.#now = options.now;
  }

  /** Rejects with a `Failure`; `cancelled` where the caller's own signal aborted. */
  async ask<T>(
    key: readonly unknown[],
    options: AskOptions,
    send: (signal: AbortSignal) => Promise<T>,
  ): Promise<Answer<T>> {
    for (;;) {
      if (options.signals.some((signal) => signal.aborted)) throw cancelled();
      const query = this.#query<T>(key, false);
      const flight = this.#flights.get(query.queryHash);
      if (!flight) {
        const cached = query.state.data;
        if (cached && this.#isFresh(cached, options.freshSince)) return cached;
        return (await this.#wait(query, this.#launch(query, send), options.signals)) as Answer<T>;
      }
      if (flight.startedAt === undefined || flight.startedAt >= options.joinSince) {
        return (await this.#wait(query, flight, options.signals)) as Answer<T>;
      }
      // It left too early to be the answer asked for: let its own callers have it, then ask anew.
      await this.#wait(query, flight, options.signals).catch((error: unknown) => {
        if (options.signals.some((signal) => signal.aborted)) throw error;
      });
    }
  }

  peek<T>(key: readonly unknown[]): Answer<T> | undefined {
    return this.#client.getQueryData<Answer<T>>(key);
  }

  /** Puts an answer composed elsewhere; returns it with unchanged parts shared with the one before. */
  store<T>(key: readonly unknown[], answer: Answer<T>): Answer<T> {
    this.#query<T>(key, true);
    return this.#client.setQueryData<Answer<T>>(key, answer) ?? answer;
  }

  /** Forgets answers older than `before` (epoch ms) that nobody waits for, except where `keep` says so. */
  evict(before: number, keep: (key: readonly unknown[]) => boolean): void {
    const cache = this.#client.getQueryCache();
    for (const query of cache.getAll()) {
      const data = query.state.data as Answer<unknown> | undefined;
      if (this.#flights.has(query.queryHash) || keep(query.queryKey)) continue;
      if (data === undefined || data.at < before) cache.remove(query);
    }
  }

  get size(): number {
    return this.#client.getQueryCache().getAll().length;
  }

  /** Aborts every request on its way; answers stay. Those who wait get `cancelled`. */
  cancelAll(): void {
    const cache = this.#client.getQueryCache();
    for (const [hash, flight] of [...this.#flights]) {
      this.#flights.delete(hash);
      flight.reject(cancelled());
      void cache.get(hash)?.cancel({ revert: true });
    }
  }

  dispose(): void {
    this.cancelAll();
    this.#client.clear();
  }

  /** An answer from the future was given before the machine's clock was set back: nobody knows how old it is. */
  #isFresh(answer: Answer<unknown>, freshSince: number): boolean {
    return answer.startedAt >= freshSince && answer.startedAt <= this.#now();
  }

  #query<T>(key: readonly unknown[], structuralSharing: boolean): Query<Answer<T>, Error, Answer<T>> {
    const options = this.#client.defaultQueryOptions<Answer<T>, Error, Answer<T>>({ queryKey: key, structuralSharing });
    return this.#client.getQueryCache().build(this.#client, options);
  }

  #launch<T>(query: Query<Answer<T>, Error, Answer<T>>, send: (signal: AbortSignal) => Promise<T>): Flight {
    const ask = ({ signal }: { signal: AbortSignal }) =>
      this.#gate.run(signal, async (): Promise<Answer<T>> => {
        const startedAt = this.#now();
        flight.startedAt = startedAt;
        const value = await send(signal);
        return { value, startedAt, at: this.#now() };
      });
    const settled = () => {
      if (this.#flights.get(query.queryHash) === flight) this.#flights.delete(query.queryHash);
    };
    // The flight must be known before the question leaves: `send` may look at it synchronously.
    const { promise, resolve, reject } = Promise.withResolvers<Answer<unknown>>();
    const flight: Flight = { promise, reject, waiters: 0, startedAt: undefined };
    promise.catch(() => undefined);
    this.#flights.set(query.queryHash, flight);
    query.fetch({ ...query.options, queryKey: query.queryKey, queryFn: ask }).then(
      (answer) => {
        settled();
        resolve(answer);
      },
      (error: unknown) => {
        settled();
        reject(error instanceof CancelledError ? cancelled() : asFailure(error));
      },
    );
    return flight;
  }

  #wait(query: { queryHash: string; cancel: Query['cancel'] }, flight: Flight, signals: readonly AbortSignal[]) {
    return new Promise<Answer<unknown>>((resolve, reject) => {
      flight.waiters += 1;
      const stop = () => {
        for (const signal of signals) signal.removeEventListener('abort', leave);
      };
      const leave = () => {
        stop();
        flight.waiters -= 1;
        if (flight.waiters === 0 && this.#flights.get(query.queryHash) === flight) {
          this.#flights.delete(query.queryHash);
          void query.cancel({ revert: true });
        }
        reject(cancelled());
      };
      for (const signal of signals) signal.addEventListener('abort', leave, { once: true });
      flight.promise.then(
        (answer) => {
          stop();
          resolve(answer);
        },
        (error: unknown) => {
          stop();
          reject(error);
        },
      );
    });
  }
}

function cancelled(): Failure {
  return new Failure({ kind: 'cancelled', what: 'Cancelled' });
}
