import { createConsoleApi } from '../../src/protocol/console-client.ts';
import { consolePrelude } from '../../src/protocol/console-session.ts';
import type { ProtocolDependencies } from '../../src/protocol/endpoint.ts';
import { createGatewayApi } from '../../src/protocol/gateway-client.ts';
import { createGatewayWriter } from '../../src/protocol/gateway-write-client.ts';
import { createRackApi } from '../../src/protocol/rack-client.ts';
import { createRackSockets } from '../../src/protocol/rack-sockets.ts';
import { createRackWriter } from '../../src/protocol/rack-write-client.ts';
import type { ProtocolClients } from '../../src/targets/protocol-clients.ts';

/** The program's own clients, as main/world.ts makes them. */
export function protocolClients(dependencies: ProtocolDependencies): ProtocolClients {
  return {
    rack: (endpoint) => createRackApi(endpoint, dependencies),
    gateway: (endpoint) => createGatewayApi(endpoint, dependencies),
    console: (endpoint) => createConsoleApi(endpoint, dependencies),
    rackWriter: (endpoint) => createRackWriter(endpoint, dependencies),
    gatewayWriter: (endpoint) => createGatewayWriter(endpoint, dependencies),
    kubernetes: async (endpoint) => {
      const { createKubernetesClient } = await import('../../src/protocol/kubernetes-client.ts');
      return createKubernetesClient(endpoint, dependencies);
    },
    rackSockets: (endpoint, guard) =>
      createRackSockets(endpoint, dependencies, guard, { prelude: consolePrelude(endpoint, dependencies) }),
  };
}
