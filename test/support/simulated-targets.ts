import { createConsoleApi } from '../../src/protocol/console-client.ts';
import { createGatewayApi } from '../../src/protocol/gateway-client.ts';
import { createRackApi } from '../../src/protocol/rack-client.ts';
import type { Simulator } from '../../src/simulator/simulator.ts';
import { demoTargets } from '../../src/targets/demo-targets.ts';
import type { TargetListing } from '../../src/targets/target.ts';
import { NO_OPTIONS } from '../../src/targets/target-candidate.ts';

const dependencies = { now: Date.now, random: Math.random, userAgent: 'rackdeck/test' };

/** The racks of a simulator, reached as the program would reach them; behind a gateway as `person` where one is named. */
export function simulatedTargets(simulator: Simulator, person?: string): TargetListing {
  const clients = {
    rack: (endpoint: Parameters<typeof createRackApi>[0]) => createRackApi(endpoint, dependencies),
    gateway: (endpoint: Parameters<typeof createGatewayApi>[0]) => createGatewayApi(endpoint, dependencies),
    console: (endpoint: Parameters<typeof createConsoleApi>[0]) => createConsoleApi(endpoint, dependencies),
  };
  const endpoints = simulator.endpoints.map((endpoint) =>
    endpoint.kind === 'gateway' && person !== undefined
      ? { ...endpoint, token: simulator.gateway?.issueSession(person).token ?? '', email: person }
      : endpoint,
  );
  const { candidates } = demoTargets(endpoints, clients);
  return {
    targets: candidates.map((candidate) => candidate.build(candidate.name, NO_OPTIONS)),
    problems: [],
    notices: [],
    current: candidates[0]?.name,
  };
}
