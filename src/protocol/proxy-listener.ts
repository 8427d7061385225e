import { createServer, type Server, type Socket } from 'node:net';
import { Failure } from '../domain/failure.ts';
import type { Endpoint, ProtocolDependencies } from './endpoint.ts';
import type { MutationGuard } from './mutation-guard.ts';
import { ProxyConnection } from './proxy-connection.ts';
import { PROXY_ROUTE, type ProxySocketOptions, proxySocket } from './proxy-socket.ts';
import { checkProxyTarget, isPort, type ProxyTarget } from './proxy-target.ts';

export interface ProxyOptions extends ProxySocketOptions {
  readonly target: ProxyTarget;
  /** Port on this machine; absent: any free one. */
  readonly localPort?: number;
  /** How long the far side may be quiet after the local client has ended its input, ms. Default 5,000. */
  readonly lingerMs?: number;
  /** At a time. Default 100: each is a socket on the rack. */
  readonly maxConnections?: number;
}

export interface ProxyCounts {
  readonly open: number;
  /** Accepted so far. */
  readonly total: number;
  /** Bytes from the cluster and into it. */
  readonly received: number;
  readonly sent: number;
  readonly failures: number;
  readonly lastFailure: Failure | undefined;
}

export interface RunningProxy {
  readonly target: ProxyTarget;
  /** On 127.0.0.1. */
  readonly port: number;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  counts(): ProxyCounts;
  /** Called after every change of the counts; returns the way to stop that. */
  subscribe(listener: () => void): () => void;
  /** Closes the listener and every connection; idempotent. */
  stop(): Promise<void>;
  /** Resolves once it has stopped, by whatever cause. */
  readonly stopped: Promise<void>;
}

/**
 * Listens on 127.0.0.1 and leads every connection to one place in the cluster (convox-api.md 2.6). Admitted once, for as long
 * as it runs; trouble of one connection ends that connection only. Whoever may use this machine may use the port.
 * Rejects with a Failure when not admitted or when the port cannot be had.
 */
export async function startProxy(
  endpoint: Endpoint,
  dependencies: ProtocolDependencies,
  options: ProxyOptions,
  guard: MutationGuard,
): Promise<RunningProxy> {
  checkProxyTarget(options.target);
  const { localPort } = options;
  if (localPort !== undefined && !isPort(localPort)) {
    throw new Failure({ kind: 'usage', what: 'Could not start the proxy', why: `${localPort} is no port` });
  }
  const listener = new ProxyListener(endpoint, dependencies, options);
  // The port first: a confirmation is not spent on one that cannot be had, and nobody is served before it.
  await listener.listen();
  try {
    await guard.admit({ route: PROXY_ROUTE });
  } catch (error) {
    await listener.stop();
    throw error;
  }
  listener.serve();
  return listener;
}

const LOOPBACK = '127.0.0.1';

class ProxyListener implements RunningProxy {
  readonly startedAt: number;
  readonly #endpoint: Endpoint;
  readonly #dependencies: ProtocolDependencies;
  readonly #options: ProxyOptions;
  readonly #server: Server;
  readonly #connections = new Set<ProxyConnection>();
  readonly #listeners = new Set<() => void>();
  readonly #stopped = Promise.withResolvers<void>();
  #counts = { total: 0, received: 0, sent: 0, failures: 0, lastFailure: undefined as Failure | undefined };
  #port = 0;
  #serving = false;

  constructor(endpoint: Endpoint, dependencies: ProtocolDependencies, options: ProxyOptions) {
    this.#endpoint = endpoint;
    this.#dependencies = dependencies;
    this.#options = options;
    this.startedAt = dependencies.now();
    this.#server = createServer({ allowHalfOpen: true, pauseOnConnect: false }, (socket) => this.#accept(socket));
    this.#server.maxConnections = options.maxConnections ?? 100;
  }

  get target(): ProxyTarget {
    return this.#options.target;
  }

  get port(): number {
    return this.#port;
  }

  get stopped(): Promise<void> {
    return this.#stopped.promise;
  }

  counts(): ProxyCounts {
    return { ...this.#counts, open: this.#connections.size };
  }

  subscribe(listener: () => void): () => void {
    const entry = () => listener();
    this.#listeners.add(entry);
    return () => void this.#listeners.delete(entry);
  }

  async listen(): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#server.once('error', reject);
    this.#server.listen({ host: LOOPBACK, port: this.#options.localPort ?? 0, exclusive: true }, resolve);
    try {
      await promise;
    } catch (error) {
      throw portTrouble(this.#options.localPort, error);
    }
    this.#server.off('error', reject);
    // Running out of file descriptors is trouble of one connection.
    this.#server.on('error', () => undefined);
    const address = this.#server.address();
    this.#port = typeof address === 'object' && address !== null ? address.port : 0;
  }

  serve(): void {
    this.#serving = true;
  }

  async stop(): Promise<void> {
    if (this.#server.listening) this.#server.close(() => this.#stopped.resolve());
    for (const connection of [...this.#connections]) connection.destroy();
    await this.#stopped.promise;
    this.#changed();
  }

  #accept(socket: Socket): void {
    if (!this.#serving) {
      socket.resetAndDestroy();
      return;
    }
    this.#counts.total += 1;
    const { lingerMs = 5_000, target } = this.#options;
    const connection = new ProxyConnection(
      socket,
      (sink) => proxySocket(this.#endpoint, this.#dependencies, target, sink, this.#options),
      {
        received: (bytes) => this.#count('received', bytes),
        sent: (bytes) => this.#count('sent', bytes),
        failed: (failure) => {
          this.#counts.lastFailure = failure;
          this.#count('failures', 1);
        },
        closed: () => {
          this.#connections.delete(connection);
          this.#changed();
        },
      },
      lingerMs,
    );
    this.#connections.add(connection);
    this.#changed();
    void connection.run();
  }

  #count(what: 'received' | 'sent' | 'failures', by: number): void {
    this.#counts[what] += by;
    this.#changed();
  }

  #changed(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}

function portTrouble(port: number | undefined, error: unknown): Failure {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const inUse = code === 'EADDRINUSE';
  const why = inUse
    ? 'another program listens there already'
    : code === 'EACCES'
      ? 'ports below 1024 need special rights'
      : 'the system did not allow it';
  return new Failure({
    kind: 'usage',
    what: port === undefined ? 'Could not listen on 127.0.0.1' : `Could not listen on 127.0.0.1:${port}`,
    why,
    next: 'Choose another port, or leave it out to get a free one.',
    cause: error,
  });
}
