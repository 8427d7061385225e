import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';

export type ReplyHeaders = Record<string, string | string[]>;

/** What a handler answers; written to an HTTP response or, for a refused upgrade, to the bare socket. */
export interface Reply {
  readonly status: number;
  readonly headers: ReplyHeaders;
  readonly body: string | Buffer | AsyncIterable<Uint8Array>;
}

/** Thrown to leave a handler early with a finished answer. */
export class Refused extends Error {
  readonly reply: Reply;
  constructor(reply: Reply) {
    super(`refused with status ${reply.status}`);
    this.reply = reply;
  }
}

export function json(status: number, value: unknown, headers: ReplyHeaders = {}): Reply {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
    body: JSON.stringify(value),
  };
}

export function failure(status: number, error: string, headers: ReplyHeaders = {}): Reply {
  return json(status, { error }, headers);
}

/** One line of plain text, ended by a newline as Go's `http.Error` does. */
export function text(status: number, line: string, headers: ReplyHeaders = {}): Reply {
  return {
    status,
    headers: { 'content-type': 'text/plain; charset=utf-8', ...headers },
    body: `${line}\n`,
  };
}

export function html(status: number, markup: string): Reply {
  return { status, headers: { 'content-type': 'text/html; charset=utf-8' }, body: markup };
}

export function empty(status: number, headers: ReplyHeaders = {}): Reply {
  return { status, headers, body: '' };
}

export function redirect(status: 302 | 303 | 307, location: string): Reply {
  return { status, headers: { location }, body: '' };
}

export async function writeReply(reply: Reply, request: IncomingMessage, response: ServerResponse): Promise<void> {
  response.writeHead(reply.status, reply.headers);
  if (typeof reply.body === 'string' || Buffer.isBuffer(reply.body)) {
    response.end(request.method === 'HEAD' ? undefined : reply.body);
    return;
  }
  try {
    for await (const chunk of reply.body) {
      if (response.destroyed) return;
      response.write(chunk);
    }
    response.end();
  } catch {
    response.destroy();
  }
}

/** Answers an upgrade request with an ordinary HTTP response (gateway.md 6.8). */
export async function writeRefusedUpgrade(reply: Reply, socket: Duplex): Promise<void> {
  const body = await collect(reply.body);
  const headers: ReplyHeaders = { ...reply.headers, 'content-length': String(body.length), connection: 'close' };
  const lines = Object.entries(headers).flatMap(([name, value]) =>
    [value].flat().map((single) => `${name}: ${single}\r\n`),
  );
  socket.end(
    Buffer.concat([
      Buffer.from(`HTTP/1.1 ${reply.status} ${STATUS_CODES[reply.status] ?? ''}\r\n${lines.join('')}\r\n`),
      body,
    ]),
  );
}

async function collect(body: Reply['body']): Promise<Buffer> {
  if (typeof body === 'string') return Buffer.from(body);
  if (Buffer.isBuffer(body)) return body;
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
}
