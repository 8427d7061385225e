import { createAccess } from '../access/create-access.ts';
import { createCachedReads } from '../live/cached-reads.ts';
import { ConcurrencyGate } from '../live/concurrency-gate.ts';
import { concurrencyLimit } from '../live/poll-pace.ts';
import { type GatheredRack, gatherRack } from '../resources/rack-facts.ts';
import type { RackConnection, Target } from '../targets/target.ts';

export interface ReadingOptions {
  /** Only this app in detail. */
  readonly app?: string | undefined;
  readonly now: () => number;
  readonly signal: AbortSignal;
}

/** Four to five requests each: with more apps than this it is the worst that are read in detail. */
const MAX_DETAILED = 40;

/** One look at a rack for a command: what the dashboard gathers, of more apps. Rejects with the Failure of a rack that does not answer. */
export function readRackFacts(
  target: Target,
  connection: RackConnection,
  { app, now, signal }: ReadingOptions,
): Promise<GatheredRack> {
  const gate = new ConcurrencyGate(concurrencyLimit(target.kind));
  const reads = createCachedReads((_method, _args, send, options) =>
    gate.run(signal, () => send(connection.rack, { signal, ...options })),
  );
  const { gateway, claims } = connection;
  const { kind } = target;
  return gatherRack(
    {
      rack: target,
      reads,
      gateway,
      access: createAccess({ kind, claims }),
      system: undefined,
      at: app === undefined ? {} : { app },
      now: now(),
      signal,
    },
    { mostDetailed: MAX_DETAILED, healthyToo: true, app },
  );
}
