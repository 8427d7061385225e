import type { ConsoleApi } from '../protocol/console-api.ts';
import type { Endpoint } from '../protocol/endpoint.ts';
import type { GatewayApi } from '../protocol/gateway-api.ts';
import type { GatewayWrites } from '../protocol/gateway-writes.ts';
import type { KubernetesClient } from '../protocol/kubernetes-client.ts';
import type { MutationGuard } from '../protocol/mutation-guard.ts';
import type { RackApi } from '../protocol/rack-api.ts';
import type { RackSockets } from '../protocol/rack-sockets.ts';
import type { RackWrites, Writer } from '../protocol/rack-writes.ts';

/** How targets make clients; handed in, so that a test needs no network. Nothing is sent by making one. */
export interface ProtocolClients {
  rack(endpoint: Endpoint): RackApi;
  gateway(endpoint: Endpoint): GatewayApi;
  console(endpoint: Endpoint): ConsoleApi;
  rackWriter(endpoint: Endpoint): Writer<RackWrites>;
  gatewayWriter(endpoint: Endpoint): Writer<GatewayWrites>;
  /** Loaded when it is asked for: only guides look into the cluster. */
  kubernetes(endpoint: Endpoint): Promise<KubernetesClient>;
  rackSockets(endpoint: Endpoint, guard: MutationGuard): RackSockets;
}
