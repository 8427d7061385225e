import * as z from 'zod/mini';
import type { BackingResource, BackingResourceType } from '../../domain/backing-resource.ts';
import { listOf, one, type Wire } from './reader.ts';
import { list, str, strMap, strOrNone, text, textMap } from './wire.ts';

const wireResource = () => z.object({ name: z.string(), type: text, url: text, status: text, parameters: textMap });

function toResource(wire: Wire<typeof wireResource>): BackingResource {
  return {
    name: str(wire.name),
    type: str(wire.type),
    url: str(wire.url),
    status: strOrNone(wire.status),
    parameters: strMap(wire.parameters),
  };
}

export const readBackingResource = one(wireResource, toResource);
export const readBackingResources = listOf(wireResource, toResource);

const wireType = () =>
  z.object({
    name: z.string(),
    parameters: list(z.object({ name: z.string(), default: text, description: text })),
  });

export const readBackingResourceTypes = listOf(
  wireType,
  (wire): BackingResourceType => ({
    name: str(wire.name),
    parameters: (wire.parameters ?? []).map((parameter) => ({
      name: str(parameter.name),
      default: str(parameter.default),
      description: str(parameter.description),
    })),
  }),
);
