import type { Failure } from '../domain/failure.ts';
import type { MfaProof } from '../protocol/mutation-guard.ts';
import type { StepUpPrompt } from './step-up-prompt.ts';

export interface Waiter {
  readonly level: StepUpPrompt['level'];
  readonly resolve: (proof: MfaProof | undefined) => void;
  readonly reject: (failure: Failure) => void;
}

/** Who waits for a second factor, the longest waiting first. */
export class Waiters {
  #list: readonly Waiter[] = [];

  get count(): number {
    return this.#list.length;
  }

  has(level: Waiter['level']): boolean {
    return this.#list.some((waiter) => waiter.level === level);
  }

  /** Settles when taken out; `onAbort` is called when the signal did that, and says with what it rejects. */
  add(level: Waiter['level'], signal: AbortSignal | undefined, onAbort: () => Failure): Promise<MfaProof | undefined> {
    return new Promise((resolve, reject) => {
      const done = (): void => signal?.removeEventListener('abort', leave);
      const waiter: Waiter = {
        level,
        resolve: (proof) => {
          done();
          resolve(proof);
        },
        reject: (failure) => {
          done();
          reject(failure);
        },
      };
      const leave = (): void => {
        this.take((other) => other === waiter);
        waiter.reject(onAbort());
      };
      signal?.addEventListener('abort', leave, { once: true });
      this.#list = [...this.#list, waiter];
    });
  }

  /** Takes those out that it is true for; the caller settles them. */
  take(holds: (waiter: Waiter) => boolean): readonly Waiter[] {
    const taken = this.#list.filter(holds);
    this.#list = this.#list.filter((waiter) => !taken.includes(waiter));
    return taken;
  }

  takeFirst(): Waiter | undefined {
    const [first] = this.#list;
    this.#list = this.#list.slice(1);
    return first;
  }
}
