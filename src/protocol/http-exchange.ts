import type { Dispatcher } from 'undici';
import { Failure, withDetails } from '../domain/failure.ts';
import { safeText } from '../domain/safe-text.ts';
import { firstHeader } from './failure-classification.ts';
import type { HttpAnswer, HttpCall, HttpLimits } from './http-call.ts';
import { isReset, networkFailure, type Progress } from './network-failure.ts';

/** A socket error together with how far the exchange had come. */
export class ConnectionLost extends Error {
  override readonly name = 'ConnectionLost';
  readonly progress: Progress;
  /** The connection died while it was made: nothing of the request had left. */
  readonly nothingSent: boolean;

  constructor(cause: unknown, progress: Progress, nothingSent = false) {
    super('connection lost', { cause });
    this.progress = progress;
    this.nothingSent = nothingSent;
  }

  failure(call: HttpCall): Failure {
    const failure = networkFailure(this.cause, call, this.progress);
    return this.nothingSent ? withDetails(failure, { nothingSent: true }) : failure;
  }
}

export interface Exchange {
  readonly call: HttpCall;
  readonly headers: Record<string, string>;
  readonly path: string;
  readonly signal: AbortSignal;
  readonly limits: HttpLimits;
}

/** One request and its whole answer over one connection of the pool. */
export function exchange(pool: Dispatcher, { call, headers, path, signal, limits }: Exchange): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    let controller: Dispatcher.DispatchController | undefined;
    // From the moment that the connection takes the request up; everything before it can have changed nothing.
    let leaving = false;
    const maxBytes = call.maxBodyBytes ?? limits.maxBodyBytes;
    let head: { readonly status: number; readonly headers: HttpAnswer['headers'] } | undefined;
    const chunks: Buffer[] = [];
    let bytes = 0;
    const settle = (): void => signal.removeEventListener('abort', onAbort);
    const fail = (error: unknown): void => {
      settle();
      reject(error instanceof Failure && !leaving ? withDetails(error, { nothingSent: true }) : error);
    };
    const onAbort = (): void => {
      fail(signal.reason);
      // Not started yet: onRequestStart aborts it as soon as a connection takes it up.
      controller?.abort(asError(signal.reason));
    };
    if (signal.aborted) return fail(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    const { method, body } = call;
    pool.dispatch(
      { path, method, headers, body: body ?? null, idempotent: false },
      {
        onRequestStart(started) {
          controller = started;
          if (signal.aborted) started.abort(asError(signal.reason));
          else leaving = true;
        },
        onResponseStart(_, status, responseHeaders) {
          if (status >= 200) head = { status, headers: responseHeaders };
        },
        onResponseData(responding, chunk) {
          bytes += chunk.length;
          if (bytes <= maxBytes) chunks.push(chunk);
          else responding.abort(tooLarge(call, maxBytes));
        },
        onResponseEnd() {
          settle();
          if (!head) return reject(new ConnectionLost(undefined, 'before-answer'));
          const answer = { ...head, body: Buffer.concat(chunks, bytes), requestId: requestIdOf(head.headers) };
          // The pool takes a connection back one turn of the event loop after its answer. A caller who asks on at once would
          // be given a new connection, and pay another TLS handshake for it.
          setImmediate(() => setImmediate(() => resolve(answer)));
        },
        onResponseError(_, error) {
          const progress = head ? 'in-answer' : 'before-answer';
          if (error instanceof Failure) fail(error);
          else
            fail(
              isReset(error) ? new ConnectionLost(error, progress, !leaving) : networkFailure(error, call, progress),
            );
        },
      },
    );
  });
}

function requestIdOf(headers: HttpAnswer['headers']): string | undefined {
  const id = firstHeader(headers['x-request-id']) ?? firstHeader(headers['request-id']);
  return id === undefined || id === '' ? undefined : safeText(id, 100);
}

function tooLarge(call: HttpCall, max: number): Failure {
  return new Failure({
    kind: 'malformed',
    what: `${call.where} answered too much`,
    why: `more than ${Math.round(max / 1_048_576)} MiB came`,
    next: 'Ask for less, for example with a smaller limit.',
    where: call.where,
  });
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason));
}
