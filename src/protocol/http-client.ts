import type { Dispatcher } from 'undici';
import UndiciPool from 'undici/lib/dispatcher/pool.js';
import { asFailure, Failure, withDetails } from '../domain/failure.ts';
import { credentialOf } from './credential.ts';
import { cancelledCall, Deadline, untilAborted } from './deadline.ts';
import type { Endpoint, ProtocolDependencies } from './endpoint.ts';
import { defaultLimits, type HttpAnswer, type HttpCall, type HttpLimits } from './http-call.ts';
import { ConnectionLost, exchange } from './http-exchange.ts';
import { networkFailure } from './network-failure.ts';
import { redirectFailure } from './redirect.ts';
import { SentSecrets } from './sent-secrets.ts';

export interface HttpClient {
  readonly origin: string;
  /** Any status but 3xx resolves; rejects with a `Failure` (unreachable, tls, timeout, cancelled, malformed) only. */
  send(call: HttpCall): Promise<HttpAnswer>;
  /** What was sent to be let in, for taking it out of what comes back. */
  readonly secrets: SentSecrets;
  /** Idempotent. Calls under way end as `cancelled`. */
  close(): Promise<void>;
}

/**
 * HTTP to one origin: kept-alive connections, TLS verified (opt-out per target), no redirects, no cookies, no `Origin`.
 * A read whose connection was reset before any answer is asked once more; nothing else is ever repeated.
 */
export function createHttpClient(
  endpoint: Endpoint,
  dependencies: ProtocolDependencies,
  limits: HttpLimits = defaultLimits(endpoint),
): HttpClient {
  const base = new URL(endpoint.baseUrl);
  const basePath = base.pathname.replace(/\/+$/, '');
  const secrets = new SentSecrets();
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
    const authorization = call.anonymous ? undefined : await credentialOf(endpoint, call);
    const headers = {
      accept: 'application/json',
      'accept-encoding': 'identity',
      'user-agent': dependencies.userAgent,
      ...lowerCased(endpoint.headers?.()),
      ...lowerCased(call.headers),
      ...(authorization === undefined ? {} : { authorization }),
    };
    secrets.rememberHeaders(headers);
    return headers;
  }

  async function attempt(call: HttpCall, signal: AbortSignal): Promise<HttpAnswer> {
    const headers = await untilAborted(headersOf(call), signal).catch((error: unknown) => {
      throw withDetails(asFailure(error), { nothingSent: true });
    });
    if (closed) throw withDetails(cancelledCall(call), { nothingSent: true });
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
      const redirected = call.redirectIsAnswer ? undefined : redirectFailure(answer, call);
      if (redirected) throw redirected;
      return answer;
    } catch (error) {
      const nothingSent = error instanceof Failure && error.nothingSent;
      failure = closed
        ? withDetails(cancelledCall(call), { nothingSent })
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
    secrets,
    send,
    close: async () => {
      closed = true;
      await pool?.destroy();
    },
  };
}

/** A GET that is counted like a change (downloads through a guard) leaves once, as it was admitted once. */
function isRead({ method, kind }: HttpCall): boolean {
  return method === 'GET' && kind !== 'change' && kind !== 'slow';
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
    const again = isRead(call) && error instanceof ConnectionLost && error.progress === 'before-answer';
    if (!again || signal.aborted) throw error instanceof ConnectionLost ? error.failure(call) : error;
  }
  try {
    return await attempt();
  } catch (error) {
    throw error instanceof ConnectionLost ? error.failure(call) : error;
  }
}
