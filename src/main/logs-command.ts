import type { Invocation } from '../cli/invocation.ts';
import { runLogs } from '../cli/run-logs.ts';
import { createDeck } from '../live/create-deck.ts';
import type { Run } from '../main.ts';

export async function logsCommand(
  invocation: Extract<Invocation, { command: 'logs' }>,
  { world, output, signal, proc }: Run,
): Promise<number> {
  const { common, logs } = invocation;
  const { now, random, env } = world.environment;
  return runLogs({
    common,
    request: logs,
    listing: await world.list({ wanted: common.rack, onlySelected: true }),
    deckFor: (listing) => createDeck({ listing, now, random }),
    output,
    signal,
    color: common.color && !env.NO_COLOR && proc.stdout.isTTY === true,
  });
}
