import { createConsoleApi } from '../../src/protocol/console-client.ts';
import { createGatewayApi } from '../../src/protocol/gateway-client.ts';
import { createRackApi } from '../../src/protocol/rack-client.ts';
import type { Simulator } from '../../src/simulator/simulator.ts';
import { demoTargets } from '../../src/targets/demo-targets.ts';
import type { TargetListing } from '../../src/targets/target.ts';
import { NO_OPTIONS } from '../../src/targets/target-candidate.ts';

const dependencies = { now: Date.now, random: Math.random, userAgent: 'rackdeck/test' };

/** The racks of a simulator, reached as the program would reach them. */
export function simulatedTargets(simulator: Simulator): TargetListing {
  const clients = {
    rack: (endpoint: Parameters<typeof createRackApi>[0]) => createRackApi(endpoint, dependencies),
    gateway: (endpoint: Parameters<typeof createGatewayApi>[0]) => createGatewayApi(endpoint, dependencies),
    console: (endpoint: Parameters<typeof createConsoleApi>[0]) => createConsoleApi(endpoint, dependencies),
  };
  const { candidates } = demoTargets(simulator.endpoints, clients);
  return {
    targets: candidates.map((candidate) => candidate.build(candidate.name, NO_OPTIONS)),
    problems: [],
    notices: [],
    current: candidates[0]?.name,
  };
}
