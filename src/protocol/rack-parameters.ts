import { createConsoleApi } from './console-client.ts';
import { consoleName, withoutRack } from './console-rack-name.ts';
import type { Endpoint, ProtocolDependencies } from './endpoint.ts';
import type { HttpLimits } from './http-call.ts';
import type { RackReads } from './rack-api.ts';

/** The read of a rack's parameters, and the end of what it opened for it. */
export interface RackParameters {
  readonly read: RackReads['parameters'];
  close(): Promise<void>;
}

/**
 * Who knows the parameters of a rack (convox-api.md 7.6): a console keeps those of its racks; everywhere else only a v2 rack
 * tells them, in `GET /system`.
 */
export function rackParameters(
  endpoint: Endpoint,
  dependencies: ProtocolDependencies,
  limits: HttpLimits | undefined,
  system: RackReads['system'],
): RackParameters {
  const own = async (options: Parameters<RackReads['parameters']>[0]) => (await system(options)).parameters;
  if (endpoint.dialect !== 'console') return { read: own, close: async () => undefined };
  // A connection of its own, and only once it is needed: few sessions ever ask.
  let opened: ReturnType<typeof createConsoleApi> | undefined;
  return {
    read: async (options) => {
      const [organization, name] = consoleName(endpoint);
      if (organization === undefined || name === undefined) return own(options);
      opened ??= createConsoleApi(withoutRack(endpoint), dependencies, limits);
      const { parameters } = await opened.rack(organization, name, options);
      return Object.keys(parameters).length > 0 ? parameters : own(options);
    },
    close: async () => opened?.close(),
  };
}
