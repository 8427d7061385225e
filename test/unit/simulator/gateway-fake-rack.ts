import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';

export interface SeenRequest {
  method: string;
  path: string;
  query: string;
  headers: IncomingMessage['headers'];
  body: string;
}

export interface FakeRack {
  readonly url: string;
  readonly seen: SeenRequest[];
  /** `GET /apps` -> JSON value, or a handler that writes the answer itself. */
  routes: Record<string, unknown>;
  sockets: Record<string, (socket: WebSocket, request: IncomingMessage) => void>;
  /** Path -> status and body with which an upgrade is refused. */
  refusedUpgrades: Record<string, { status: number; body: string }>;
  last(method: string, path: string): SeenRequest;
  close(): Promise<void>;
}

export type RawHandler = (response: ServerResponse, request: SeenRequest) => void;

const PASSWORD = 'rack-password';

/** Just enough of a rack to see what reaches it; 401 without the right Basic credentials. */
export async function startFakeRack(): Promise<FakeRack> {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const seen = note(request, Buffer.concat(chunks).toString());
    if (!authorized(request)) {
      response.writeHead(401).end('invalid authentication');
      return;
    }
    const route = rack.routes[`${seen.method} ${seen.path}`];
    if (typeof route === 'function') {
      (route as RawHandler)(response, seen);
      return;
    }
    const body = JSON.stringify(route === undefined ? { error: `no route: ${seen.path}` } : route);
    response.writeHead(route === undefined ? 404 : 200, {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
    });
    response.end(body);
  });
  const upgrades = new WebSocketServer({
    noServer: true,
    handleProtocols: (offered) => (offered.has('v1') ? 'v1' : false),
  });
  server.on('upgrade', (request, socket, head) => {
    const { path } = note(request, '');
    const refused = rack.refusedUpgrades[path];
    const handler = rack.sockets[path];
    if (!authorized(request) || refused !== undefined || handler === undefined) {
      const { status, body } = refused ?? { status: 404, body: 'not found' };
      socket.end(`HTTP/1.1 ${status} Refused\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
      return;
    }
    upgrades.handleUpgrade(request, socket, head, (client) => handler(client, request));
  });
  const note = (request: IncomingMessage, body: string): SeenRequest => {
    const url = new URL(request.url ?? '/', 'http://rack');
    const seen = {
      method: request.method ?? '',
      path: url.pathname,
      query: url.search,
      headers: request.headers,
      body,
    };
    rack.seen.push(seen);
    return seen;
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const rack: FakeRack = {
    url: `http://convox:${PASSWORD}@127.0.0.1:${port}`,
    seen: [],
    routes: {},
    sockets: {},
    refusedUpgrades: {},
    last: (method, path) => {
      const found = rack.seen.findLast((seen) => seen.method === method && seen.path === path);
      if (found === undefined) throw new Error(`the rack saw no ${method} ${path}`);
      return found;
    },
    close: async () => {
      for (const client of upgrades.clients) client.terminate();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return rack;
}

function authorized(request: IncomingMessage): boolean {
  return request.headers.authorization === `Basic ${Buffer.from(`convox:${PASSWORD}`).toString('base64')}`;
}
