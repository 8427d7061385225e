import * as z from 'zod/mini';
import { Failure } from '../domain/failure.ts';
import { createApiCaller } from './api-caller.ts';
import type { ConsoleMoves, ConsoleRackDetails, ConsoleRuntime } from './console-moves.ts';
import type { Endpoint, ProtocolDependencies } from './endpoint.ts';
import { anyCase } from './schemas/console-rack.ts';
import { listOf, one } from './schemas/reader.ts';
import { flag, str, text, textMap } from './schemas/wire.ts';

const RACK = {
  method: 'GET',
  pattern: '/racks/{organization}/{rack}',
  doing: 'read the rack {organization}/{rack}',
} as const;
const RACK_RUNTIMES = {
  method: 'GET',
  pattern: '/racks/{organization}/{rack}/runtimes',
  doing: 'list the runtime integrations of {organization}/{rack}',
} as const;
const RUNTIMES = {
  method: 'GET',
  pattern: '/organizations/{organization}/runtimes',
  doing: 'list the runtime integrations of {organization}',
} as const;

const wireDetails = () =>
  z.object({
    name: z.string(),
    organization: z.nullish(z.object({ name: text })),
    provider: text,
    status: text,
    version: text,
    deletable: flag,
    parameters: textMap,
    state: text,
  });

const readDetails = anyCase(
  one(wireDetails, (wire): ConsoleRackDetails => {
    const state = decoded(wire.state);
    return {
      organization: str(wire.organization?.name),
      name: str(wire.name),
      provider: str(wire.provider) || 'unknown',
      status: str(wire.status) || 'unknown',
      version: str(wire.version),
      deletable: wire.deletable === true,
      // Sent back as they are when one of them is set.
      parameters: wire.parameters ? plain(wire.parameters) : undefined,
      state: state === 'damaged' ? undefined : state?.text,
      stateDamaged: state === 'damaged',
    };
  }),
);

const readRuntimes = anyCase(
  listOf(
    () => z.object({ id: text, title: text }),
    ({ id, title }): ConsoleRuntime => ({ id: str(id), title: str(title) }),
  ),
);

export interface ConsoleMovesClient extends ConsoleMoves {
  close(): Promise<void>;
}

/** `endpoint`: the console itself, without a `Rack` header. */
export function createConsoleMoves(endpoint: Endpoint, dependencies: ProtocolDependencies): ConsoleMovesClient {
  const caller = createApiCaller({ ...endpoint, dialect: 'console' }, dependencies);
  return {
    details: async (organization, name, options) => {
      const input = { variables: { organization, rack: name }, signal: options?.signal };
      try {
        return await caller.call(RACK, readDetails, input);
      } catch (error) {
        if (error instanceof Failure && (error.kind === 'not-found' || error.kind === 'route-missing'))
          return undefined;
        throw error;
      }
    },
    runtimes: (organization, options) =>
      caller.call(RUNTIMES, readRuntimes, { variables: { organization }, signal: options?.signal }),
    rackRuntimes: (organization, name, options) =>
      caller.call(RACK_RUNTIMES, readRuntimes, {
        variables: { organization, rack: name },
        signal: options?.signal,
      }),
    close: () => caller.close(),
  };
}

function plain(values: Readonly<Record<string, string | null | undefined>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, value ?? '']));
}

/** Base64 as Go writes it; white space and missing padding are forgiven, other characters are not. */
function decoded(state: string | null | undefined): { readonly text: string } | 'damaged' | undefined {
  if (state === null || state === undefined || state.trim() === '') return undefined;
  const packed = state.replace(/\s+/g, '');
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(packed)) return 'damaged';
  return { text: Buffer.from(packed, 'base64').toString('utf8') };
}
