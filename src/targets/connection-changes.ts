import type { Endpoint } from '../protocol/endpoint.ts';
import type { GatewayWrites } from '../protocol/gateway-writes.ts';
import type { KubernetesClient } from '../protocol/kubernetes-client.ts';
import type { RackWrites, Writer } from '../protocol/rack-writes.ts';
import type { ProtocolClients } from './protocol-clients.ts';
import type { RackClaims, RackConnection } from './target.ts';

export interface ChangedPeers {
  readonly rack: Endpoint;
  /** The gateway in front of it, where there is one. */
  readonly gateway?: Endpoint;
}

/**
 * The changing side of a connection. Its clients are made when a change is first asked for: most connections only ever read.
 */
export function connectionChanges(
  clients: ProtocolClients,
  { rack, gateway }: ChangedPeers,
): Pick<RackConnection, 'writes' | 'close'> {
  let rackWriter: Writer<RackWrites> | undefined;
  let gatewayWriter: Writer<GatewayWrites> | undefined;
  return {
    writes: (guard) => {
      rackWriter ??= clients.rackWriter(rack);
      if (gateway) gatewayWriter ??= clients.gatewayWriter(gateway);
      return {
        rack: rackWriter.under(guard),
        gateway: gatewayWriter?.under(guard),
        sockets: clients.rackSockets(rack, guard),
      };
    },
    close: async () => {
      await Promise.all([rackWriter?.close(), gatewayWriter?.close()]);
    },
  };
}

/** A rack whose own API is all there is: direct, behind a console or behind an identity-aware proxy. */
export function rackConnection(clients: ProtocolClients, endpoint: Endpoint, claims?: RackClaims): RackConnection {
  const rack = clients.rack(endpoint);
  const changes = connectionChanges(clients, { rack: endpoint });
  let kubernetes: Promise<KubernetesClient> | undefined;
  return {
    rack,
    gateway: undefined,
    claims,
    writes: changes.writes,
    kubernetes: () => {
      kubernetes ??= clients.kubernetes(endpoint);
      return kubernetes;
    },
    close: async () => {
      await Promise.all([rack.close(), changes.close(), kubernetes?.then((client) => client.close())]);
    },
  };
}
