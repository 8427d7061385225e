import { resolve } from 'node:path';
import type { Invocation } from '../cli/invocation.ts';
import { runRecord } from '../cli/run-record.ts';
import { createDeck } from '../live/create-deck.ts';
import type { Deck } from '../live/deck.ts';
import { RecordingRun } from '../live/recording/recording-run.ts';
import { RecordingTap } from '../live/recording/recording-tap.ts';
import type { Run } from '../main.ts';

export async function recordCommand(
  { common, record }: Extract<Invocation, { command: 'record' }>,
  { world, output, signal, version }: Run,
): Promise<number> {
  const { now, random, cwd } = world.environment;
  const tap = new RecordingTap();
  let deck: Deck | undefined;
  try {
    return await runRecord({
      common,
      request: record,
      listing: await world.list({ wanted: common.rack, onlySelected: common.rack !== undefined }),
      output,
      signal,
      now,
      start: async (name, listing) => {
        const made = createDeck({ listing: tap.listing(listing), now, random });
        deck = made;
        const { logs, maxBytes } = record;
        const path = resolve(cwd, name);
        const run = await RecordingRun.start({
          path,
          by: `rackdeck ${version}`,
          tap,
          deck: made,
          listing,
          logs,
          maxBytes,
          now,
        });
        return { deck: made, path, finished: run.finished, stop: (end) => run.stop(end) };
      },
    });
  } finally {
    await deck?.dispose();
  }
}
