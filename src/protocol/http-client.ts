import type { Dispatcher } from 'undici';
import UndiciPool from 'undici/lib/dispatcher/pool.js';
import { Failure } from '../domain/failure.ts';
import { safeText } from '../domain/safe-text.ts';
import type { Endpoint, ProtocolDependencies } from './endpoint.ts';
import { firstHeader } from './failure-classification.ts';
import { isReset, networkFailure, type Progress } from './network-failure.ts';
import type { Asked } from './refusal.ts';

/** How long a call may take; the numbers are in {@link HttpLimits}. */
export type CallKind = 'probe' | 'read' | 'change' | 'slow';

export interface HttpLimits {
  /** Milliseconds from the call to the last byte of its answer, the wait for a free connection included. */
  readonly timeoutMs: Readonly<Record<CallKind, number>>;
  /** Longest answer taken, bytes. */
  readonly maxBodyBytes: number;
  readonly connectTimeoutMs: number;
  readonly connections: number;
  /** An idle connection is kept this long; load balancers and gateways cut at 60 s and more. */
  readonly keepAliveMs: number;
}

export interface HttpCall extends Asked {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'OPTIONS';
  /** Percent-encoded, relative to the endpoint's base URL, with a leading slash. */
  readonly path: string;
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly kind?: CallKind;
  readonly signal?: AbortSignal | undefined;
  /** Login routes and health probes: no `Authorization`. */
  readonly anonymous?: boolean;
  /** A 3xx is the answer (`GET auth/web/logout`); it is never followed. */
  readonly redirectIsAnswer?: boolean;
  /** The path starts at the origin and not at the base URL (old gateways, console challenges). */
  readonly fromOrigin?: boolean;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
  readonly requestId: string | undefined;
}

export interface HttpClient {
  readonly origin: string;
  /** Any status but 3xx resolves; rejects with a `Failure` (unreachable, tls, timeout, cancelled, malformed) only. */
  send(call: HttpCall): Promise<HttpAnswer>;
  /** Idempotent. Calls under way end as `cancelled`. */
  close(): Promise<void>;
}

export function defaultLimits(endpoint: Endpoint): HttpLimits {
  const read = endpoint.readTimeoutMs ?? (endpoint.dialect === 'gateway-proxy' ? 35_000 : 30_000);
  return {
    timeoutMs: { probe: Math.min(10_000, read), read, change: Math.max(60_000, read), slow: 600_000 },
    maxBodyBytes: 64 * 1_048_576,
    connectTimeoutMs: 10_000,
    connections: 6,
    keepAliveMs: 30_000,
  };
}

/**
 * HTTP to one origin: kept-alive connections, TLS verified (opt-out per target), no redirects, no cookies, no `Origin`.
 * A GET whose connection was reset before any answer is asked once more; nothing else is ever repeated.
 */
export function createHttpClient(
  endpoint: Endpoint,
  dependencies: ProtocolDependencies,
  limits: HttpLimits = defaultLimits(endpoint),
): HttpClient {
  const base = new URL(endpoint.baseUrl);
  const basePath = base.pathname.replace(/\/+$/, '');
  let pool: Dispatcher | undefined;
  let closed = false;

  function connect(): Dispatcher {
    pool ??= new UndiciPool(base.origin, {
      connections: limits.connections,
      pipelining: 1,
      allowH2: false,
      keepAliveTimeout: limits.keepAliveMs,
      keepAliveMaxTimeout: limits.keepAliveMs,
      headersTimeout: 0,
      bodyTimeout: 0,
      connect: { timeout: limits.connectTimeoutMs, rejectUnauthorized: endpoint.insecure !== true },
    });
    return pool;
  }

  async function headersOf(call: HttpCall): Promise<Record<string, string>> {
    const authorization = call.anonymous ? undefined : await endpoint.authorization();
    return {
      accept: 'application/json',
      'accept-encoding': 'identity',
      'user-agent': dependencies.userAgent,
      ...lowerCased(endpoint.headers?.()),
      ...lowerCased(call.headers),
      ...(authorization === undefined ? {} : { authorization }),
    };
  }

  async function attempt(call: HttpCall, signal: AbortSignal): Promise<HttpAnswer> {
    const headers = await untilAborted(headersOf(call), signal);
    if (closed) throw cancelled(call);
    const path = `${call.fromOrigin ? '' : basePath}${call.path}${call.query ? `?${call.query}` : ''}`;
    return exchange(connect(), { call, headers, path, signal, limits });
  }

  async function send(call: HttpCall): Promise<HttpAnswer> {
    const startedAt = dependencies.now();
    const kind = call.kind ?? 'read';
    const deadline = new Deadline(limits.timeoutMs[kind], call);
    let status: number | undefined;
    let failure: Failure | undefined;
    try {
      const answer = await withOneRetry(call, () => attempt(call, deadline.signal), deadline.signal);
      status = answer.status;
      refuseRedirect(call, answer);
      return answer;
    } catch (error) {
      failure = closed
        ? cancelled(call)
        : error instanceof Failure
          ? error
          : networkFailure(error, call, 'before-answer');
      throw failure;
    } finally {
      deadline.end();
      dependencies.trace?.({
        method: call.method,
        origin: base.origin,
        path: call.path,
        status: status ?? failure?.status,
        durationMs: dependencies.now() - startedAt,
        failure: failure?.kind,
      });
    }
  }

  return {
    origin: base.origin,
    send,
    close: async () => {
      closed = true;
      await pool?.destroy();
    },
  };
}

