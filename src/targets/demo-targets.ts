import { consoleTarget } from './console-target.ts';
import { directTarget } from './direct-target.ts';
import { gatewayTarget } from './gateway-target.ts';
import type { ProtocolClients } from './protocol-clients.ts';
import { parseRackAddress } from './rack-address.ts';
import { EMPTY_SOURCE, RANK, type SourceListing, type TargetCandidate } from './target-candidate.ts';

/** A peer that the embedded simulator serves on loopback; main starts it and describes it. */
export type DemoEndpoint =
  | { readonly kind: 'direct'; readonly name: string; readonly url: string }
  | {
      readonly kind: 'gateway';
      readonly name: string;
      readonly url: string;
      readonly token: string;
      readonly email: string;
    }
  | {
      readonly kind: 'console';
      /** With scheme: the simulator speaks plain http on loopback. */
      readonly host: string;
      readonly token: string;
      readonly racks: readonly string[];
    };

const SOURCE = 'the embedded demo';

/** Racks of `--demo`, in the given order; the first is the current one. */
export function demoTargets(endpoints: readonly DemoEndpoint[], clients: ProtocolClients): SourceListing {
  const candidates = endpoints.flatMap((endpoint) => candidatesOf(endpoint, clients));
  const [first] = candidates;
  if (first === undefined) return EMPTY_SOURCE;
  const choice = { rank: RANK.rackUrl, name: first.name, from: SOURCE, candidate: first, partial: false };
  return { candidates, problems: [], notices: [], choices: [choice] };
}

function candidatesOf(endpoint: DemoEndpoint, clients: ProtocolClients): TargetCandidate[] {
  const common = { prefix: 'demo' } as const;
  switch (endpoint.kind) {
    case 'direct': {
      const address = parseRackAddress(endpoint.url, SOURCE);
      return [
        {
          ...common,
          name: endpoint.name,
          build: (name, options) => directTarget({ name, address, source: SOURCE, demo: true, options, clients }),
        },
      ];
    }
    case 'gateway':
      return [
        {
          ...common,
          name: endpoint.name,
          build: (name, options) =>
            gatewayTarget({
              name,
              url: endpoint.url.replace(/\/$/, ''),
              source: SOURCE,
              demo: true,
              token: () => endpoint.token,
              options,
              clients,
            }),
        },
      ];
    case 'console':
      return endpoint.racks.map((rack) => ({
        ...common,
        name: rack,
        build: (name, options) =>
          consoleTarget({
            name,
            rack,
            baseUrl: endpoint.host.replace(/\/$/, ''),
            token: endpoint.token,
            session: undefined,
            source: SOURCE,
            demo: true,
            options,
            clients,
          }),
      }));
  }
}
