import { encodeJson } from './go-json.ts';
import { RackError } from './rack-error.ts';
import type { Generation } from './version.ts';

/** A complete answer, held in memory so that a fault can cut or replace it. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

const NONE = Buffer.alloc(0);
const OK_BODY = Buffer.from('ok\n');
const TEXT = 'text/plain; charset=utf-8';

export const json = (value: unknown, status = 200): Reply => rawJson(encodeJson(value), status);
export const rawJson = (body: Buffer, status = 200): Reply => ({
  status,
  headers: { 'Content-Type': 'application/json' },
  body,
});
/** Routes that return nothing say `ok\n`. */
export const ok = (): Reply => ({ status: 200, headers: { 'Content-Type': TEXT }, body: OK_BODY });
export const text = (body: string, status = 200): Reply => ({
  status,
  headers: { 'Content-Type': TEXT },
  body: Buffer.from(body),
});
/** Raw bytes without a content type (exports, files, objects). */
export const bytes = (body: Buffer): Reply => ({ status: 200, headers: {}, body });
export const empty = (status: number): Reply => ({ status, headers: {}, body: NONE });

/** The page an ingress shows when the API behind it is away. */
export const badGateway = (status = 502): Reply => ({
  status,
  headers: { 'Content-Type': 'text/html' },
  body: Buffer.from(
    `<html>\r\n<head><title>${status} Bad Gateway</title></head>\r\n<body>\r\n<center><h1>${status} Bad Gateway</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n`,
  ),
});

/** A refusal in the words of that server generation. */
export function errorReply(error: unknown, generation: Generation, accept: string | undefined): Reply {
  const refusal = error instanceof RackError ? error : new RackError(500, String(error));
  const status = refusal.statusFor(generation);
  const reply =
    generation.typedErrors && (accept ?? '').includes('application/json')
      ? json({ error: refusal.message }, status)
      : text(`${refusal.message}\n`, status);
  return { ...reply, headers: { ...reply.headers, ...refusal.headers } };
}
