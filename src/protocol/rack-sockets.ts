import type { Endpoint, ProtocolDependencies } from './endpoint.ts';
import type { ExecRequest } from './exec-request.ts';
import { type ExecOptions, type ExecSession, type ExecSink, openExec } from './exec-socket.ts';
import type { MutationGuard } from './mutation-guard.ts';
import { type ProxyOptions, type RunningProxy, startProxy } from './proxy-listener.ts';

/** What stays open for a while: shells, consoles, TCP proxies. Opening one is admitted by the guard like a write. */
export interface RackSockets {
  /** Shell or command in a process, shell of an instance, console of a resource (convox-api.md 2.5). Never throws. */
  exec(request: ExecRequest, sink: ExecSink): ExecSession;
  /** A port of this machine that leads into the cluster (convox-api.md 2.6). Rejects with a Failure. */
  proxy(options: ProxyOptions): Promise<RunningProxy>;
}

export function createRackSockets(
  endpoint: Endpoint,
  dependencies: ProtocolDependencies,
  guard: MutationGuard,
  options: Pick<ExecOptions, 'prelude'> = {},
): RackSockets {
  return {
    exec: (request, sink) => openExec(endpoint, dependencies, request, sink, guard, options),
    proxy: (request) => startProxy(endpoint, dependencies, { ...request, ...options }, guard),
  };
}
