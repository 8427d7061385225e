import { type ApiCaller, createApiCaller } from './api-caller.ts';
import { appWrites } from './app-writes.ts';
import { consoleName, withoutRack } from './console-rack-name.ts';
import type { Endpoint, ProtocolDependencies } from './endpoint.ts';
import { guardedCalls } from './guarded-calls.ts';
import type { HttpLimits } from './http-call.ts';
import type { MutationGuard } from './mutation-guard.ts';
import { processWrites } from './process-writes.ts';
import { writeRouteName } from './rack-write-routes.ts';
import type { RackWrites, Writer } from './rack-writes.ts';
import { resourceWrites } from './resource-writes.ts';
import { type ConsoleDoor, systemWrites } from './system-writes.ts';

/**
 * The write side of a rack. Has connections of its own: a change does not queue behind reads, and one that hangs does not
 * hold them up. Nothing is sent by making it.
 */
export function createRackWriter(
  endpoint: Endpoint,
  dependencies: ProtocolDependencies,
  limits?: HttpLimits,
): Writer<RackWrites> {
  const caller = createApiCaller(endpoint, dependencies, limits);
  let ofConsole: ApiCaller | undefined;
  const consoleCaller = (): ApiCaller => {
    ofConsole ??= createApiCaller(withoutRack(endpoint), dependencies, limits);
    return ofConsole;
  };
  return {
    under: (guard) => rackWrites(caller, endpoint, guard, consoleCaller),
    close: async () => {
      await Promise.all([caller.close(), ofConsole?.close()]);
    },
  };
}

/** One request more than nothing: `guard` stands before each. */
function rackWrites(
  caller: ApiCaller,
  endpoint: Endpoint,
  guard: MutationGuard,
  consoleCaller: () => ApiCaller,
): RackWrites {
  const { dialect } = endpoint;
  const callsTo = (peer: ApiCaller) => guardedCalls({ caller: peer, dialect, guard, nameOf: writeRouteName });
  const consoleDoor = (): ConsoleDoor | undefined => {
    const [organization, rack] = dialect === 'console' ? consoleName(endpoint) : [];
    return organization === undefined || rack === undefined
      ? undefined
      : { calls: callsTo(consoleCaller()), organization, rack };
  };
  const calls = callsTo(caller);
  return {
    ...processWrites(calls),
    ...appWrites(calls),
    ...resourceWrites(calls),
    ...systemWrites(calls, consoleDoor),
  };
}
