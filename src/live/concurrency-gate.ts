import { Failure } from '../domain/failure.ts';

/** At most `limit` tasks at once, the rest in order of arrival; a waiting task leaves the queue when its signal aborts. */
export class ConcurrencyGate {
  readonly #limit: number;
  #running = 0;
  readonly #queue: (() => void)[] = [];

  constructor(limit: number) {
    this.#limit = limit;
  }

  get running(): number {
    return this.#running;
  }

  async run<T>(signal: AbortSignal, task: () => Promise<T>): Promise<T> {
    await this.#enter(signal);
    try {
      return await task();
    } finally {
      this.#running -= 1;
      this.#queue.shift()?.();
    }
  }

  #enter(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.reject(cancelled());
    if (this.#running < this.#limit) {
      this.#running += 1;
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      const admit = () => {
        signal.removeEventListener('abort', leave);
        this.#running += 1;
        resolve();
      };
      const leave = () => {
        this.#queue.splice(this.#queue.indexOf(admit), 1);
        reject(cancelled());
      };
      signal.addEventListener('abort', leave, { once: true });
      this.#queue.push(admit);
    });
  }
}

function cancelled(): Failure {
  return new Failure({ kind: 'cancelled', what: 'Cancelled' });
}
