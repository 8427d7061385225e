import { Failure } from '../domain/failure.ts';
import { type ApiCaller, createApiCaller } from './api-caller.ts';
import type { Endpoint, ProtocolDependencies } from './endpoint.ts';

const CONSOLE_RACKS = { method: 'GET', pattern: '/racks', doing: 'reach the console' } as const;

/**
 * The headers of a console's session. Sockets cannot answer its challenge: a plain read draws it first (convox-api.md 2.1, 7.5).
 * What the console says does not matter (with a `Rack` header it is a 404), as long as it asks for nothing more.
 */
export async function drawSession(caller: ApiCaller): Promise<Readonly<Record<string, string>>> {
  try {
    await caller.answer(CONSOLE_RACKS);
  } catch (error) {
    if (!(error instanceof Failure) || error.status === undefined || error.status === 401) throw error;
  }
  return caller.sessionHeaders();
}

/** The same for a socket that stands alone; undefined where no console is in between. */
export function consolePrelude(
  endpoint: Endpoint,
  dependencies: ProtocolDependencies,
): (() => Promise<Readonly<Record<string, string>>>) | undefined {
  if (endpoint.dialect !== 'console') return undefined;
  return async () => {
    const caller = createApiCaller(endpoint, dependencies);
    try {
      return await drawSession(caller);
    } finally {
      await caller.close();
    }
  };
}
