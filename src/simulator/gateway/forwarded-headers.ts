import type { IncomingHttpHeaders } from 'node:http';
import type { ReplyHeaders } from './reply.ts';

/** Never forwarded on HTTP; `environment` is how `run --env` gets lost (gateway.md 6.1). */
const HTTP_DROPPED = new Set(['authorization', 'env', 'environment', 'release-env', 'x-audit-resource']);

/** Dropped from a WebSocket handshake beside every `sec-websocket-*` (gateway.md 6.8). */
const SOCKET_DROPPED = new Set([
  'authorization',
  'host',
  'connection',
  'upgrade',
  'origin',
  'x-user-email',
  'x-request-id',
  'x-audit-resource',
]);

/** Belong to one connection only. */
const HOP_BY_HOP = new Set([
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

export function toRack(headers: IncomingHttpHeaders, added: Record<string, string>): Record<string, string | string[]> {
  return { ...pick(headers, (name) => !HTTP_DROPPED.has(name) && !HOP_BY_HOP.has(name)), ...added };
}

export function toRackSocket(headers: IncomingHttpHeaders, added: Record<string, string>): Record<string, string> {
  const kept = pick(headers, (name) => !SOCKET_DROPPED.has(name) && !name.startsWith('sec-websocket-'));
  return { ...Object.fromEntries(Object.entries(kept).map(([name, value]) => [name, String(value)])), ...added };
}

/** `Content-Length` is not copied, so that proxied bodies arrive chunked (gateway.md 6.2). */
export function fromRack(headers: Record<string, string | string[] | undefined>): ReplyHeaders {
  return pick(headers, (name) => !HOP_BY_HOP.has(name) && name !== 'date');
}

function pick(
  headers: Record<string, string | string[] | undefined>,
  wanted: (name: string) => boolean,
): Record<string, string | string[]> {
  const out: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(headers)) {
    const lower = name.toLowerCase();
    if (value !== undefined && wanted(lower)) out[lower] = value;
  }
  return out;
}
