/** One HTTP request or WebSocket upgrade as a simulated server saw it; what the tests assert on. */
export interface RecordedRequest {
  /** Which listener took it: a rack name (`prod`), `gateway`, or `console`. */
  readonly server: string;
  /** The rack the request ended at; for the console the one named by the `Rack` header. Empty when none. */
  readonly rack: string;
  readonly kind: 'http' | 'ws';
  readonly method: string;
  /** Percent-encoded path without the query. */
  readonly path: string;
  /** Raw query text without the leading `?`; empty both for no query and for a bare trailing `?`. */
  readonly query: string;
  /** Lower-case names. Secrets (see `redactHeaders`) are replaced by `<redacted>`. */
  readonly headers: Readonly<Record<string, string>>;
  /** Body as text; for an upgrade the empty string. Bodies over 64 KiB are cut. */
  readonly body: string;
  /** Milliseconds since the epoch, from the simulator's clock. */
  readonly at: number;
}

const SECRET_HEADERS = new Set(['authorization', 'cookie', 'session', 'private-key', 'challenge', 'otp']);
const RECORDED_BODY_LIMIT = 64 * 1024;

/** Headers fit for a record: one string per name, credentials replaced by `<redacted>`. */
export function redactHeaders(
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
): Record<string, string> {
  const out: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined) continue;
    const key = name.toLowerCase();
    out[key] = SECRET_HEADERS.has(key) ? '<redacted>' : typeof value === 'string' ? value : value.join(', ');
  }
  return out;
}

/** The part of a body that goes on record. */
export function recordedBody(body: Buffer): string {
  return body.subarray(0, RECORDED_BODY_LIMIT).toString('utf8');
}
