import * as z from 'zod/mini';
import type { ConsoleRack } from '../../domain/console-rack.ts';
import { listOf, one, type Reader, type Wire } from './reader.ts';
import { flag, str, strMap, text, textMap } from './wire.ts';

/** The console is closed source and its casing is not promised: names are compared without case (convox-api.md 7.5). */
export function anyCase<T>(reader: Reader<T>): Reader<T> {
  return { ...reader, read: (json) => reader.read(lowerKeys(json, 4)) };
}

/** `parameters` keeps the case of its keys: they are names of their own. */
function lowerKeys(value: unknown, depth: number): unknown {
  if (depth < 0) return value;
  // A list is a level of its own: a hostile one may be as deep as it is long.
  if (Array.isArray(value)) return value.map((item) => lowerKeys(item, depth - 1));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => {
      const name = key.toLowerCase();
      return [name, name === 'parameters' ? member : lowerKeys(member, depth - 1)];
    }),
  );
}

/** The terraform state of the wire holds every secret of the rack: it is not named, so the check drops it. */
const wireRack = () =>
  z.object({
    name: z.string(),
    organization: z.nullish(z.object({ name: text })),
    provider: text,
    status: text,
  });

function toRack(wire: Wire<typeof wireRack>): ConsoleRack {
  return {
    organization: str(wire.organization?.name),
    name: str(wire.name),
    provider: str(wire.provider) || 'unknown',
    status: str(wire.status) || 'unknown',
  };
}

export const readConsoleRacks = anyCase(listOf(wireRack, toRack));

const wireRackDetails = () => z.extend(wireRack(), { deletable: flag, version: text, parameters: textMap });

export const readConsoleRack = anyCase(
  one(wireRackDetails, (wire) => ({
    ...toRack(wire),
    deletable: wire.deletable === true,
    version: str(wire.version),
    parameters: strMap(wire.parameters),
  })),
);

export const readAccount = anyCase(
  one(
    () => z.object({ id: text }),
    (wire) => ({ id: str(wire.id) }),
  ),
);
