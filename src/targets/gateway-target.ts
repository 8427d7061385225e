import { Failure } from '../domain/failure.ts';
import type { Endpoint } from '../protocol/endpoint.ts';
import { connectionChanges } from './connection-changes.ts';
import { RACK_PROXY_PATH } from './gateway-url.ts';
import type { ProtocolClients } from './protocol-clients.ts';
import type { LoginMethod, RackConnection, Target } from './target.ts';
import type { TargetOptions } from './target-candidate.ts';

export interface GatewayTargetSpec {
  readonly name: string;
  /** Normalised; `undefined` where there is none, which must come with a `problem`. */
  readonly url: string | undefined;
  readonly source: string;
  readonly demo?: boolean;
  /** Asked anew for every request. */
  readonly token: () => Promise<string | undefined> | string | undefined;
  readonly problem?: Failure | undefined;
  readonly login?: LoginMethod | undefined;
  readonly options: TargetOptions;
  readonly clients: ProtocolClients;
}

/** A rack behind a gateway: the rack's own API under the proxy path, and the gateway's API beside it. */
export function gatewayTarget(spec: GatewayTargetSpec): Target {
  const { name, url, source, problem, login, options } = spec;
  return {
    id: `gateway:${name}`,
    name,
    kind: 'gateway',
    origin: url === undefined ? '' : originOf(url),
    source,
    demo: spec.demo ?? false,
    protected: options.protected,
    readOnly: options.readOnly,
    problem,
    login,
    connect: () => {
      if (problem !== undefined) throw problem;
      return connectGateway(spec, url ?? '');
    },
  };
}

function connectGateway(spec: GatewayTargetSpec, url: string): RackConnection {
  const authorization = async () => bearer(await spec.token());
  const insecure = spec.options.insecure;
  const proxy: Endpoint = {
    baseUrl: `${url}${RACK_PROXY_PATH}`,
    authorization,
    dialect: 'gateway-proxy',
    insecure,
  };
  const own = gatewayEndpoint(url, authorization, insecure);
  const rack = spec.clients.rack(proxy);
  const gateway = spec.clients.gateway(own);
  const changes = connectionChanges(spec.clients, { rack: proxy, gateway: own });
  return {
    rack,
    gateway,
    claims: undefined,
    writes: changes.writes,
    close: async () => {
      await Promise.all([rack.close(), gateway.close(), changes.close()]);
    },
  };
}

/** Where the gateway's own API is found. */
export function gatewayEndpoint(url: string, authorization: Endpoint['authorization'], insecure: boolean): Endpoint {
  return { baseUrl: url, authorization, dialect: 'gateway', insecure };
}

export function bearer(token: string | undefined): string | undefined {
  return token === undefined ? undefined : `Bearer ${token}`;
}

/** A token goes into a header: anything beyond visible ASCII is a damaged file, not a token. */
export function isHeaderSafe(token: string): boolean {
  return /^[\x21-\x7e]+$/.test(token);
}

export function damagedToken(name: string, source: string, next: string): Failure {
  return new Failure({
    kind: 'malformed',
    what: `The stored token of '${name}' is damaged`,
    why: `${source} holds characters that no token has`,
    next,
    where: source,
  });
}

/** Scheme, host and port for display and comparison; empty where the text is no address. */
export function originOf(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : '';
}
