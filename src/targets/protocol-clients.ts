import type { ConsoleApi } from '../protocol/console-api.ts';
import { createConsoleApi } from '../protocol/console-client.ts';
import type { Endpoint, ProtocolDependencies } from '../protocol/endpoint.ts';
import type { GatewayApi } from '../protocol/gateway-api.ts';
import { createGatewayApi } from '../protocol/gateway-client.ts';
import type { RackApi } from '../protocol/rack-api.ts';
import { createRackApi } from '../protocol/rack-client.ts';

/** How targets make clients; handed in, so that a test needs no network. Nothing is sent by making one. */
export interface ProtocolClients {
  rack(endpoint: Endpoint): RackApi;
  gateway(endpoint: Endpoint): GatewayApi;
  console(endpoint: Endpoint): ConsoleApi;
}

/** The real ones. */
export function createProtocolClients(dependencies: ProtocolDependencies): ProtocolClients {
  return {
    rack: (endpoint) => createRackApi(endpoint, dependencies),
    gateway: (endpoint) => createGatewayApi(endpoint, dependencies),
    console: (endpoint) => createConsoleApi(endpoint, dependencies),
  };
}
