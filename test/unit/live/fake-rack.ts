import type { App } from '../../../src/domain/app.ts';
import { Failure, type FailureKind } from '../../../src/domain/failure.ts';
import type { Process } from '../../../src/domain/process.ts';
import type { System } from '../../../src/domain/system.ts';
import type { GatewayApi } from '../../../src/protocol/gateway-api.ts';
import type { LogSource, LogStream, LogStreamOptions, LogStreamSink } from '../../../src/protocol/log-stream.ts';
import type { RackApi, ReadOptions } from '../../../src/protocol/rack-api.ts';
import type { RackClaims, Target, TargetKind } from '../../../src/targets/target.ts';

export const SYSTEM: System = {
  name: 'staging',
  provider: 'aws',
  status: 'running',
  version: '3.24.9',
  domain: 'router.example.com',
  rackDomain: 'api.example.com',
  routerInternal: undefined,
  region: '',
  type: '',
  count: 0,
  parameters: undefined,
  outputs: undefined,
};

export function app(name: string, change: Partial<App> = {}): App {
  return {
    name,
    status: 'running',
    release: 'RAAAAAAAAAA',
    generation: '3',
    locked: false,
    router: '',
    parameters: {},
    ...change,
  };
}

export function process(id: string, change: Partial<Process> = {}): Process {
  return {
    id,
    app: 'shop',
    service: 'web',
    status: 'running',
    release: 'RAAAAAAAAAA',
    command: '',
    image: '',
    cpu: 0.1,
    memory: 100,
    gpu: 0,
    host: '10.0.0.1',
    instance: 'node-1',
    ports: [],
    startedAt: 0,
    ...change,
  };
}

export function failure(kind: FailureKind, status?: number): Failure {
  return new Failure({ kind, what: `it is ${kind}`, status });
}

interface Held {
  readonly method: string;
  readonly signal: AbortSignal | undefined;
  answer(value: unknown): void;
  refuse(failure: Failure): void;
}

/** A rack of which every call is recorded; answers at once unless told to hold. */
export class FakeRack {
  readonly calls: string[] = [];
  readonly held: Held[] = [];
  readonly streams: FakeStream[] = [];
  /** Method -> what it answers with; a Failure is thrown. */
  readonly answers = new Map<string, unknown>();
  hold = new Set<string>();
  running = 0;
  mostRunning = 0;
  closed = 0;

  constructor() {
    this.answers.set('system', SYSTEM);
    this.answers.set('apps', [app('shop')]);
    this.answers.set('systemProcesses', [process('web-1')]);
    this.answers.set('instances', []);
  }

  count(method: string): number {
    return this.calls.filter((call) => call === method).length;
  }

  readonly close = async (): Promise<void> => {
    this.closed += 1;
  };

  /** Everything fails like this (as a dead network does); undefined heals it. */
  fault: Failure | undefined;

  api(): RackApi {
    const rack = this;
    return new Proxy({} as RackApi, {
      get(_target, method) {
        if (typeof method !== 'string' || method === 'then') return undefined;
        if (method === 'close') return rack.close;
        if (method === 'openLogs') {
          return (source: LogSource, options: LogStreamOptions, sink: LogStreamSink) => {
            const stream = new FakeStream(source, options, sink);
            rack.streams.push(stream);
            return stream;
          };
        }
        return (...args: unknown[]) => rack.call(method, args.at(-1) as ReadOptions | undefined);
      },
    });
  }

  async call(method: string, options: ReadOptions | undefined): Promise<unknown> {
    this.calls.push(method);
    this.running += 1;
    this.mostRunning = Math.max(this.mostRunning, this.running);
    try {
      if (this.hold.has(method)) return await this.#held(method, options?.signal);
      await Promise.resolve();
      if (this.fault) throw this.fault;
      const answer = this.answers.get(method);
      if (answer instanceof Failure) throw answer;
      if (typeof answer === 'function') return (answer as () => unknown)();
      return structuredClone(answer ?? []);
    } finally {
      this.running -= 1;
    }
  }

  #held(method: string, signal: AbortSignal | undefined): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.held.push({ method, signal, answer: resolve, refuse: reject });
      signal?.addEventListener('abort', () => reject(new DOMException('aborted', 'AbortError')));
    });
  }
}

export class FakeStream implements LogStream {
  readonly source: LogSource;
  readonly options: LogStreamOptions;
  readonly sink: LogStreamSink;
  readonly bytes = 0;
  closed = false;

  constructor(source: LogSource, options: LogStreamOptions, sink: LogStreamSink) {
    this.source = source;
    this.options = options;
    this.sink = sink;
  }

  pause(): void {}
  resume(): void {}
  close(): void {
    this.closed = true;
  }
}

export interface FakeTargetOptions {
  readonly name?: string;
  readonly kind?: TargetKind;
  readonly problem?: Failure;
  readonly gateway?: FakeRack;
  readonly claims?: RackClaims;
  readonly source?: string;
}

export function fakeTarget(rack: FakeRack, options: FakeTargetOptions = {}): Target {
  const { name = 'staging', kind = 'direct', problem, gateway, claims } = options;
  return {
    id: `${kind}:${name}`,
    name,
    kind,
    origin: 'https://api.example.com',
    source: options.source ?? 'RACK_URL',
    demo: false,
    problem,
    connect: () => {
      if (problem) throw problem;
      return {
        rack: rack.api(),
        gateway: gateway?.api() as unknown as GatewayApi | undefined,
        claims,
        writes: () => {
          throw new Error('unexpected change');
        },
        close: rack.close,
      };
    },
  };
}

/** A gateway that knows a viewer. */
export function fakeGateway(roles: readonly string[] = ['viewer']): FakeRack {
  const gateway = new FakeRack();
  gateway.answers.set('info', {
    email: 'dev@example.com',
    name: 'Dev',
    roles,
    mfaEnrolled: true,
    mfaRequired: true,
    stepUpExpiresAt: undefined,
    rackName: 'staging',
    rackAlias: 'staging',
    gatewayVersion: '0.1.0',
    gatewayCommit: '77ea9af',
  });
  gateway.answers.set('permissions', failure('route-missing', 404));
  return gateway;
}
