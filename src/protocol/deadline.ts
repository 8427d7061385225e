import { Failure } from '../domain/failure.ts';
import type { Asked } from './refusal.ts';

/** The person's own abort and the time limit as one signal, whose reason is the Failure to reject with. */
export class Deadline {
  readonly #controller = new AbortController();
  readonly #timer: NodeJS.Timeout;
  readonly #outer: AbortSignal | undefined;
  readonly #cancel: () => void;
  readonly signal = this.#controller.signal;

  constructor(timeoutMs: number, call: Asked & { readonly signal?: AbortSignal | undefined }) {
    this.#cancel = () => this.#controller.abort(cancelledCall(call));
    this.#outer = call.signal;
    this.#timer = setTimeout(() => this.#controller.abort(timedOut(call, timeoutMs)), timeoutMs);
    if (call.signal?.aborted) this.#cancel();
    else call.signal?.addEventListener('abort', this.#cancel, { once: true });
  }

  end(): void {
    clearTimeout(this.#timer);
    this.#outer?.removeEventListener('abort', this.#cancel);
  }
}

/** The work, or the reason of the signal, whichever comes first. */
export async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  if (signal.aborted) throw signal.reason;
  let onAbort: (() => void) | undefined;
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    if (onAbort) signal.removeEventListener('abort', onAbort);
  }
}

export function cancelledCall(call: Asked): Failure {
  return new Failure({ kind: 'cancelled', what: 'Cancelled', where: call.where });
}

function timedOut(call: Asked, timeoutMs: number): Failure {
  return new Failure({
    kind: 'timeout',
    what: `Could not ${call.doing}`,
    why: `${new URL(call.origin).host} gave no complete answer within ${seconds(timeoutMs)}`,
    next: 'Try again; if it stays, look at the rack and the network.',
    where: call.where,
  });
}

function seconds(ms: number): string {
  return ms >= 1_000 ? `${Math.round(ms / 100) / 10} seconds` : `${ms} ms`;
}
