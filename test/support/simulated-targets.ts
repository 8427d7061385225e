import type { Simulator } from '../../src/simulator/simulator.ts';
import { demoTargets } from '../../src/targets/demo-targets.ts';
import type { TargetListing } from '../../src/targets/target.ts';
import { NO_OPTIONS } from '../../src/targets/target-candidate.ts';
import { protocolClients } from './protocol-clients.ts';

/** The racks of a simulator, reached as the program would reach them; behind a gateway as `person` where one is named. */
export function simulatedTargets(simulator: Simulator, person?: string, now: () => number = Date.now): TargetListing {
  const clients = protocolClients({ now, random: Math.random, userAgent: 'rackdeck/test' });
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
