import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import type { Endpoint, ProtocolDependencies, RequestTrace } from '../../../src/protocol/endpoint.ts';
import { defaultLimits, type HttpLimits } from '../../../src/protocol/http-call.ts';

export interface FakeServer {
  readonly url: string;
  /** Requests as they came, bodies read. */
  readonly requests: { method: string; url: string; headers: IncomingMessage['headers']; body: string }[];
  /** Connections accepted so far. */
  readonly connections: () => number;
}

type Handler = (request: IncomingMessage & { body: string }, response: ServerResponse) => void;

/** A loopback HTTP server for one test; it and its sockets go away with the test. */
export async function fakeServer(handle: Handler): Promise<FakeServer> {
  const requests: FakeServer['requests'] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8');
      requests.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers, body });
      handle(Object.assign(request, { body }), response);
    });
  });
  return { ...(await listen(server)), requests };
}

/** Raw TCP, for answers that no HTTP library would send. */
export function fakeTcpServer(handle: (socket: Socket, nth: number) => void): Promise<Omit<FakeServer, 'requests'>> {
  let count = 0;
  return listen(
    createTcpServer((socket) => {
      socket.on('error', () => undefined);
      handle(socket, count++);
    }),
  );
}

async function listen(server: Server): Promise<Omit<FakeServer, 'requests'>> {
  const sockets = new Set<Socket>();
  let connections = 0;
  server.on('connection', (socket: Socket) => {
    connections++;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    for (const socket of sockets) socket.destroy();
    await closed;
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return { url: `http://127.0.0.1:${port}`, connections: () => connections };
}

export function endpointOf(url: string, changes: Partial<Endpoint> = {}): Endpoint {
  return { baseUrl: url, authorization: () => 'Basic Y29udm94OnNlY3JldA==', dialect: 'rack', ...changes };
}

export function dependencies(): ProtocolDependencies & { readonly traces: RequestTrace[] } {
  const traces: RequestTrace[] = [];
  return { now: Date.now, userAgent: 'rackdeck/0.0.0', trace: (line) => traces.push(line), random: () => 0, traces };
}

/** Short limits, so that a test of a limit takes no time. */
export function quickLimits(changes: Partial<HttpLimits> = {}): HttpLimits {
  const limits = defaultLimits(endpointOf('http://127.0.0.1'));
  return { ...limits, timeoutMs: { probe: 2_000, read: 2_000, change: 2_000, slow: 2_000 }, ...changes };
}

export function json(response: ServerResponse, value: unknown, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json', 'request-id': 'abcdef123456' });
  response.end(`${JSON.stringify(value, null, 2)}\n`);
}