/** One spelling, so that a later header replaces an earlier one instead of being sent beside it. */
export function lowerCased(headers: Readonly<Record<string, string>> = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

async function withOneRetry(
  call: HttpCall,
  attempt: () => Promise<HttpAnswer>,
  signal: AbortSignal,
): Promise<HttpAnswer> {
  try {
    return await attempt();
  } catch (error) {
    const again = call.method === 'GET' && error instanceof ConnectionLost && error.progress === 'before-answer';
    if (!again || signal.aborted) throw error instanceof ConnectionLost ? error.failure(call) : error;
  }
  try {
    return await attempt();
  } catch (error) {
    throw error instanceof ConnectionLost ? error.failure(call) : error;
  }
}

/** The person's own abort and the time limit as one signal, whose reason is the Failure to reject with. */
class Deadline {
  readonly #controller = new AbortController();
  readonly #timer: NodeJS.Timeout;
  readonly #outer: AbortSignal | undefined;
  readonly #cancel: () => void;
  readonly signal = this.#controller.signal;

  constructor(timeoutMs: number, call: HttpCall) {
    this.#cancel = () => this.#controller.abort(cancelled(call));
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

/** A socket error together with how far the exchange had come. */
class ConnectionLost extends Error {
  override readonly name = 'ConnectionLost';
  readonly progress: Progress;

  constructor(cause: unknown, progress: Progress) {
    super('connection lost', { cause });
    this.progress = progress;
  }

  failure(call: HttpCall): Failure {
    return networkFailure(this.cause, call, this.progress);
  }
}

interface Exchange {
  readonly call: HttpCall;
  readonly headers: Record<string, string>;
  readonly path: string;
  readonly signal: AbortSignal;
  readonly limits: HttpLimits;
}

function exchange(pool: Dispatcher, { call, headers, path, signal, limits }: Exchange): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    let controller: Dispatcher.DispatchController | undefined;
    let head: { readonly status: number; readonly headers: HttpAnswer['headers'] } | undefined;
    const chunks: Buffer[] = [];
    let bytes = 0;
    const settle = (): void => signal.removeEventListener('abort', onAbort);
    const fail = (error: unknown): void => {
      settle();
      reject(error);
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
        },
        onResponseStart(_, status, responseHeaders) {
          if (status >= 200) head = { status, headers: responseHeaders };
        },
        onResponseData(responding, chunk) {
          bytes += chunk.length;
          if (bytes <= limits.maxBodyBytes) chunks.push(chunk);
          else responding.abort(tooLarge(call, limits.maxBodyBytes));
        },
        onResponseEnd() {
          settle();
          if (!head) return reject(new ConnectionLost(undefined, 'before-answer'));
          resolve({ ...head, body: Buffer.concat(chunks, bytes), requestId: requestIdOf(head.headers) });
        },
        onResponseError(_, error) {
          const progress = head ? 'in-answer' : 'before-answer';
          if (error instanceof Failure) fail(error);
          else fail(isReset(error) ? new ConnectionLost(error, progress) : networkFailure(error, call, progress));
        },
      },
    );
  });
}

async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
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

function requestIdOf(headers: HttpAnswer['headers']): string | undefined {
  const id = firstHeader(headers['x-request-id']) ?? firstHeader(headers['request-id']);
  return id === undefined || id === '' ? undefined : safeText(id, 100);
}

function refuseRedirect(call: HttpCall, answer: HttpAnswer): void {
  if (answer.status < 300 || answer.status > 399 || call.redirectIsAnswer) return;
  const target = redirectOrigin(firstHeader(answer.headers.location), call.origin);
  const elsewhere = target !== undefined && target !== call.origin;
  const secureTwin = target !== undefined && target === call.origin.replace(/^http:/, 'https:') && elsewhere;
  throw new Failure({
    kind: 'malformed',
    what: `${call.where} was redirected${elsewhere ? ` to ${target}` : ''} instead of answered`,
    why: secureTwin
      ? 'the address wants https'
      : 'the URL is not that of the API, or a login portal stands in front of it',
    next: secureTwin ? 'Write the URL with https.' : 'Check the URL; behind a portal, log in the way that it asks for.',
    status: answer.status,
    requestId: answer.requestId,
    where: call.where,
  });
}

/** Only the origin is shown: a login redirect carries state and tokens in its query. */
function redirectOrigin(location: string | undefined, base: string): string | undefined {
  if (location === undefined || !URL.canParse(location, base)) return undefined;
  const { origin } = new URL(location, base);
  return origin === 'null' ? undefined : safeText(origin, 200);
}

function cancelled(call: HttpCall): Failure {
  return new Failure({ kind: 'cancelled', what: 'Cancelled', where: call.where });
}

function timedOut(call: HttpCall, timeoutMs: number): Failure {
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
