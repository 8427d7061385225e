import type { ConsoleApi } from '../protocol/console-api.ts';
import type { Endpoint } from '../protocol/endpoint.ts';
import type { GatewayApi } from '../protocol/gateway-api.ts';
import type { RackApi } from '../protocol/rack-api.ts';

/** How targets make clients; handed in, so that a test needs no network. Nothing is sent by making one. */
export interface ProtocolClients {
  rack(endpoint: Endpoint): RackApi;
  gateway(endpoint: Endpoint): GatewayApi;
  console(endpoint: Endpoint): ConsoleApi;
}
