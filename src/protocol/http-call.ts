import type { Endpoint } from './endpoint.ts';
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
  readonly body?: string | Uint8Array;
  /** Longest answer of this call, bytes, where it is another than {@link HttpLimits.maxBodyBytes}. */
  readonly maxBodyBytes?: number | undefined;
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
