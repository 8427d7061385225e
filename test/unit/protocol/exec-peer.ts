import { createServer, type IncomingMessage } from 'node:http';
import { onTestFinished } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Failure } from '../../../src/domain/failure.ts';
import type { Change, MfaProof, MutationGuard } from '../../../src/protocol/mutation-guard.ts';

export type Peer = WebSocket & { readonly handshake: IncomingMessage };

export interface PeerServer {
  readonly url: string;
  readonly peers: Peer[];
  /** Handshakes that were asked for, refused ones included. */
  readonly handshakes: IncomingMessage[];
}

export interface Refusal {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** A rack's side of a socket: never sends a close frame by itself. `refuse` answers a handshake in plain HTTP. */
export async function peerServer(
  serve: (peer: Peer) => void,
  refuse: (request: IncomingMessage, nth: number) => Refusal | undefined = () => undefined,
): Promise<PeerServer> {
  const peers: Peer[] = [];
  const handshakes: IncomingMessage[] = [];
  const http = createServer();
  const sockets = new WebSocketServer({ noServer: true, skipUTF8Validation: true, perMessageDeflate: false });
  http.on('upgrade', (request, socket, head) => {
    handshakes.push(request);
    const refusal = refuse(request, handshakes.length);
    if (refusal) {
      const { status, headers = {}, body = '' } = refusal;
      const lines = Object.entries({
        'content-length': String(Buffer.byteLength(body)),
        connection: 'close',
        ...headers,
      });
      socket.end(`HTTP/1.1 ${status} No\r\n${lines.map(([k, v]) => `${k}: ${v}\r\n`).join('')}\r\n${body}`);
      return;
    }
    sockets.handleUpgrade(request, socket, head, (ws) => {
      const peer = Object.assign(ws, { handshake: request });
      peers.push(peer);
      serve(peer);
    });
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const peer of peers) peer.terminate();
    http.closeAllConnections();
    http.close();
  });
  const address = http.address();
  return { url: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`, peers, handshakes };
}

export const text = (peer: Peer, data: string | Buffer) => peer.send(data, { binary: false });
export const endMarker = (peer: Peer) => peer.send(Buffer.alloc(0), { binary: true });

export interface FakeGuard extends MutationGuard {
  readonly admitted: string[];
  readonly challenges: Failure[];
  readonly refusals: string[];
}

export function fakeGuard(proofs: readonly (MfaProof | undefined | Error)[] = [], again = true): FakeGuard {
  const admitted: string[] = [];
  const challenges: Failure[] = [];
  const refusals: string[] = [];
  return {
    admitted,
    challenges,
    refusals,
    refused: ({ route }: Change) => void refusals.push(route),
    admit: async ({ route }: Change) => {
      const proof = proofs[admitted.length];
      admitted.push(route);
      if (proof instanceof Error) throw proof;
      return proof;
    },
    challenged: async (_change: Change, failure: Failure) => {
      challenges.push(failure);
      return again;
    },
  };
}

/** A sink that keeps what came. */
export class KeptOutput {
  readonly chunks: Buffer[] = [];
  drains = 0;
  takes = true;
  readonly output = (bytes: Uint8Array): boolean => {
    this.chunks.push(Buffer.from(bytes));
    return this.takes;
  };
  readonly drain = (): void => {
    this.drains++;
  };
  get text(): string {
    return Buffer.concat(this.chunks).toString('latin1');
  }
  get bytes(): number {
    return this.chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  }
}
