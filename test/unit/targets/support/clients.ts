import type { ConsoleRack } from '../../../../src/domain/console-rack.ts';
import type { ConsoleApi } from '../../../../src/protocol/console-api.ts';
import type { Endpoint } from '../../../../src/protocol/endpoint.ts';
import type { GatewayApi } from '../../../../src/protocol/gateway-api.ts';
import type { GatewayWrites } from '../../../../src/protocol/gateway-writes.ts';
import type { RackApi } from '../../../../src/protocol/rack-api.ts';
import type { RackWrites, Writer } from '../../../../src/protocol/rack-writes.ts';
import type { ProtocolClients } from '../../../../src/targets/protocol-clients.ts';

export interface FakeClients extends ProtocolClients {
  /** Every endpoint that a client was made for, in order. */
  readonly made: { readonly peer: 'rack' | 'gateway' | 'console'; readonly endpoint: Endpoint }[];
  /** Clients that were made and not closed. */
  open: number;
}

export interface FakeAnswers {
  readonly gateway?: Partial<GatewayApi>;
  readonly racks?: (signal: AbortSignal | undefined) => Promise<readonly ConsoleRack[]>;
}

/** Clients that send nothing; a call that the test did not provide for fails it. */
export function fakeClients(answers: FakeAnswers = {}): FakeClients {
  const clients: FakeClients = {
    made: [],
    open: 0,
    rack: (endpoint) => make<RackApi>('rack', endpoint, {}),
    gateway: (endpoint) => make<GatewayApi>('gateway', endpoint, answers.gateway ?? {}),
    console: (endpoint) =>
      make<ConsoleApi>('console', endpoint, {
        ...(answers.racks === undefined
          ? {}
          : { racks: (options?: { signal?: AbortSignal }) => answers.racks?.(options?.signal) ?? Promise.resolve([]) }),
      }),
    rackWriter: (endpoint) => make<Writer<RackWrites>>('rack', endpoint, {}),
    gatewayWriter: (endpoint) => make<Writer<GatewayWrites>>('gateway', endpoint, {}),
    kubernetes: () => {
      throw new Error('unexpected look into the cluster');
    },
    rackSockets: () => {
      throw new Error('unexpected socket');
    },
  };
  function make<T extends object>(peer: 'rack' | 'gateway' | 'console', endpoint: Endpoint, methods: Partial<T>): T {
    clients.made.push({ peer, endpoint });
    clients.open += 1;
    const close = async () => {
      clients.open -= 1;
    };
    return new Proxy({ ...methods, close } as unknown as T, {
      get(target, key) {
        const value = Reflect.get(target, key);
        if (value === undefined && typeof key === 'string' && key !== 'then')
          throw new Error(`unexpected call of ${peer}.${key}`);
        return value;
      },
    });
  }
  return clients;
}

/** The header that a client of this endpoint would send now. */
export async function authorizationOf(endpoint: Endpoint | undefined): Promise<string | undefined> {
  return endpoint?.authorization();
}
