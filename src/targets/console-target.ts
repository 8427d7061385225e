import type { Failure } from '../domain/failure.ts';
import type { Endpoint } from '../protocol/endpoint.ts';
import { rackConnection } from './connection-changes.ts';
import { originOf } from './gateway-target.ts';
import type { ProtocolClients } from './protocol-clients.ts';
import { basicCredential } from './rack-address.ts';
import type { Target } from './target.ts';
import type { TargetOptions } from './target-candidate.ts';

export interface ConsoleTargetSpec {
  readonly name: string;
  /** `org/rack`, as the console knows it: the `Rack` header. */
  readonly rack: string;
  readonly baseUrl: string;
  /** CLI token; secret. */
  readonly token: string;
  /** Second-factor session of the convox CLI, or undefined; secret. */
  readonly session: string | undefined;
  readonly source: string;
  readonly demo?: boolean;
  readonly provider?: string | undefined;
  readonly status?: string | undefined;
  readonly problem?: Failure | undefined;
  readonly options: TargetOptions;
  readonly clients: ProtocolClients;
}

/** A rack behind a Convox console (convox-api.md 7.5): the rack's paths on the console's host, chosen by a header. */
export function consoleTarget(spec: ConsoleTargetSpec): Target {
  const { name, rack, baseUrl, token, session, source, provider, status, problem, options, clients } = spec;
  return {
    id: `console:${name}`,
    name,
    kind: 'console',
    origin: originOf(baseUrl),
    source,
    demo: spec.demo ?? false,
    provider,
    status,
    protected: options.protected,
    readOnly: options.readOnly,
    problem,
    connect: () => {
      if (problem !== undefined) throw problem;
      const credential = basicCredential('convox', token);
      const endpoint: Endpoint = {
        baseUrl,
        authorization: () => credential,
        headers: () => (session === undefined ? { rack } : { rack, session }),
        dialect: 'console',
        insecure: options.insecure,
      };
      return rackConnection(clients, endpoint);
    },
  };
}
