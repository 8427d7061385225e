import { ByteSocket } from './byte-socket.ts';
import type { ByteSocketLimits, ByteSocketOptions, ByteSocketSink } from './byte-stream.ts';
import type { Endpoint, ProtocolDependencies } from './endpoint.ts';
import { fillPath } from './option-encoding.ts';
import { checkProxyTarget, type ProxyTarget } from './proxy-target.ts';

/** The route as a confirmation names it; no gateway passes it on (gateway.md 5.4). */
export const PROXY_ROUTE = 'SOCKET /proxy/{host}/{port}';

export interface ProxySocketOptions extends ByteSocketLimits {
  readonly prelude?: ByteSocketOptions['prelude'];
}

const FRAME_BYTES = 8_192;

/**
 * One TCP connection into the cluster (convox-api.md 2.6), not yet open. A refusal comes as the first frame; every other end
 * is abrupt, so an ordinary end and a lost link look the same, and there is no half-close.
 */
export function proxySocket(
  endpoint: Endpoint,
  dependencies: ProtocolDependencies,
  target: ProxyTarget,
  sink: ByteSocketSink,
  options: ProxySocketOptions = {},
): ByteSocket {
  checkProxyTarget(target);
  const port = String(target.port);
  const path = fillPath('/proxy/{host}/{port}', { host: target.host, port });
  const request = {
    path,
    where: `SOCKET ${path}`,
    doing: `connect to ${target.host}:${port}`,
    headers: {},
    secrets: [],
  };
  const settings = { ...options, frameBytes: FRAME_BYTES, errorsOnlyFirst: true };
  return new ByteSocket(endpoint, dependencies, request, sink, settings);
}
