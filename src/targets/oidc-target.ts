import type { Failure } from '../domain/failure.ts';
import type { Endpoint } from '../protocol/endpoint.ts';
import { rackConnection } from './connection-changes.ts';
import { originOf } from './gateway-target.ts';
import type { OidcSession } from './oidc-session.ts';
import type { ProtocolClients } from './protocol-clients.ts';
import type { OidcSettings, Target } from './target.ts';
import type { TargetOptions } from './target-candidate.ts';

export interface OidcTargetSpec {
  readonly name: string;
  readonly settings: OidcSettings;
  readonly session: OidcSession;
  readonly source: string;
  readonly problem: Failure | undefined;
  readonly options: TargetOptions;
  readonly clients: ProtocolClients;
}

/** A rack's own API behind an identity-aware proxy: the token of an OpenID Connect login opens the way to it. */
export function oidcTarget({ name, settings, session, source, problem, options, clients }: OidcTargetSpec): Target {
  return {
    id: `oidc:${name}`,
    name,
    kind: 'oidc',
    origin: originOf(settings.url),
    source,
    demo: false,
    protected: options.protected,
    readOnly: options.readOnly,
    problem,
    login: { kind: 'oidc', settings },
    connect: () => {
      if (problem !== undefined) throw problem;
      const endpoint: Endpoint = {
        baseUrl: settings.url,
        authorization: () => session.authorization(),
        dialect: 'rack',
        insecure: options.insecure,
      };
      return rackConnection(clients, endpoint);
    },
  };
}
