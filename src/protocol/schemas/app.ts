import * as z from 'zod/mini';
import type { App } from '../../domain/app.ts';
import { listOf, one, type Wire } from './reader.ts';
import { flag, str, strMap, strOrNone, text, textMap } from './wire.ts';

const wireApp = () =>
  z.object({
    name: z.string(),
    status: text,
    release: text,
    generation: text,
    locked: flag,
    router: text,
    parameters: textMap,
  });

function toApp(wire: Wire<typeof wireApp>): App {
  return {
    name: str(wire.name),
    status: str(wire.status) || 'unknown',
    release: str(wire.release),
    generation: strOrNone(wire.generation),
    locked: wire.locked === true,
    router: str(wire.router),
    parameters: strMap(wire.parameters),
  };
}

export const readApp = one(wireApp, toApp);
export const readApps = listOf(wireApp, toApp);
