import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FaultEffect } from '../faults.ts';
import type { Reply } from '../wire/reply.ts';
import type { SimulatedRack } from '../world/simulated-rack.ts';

export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** Headers that every handled answer carries (convox-api.md 1.4). */
export function commonHeaders(rack: SimulatedRack): Record<string, string> {
  const id = { 'Request-Id': randomBytes(6).toString('hex') };
  return rack.generation.since('3.24.6')
    ? { ...id, 'X-Content-Type-Options': 'nosniff', 'X-Frame-Options': 'DENY' }
    : id;
}

/** Sends an answer, spoiled by a fault if there is one. */
export function sendReply(
  response: ServerResponse,
  reply: Reply,
  fault: FaultEffect | undefined,
  rack: SimulatedRack,
): void {
  const spoiled = fault === undefined ? reply : spoil(reply, fault);
  const handled = spoiled === reply && reply.status !== 404 && reply.status !== 405;
  const headers = { ...(handled || reply.body.length > 0 ? commonHeaders(rack) : {}), ...spoiled.headers };
  response.writeHead(spoiled.status, { ...headers, 'Content-Length': String(spoiled.body.length) });
  if (fault?.kind !== 'truncate') {
    response.end(spoiled.body);
    return;
  }
  const half = spoiled.body.subarray(0, Math.floor(spoiled.body.length / 2));
  response.write(half, () => response.socket?.destroy());
}

function spoil(reply: Reply, fault: FaultEffect): Reply {
  switch (fault.kind) {
    case 'status':
      return {
        status: fault.code,
        headers: { 'Content-Type': fault.contentType ?? 'text/html' },
        body: Buffer.from(fault.body ?? `<html><head><title>${fault.code}</title></head><body>nginx</body></html>\n`),
      };
    case 'malformed': {
      const half = reply.body.subarray(0, Math.max(1, Math.floor(reply.body.length / 2)));
      return { ...reply, status: 200, body: Buffer.concat([half, Buffer.from('\n<oops')]) };
    }
    case 'wrong-type':
      return { ...reply, status: 200, headers: { 'Content-Type': 'application/json' }, body: otherShape(reply.body) };
    default:
      return reply;
  }
}

function otherShape(body: Buffer): Buffer {
  const first = body.toString('utf8', 0, 1);
  if (first === '[') return Buffer.from('{\n  "items": "none"\n}\n');
  return Buffer.from(first === '{' ? '[\n  17\n]\n' : '17\n');
}
