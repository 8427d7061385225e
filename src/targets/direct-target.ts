import { Failure } from '../domain/failure.ts';
import type { Endpoint } from '../protocol/endpoint.ts';
import { rackConnection } from './connection-changes.ts';
import type { ProtocolClients } from './protocol-clients.ts';
import { basicCredential, type RackAddress } from './rack-address.ts';
import type { Target } from './target.ts';
import type { TargetOptions } from './target-candidate.ts';

export interface DirectTargetSpec {
  readonly name: string;
  /** A Failure where the rack was found but its address cannot be used. */
  readonly address: RackAddress | Failure;
  readonly source: string;
  readonly demo?: boolean;
  readonly provider?: string | undefined;
  readonly status?: string | undefined;
  readonly options: TargetOptions;
  readonly clients: ProtocolClients;
}

/** A rack reached by its own URL and password or JWT (convox-api.md 1.1). There is nothing to log in to. */
export function directTarget(spec: DirectTargetSpec): Target {
  const { name, address, source, provider, status, options, clients } = spec;
  const problem = address instanceof Failure ? address : undefined;
  return {
    id: `direct:${name}`,
    name,
    kind: 'direct',
    origin: address instanceof Failure ? '' : address.origin,
    source,
    demo: spec.demo ?? false,
    provider,
    status,
    protected: options.protected,
    readOnly: options.readOnly,
    problem,
    connect: () => {
      if (address instanceof Failure) throw address;
      const credential = basicCredential(address.user, address.password);
      const endpoint: Endpoint = {
        baseUrl: address.baseUrl,
        authorization: () => credential,
        dialect: 'rack',
        insecure: options.insecure,
      };
      return rackConnection(clients, endpoint, address.claims);
    },
  };
}
