const ESCAPES: Readonly<Record<string, string>> = {
  '<': '\\u003c',
  '>': '\\u003e',
  '&': '\\u0026',
  '\u2028': '\\u2028',
  '\u2029': '\\u2029',
};

/** JSON as Go's encoder writes it: two-space indent, trailing newline, HTML-safe (convox-api.md 1.4). */
export function encodeJson(value: unknown): Buffer {
  const text = JSON.stringify(value, null, 2);
  const safe = /[<>&\u2028\u2029]/.test(text)
    ? text.replace(/[<>&\u2028\u2029]/g, (character) => ESCAPES[character] ?? character)
    : text;
  return Buffer.from(`${safe}\n`);
}

/** RFC 3339 without fraction, as Kubernetes stores its times. */
export const goTime = (at: number): string => `${new Date(Math.floor(at / 1000) * 1000).toISOString().slice(0, 19)}Z`;

/** RFC 3339 with nine digits (RFC3339Nano as container runtimes print it). */
export const goTimeNano = (at: number, nanos = 0): string =>
  `${new Date(at).toISOString().slice(0, 23)}${String(nanos % 1_000_000).padStart(6, '0')}Z`;

export const ZERO_TIME = '0001-01-01T00:00:00Z';
