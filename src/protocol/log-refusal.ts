import type { IncomingMessage } from 'node:http';
import { Failure } from '../domain/failure.ts';
import { safeText } from '../domain/safe-text.ts';
import type { Endpoint } from './endpoint.ts';
import { firstHeader, type RefusedAnswer } from './failure-classification.ts';
import type { LogStreamEnd } from './log-stream.ts';
import type { Asked } from './refusal.ts';

const MAX_REFUSAL_BODY = 65_536;

/** The HTTP answer that came instead of an open socket (gateway.md 6.8). */
export async function readRefusal(response: IncomingMessage, dialect: Endpoint['dialect']): Promise<RefusedAnswer> {
  const { headers, statusCode } = response;
  const id = firstHeader(headers['x-request-id']) ?? firstHeader(headers['request-id']);
  return {
    dialect,
    status: statusCode,
    headers,
    body: await readBody(response),
    requestId: id === undefined ? undefined : safeText(id, 100),
  };
}

export function brokenOff(code: number, asked: Asked): LogStreamEnd {
  const failure = new Failure({
    kind: 'unreachable',
    what: 'The log stream broke off',
    why: `the connection closed without an end (${code})`,
    next: 'It can be opened again from where it stopped.',
    where: asked.where,
  });
  return { outcome: 'interrupted', failure };
}

export function notOpened(asked: Asked): Failure {
  return new Failure({
    kind: 'timeout',
    what: `Could not ${asked.doing}`,
    why: `${new URL(asked.origin).host} did not open the log stream in time`,
    next: 'Try again; if it stays, look at the rack and the network.',
    where: asked.where,
  });
}

/** Bounded: a refusal is a line of text, whatever else a load balancer may send. */
async function readBody(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of response) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes > MAX_REFUSAL_BODY) break;
    }
  } catch {
    // The status alone still says something.
  }
  return Buffer.concat(chunks).toString('utf8');
}
