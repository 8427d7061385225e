import type { Invocation } from '../cli/invocation.ts';
import { runTriage } from '../cli/run-triage.ts';
import type { Run } from '../main.ts';

export async function triageCommand(
  { common, triage }: Extract<Invocation, { command: 'triage' }>,
  { world, output, signal }: Run,
): Promise<number> {
  const listing = await world.list({ wanted: common.rack, onlySelected: common.rack !== undefined });
  return runTriage({ common, request: triage, listing, output, signal, now: world.environment.now });
}
