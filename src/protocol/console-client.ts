import { createApiCaller } from './api-caller.ts';
import type { ConsoleApi } from './console-api.ts';
import type { Endpoint, ProtocolDependencies } from './endpoint.ts';
import type { HttpLimits } from './http-call.ts';
import { readAccount, readConsoleRack, readConsoleRacks } from './schemas/console-rack.ts';

const AUTH = { method: 'GET', pattern: '/auth', doing: 'check the console login' } as const;
const RACKS = { method: 'GET', pattern: '/racks', doing: 'list the racks of the console' } as const;
const RACK = {
  method: 'GET',
  pattern: '/racks/{organization}/{rack}',
  doing: 'read the rack {organization}/{rack}',
} as const;

/** A Convox console (convox-api.md 7.5). A session challenge without a browser factor is answered on the way. */
export function createConsoleApi(
  endpoint: Endpoint,
  dependencies: ProtocolDependencies,
  limits?: HttpLimits,
): ConsoleApi {
  const caller = createApiCaller({ ...endpoint, dialect: 'console' }, dependencies, limits);
  return {
    authenticate: (options) => caller.call(AUTH, readAccount, { kind: 'probe', signal: options?.signal }),
    racks: (options) => caller.call(RACKS, readConsoleRacks, { signal: options?.signal }),
    rack: (organization, name, options) =>
      caller.call(RACK, readConsoleRack, { variables: { organization, rack: name }, signal: options?.signal }),
    close: caller.close,
  };
}
